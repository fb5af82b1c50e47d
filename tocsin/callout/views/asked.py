"""What an address asks for: a call-out, or what is to be launched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode

from tocsin.accounts.requests import MemberRequest
from tocsin.alerts import selectors as alerts
from tocsin.alerts.models import Alert
from tocsin.callout import selectors
from tocsin.callout.models import CallOut, RoleCall
from tocsin.plan.document.structure import LEVELS
from tocsin.ui.context import Shell
from tocsin.ui.standing import most_urgent
from tocsin.watch.models import Brand

LONGEST = 18  # digits of the largest number that a database holds


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be launched, as far as it is known.

    Attributes
    ----------
    scenario, level
        As the address names them; empty while it does not.
    without
        Roles for which nobody is to be called.
    """

    brand: Brand | None
    alert: Alert | None = None
    scenario: str = ""
    level: str = ""
    without: Sequence[str] = field(default=())

    def address(self, **changed: str | Sequence[str]) -> str:
        """Return the query that asks for the same with something changed."""
        return f"?{urlencode([*self.kept(**changed)])}"

    def kept(self, **changed: str | Sequence[str]) -> list[tuple[str, str]]:
        """Return what a form carries on, by name and value."""
        named: Mapping[str, str | Sequence[str]] = {
            "brand": self.brand.slug if self.brand else "",
            "alert": str(self.alert.pk) if self.alert else "",
            "scenario": self.scenario,
            "level": self.level,
            "without": self.without,
            **changed,
        }
        pairs = ((name, [value] if isinstance(value, str) else value) for name, value in named.items())
        return [(name, value) for name, values in pairs for value in values if value]


def asked_launch(request: MemberRequest) -> Asked:
    """Return what is to be launched; without a brand, that of the alert, else the one in most trouble.

    Raises
    ------
    Http404
        When the address names a brand or an alert that the organisation does not have.
    """
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    alert = _alert(request, given.get("alert", ""))
    level = given.get("level", "")
    return Asked(
        brand=_brand(request, given.get("brand", ""), alert),
        alert=alert,
        scenario=given.get("scenario", "")[:60],
        level=level if level in LEVELS else "",
        without=[name[:60] for name in given.getlist("without")][:60],
    )


def asked_callout(request: MemberRequest, pk: int) -> CallOut:
    """Return a call-out of the organisation.

    Raises
    ------
    Http404
        When it has no such call-out.
    """
    found: CallOut = get_object_or_404(selectors.callouts(request.organisation), pk=pk)
    return found


def asked_role(callout: CallOut, pk: int) -> RoleCall:
    """Return a role of a call-out.

    Raises
    ------
    Http404
        When it has no such role.
    """
    return get_object_or_404(RoleCall.objects.filter(callout=callout), pk=pk)


def number(text: str) -> int | None:
    """Return a number as an address or a form writes it, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None


def _alert(request: MemberRequest, text: str) -> Alert | None:
    if not text:
        return None
    found: Alert = get_object_or_404(alerts.alerts(request.organisation), pk=number(text) or 0)
    return found


def _brand(request: MemberRequest, slug: str, alert: Alert | None) -> Brand | None:
    if slug:
        return get_object_or_404(Brand, slug=slug)
    if alert is not None and alert.brand is not None:
        return alert.brand
    standings = most_urgent(Shell(request).brands)
    return standings[0].brand if standings else None
