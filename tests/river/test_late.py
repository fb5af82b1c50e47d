"""Posts that come late, through the whole way: a feed that was out, and what it then brings at once."""

import random

import numpy as np
import pytest

from tests.river.bakery import BERTHIER, NOON_MINUTE, NOON_MS, ORGANISATION, Stages, post
from tests.river.test_watchtower import GLASS, look, raised, tower_of
from tests.store.tables import Tables
from tocsin.river.watchtower import Watchtower
from tocsin.store import Store, StoreUnavailable
from tocsin.store.schema import UNIT_LATE

DAYS, OUTAGE = 5, 45


def busy_days(stages: Stages, tower: Watchtower, an_hour: float) -> None:
    """Bring days with the rhythm of a bakery: busy mornings, quiet nights, half as much on Sundays."""
    rng = np.random.default_rng(3)
    look(tower, 0)
    stages.closed = NOON_MINUTE - 1
    moments = []
    for hour in range(-DAYS * 24, 0):
        mean = an_hour * _rhythm(hour)
        moments += [hour * 3600 + int(s) for s in rng.integers(0, 3600, rng.poisson(mean))]
    stages.take([post(moment, author_id=f"client-{moment % 50}") for moment in sorted(moments)])
    tower.go_over_backfill(ORGANISATION)


def _rhythm(hour: int) -> float:
    weekday = (hour + 12) // 24 % 7
    return float(np.exp(0.6 * np.cos(hour / 24 * 2 * np.pi))) * (0.5 if weekday == 6 else 1.0)


def usual_hour(an_hour: float, seed: int) -> list[dict[str, object]]:
    """Return what customers say in the minutes of the outage, as usual."""
    rng = np.random.default_rng(seed)
    amount = rng.poisson(an_hour * _rhythm(0) * OUTAGE / 60)
    moments = sorted(rng.integers(60, OUTAGE * 60, amount).tolist())
    return [post(s, id=f"x:late-{n}", author_id=f"client-{n % 50}") for n, s in enumerate(moments)]


def crisis(first_minute: int, amount: int) -> list[dict[str, object]]:
    """Return ten minutes of angry customers."""
    rnd = random.Random(5)
    return [
        post(first_minute * 60 + rnd.randrange(600), GLASS, id=f"x:verre-{n}", author_id=f"colere-{n}")
        for n in range(amount)
    ]


def catch_up(stages: Stages, tower: Watchtower, posts: list[dict[str, object]]) -> None:
    """Let the feed be silent for the outage, then bring everything at once and look."""
    for minute in range(1, OUTAGE + 1):
        look(tower, minute * 60)
    stages.closed = NOON_MINUTE + OUTAGE - 1
    stages.take(posts)
    tower.stored(ORGANISATION, [BERTHIER])
    look(tower, OUTAGE * 60 + 1)


@pytest.mark.parametrize("an_hour", [5, 20, 60, 200])
def test_a_feed_that_catches_up_after_an_outage_raises_nothing(
    store: Store, tables: Tables, an_hour: int
) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, an_hour)
    before = raised(tables)
    catch_up(stages, tower, usual_hour(an_hour, seed=an_hour))
    look(tower, OUTAGE * 60 + 120)
    assert raised(tables) == before
    assert tables.value(f"SELECT count(*) FROM rollup WHERE unit={UNIT_LATE}") == 0


def test_a_crisis_during_the_outage_is_raised_at_the_catch_up_and_dated_by_its_posts(
    store: Store, tables: Tables
) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, 20)
    catch_up(stages, tower, usual_hour(20, seed=1) + crisis(10, 60))
    [alert] = [change for change in store.raised(BERTHIER) if not change.historic]
    assert alert.change == "begin"
    assert NOON_MINUTE + 10 <= alert.since <= alert.minute <= NOON_MINUTE + 25
    reasons = {reason["code"]: reason["figures"] for reason in alert.data["reasons"]}
    assert reasons["count_above_usual"]["minute"] == alert.minute
    assert reasons["authors"]["count"] >= 30
    assert tables.value(
        f"SELECT count(*) FROM mention WHERE watch={BERTHIER} AND n IN "
        f"({','.join(map(str, alert.data['posts']))}) AND sentiment < 0"
    ) == len(alert.data["posts"])


def test_what_a_look_took_is_taken_once_whether_or_not_the_river_is_killed_before_it_is_stored(
    store: Store, tables: Tables
) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, 20)
    catch_up(stages, tower, crisis(10, 60))
    look(tower_of(store), OUTAGE * 60 + 2)
    look(tower_of(store), OUTAGE * 60 + 60)
    look(tower_of(store), OUTAGE * 60 + 61)
    live = [
        (change, since) for change, since in tables.rows("SELECT change, since FROM raised WHERE historic=0")
    ]
    assert len({since for _, since in live}) == 1
    assert [change for change, _ in live].count("begin") == 1
    assert tables.value(f"SELECT count(*) FROM rollup WHERE unit={UNIT_LATE}") == 0


def test_the_state_is_stored_with_what_was_taken_or_neither_is(
    store: Store, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, 20)
    catch_up(stages, tower, usual_hour(20, seed=1))
    waiting = tables.value(f"SELECT sum(volume) FROM rollup WHERE unit={UNIT_LATE}")
    state = tables.value(f"SELECT state FROM detector WHERE watch={BERTHIER}")

    def full(change: object) -> int:
        raise StoreUnavailable("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "watched", full)
        with pytest.raises(StoreUnavailable):
            look(tower, OUTAGE * 60 + 60)
    assert tables.value(f"SELECT sum(volume) FROM rollup WHERE unit={UNIT_LATE}") == waiting > 0
    assert tables.value(f"SELECT state FROM detector WHERE watch={BERTHIER}") == state
    look(tower, OUTAGE * 60 + 61)
    assert tables.value(f"SELECT count(*) FROM rollup WHERE unit={UNIT_LATE}") == 0
    stored = tower_of(store)
    look(stored, OUTAGE * 60 + 62)
    assert stored._posts[ORGANISATION].bank.dump(BERTHIER) == tower._posts[ORGANISATION].bank.dump(BERTHIER)


def test_a_source_that_is_always_some_minutes_late_is_seen_like_one_that_is_not(
    store: Store, tables: Tables
) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, 20)
    moments = sorted(usual_hour(60, seed=8) + crisis(20, 60), key=lambda one: str(one["published_at"]))
    for minute in range(1, OUTAGE + 12):
        look(tower, minute * 60)
        stages.closed = NOON_MINUTE + minute - 1
        due = [one for one in moments if _minute(one) <= minute - 7]
        moments = [one for one in moments if _minute(one) > minute - 7]
        if due:
            stages.take(due)
            tower.stored(ORGANISATION, [BERTHIER])
            look(tower, minute * 60 + 1)
    begun = [change for change in store.raised(BERTHIER) if change.change == "begin" and not change.historic]
    assert len(begun) == 1
    assert NOON_MINUTE + 20 <= begun[0].since <= NOON_MINUTE + 25


def _minute(one: dict[str, object]) -> int:
    text = str(one["published_at"])
    return (int(text[11:13]) - NOON_MS // 3_600_000 % 24) * 60 + int(text[14:16])


def test_a_state_that_cannot_be_read_is_learnt_again_from_the_past(store: Store, tables: Tables) -> None:
    stages, tower = Stages(store), tower_of(store)
    busy_days(stages, tower, 60)
    look(tower, 60)
    with store.transaction() as connection:  # type: ignore[attr-defined]  # the store of this test is SQLite
        connection.execute("UPDATE detector SET state=?", (b"of another version",))
    before = raised(tables)
    again = tower_of(store)
    look(again, 61)
    again.go_over_backfill(ORGANISATION)
    bank = again._posts[ORGANISATION].bank
    assert bank.expected(BERTHIER, [NOON_MINUTE + 60], 60).mid[0] > 40
    assert raised(tables) == before
