"""What the clock does for plans."""

from datetime import timedelta

from django_scopes import scope, scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.plan import reviewing
from tocsin.plan.kit import making
from tocsin.plan.models import Line
from tocsin.plan.probes import asking

PROBES_AN_HOUR = 200
"""At most, for an organisation: whoever installs Tocsin for a thousand people floods nobody."""


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


@register("plan.probes", every=timedelta(hours=1), lane="bulk")
def probe(_deadline: Deadline) -> None:
    """Ask people whether their numbers and addresses are still right, where it is due."""
    with scopes_disabled():
        organisations = list(Organisation.objects.filter(plans__probe_days__gt=0).distinct())
    for organisation in organisations:
        with scope(organisation=organisation):
            asking.ask_due(organisation, most=PROBES_AN_HOUR)


@register(asking.LATER, lane="bulk")
def probe_later(deadline: Deadline) -> None:
    """Ask on a line whose contact could not be called when somebody pressed."""
    line = Line.objects.select_related("contact__organisation", "organisation")
    found = line.filter(pk=int(str(deadline.payload["line"]))).first()
    if found is not None:
        asking.ask_in_their_hours(found)
