"""How often the people of a plan are asked whether they are still reached as written."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.accounts.models import User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan.models import Plan

CHOICES: Final = (0, 30, 60, 90, 180)


class Impossible(TocsinError):
    """A rhythm that nobody is asked in; nothing was changed."""


@transaction.atomic
def set_days(plan: Plan, days: int, actor: User) -> None:
    """Say every how many days people are asked; 0 for never.

    Raises
    ------
    Impossible
        When it is none of the choices.
    """
    if days not in CHOICES:
        raise Impossible(_("Choose one of the rhythms that the list offers."))
    row = Plan.objects.select_for_update().get(pk=plan.pk)
    if row.probe_days == days:
        return
    row.probe_days = days
    row.save(update_fields=["probe_days"])
    journal.record(
        "plan.probe_rhythm",
        actor=actor,
        organisation=plan.organisation_id,
        target=f"plan.plan:{plan.pk}",
        data={"brand": plan.brand.name, "number": days},
    )


def words(days: int) -> str:
    """Say how often people are asked."""
    if not days:
        return _("Nobody is asked by itself.")
    return ngettext("Each is asked every day.", "Each is asked every %(n)d days.", days) % {"n": days}
