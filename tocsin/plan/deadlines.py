"""What the clock does for plans."""

from datetime import timedelta

from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.plan import reviewing
from tocsin.plan.kit import making


@register("plan.review")
def review(deadline: Deadline) -> None:
    """Remind a plan's owner that it is to be gone through."""
    reviewing.remind(int(str(deadline.payload["version"])))


@register(making.HANDLER, outside=True, lane="bulk")
def make_kits(deadline: Deadline) -> None:
    """Make the kits of an organisation that say what no longer holds, or are missing."""
    if deadline.organisation is not None:
        making.make(deadline.organisation)


@register("plan.kits_tidied", every=timedelta(days=1), lane="bulk")
def tidy_kits(_deadline: Deadline) -> None:
    """Remove the kits of plans that are gone."""
    making.tidy()
