"""A handover note drawn up from the facts: what stands, what was decided, what is owed, what to watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.alerts.models import Level, Vigilance
from tocsin.crisis import evidence, frozen, lines
from tocsin.crisis.commands import DECISION
from tocsin.crisis.models import Crisis, FactState, Handover
from tocsin.crisis.people import on_watch
from tocsin.crisis.selectors import NOW, Room, ShownTask, room
from tocsin.crisis.tasks import UNSETTLED
from tocsin.plan.document.structure import said
from tocsin.ui.words import clock as time_of_day
from tocsin.ui.words import duration, exact, number
from tocsin.watch.abuse import abusive
from tocsin.watch.models import Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import rankings, rollups
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.watches import own_watches, watches

HOUR: Final = timedelta(hours=1)
LOOKED_BACK: Final = timedelta(hours=6)
DECISIONS: Final = 15
NARRATIVES: Final = 3
LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the note: its title, and its lines."""

    title: str
    lines: Sequence[str]


def draft(crisis: Crisis) -> str:
    """Return the note of a room as it stands now, in the active language, to be completed by a person."""
    now = clock.now(crisis.organisation_id)
    parts = [_head(crisis, now), *map(_written, _sections(crisis, now))]
    return "\n\n".join(parts) + "\n"


def since_last(crisis: Crisis) -> datetime:
    """Return when the shift began: when the last handover was taken, else when the room was opened."""
    last: Handover | None = crisis.handovers.exclude(taken_at=None).order_by("-taken_at").first()
    return last.taken_at if last is not None and last.taken_at is not None else crisis.opened_at


def _sections(crisis: Crisis, now: datetime) -> Iterator[Section]:
    shown = room(crisis)
    began = since_last(crisis)
    yield Section(_("Situation"), _situation(crisis, now))
    for state, title in (
        (FactState.CONFIRMED, _("Confirmed")),
        (FactState.UNCONFIRMED, _("Not confirmed: not to be said")),
        (FactState.FALSE, _("False: to be put right when repeated")),
    ):
        yield Section(title, _facts(crisis, state))
    yield Section(_("Decided in this shift"), _decisions(crisis, began))
    yield Section(_("Late"), [_task(one, now) for one in shown.late])
    yield Section(_("To do next"), _next(shown, now))
    yield Section(_("Done in this shift"), _done(shown, began))
    yield Section(_("Open questions"), _questions(crisis))
    yield Section(_("Next update"), [_update(crisis, now)])
    yield Section(_("Who is on"), _people(crisis, now))
    yield Section(_("Evidence and publications"), list(_kept(crisis)))
    yield Section(_("To watch"), [*_narratives(crisis, now), "…"])


def _written(part: Section) -> str:
    return "\n".join([part.title, *(f"- {line}" for line in part.lines or [_none()])])


def _head(crisis: Crisis, now: datetime) -> str:
    title = _("Handover: %(title)s") % {"title": crisis.title}
    about = _("%(brand)s, %(when)s. Began %(onset)s, that is %(since)s ago.") % {
        "brand": crisis.brand.name,
        "when": exact(now),
        "onset": exact(crisis.onset_at),
        "since": duration((now - crisis.onset_at).total_seconds()),
    }
    return f"{title}\n{about}"


def _situation(crisis: Crisis, now: datetime) -> list[str]:
    vigilance = Vigilance.objects.filter(brand=crisis.brand_id).values_list("level", flat=True).first()
    standing = _("Crisis: %(crisis)s. Vigilance of the brand: %(vigilance)s.") % {
        "crisis": Level(crisis.level).label,
        "vigilance": Level(vigilance or Level.GREEN).label,
    }
    return [standing, *_curve(crisis, now)]


def _curve(crisis: Crisis, now: datetime) -> list[str]:
    """Say the curve in words: this hour beside the one before, and how much there was since the onset."""
    ids = [watch.pk for watch in _watches(crisis)]
    if not ids:
        return [_("Nothing watches this brand: nobody knows how much is said.")]
    hour, before = (rollups.totals(ids, now - n * HOUR, now - (n - 1) * HOUR) for n in (1, 2))
    whole = rollups.totals(ids, crisis.onset_at, now)
    turn = {
        1: pgettext("curve", "rising"),
        0: pgettext("curve", "steady"),
        -1: pgettext("curve", "falling"),
    }[_direction(hour.volume, before.volume)]
    words = _(
        "Mentions in the last hour: %(hour)s (%(negative)s negative); in the hour before: %(before)s; "
        "%(turn)s."
    )
    counts = {"hour": hour.volume, "negative": hour.negative, "before": before.volume}
    since = _("Since it began: %(whole)s mentions, of which %(negative)s negative.")
    return [
        words % {**{name: number(count) for name, count in counts.items()}, "turn": turn},
        since % {"whole": number(whole.volume), "negative": number(whole.negative)},
    ]


def _direction(now: int, before: int) -> int:
    """Tell rising from falling: a fifth more or less, and more than a handful."""
    if abs(now - before) <= max(3, before / 5):
        return 0
    return 1 if now > before else -1


def _facts(crisis: Crisis, state: str) -> list[str]:
    found = crisis.facts.filter(state=state)
    return [_source(fact.text, fact.source) for fact in found] or [_none()]


def _decisions(crisis: Crisis, began: datetime) -> list[str]:
    made = [line for line in lines.lines(crisis, kinds=[DECISION]) if line.at >= began]
    found = [f"{time_of_day(line.at)} {_cut(line.text or line.sentence)} ({line.who})" for line in made]
    return found[-DECISIONS:] or [_none()]


def _next(shown: Room, now: datetime) -> list[str]:
    open_ = [one for one in shown.tasks if one.row.state in UNSETTLED and not one.late]
    first = [one for one in open_ if one.group == NOW] or open_
    return [_task(one, now) for one in first[:DECISIONS]] or [_none()]


def _done(shown: Room, began: datetime) -> list[str]:
    settled = [one for one in shown.tasks if one.row.settled_at is not None and one.row.settled_at >= began]
    return [_settled(one) for one in settled] or [_none()]


def _task(one: ShownTask, now: datetime) -> str:
    row = one.row
    who = one.doer.name if one.doer is not None else _("nobody")
    if row.due_at is None:
        return f"{_words(one)} ({who})"
    late = _("late since %(time)s") if row.due_at <= now else _("due at %(time)s")
    return f"{_words(one)} ({who}, {late % {'time': time_of_day(row.due_at)}})"


def _settled(one: ShownTask) -> str:
    reason = _("left out: %(reason)s") % {"reason": one.row.reason} if one.row.reason else ""
    who = str(one.row.settled_by) if one.row.settled_by is not None else ""
    beside = ", ".join(filter(None, (who, reason)))
    return f"{_words(one)} ({beside})" if beside else _words(one)


def _words(one: ShownTask) -> str:
    return _cut(said(one.row.words, get_language() or "fr"))


def _questions(crisis: Crisis) -> list[str]:
    return [_cut(one.text) for one in crisis.questions.filter(answered_at=None)] or [_none()]


def _update(crisis: Crisis, now: datetime) -> str:
    at = crisis.next_update_at
    if at is None:
        return _("none promised")
    words = _("was due %(when)s: late") if at <= now else _("due %(when)s")
    return words % {"when": exact(at)}


def _people(crisis: Crisis, now: datetime) -> list[str]:
    since = _("%(name)s, for %(time)s")
    found = [
        since % {"name": one.name, "time": duration((now - one.began_at).total_seconds())}
        for one in on_watch(crisis)
    ]
    return found or [_("nobody")]


def _kept(crisis: Crisis) -> Iterator[str]:
    count = evidence.of(crisis).count()
    yield ngettext("%(n)s post secured", "%(n)s posts secured", count) % {"n": number(count)}
    freeze = frozen.of(crisis.brand)
    if freeze is None:
        yield _("Publications are not frozen")
        return
    left = frozen.left(frozen.states(freeze))
    yield _("Publications frozen until %(until)s") % {"until": exact(freeze.until)}
    if left:
        yield ngettext(
            "%(n)s tool is not known to be stopped", "%(n)s tools are not known to be stopped", left
        ) % {"n": left}


def _narratives(crisis: Crisis, now: datetime) -> list[str]:
    """Name what was told most in the last hours."""
    ids = [watch.pk for watch in _watches(crisis)]
    zone = ZoneInfo(crisis.organisation.time_zone)
    span = Period("custom", max(crisis.onset_at, now - LOOKED_BACK), now, zone)
    if not ids or span.start >= span.end:
        return []
    low, high = span.places
    wanted = Wanted(crisis.organisation_id, ids, low, high)
    found = rankings.narratives(wanted, rankings.newest(wanted), NARRATIVES)
    return [_narrative(one) for one in found if one.count > 1]


def _narrative(one: rankings.Narrative) -> str:
    text = one.post.title or one.post.text
    shown = _("abusive words, not repeated here") if abusive(text) else _cut(text)
    return _("“%(text)s” (%(count)s posts)") % {"text": shown, "count": number(one.count)}


def _watches(crisis: Crisis) -> list[Watch]:
    return own_watches([one for one in watches(crisis.organisation) if one.brand_id == crisis.brand_id])


def _source(text: str, source: str) -> str:
    return _("%(fact)s (source: %(source)s)") % {"fact": text, "source": source} if source else text


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _none() -> str:
    return pgettext("nothing of this kind", "none")
