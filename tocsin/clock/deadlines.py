"""What the clock does for itself: once a day it forgets what was settled a month ago."""

from datetime import timedelta

from tocsin.clock.actions import forget_settled, forget_silent
from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline


@register("clock.forget", every=timedelta(days=1), lane="bulk")
def forget(_deadline: Deadline) -> None:
    """Delete deadlines settled long ago, and the signs of life of processes long gone."""
    forget_settled()
    forget_silent()
