"""What the clock does for plans."""

from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.plan import reviewing


@register("plan.review")
def review(deadline: Deadline) -> None:
    """Remind a plan's owner that it is to be gone through."""
    reviewing.remind(int(str(deadline.payload["version"])))
