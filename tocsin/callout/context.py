"""What the notices of a call-out are filled in with: nothing of it is confidential."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.accounts.models import User
from tocsin.alerts.notifying import LEVELS, local_time
from tocsin.callout.boarding import role_title
from tocsin.callout.links import answer_link, board_link
from tocsin.callout.models import Call, CallOut, CallState, RoleCall
from tocsin.callout.waiting import delays, is_red
from tocsin.plan import calling
from tocsin.plan.document.structure import said

ACTIVE = (CallState.CALLED, CallState.COMING, CallState.LATER)


def of_call(callout: CallOut, call: Call, language: str) -> dict[str, object]:
    """Return what a message to somebody who is called says."""
    link = answer_link(call)
    zone = str(calling.zone_of(call.contact)) if call.contact is not None else callout.organisation.time_zone
    return {
        **_common(callout, language, zone),
        "name": call.name,
        "roles": [role_title(role, language) for role in roles_of(call)],
        "link": link,
        "coming": f"{link}?a=coming" if link else "",
        "later": f"{link}?a=later" if link else "",
        "unable": f"{link}?a=unable" if link else "",
    }


def of_board(callout: CallOut, roles: Sequence[RoleCall], reader: User, language: str) -> dict[str, object]:
    """Return what a message to who launched it says: which roles nobody answers for."""
    return {
        **_common(callout, language, callout.organisation.time_zone),
        "name": str(reader),
        "roles": [role_title(role, language) for role in roles],
        "link": board_link(callout),
        "asked": False,
    }


def roles_of(call: Call) -> list[RoleCall]:
    """Return the roles for which the same messages call somebody, in the order of the call-out."""
    group = Call.objects.filter(pk=call.pk) | Call.objects.filter(joins=call.pk)
    found = list(group.select_related("role_call").order_by("role_call__rank", "pk"))
    active = [one for one in found if one.state in ACTIVE]
    return [one.role_call for one in active or found]


def _common(callout: CallOut, language: str, zone: str) -> dict[str, object]:
    own = delays(callout.organisation)
    return {
        "organisation": callout.organisation.name,
        "brand": callout.brand.name,
        "scenario": said(callout.title, language) or callout.scenario,
        "level": LEVELS[language if language in LEVELS else "en"][callout.level],
        "who": str(callout.launched_by) if callout.launched_by is not None else callout.organisation.name,
        "since": local_time(callout.launched_at, zone, language),
        "minutes": own.red_minutes if is_red(callout) else own.answer_minutes,
        "board": board_link(callout),
        "asked": True,
    }
