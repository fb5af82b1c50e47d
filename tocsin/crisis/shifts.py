"""How long people have been on, and when the clock reminds of a handover."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from tocsin import clock
from tocsin.clock import actions as deadlines
from tocsin.crisis.models import CrisisState, Watchkeeper
from tocsin.crisis.recording import record

HANDLER: Final = "crisis.handover_due"
SHIFT: Final = timedelta(hours=4)
"""How long somebody is on before a handover is due: that of a watch at sea (four hours on, eight off), after
which who leaves can still tell everything."""


def watch(keeper: Watchkeeper, since: datetime | None = None) -> None:
    """Set the reminder of somebody who came on, or handed over and stayed.

    Parameters
    ----------
    since
        When the shift began; when they came on if not given.
    """
    due = (since or keeper.began_at) + SHIFT
    deadlines.set(
        HANDLER,
        due,
        organisation=keeper.organisation,
        key=f"{HANDLER}:{keeper.pk}:{due:%Y%m%dT%H%M%S}",
        payload={"keeper": keeper.pk},
    )


@transaction.atomic
def due(keeper: Watchkeeper) -> bool:
    """Look whether a handover is due of somebody, note it and look again after another shift.

    Returns
    -------
    bool
        Whether it is due now; false for who left, or handed over meanwhile.
    """
    crisis = keeper.crisis
    if keeper.ended_at is not None or crisis.state != CrisisState.OPEN:
        return False
    now = clock.now(keeper.organisation_id)
    began = shift_began(keeper)
    if now < began + SHIFT:
        watch(keeper, began)
        return False
    record("crisis.handover_due", crisis, None, name=keeper.name, since=began.isoformat())
    watch(keeper, now)
    return True


def shift_began(keeper: Watchkeeper) -> datetime:
    """Return when the shift of somebody began: when they came on, or the last handover was taken since."""
    taken: datetime | None = keeper.crisis.handovers.aggregate(last=Max("taken_at"))["last"]
    return max(keeper.began_at, taken) if taken is not None else keeper.began_at
