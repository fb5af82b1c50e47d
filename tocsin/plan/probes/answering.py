"""What an answer changes: a line that is right, one that is wrong, somebody who no longer does this."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.gate import actions as gate
from tocsin.gate import links as gate_links
from tocsin.gate import selectors as gate_selectors
from tocsin.journal import actions as journal
from tocsin.plan.kit import making
from tocsin.plan.models import Answer, Contact, Line, Plan, Probe

_ALL_PAGES: Final = "tocsin.urls"
"""Whoever answers may do so on a host that serves public pages only."""

_VERBS: Final = {
    Answer.YES: "plan.probe_confirmed",
    Answer.WRONG: "plan.probe_refused",
    Answer.GONE: "plan.contact_left",
}


@transaction.atomic
def answer(probe: Probe, given: Answer) -> Probe:
    """Keep what somebody said of a line; a later answer to the same question undoes the one before."""
    row: Probe = Probe.objects.select_for_update().get(pk=probe.pk)
    row.line = probe.line
    if row.answer == given:
        return row
    now = clock.now(row.organisation_id)
    contact = Contact.objects.select_for_update().get(pk=row.line.contact_id)
    lines = Line.objects.filter(contact=contact, address=row.line.address)
    _undo(row, contact)
    if given == Answer.YES:
        lines.update(confirmed_at=now, doubted_at=None)
    elif given == Answer.WRONG:
        lines.update(doubted_at=now)
    else:
        _set_left(contact, now)
    row.answer, row.answered_at = given, now
    row.save(update_fields=["answer", "answered_at"])
    journal.record(
        _VERBS[given],
        actor=None,
        organisation=row.organisation_id,
        target=f"plan.contact:{contact.pk}",
        data={"name": contact.name, "means": row.line.means},
    )
    making.ask(row.organisation)
    if given != Answer.YES:
        _tell_owners(row, contact)
    return row


@transaction.atomic
def stays(contact: Contact, actor: User) -> None:
    """Note that somebody who had said that they no longer do this does it all the same."""
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.left_at is None:
        return
    _set_left(row, None)
    journal.record(
        "plan.contact_stays",
        actor=actor,
        organisation=row.organisation_id,
        target=f"plan.contact:{row.pk}",
        data={"name": row.name},
    )


def _undo(probe: Probe, contact: Contact) -> None:
    """Take back what the answer before had changed."""
    if probe.answer == Answer.GONE and contact.left_at == probe.answered_at:
        _set_left(contact, None)
    elif probe.answer == Answer.WRONG:
        of_address = Line.objects.filter(contact=contact, address=probe.line.address)
        of_address.filter(doubted_at=probe.answered_at).update(doubted_at=None)


def _set_left(contact: Contact, when: datetime | None) -> None:
    contact.left_at = when
    contact.save(update_fields=["left_at"])


def _tell_owners(probe: Probe, contact: Contact) -> None:
    """Tell who owns the plans that somebody sits in that they are to be reached otherwise, or replaced."""
    if not gate_selectors.can_send("email"):
        return
    plans = Plan.objects.filter(seats__contact=contact).select_related("owner", "brand").distinct()
    owners = {plan.owner_id: plan.owner for plan in plans if plan.owner is not None and plan.owner.is_active}
    for owner in owners.values():
        gate.notice(
            probe.organisation,
            addressee=owner.email,
            template="plan.probe_answered",
            context={
                "name": contact.name,
                "gone": probe.answer == Answer.GONE,
                "link": gate_links.absolute(reverse("plan:contact", urlconf=_ALL_PAGES, args=[contact.pk])),
            },
            key=f"plan.probe_answered:{probe.pk}:{probe.answer}:{owner.pk}",
            language=owner.language,
        )
