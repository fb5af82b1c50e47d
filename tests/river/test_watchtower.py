"""Detection in the river: live within a look, once by key, and the past without calling anybody."""

import random

import pytest

from tests.river.bakery import BERTHIER, BRAND, NOON_MINUTE, NOON_MS, ORGANISATION, Stages, post
from tests.store.tables import Tables
from tocsin.river.reasons import Explainer
from tocsin.river.watches import Watched
from tocsin.river.watchtower import Watchtower
from tocsin.store import Store, StoreUnavailable
from tocsin.stream.rollup import MINUTE_MS

DAY = 86_400
GLASS = "Du verre dans le pain de la Maison Berthier, je suis furieuse"


def tower_of(store: Store) -> Watchtower:
    tower = Watchtower(store, Explainer(store))
    tower.use({ORGANISATION: [Watched(BERTHIER, ORGANISATION, BRAND, 2.0)]})
    return tower


def look(tower: Watchtower, seconds: float) -> int:
    """Let the tower look at so many seconds after noon."""
    return tower.tick(lambda organisation: NOON_MS + int(seconds * 1000))


def quiet_days(stages: Stages, days: int = 6) -> None:
    """Bring some days before noon in which a few customers an hour say something."""
    rnd = random.Random(7)
    moments = sorted(rnd.randrange(-days * DAY, -7200) for _ in range(days * 24 * 3))
    stages.take([post(moment, author_id=f"client-{moment % 50}") for moment in moments])


def burst(stages: Stages, start: int, amount: int = 60, seconds: int = 40) -> None:
    """Bring an outburst that lasts some seconds."""
    stages.take(
        [
            post(
                start + number * seconds // amount,
                GLASS,
                id=f"x:{start}-{number}",
                author_id=f"colere-{number}",
            )
            for number in range(amount)
        ]
    )


def raised(tables: Tables) -> list[tuple[str, int]]:
    return tables.rows("SELECT change, historic FROM raised ORDER BY sequence")


@pytest.fixture
def usual(store: Store) -> tuple[Stages, Watchtower]:
    """Stages and a tower that know what is usual at Maison Berthier."""
    stages, tower = Stages(store), tower_of(store)
    look(tower, 0)
    stages.closed = NOON_MINUTE - 1
    quiet_days(stages)
    tower.go_over_backfill(ORGANISATION)
    return stages, tower


def test_a_burst_is_raised_at_the_next_look_while_its_minute_is_open(
    usual: tuple[Stages, Watchtower], tables: Tables
) -> None:
    stages, tower = usual
    burst(stages, 0)
    tower.stored(ORGANISATION, [BERTHIER])
    assert look(tower, 41) == 1
    assert raised(tables) == [("begin", 0)]
    assert tables.value("SELECT minute FROM raised") == NOON_MINUTE


def test_a_raised_alert_carries_its_reasons_and_its_posts(
    usual: tuple[Stages, Watchtower], store: Store
) -> None:
    stages, tower = usual
    burst(stages, 0)
    tower.stored(ORGANISATION, [BERTHIER])
    look(tower, 41)
    [alert] = store.raised(BERTHIER)
    assert alert.data["reasons"][0]["code"] == "count_above_usual"
    assert {"code": "authors", "figures": {"count": 60, "posts": 60}} in alert.data["reasons"]
    assert len(alert.data["posts"]) == 50


def test_looking_again_folding_and_starting_anew_raise_nothing_twice(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, tower = usual
    burst(stages, 0)
    tower.stored(ORGANISATION, [BERTHIER])
    look(tower, 41)
    tower.stored(ORGANISATION, [BERTHIER])
    look(tower, 42)
    look(tower, 60)
    look(tower_of(store), 61)
    assert [change for change, _ in raised(tables)].count("begin") == 1


def test_a_river_that_was_killed_looks_at_what_it_stored_of_the_open_minute(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, _ = usual
    burst(stages, 0)
    assert look(tower_of(store), 41) == 1
    assert raised(tables) == [("begin", 0)]


def test_an_episode_ends_in_silence(usual: tuple[Stages, Watchtower], tables: Tables) -> None:
    stages, tower = usual
    burst(stages, 0)
    for minute in range(1, 240):
        look(tower, minute * 60)
    assert [change for change, _ in raised(tables)][-1] == "end"


def test_posts_that_come_after_their_minute_are_still_seen(
    usual: tuple[Stages, Watchtower], tables: Tables
) -> None:
    stages, tower = usual
    look(tower, 600)
    stages.closed = NOON_MINUTE + 9
    burst(stages, 300)
    tower.stored(ORGANISATION, [BERTHIER])
    assert look(tower, 601) == 1
    assert raised(tables) == [("begin", 0)]


def test_what_a_file_brings_of_the_last_hour_is_no_news_of_this_minute(
    usual: tuple[Stages, Watchtower], tables: Tables
) -> None:
    stages, tower = usual
    look(tower, 600)
    stages.closed, stages.scopes = NOON_MINUTE + 9, ("source:7", "import:3")
    burst(stages, 300)
    tower.stored(ORGANISATION, [BERTHIER])
    assert look(tower, 601) == 0
    tower.go_over_backfill(ORGANISATION, everything=True)
    assert {historic for _, historic in raised(tables)} == {1}


def test_an_old_file_raises_historic_alerts_and_leaves_the_present_alone(
    store: Store, tables: Tables
) -> None:
    stages, tower = Stages(store), tower_of(store)
    look(tower, 0)
    year = 365 * DAY
    rnd = random.Random(7)
    stages.take([post(-year + rnd.randrange(6 * DAY), id=f"x:old-{n}") for n in range(400)])
    burst(stages, -year + 6 * DAY)
    assert look(tower, 1) == 0
    assert tower.go_over_backfill(ORGANISATION, everything=True) > 0
    assert {historic for _, historic in raised(tables)} == {1}
    assert tower.go_over_backfill(ORGANISATION, everything=True) == 0
    assert store.most_backfill() == 0


def test_a_burst_after_an_imported_one_of_the_same_day_is_raised_as_live(
    store: Store, tables: Tables
) -> None:
    stages = Stages(store)
    tower = tower_of(store)
    look(tower, 0)
    stages.closed = NOON_MINUTE - 1
    quiet_days(stages)
    burst(stages, -5400, seconds=1200, amount=200)
    burst(stages, -3700, seconds=20, amount=100)
    tower.go_over_backfill(ORGANISATION, everything=True)
    assert {historic for _, historic in raised(tables)} == {1}
    assert raised(tables)[-1] == ("end", 1)
    before = len(raised(tables))
    burst(stages, 20, amount=60, seconds=30)
    tower.stored(ORGANISATION, [BERTHIER])
    look(tower, 55)
    assert raised(tables)[before:][0] == ("begin", 0)


def test_the_same_past_gone_over_again_raises_nothing_new(store: Store, tables: Tables) -> None:
    stages, tower = Stages(store), tower_of(store)
    look(tower, 0)
    quiet_days(stages)
    burst(stages, -DAY)
    tower.go_over_backfill(ORGANISATION)
    before = raised(tables)
    stages.take([post(-2 * DAY + n, id=f"x:late-{n}") for n in range(6)])
    tower.go_over_backfill(ORGANISATION)
    assert before
    assert raised(tables) == before


def test_what_could_not_be_stored_is_raised_when_it_can(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages, tower = usual
    burst(stages, 0)

    def full(change: object) -> int:
        raise StoreUnavailable("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "watched", full)
        with pytest.raises(StoreUnavailable):
            look(tower, 60)
    assert raised(tables) == []
    assert look(tower, 61) == 1
    assert raised(tables) == [("begin", 0)]


def test_a_long_stop_of_the_river_tells_of_the_past_as_past(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, tower = usual
    del tower
    burst(stages, 0)
    later = (NOON_MINUTE + 600) * MINUTE_MS - NOON_MS
    look(tower_of(store), later / 1000)
    assert raised(tables)[0] == ("begin", 1)
    assert raised(tables)[-1] == ("end", 1)


def test_a_paused_watch_lets_go_of_its_alert(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, tower = usual
    burst(stages, 0)
    look(tower, 60)
    tower.use({ORGANISATION: []})
    look(tower, 61)
    assert raised(tables) == [("begin", 0), ("end", 0)]
    tower.use({ORGANISATION: [Watched(BERTHIER, ORGANISATION, BRAND, 2.0)]})
    look(tower, 180)
    look(tower_of(store), 240)
    assert raised(tables) == [("begin", 0), ("end", 0)]


def test_nobody_waits_for_the_past_of_a_paused_watch(usual: tuple[Stages, Watchtower], store: Store) -> None:
    stages, tower = usual
    stages.take([post(-2 * DAY + n, id=f"x:late-{n}") for n in range(6)])
    tower.use({ORGANISATION: []})
    tower.go_over_backfill(ORGANISATION)
    assert store.most_backfill() == 0


def test_a_watch_that_was_paused_while_the_river_was_off_lets_go_of_its_alert_and_its_past(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, tower = usual
    burst(stages, 0)
    look(tower, 60)
    stages.closed = NOON_MINUTE
    stages.take([post(-2 * DAY + n, id=f"x:late-{n}") for n in range(6)])
    again = Watchtower(store, Explainer(store))
    again.use({}, paused={ORGANISATION: [BERTHIER]})
    look(again, 61)
    assert raised(tables) == [("begin", 0), ("end", 0)]
    again.go_over_backfill(ORGANISATION)
    assert store.most_backfill() == 0
    again.use({}, paused={ORGANISATION: [BERTHIER]})
    again.use({ORGANISATION: [Watched(BERTHIER, ORGANISATION, BRAND, 2.0)]}, paused={})
    look(again, 180)
    assert raised(tables) == [("begin", 0), ("end", 0)]


def test_a_river_that_lost_its_turn_does_not_close_a_minute_again(
    usual: tuple[Stages, Watchtower], store: Store, tables: Tables
) -> None:
    stages, tower = usual
    look(tower, 60)
    stages.closed = NOON_MINUTE
    burst(stages, 65)
    other = tower_of(store)
    look(other, 600)
    before, state = raised(tables), tables.rows("SELECT * FROM detector")
    look(tower, 300)
    look(tower, 301)
    assert tables.value("SELECT minute FROM watermark") == NOON_MINUTE + 9
    assert raised(tables) == before
    assert tables.rows("SELECT * FROM detector") == state
