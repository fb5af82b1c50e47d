"""What the clock does for the journal: every ten minutes it signs the heads."""

from datetime import timedelta

from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.journal.actions import seal_heads


@register("journal.seal", every=timedelta(minutes=10))
def seal(_deadline: Deadline) -> None:
    """Sign the head of every chain that grew."""
    seal_heads()
