"""What the clock does for the gate: sends what is due."""

from tocsin.clock.handlers import Finish, register
from tocsin.clock.models import Deadline
from tocsin.gate.models import Outgoing
from tocsin.gate.sending import send


@register("gate.send", outside=True, lane="urgent", attempts=12)
def send_due(deadline: Deadline) -> Finish | None:
    """Send the row that the deadline names."""
    outgoing = Outgoing.objects.select_related("organisation", "pressed_by").get(
        pk=deadline.payload["outgoing"]
    )
    return send(outgoing)
