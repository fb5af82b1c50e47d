"""How a crisis stands: what the watch sees since the onset, what is owed, what is late, who is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.alerts.models import Alert, Level, Vigilance
from tocsin.callout.models import Call, CallOut, CallState, RoleCall
from tocsin.crisis import asked, evidence, frozen
from tocsin.crisis.asked import Asked
from tocsin.crisis.models import Crisis, Freeze, Question, Watchkeeper
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


class Situation:
    """Everything that stands at the top of a room; each part is asked for only when a template shows it.

    Of a closed crisis, how it stood at its end.
    """

    def __init__(self, crisis: Crisis) -> None:
        self.crisis = crisis
        self.now = crisis.closed_at or clock.now(crisis.organisation_id)

    @cached_property
    def _ids(self) -> list[int]:
        return [watch.pk for watch in own_watches(list(self.crisis.brand.watches.all()))]

    @cached_property
    def _wanted(self) -> Wanted:
        return _wanted(self.crisis, self._ids, self.now)

    @property
    def watched(self) -> bool:
        """Whether anything watches the brand."""
        return bool(self._ids)

    @cached_property
    def level(self) -> str:
        """Vigilance of the brand, as the watch has it; the crisis' own level is people's."""
        found = Vigilance.objects.filter(brand=self.crisis.brand_id).first()
        return found.level if found is not None else Level.GREEN

    @cached_property
    def hour(self) -> int:
        """Mentions in the last hour."""
        end = self.now + timedelta(seconds=1)
        return int(rollups.totals(self._ids, self.now - HOUR, end).volume) if self._ids else 0

    @cached_property
    def chart(self) -> Chart | None:
        """The curve since the onset, with what is usual, the alerts and the decisions on it."""
        return curve(self.crisis, self._ids, self.now, self.decisions) if self._ids else None

    @cached_property
    def outlook(self) -> str:
        """The forecast in words, or that it is too early to say; nothing once the crisis is closed."""
        if not self._ids or self.crisis.closed_at is not None:
            return ""
        end = self.now + timedelta(seconds=1)
        ahead = outlook.forecast(self._ids, Period("24h", end - timedelta(hours=24), end, _zone(self.crisis)))
        return ahead.words if ahead is not None else ""

    @cached_property
    def narratives(self) -> list[Told]:
        """The narratives with most posts, and how each goes."""
        return _narratives(self.crisis, self._wanted, self.now) if self._ids else []

    @cached_property
    def questions(self) -> list[Question]:
        """What the room noted that people ask."""
        return list(self.crisis.questions.all())

    @cached_property
    def asked(self) -> list[Asked]:
        """What people ask most, what they have not been told first."""
        return asked.asked(self._wanted, self.questions)

    @cached_property
    def on(self) -> list[Watchkeeper]:
        """Who is on, first who came first."""
        return on_watch(self.crisis)

    @cached_property
    def called(self) -> Called | None:
        """How far the call-out is; None without one."""
        return called(self.crisis)

    @cached_property
    def decisions(self) -> list[Entry]:
        """The last decisions, the first of them first."""
        return _decisions(self.crisis)

    @cached_property
    def freeze(self) -> Freeze | None:
        """The running freeze of the brand's publications; None without one."""
        return frozen.of(self.crisis.brand) if self.crisis.closed_at is None else None

    @cached_property
    def pieces(self) -> int:
        """How many posts were secured for the crisis."""
        return int(evidence.of(self.crisis).count())


def situation(crisis: Crisis) -> Situation:
    """Return how a crisis stands."""
    return Situation(crisis)


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
