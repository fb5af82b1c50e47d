"""How a room ends: what the plan says of it, what is met, who is told; and how it is taken up again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin import clock
from tocsin.accounts.models import Membership, Role, User
from tocsin.alerts.models import Level, Vigilance
from tocsin.callout.models import CallOutState
from tocsin.crisis import actions, tasks, telling
from tocsin.crisis.commands import cleaned
from tocsin.crisis.models import Crisis, CrisisState
from tocsin.crisis.recording import opened, record
from tocsin.crisis.tasks import UNSETTLED, NotSaid
from tocsin.errors import TocsinError
from tocsin.plan import words

CALM = (Level.GREEN, Level.YELLOW)
LONGEST_NOTE = 4000


class NotYours(TocsinError):
    """Closing and reopening a room need the role of lead; nothing was changed."""


@dataclass(frozen=True)
class Criterion:
    """Something that is to be so before a room is closed.

    Attributes
    ----------
    code
        ``plan:<id>`` for what the scenario says, which people tick; else what Tocsin looks up itself.
    met
        Whether it is so.
    about
        What is not so yet, in words.
    """

    code: str
    words: str
    met: bool
    about: str = ""

    @property
    def by_hand(self) -> bool:
        """Return whether people say that it is met."""
        return self.code.startswith("plan:")


def criteria(crisis: Crisis) -> list[Criterion]:
    """Return what is to be so before the room is closed, by the plan first, then by what Tocsin knows."""
    scenario = actions.scenario_of(crisis)
    ends = scenario.ends if scenario is not None else ()
    said = [Criterion(f"plan:{one.id}", words.here(one.words), one.id in crisis.ends_met) for one in ends]
    found = [_vigilance(crisis), _questions(crisis), _tasks(crisis)]
    return [*said, *found, *([_callout(crisis)] if crisis.callout is not None else [])]


@transaction.atomic
def meet(crisis: Crisis, end: str, actor: User, *, met: bool) -> Crisis:
    """Say that something by which the scenario ends is so, or is not after all."""
    row = opened(crisis)
    scenario = actions.scenario_of(row)
    item = next((one for one in scenario.ends if one.id == end), None) if scenario is not None else None
    if item is None or (end in row.ends_met) == met:
        return row
    row.ends_met = [*row.ends_met, end] if met else [one for one in row.ends_met if one != end]
    row.save(update_fields=["ends_met"])
    verb = "crisis.criterion_met" if met else "crisis.criterion_unmet"
    record(verb, row, actor, end=end, text=words.here(item.words))
    return row


@transaction.atomic
def close(crisis: Crisis, actor: User, note: str, *, reason: str = "", tell: bool = True) -> Crisis:
    """Close a room: it is read from then on; everybody who was called or is on is told.

    Parameters
    ----------
    note
        How it ended, for the log.
    reason
        Why it is closed though something is not met; needed when something is not.
    tell
        Whether people are told by the notice ``crisis.stood_down``.

    Raises
    ------
    NotYours
        When the actor does not lead.
    NotSaid
        Without a note, or without a reason where one is needed.
    """
    row = opened(crisis)
    _require_lead(row, actor)
    unmet = [one for one in criteria(row) if not one.met]
    said, why = _checked(note), _checked(reason)
    if not said:
        raise NotSaid(_("Say how it ended: whoever reads the log later will ask. Nothing was closed."))
    if unmet and not why:
        raise NotSaid(_("Something is not met yet: say why the room is closed all the same."))
    now = clock.now(row.organisation_id)
    for keeper in row.watchkeepers.filter(ended_at=None):
        keeper.ended_at = now
        keeper.save(update_fields=["ended_at"])
    row.state, row.closed_by, row.closed_at, row.closing_note = CrisisState.CLOSED, actor, now, said
    row.next_update_at = None
    row.save()
    telling.take_back(row)
    told = telling.stood_down(row) if tell else 0
    left = [one.words for one in unmet]
    record("crisis.closed", row, actor, title=row.title, note=said, unmet=left, why=why, told=told)
    return row


@transaction.atomic
def reopen(crisis: Crisis, actor: User) -> Crisis:
    """Take a closed room up again: what was to be done in it is to be done again, with its deadlines.

    Raises
    ------
    NotYours
        When the actor does not lead.
    AlreadyOpen
        When another room for the same scenario was opened since.
    """
    rows = Crisis.objects.select_for_update(of=("self",)).select_related("organisation", "brand")
    row: Crisis = rows.get(pk=crisis.pk)
    _require_lead(row, actor)
    if row.state == CrisisState.OPEN:
        return row
    actions.require_no_other(row.brand, row.scenario)
    row.state, row.closed_by, row.closed_at = CrisisState.OPEN, None, None
    row.save()
    record("crisis.reopened", row, actor, title=row.title)
    for task in row.tasks.filter(state__in=UNSETTLED):
        task.revision += 1
        task.save(update_fields=["revision"])
        tasks.watch(task, row)
    return row


def _vigilance(crisis: Crisis) -> Criterion:
    found = Vigilance.objects.filter(brand=crisis.brand_id).first()
    level = found.level if found is not None else Level.GREEN
    about = _("Vigilance of %(brand)s is %(level)s.") % {
        "brand": crisis.brand.name,
        "level": Level(level).label,
    }
    return Criterion("vigilance", _("Vigilance is green or yellow"), level in CALM, about)


def _questions(crisis: Crisis) -> Criterion:
    count = crisis.questions.filter(answer="").count()
    about = ngettext("%(n)d question has no answer.", "%(n)d questions have no answer.", count) % {"n": count}
    return Criterion("questions", _("Every question noted has an answer"), not count, about)


def _tasks(crisis: Crisis) -> Criterion:
    count = crisis.tasks.filter(state__in=UNSETTLED).count()
    about = ngettext("%(n)d task is left.", "%(n)d tasks are left.", count) % {"n": count}
    return Criterion("tasks", _("Every task is done or left out"), not count, about)


def _callout(crisis: Crisis) -> Criterion:
    assert crisis.callout is not None
    over = crisis.callout.state != CallOutState.RUNNING
    return Criterion("callout", _("The call-out is over"), over, _("The call-out is still running."))


def _require_lead(crisis: Crisis, actor: User) -> None:
    rows = Membership.objects.filter(user=actor, organisation=crisis.organisation_id)
    if not any(row.may(Role.LEAD) for row in rows):
        raise NotYours(_("Closing and reopening a room need the role of lead. Nothing was changed."))


def _checked(text: str) -> str:
    said = "\n".join(cleaned(line) for line in text.strip().splitlines())
    if len(said) > LONGEST_NOTE:
        raise NotSaid(
            _("These words are too long: %(most)d characters at most. Nothing was changed.")
            % {"most": LONGEST_NOTE}
        )
    return said
