"""The log as a list: every decision, message, call, alert and task of a crisis in one dated list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.alerts.models import Alert
from tocsin.crisis import commands
from tocsin.crisis.models import Crisis, FactState
from tocsin.crisis.recording import target_of
from tocsin.journal.models import Entry, Seal
from tocsin.journal.people import PREFIX
from tocsin.journal.verify import whole
from tocsin.watch.selectors.watches import OWN_KINDS

SHOWN = 60
MOST_ALERTS = 200
TYPED = {
    "crisis.noted": commands.NOTE,
    "crisis.decided": commands.DECISION,
    "crisis.call_noted": commands.CALL,
    "crisis.message_noted": commands.MESSAGE,
    "crisis.fact_stated": commands.FACT,
    "crisis.fact_judged": commands.FACT,
    "crisis.question_asked": commands.QUESTION,
    "crisis.question_answered": commands.QUESTION,
    "crisis.question_reopened": commands.QUESTION,
    "crisis.came_on": commands.WHO,
    "crisis.went_off": commands.WHO,
}
CORRECTABLE = {
    "crisis.noted",
    "crisis.decided",
    "crisis.call_noted",
    "crisis.message_noted",
    "crisis.fact_stated",
    "crisis.fact_judged",
    "crisis.question_asked",
}
"""Lines that people typed: another line may say what is right."""
TASK, ALERT, CALLOUT, ROOM = "task", "alert", "callout", "room"
FILTERS = (
    commands.DECISION,
    commands.FACT,
    commands.QUESTION,
    commands.MESSAGE,
    commands.CALL,
    commands.WHO,
    commands.NOTE,
    TASK,
    ALERT,
    CALLOUT,
    ROOM,
)
"""Kinds of lines, in the order in which the log offers them."""


@dataclass(frozen=True)
class Correction:
    """What somebody said later about a line."""

    who: str
    at: datetime
    text: str
    sequence: int


@dataclass(frozen=True)
class Line:
    """One line of the log.

    Attributes
    ----------
    text
        What somebody typed; empty where a sentence says it.
    sentence
        The entry in words, in the active language.
    state, source
        Of a fact.
    whole
        Whether the entry and what it says are as they were written, by their hashes.
    """

    entry: Entry
    kind: str
    who: str
    at: datetime
    text: str
    sentence: str
    state: str = ""
    source: str = ""
    erased: bool = False
    whole: bool = True
    corrections: Sequence[Correction] = field(default_factory=list)

    @property
    def sequence(self) -> int:
        """Return the place in the journal's chain."""
        return int(self.entry.sequence)

    @property
    def place(self) -> int:
        """Return the place in the journal's chain."""
        return self.sequence

    @property
    def hash(self) -> str:
        """Return the hash of the entry, which the next one in the chain takes up."""
        return str(self.entry.hash)

    @property
    def verb(self) -> str:
        """Return the verb that was recorded."""
        return str(self.entry.verb)

    @property
    def correctable(self) -> bool:
        """Return whether people typed it, so that they may say what is right."""
        return self.entry.verb in CORRECTABLE and not self.erased

    @property
    def state_word(self) -> str:
        """Return the state of a fact in words, nothing for other lines."""
        return str(FactState(self.state).label) if self.state in FactState.values else ""


def entries(crisis: Crisis) -> QuerySet[Entry]:
    """Return the journal's entries of a room: its own, its call-out's, its brand's alerts until its end."""
    own = Q(watch=None) | Q(watch__kind__in=OWN_KINDS)  # a rival's troubles are not the crisis
    alerts = Alert.objects.filter(own, brand=crisis.brand_id, historic=False, began_at__gte=crisis.onset_at)
    if crisis.closed_at is not None:
        alerts = alerts.filter(began_at__lte=crisis.closed_at)
    ids = list(alerts.order_by("-pk").values_list("pk", flat=True)[:MOST_ALERTS])
    if crisis.callout is not None and crisis.callout.alert_id is not None:
        ids.append(crisis.callout.alert_id)
    targets = [target_of(crisis), *(f"alerts.alert:{pk}" for pk in ids)]
    if crisis.callout_id is not None:
        targets.append(f"callout.callout:{crisis.callout_id}")
    about = Q(target__in=targets)
    if crisis.closed_at is not None:
        about &= Q(target=target_of(crisis)) | Q(occurred_at__lte=crisis.closed_at)
    return (
        Entry.objects.filter(about, organisation=crisis.organisation_id)
        .select_related("payload")
        .order_by("sequence")
    )


def lines(
    crisis: Crisis,
    after: int = 0,
    *,
    kinds: Iterable[str] = (),
    words: str = "",
    before: int = 0,
    most: int = 0,
) -> list[Line]:
    """Return the lines of a log in the order in which they were written, corrections under what they correct.

    Parameters
    ----------
    after, before
        Only lines after, or before, this place in the chain; corrections of earlier lines are left out.
    kinds
        Only lines of these kinds (`FILTERS`); all when empty.
    words
        Only lines that say all of these words, wherever.
    most
        How many of the last lines; all when 0.
    """
    rows = entries(crisis).filter(sequence__gt=after).exclude(verb="crisis.corrected")
    if before:
        rows = rows.filter(sequence__lt=before)
    wanted = set(kinds)
    plainly = not wanted and not words.strip()
    newest = rows.order_by("-sequence")
    found = _lines(crisis, list(newest[:most] if most and plainly else newest)[::-1])
    if not plainly:
        found = [line for line in found if _fits(line, wanted, words)]
    return found[-most:] if most else found


def kind_of(verb: str) -> str:
    """Return the kind of line that a verb makes."""
    if verb in TYPED:
        return TYPED[verb]
    app, _dot, name = verb.partition(".")
    if app == "alerts":
        return ALERT
    if app == "callout":
        return CALLOUT
    return TASK if name.startswith(("task_", "point_")) else ROOM


def sealed_until(crisis: Crisis) -> Seal | None:
    """Return the last signed head of the chain that the room's lines stand in."""
    seal: Seal | None = Seal.objects.filter(organisation=crisis.organisation_id).order_by("-sequence").first()
    return seal


def _lines(crisis: Crisis, rows: Sequence[Entry]) -> list[Line]:
    corrections = _corrections(crisis, rows)
    known = names([*rows, *(entry for found in corrections.values() for entry in found)])
    return [_line(entry, known, corrections.get(entry.sequence, ())) for entry in rows]


def _line(entry: Entry, known: Mapping[str, str], corrections: Sequence[Entry]) -> Line:
    data = entry.data
    kind = kind_of(entry.verb)
    typed = entry.verb in TYPED and kind != commands.WHO
    return Line(
        entry=entry,
        kind=kind,
        who=known.get(entry.actor) or _("a person who left"),
        at=entry.occurred_at,
        text=str(data.get("text") or "") if typed else "",
        sentence=entry.sentence,
        state=str(data.get("state") or "") if kind == commands.FACT else "",
        source=str(data.get("source") or "") if kind == commands.FACT else "",
        erased=entry.payload.erased_at is not None,
        whole=whole(entry),
        corrections=[_correction(one, known) for one in corrections],
    )


def _correction(entry: Entry, known: Mapping[str, str]) -> Correction:
    who = known.get(entry.actor) or _("a person who left")
    return Correction(who, entry.occurred_at, str(entry.data.get("text") or ""), entry.sequence)


def _corrections(crisis: Crisis, rows: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return the corrections of lines, by the place of the line."""
    if not rows:
        return {}
    found: dict[int, list[Entry]] = {}
    made = Entry.objects.filter(
        organisation=crisis.organisation_id,
        target=target_of(crisis),
        verb="crisis.corrected",
        sequence__gt=rows[0].sequence,
    )
    for entry in made.select_related("payload").order_by("sequence"):
        corrected = entry.data.get("corrects")
        if isinstance(corrected, int):
            found.setdefault(corrected, []).append(entry)
    return found


def names(rows: Iterable[Entry]) -> dict[str, str]:
    """Return who acted in entries, by their opaque id, and let the entries' own sentences know it."""
    rows = list(rows)
    ids = {entry.actor for entry in rows if entry.actor.startswith(PREFIX)}
    keys = {int(one.removeprefix(PREFIX)) for one in ids if one.removeprefix(PREFIX).isdecimal()}
    users = {f"{PREFIX}{user.pk}": str(user) for user in User.objects.filter(pk__in=keys)}
    for entry in rows:
        if entry.actor in users:
            setattr(entry, "actor_known_as", users[entry.actor])  # noqa: B010 - no field of the model
    return {**users, "": "Tocsin"}


def _fits(line: Line, kinds: set[str], words: str) -> bool:
    if kinds and line.kind not in kinds:
        return False
    said = (line.text, line.sentence, line.source, line.who, *(one.text for one in line.corrections))
    plain = commands.plain(" ".join(said))
    return all(word in plain for word in commands.plain(words).split())
