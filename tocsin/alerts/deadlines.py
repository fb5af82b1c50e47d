"""What the clock does for alerts."""

from tocsin.alerts import actions
from tocsin.alerts.models import Alert
from tocsin.clock import pulse
from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline


@register("alerts.wake")
def wake(deadline: Deadline) -> None:
    """Bring a snoozed alert back."""
    alert = Alert.objects.filter(pk=deadline.payload["alert"]).first()
    if alert is not None:
        actions.wake(alert)


@register("alerts.close_over")
def close_over(deadline: Deadline) -> None:
    """Close an alert that has been over for a day."""
    alert = Alert.objects.filter(pk=deadline.payload["alert"]).first()
    if alert is not None:
        actions.close_over(alert)


@pulse.register("alerts.take_raised", seconds=0.25, after="river")
def take_raised() -> None:
    """Look for what the river raised, often enough that a notice is out within two seconds."""
    actions.take_raised()
