"""How a crisis stands: what the watch sees since the onset, what is owed, what is late, who is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.alerts.models import Alert, Level, Vigilance
from tocsin.callout.models import Call, CallOut, CallState, RoleCall
from tocsin.crisis import asked
from tocsin.crisis.asked import Asked
from tocsin.crisis.models import Crisis, Question, Watchkeeper
from tocsin.crisis.people import COMES, on_watch
from tocsin.crisis.recording import target_of
from tocsin.journal.models import Entry
from tocsin.watch import charts
from tocsin.watch.charts import Chart, Mark
from tocsin.watch.period import Period, place_at
from tocsin.watch.selectors import outlook, rankings, rollups, usual
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.rankings import Narrative
from tocsin.watch.selectors.watches import own_watches

HOUR = timedelta(hours=1)
BEFORE, LONGEST = timedelta(hours=1), timedelta(days=30)
GROWS, FADES = 1.5, 0.67
MOST_MARKS, NARRATIVES = 60, 5


@dataclass(frozen=True)
class Told:
    """A narrative with how it goes: its posts in the last hour and in the hour before."""

    narrative: Narrative
    hour: int
    before: int

    @property
    def state(self) -> str:
        """Return ``rising``, ``steady``, ``fading`` or ``silent``, by the last hour beside the one before."""
        if not self.hour:
            return "silent"
        if self.hour >= GROWS * self.before and self.hour - self.before >= 2:
            return "rising"
        return "fading" if self.hour <= FADES * self.before else "steady"

    @property
    def state_words(self) -> str:
        """Return how it goes in words."""
        return {
            "rising": _("rising"),
            "steady": _("steady"),
            "fading": _("fading"),
            "silent": _("silent for an hour"),
        }[self.state]


@dataclass(frozen=True)
class Called:
    """How far the call-out is: roles for which somebody comes, of those that were called."""

    callout: CallOut
    roles: int
    covered: int
    silent: int


@dataclass(frozen=True)
class Situation:
    """Everything that stands at the top of a room.

    Attributes
    ----------
    level
        Vigilance of the brand, as the watch has it; the crisis' own level is people's.
    outlook
        The forecast in words, or that it is too early to say.
    hour, hour_before
        Mentions in the last hour, and in the one before.
    watched
        Whether anything watches the brand.
    """

    now: datetime
    level: str
    watched: bool
    chart: Chart | None = None
    outlook: str = ""
    hour: int = 0
    hour_before: int = 0
    negative: int = 0
    narratives: Sequence[Told] = field(default_factory=list)
    asked: Sequence[Asked] = field(default_factory=list)
    open_questions: int = 0
    on: Sequence[Watchkeeper] = field(default_factory=list)
    called: Called | None = None
    decisions: Sequence[Entry] = field(default_factory=list)

    @property
    def untold(self) -> list[Asked]:
        """Return what people ask and the room has no answer to."""
        return [one for one in self.asked if not one.told]


def situation(crisis: Crisis) -> Situation:
    """Return how a crisis stands; of a closed one, how it stood at its end."""
    now = crisis.closed_at or clock.now(crisis.organisation_id)
    ids = [watch.pk for watch in own_watches(list(crisis.brand.watches.all()))]
    vigilance = Vigilance.objects.filter(brand=crisis.brand_id).first()
    questions = list(crisis.questions.all())
    decisions = _decisions(crisis)
    seen = _seen(crisis, ids, now, questions, decisions) if ids else {}
    return Situation(
        now=now,
        level=vigilance.level if vigilance is not None else Level.GREEN,
        watched=bool(ids),
        open_questions=sum(not one.answer for one in questions),
        on=on_watch(crisis),
        called=called(crisis),
        decisions=decisions,
        **seen,  # type: ignore[arg-type]  # what the watch sees, by name
    )


def curve(crisis: Crisis, ids: Sequence[int], now: datetime, decisions: Sequence[Entry]) -> Chart:
    """Return the curve since the onset, with what is usual, the alerts and the decisions on it."""
    start = max(crisis.onset_at - BEFORE, now - LONGEST)
    span = Period("custom", start, now + timedelta(seconds=1), _zone(crisis))
    alerts = Alert.objects.filter(
        brand=crisis.brand_id, watch__in=ids, began_at__gte=start, began_at__lte=now
    )
    expected = usual.expected(ids, span)
    chart = charts.build(ids, span, alerts=list(alerts[:MOST_MARKS]), expected=expected)
    chart.marks.extend(Mark(entry.occurred_at, str(entry.data.get("text") or "")) for entry in decisions)
    return chart


def wanted_of(crisis: Crisis, now: datetime | None = None) -> Wanted:
    """Return what is looked at for a crisis: its brand's own watches, from the onset on."""
    ids = [watch.pk for watch in own_watches(list(crisis.brand.watches.all()))]
    return _wanted(crisis, ids, now or clock.now(crisis.organisation_id))


def called(crisis: Crisis) -> Called | None:
    """Return how far the call-out of a crisis is; None without one."""
    if crisis.callout is None:
        return None
    calls = Call.objects.filter(callout=crisis.callout).values_list("role_call", "state")
    covered = {role for role, state in calls if state in COMES}
    silent = sum(state == CallState.SILENT for _role, state in calls)
    roles = RoleCall.objects.filter(callout=crisis.callout).count()
    return Called(crisis.callout, roles, len(covered), silent)


def _seen(
    crisis: Crisis,
    ids: Sequence[int],
    now: datetime,
    questions: Sequence[Question],
    decisions: Sequence[Entry],
) -> dict[str, object]:
    wanted = _wanted(crisis, ids, now)
    hour = rollups.totals(ids, now - HOUR, now + timedelta(seconds=1))
    day = Period("24h", now - timedelta(hours=24), now + timedelta(seconds=1), _zone(crisis))
    ahead = outlook.forecast(ids, day) if crisis.closed_at is None else None
    return {
        "chart": curve(crisis, ids, now, decisions),
        "outlook": ahead.words if ahead is not None else "",
        "hour": hour.volume,
        "negative": hour.negative,
        "hour_before": rollups.totals(ids, now - 2 * HOUR, now - HOUR).volume,
        "narratives": _narratives(crisis, wanted, now),
        "asked": asked.asked(crisis, wanted, questions),
    }


def _wanted(crisis: Crisis, ids: Sequence[int], now: datetime) -> Wanted:
    start = max(crisis.onset_at - BEFORE, now - LONGEST)
    return Wanted(crisis.organisation_id, ids, place_at(start), place_at(now + timedelta(seconds=1)))


def _narratives(crisis: Crisis, wanted: Wanted, now: datetime) -> list[Told]:
    largest = rankings.narratives(wanted, rankings.newest(wanted), NARRATIVES)
    if not largest:
        return []
    keys = [one.key for one in largest]
    since, middle = place_at(now - 2 * HOUR), place_at(now - HOUR)
    groups = {crisis.brand_id: wanted.watch_ids}
    last = rankings.told_in_groups(groups, middle, wanted.high, 1, keys).get(crisis.brand_id, [])
    before = rankings.told_in_groups(groups, since, middle, 1, keys).get(crisis.brand_id, [])
    in_hour = {one.narrative: one.count for one in last}
    earlier = {one.narrative: one.count for one in before}
    return [Told(one, in_hour.get(one.key, 0), earlier.get(one.key, 0)) for one in largest]


def _decisions(crisis: Crisis) -> list[Entry]:
    """Return the last decisions, the first of them first."""
    rows = Entry.objects.filter(
        organisation=crisis.organisation_id, target=target_of(crisis), verb="crisis.decided"
    )
    return list(rows.select_related("payload").order_by("-sequence")[:MOST_MARKS])[::-1]


def _zone(crisis: Crisis) -> ZoneInfo:
    return ZoneInfo(crisis.organisation.time_zone)
