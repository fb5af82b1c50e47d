"""The bank of watches: what it warns of, what it doesn't, and that its memory is exact."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stream.detect.days import MONDAY, Table, quiet, with_storm
from tocsin.stream.detect import TESTED, WATCHED_MEASURES, DetectorBank, Signal, UnreadableState

BAGUETTE, CROISSANT, RIVAL = 11, 12, 13
WATCHES = (BAGUETTE, CROISSANT, RIVAL)
DAY = 1440


def fold_all(bank: DetectorBank, table: Table, first: int = MONDAY) -> list[Signal]:
    signals = []
    for offset, minute in enumerate(table):
        signals += bank.fold(first + offset, minute)
    return signals


@pytest.fixture(scope="module")
def week() -> DetectorBank:
    """Return a bank that has known three watches for four quiet days."""
    bank = DetectorBank(WATCHES)
    fold_all(bank, quiet(4 * DAY, 3, 0.5))
    return bank


def copy_of(bank: DetectorBank) -> DetectorBank:
    other = DetectorBank(bank.watches)
    for watch in bank.watches:
        other.load(watch, bank.dump(watch))
    return other


def after_week(week: DetectorBank, minutes: int, storm: tuple[int, int, float] | None) -> list[Signal]:
    table = quiet(minutes, 3, 0.5, seed=7)
    if storm is not None:
        start, length, a_minute = storm
        table = with_storm(table, WATCHES.index(CROISSANT), start, length, a_minute)
    return fold_all(copy_of(week), table, MONDAY + 4 * DAY)


def test_a_storm_is_warned_of_within_minutes_in_its_own_watch(week: DetectorBank) -> None:
    signals = after_week(week, 12 * 60, (600, 60, 6.0))
    begun = [s for s in signals if s.event == "begin"]
    assert [s.watch for s in begun] == [CROISSANT]
    assert 0 <= begun[0].minute - (MONDAY + 4 * DAY + 600) <= 10
    assert begun[0].observed > 3 * begun[0].expected


def test_a_storm_of_angry_people_turns_red_and_ends_when_they_fall_silent(week: DetectorBank) -> None:
    signals = [s for s in after_week(week, 15 * 60, (600, 60, 8.0)) if s.watch == CROISSANT]
    assert signals[0].event == "begin"
    assert signals[-1].event == "end"
    assert max(s.level for s in signals) == 3
    assert len({s.since_minute for s in signals}) == 1
    end = signals[-1]
    assert 20 <= end.minute - (MONDAY + 4 * DAY + 660) <= 120


def test_quiet_days_bring_next_to_nothing(week: DetectorBank) -> None:
    assert len([s for s in after_week(week, 2 * DAY, None) if s.event == "begin"]) <= 2


def test_a_blip_of_three_posts_is_never_red(week: DetectorBank) -> None:
    table = np.zeros((300, 3, len(WATCHED_MEASURES)))
    table[200, 1] = [3, 3, 3, 3, 3, 3, 900]
    signals = fold_all(copy_of(week), table, MONDAY + 4 * DAY)
    assert all(s.level == 1 for s in signals)


def test_one_or_two_posts_in_a_watch_that_is_nearly_always_silent_raise_nothing() -> None:
    bank, signals = DetectorBank([BAGUETTE]), []
    for day in range(20):
        # the silence between is folded with each: see the test of gaps
        signals += bank.fold(MONDAY + day * DAY + 37 * day, np.array([[2, 2, 2, 2, 2, 2, 90_000.0]]))
    signals += bank.fold(MONDAY + 20 * DAY, np.zeros((1, len(WATCHED_MEASURES))))
    assert signals == []


def test_a_watch_of_one_day_with_forty_posts_is_warned_of_a_storm() -> None:
    bank = DetectorBank([BAGUETTE])
    newborn = quiet(DAY, 1, 40 / DAY, seed=3)
    assert [s for s in fold_all(bank, newborn) if s.level > 1] == []
    storm = with_storm(np.zeros((60, 1, len(WATCHED_MEASURES))), 0, 0, 60, 2.0)
    assert any(s.event == "begin" for s in fold_all(bank, storm, MONDAY + DAY))


def test_one_account_that_repeats_itself_weighs_less_than_a_crowd(week: DetectorBank) -> None:
    def strongest(authors: float) -> int:
        table = np.zeros((60, 3, len(WATCHED_MEASURES)))
        table[30:50, 1] = [4, authors, 4, 3, 1, 0, 2000]
        return max((s.level for s in fold_all(copy_of(week), table, MONDAY + 4 * DAY)), default=0)

    assert strongest(authors=0.2) < strongest(authors=4)


def test_a_peek_tells_what_the_fold_will_tell_and_changes_nothing(week: DetectorBank) -> None:
    bank = copy_of(week)
    now = MONDAY + 4 * DAY
    minute = np.zeros((3, len(WATCHED_MEASURES)))
    minute[1] = [60, 55, 50, 40, 20, 5, 50_000]
    before = [bank.dump(watch) for watch in WATCHES]
    seen = bank.peek(now, minute)
    assert [bank.dump(watch) for watch in WATCHES] == before
    assert seen
    assert seen == bank.fold(now, minute)


def test_a_peek_at_a_minute_that_does_not_follow_says_nothing(week: DetectorBank) -> None:
    assert copy_of(week).peek(MONDAY + 5 * DAY, np.full((3, len(WATCHED_MEASURES)), 99.0)) == []


def test_a_minute_folded_twice_does_nothing_the_second_time(week: DetectorBank) -> None:
    bank = copy_of(week)
    loud = np.full((3, len(WATCHED_MEASURES)), 50.0)
    bank.fold(MONDAY + 4 * DAY, loud)
    once = [bank.dump(watch) for watch in WATCHES]
    assert bank.fold(MONDAY + 4 * DAY, loud) == []
    assert [bank.dump(watch) for watch in WATCHES] == once


STORMY = 540


@cache
def stormy_hours(seed: int) -> Table:
    return with_storm(quiet(STORMY, 2, 0.6, seed), 1, 400, 30, 6.0)


@cache
def folded_at_once(seed: int) -> tuple[list[Signal], list[bytes]]:
    bank = DetectorBank([1, 2])
    return fold_all(bank, stormy_hours(seed)), bank.dump_all([1, 2])


@settings(max_examples=5, deadline=None)
@given(cuts=st.sets(st.integers(1, STORMY - 1), max_size=4), seed=st.integers(0, 2))
def test_folding_in_pieces_equals_folding_at_once(cuts: set[int], seed: int) -> None:
    bank, signals = DetectorBank([1, 2]), []
    for minute, table in enumerate(stormy_hours(seed)):
        if minute in cuts:
            bank = copy_of(bank)
        signals += bank.fold(MONDAY + minute, table)
    expected, states = folded_at_once(seed)
    assert [s.event for s in expected] != []
    assert signals == expected
    assert bank.dump_all([1, 2]) == states


@settings(max_examples=5, deadline=None)
@given(start=st.integers(1, 400), length=st.integers(1, 700), seed=st.integers(0, 5))
def test_a_gap_is_the_same_as_silent_minutes(start: int, length: int, seed: int) -> None:
    end = start + length
    table = with_storm(quiet(end + 150, 2, 0.4, seed), 0, max(start - 20, 1), 15, 8.0)
    table[start:end] = 0.0
    one_by_one = DetectorBank([1, 2])
    fold_all(one_by_one, table[:start])
    skipping = copy_of(one_by_one)
    expected = fold_all(one_by_one, table[start:], MONDAY + start)
    assert fold_all(skipping, table[end:], MONDAY + end) == expected
    assert skipping.dump_all([1, 2]) == one_by_one.dump_all([1, 2])


def test_a_silence_of_a_year_is_skipped_and_then_a_storm_is_seen(week: DetectorBank) -> None:
    bank = copy_of(week)
    year = MONDAY + 370 * DAY
    storm = with_storm(np.zeros((30, 3, len(WATCHED_MEASURES))), 1, 0, 30, 6.0)
    assert any(s.event == "begin" for s in fold_all(bank, storm, year))
    assert bank.minute(CROISSANT) == year + 29


def test_fewer_tolerated_false_alarms_never_warn_earlier(week: DetectorBank) -> None:
    def first_minute(tolerated: float) -> int:
        bank = copy_of(week)
        bank.tolerate(CROISSANT, tolerated)
        table = with_storm(quiet(300, 3, 0.5, seed=7), 1, 120, 90, 3.0)
        signals = fold_all(bank, table, MONDAY + 4 * DAY)
        return min(s.minute for s in signals if s.watch == CROISSANT and s.event == "begin")

    assert first_minute(10.0) <= first_minute(0.1)


def test_a_watch_added_later_learns_beside_the_others(week: DetectorBank) -> None:
    bank = copy_of(week)
    bank.add(99)
    assert bank.watches == (*WATCHES, 99)
    assert bank.minute(99) is None
    table = np.concatenate([quiet(180, 3, 0.5), quiet(180, 1, 3.0, seed=9)], axis=1)
    fold_all(bank, table, MONDAY + 4 * DAY)
    assert bank.minute(99) == MONDAY + 4 * DAY + 179
    assert bank.expected(99, [MONDAY + 4 * DAY + 180], 60).mid[0] > 60


def test_the_band_holds_most_days_and_sums_over_units(week: DetectorBank) -> None:
    later = quiet(2 * DAY, 3, 0.5, seed=21)[:, 0, 0]
    hours = MONDAY + 4 * DAY + np.arange(0, 2 * DAY, 60)
    band = week.expected(BAGUETTE, hours, 60)
    seen = later.reshape(-1, 60).sum(axis=1)
    assert 0.65 <= np.mean((seen >= band.low) & (seen <= band.high)) <= 1.0
    minutes = week.expected(BAGUETTE, MONDAY + 4 * DAY + np.arange(DAY), 1)
    day = week.expected(BAGUETTE, [MONDAY + 4 * DAY], DAY)
    assert minutes.mid.sum() == pytest.approx(day.mid[0], rel=0.05)
    assert (day.high - day.low)[0] < (minutes.high - minutes.low).sum()


def test_the_band_of_a_watch_that_has_seen_nothing_is_flat() -> None:
    band = DetectorBank([BAGUETTE]).expected(BAGUETTE, [MONDAY], 60)
    assert band.mid[0] < 0.01
    assert band.low[0] == 0.0


@pytest.mark.parametrize("damage", [b"", b"not a state", b"TDET" + bytes(40)])
def test_a_damaged_state_is_refused_and_the_watch_stands_as_it_stood(
    week: DetectorBank, damage: bytes
) -> None:
    bank = copy_of(week)
    before = bank.dump(BAGUETTE)
    with pytest.raises(UnreadableState):
        bank.load(BAGUETTE, damage)
    assert bank.dump(BAGUETTE) == before


def test_a_signal_names_a_tested_measure(week: DetectorBank) -> None:
    signals = after_week(week, 700, (600, 60, 8.0))
    assert signals
    assert {s.measure for s in signals} <= set(TESTED)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 9), min_size=30, max_size=90), st.integers(1, 30))
def test_states_stored_only_when_something_happened_give_the_same_after_a_restart(
    volumes: list[int], every: int
) -> None:
    bank, stored = DetectorBank(WATCHES), dict[int, bytes]()
    for minute, volume in enumerate(volumes, MONDAY):
        measures = np.zeros((len(WATCHES), len(WATCHED_MEASURES)))
        measures[0, 0] = volume if minute % every == 0 else 0
        bank.fold(minute, measures)
        changed = bank.take_changed()
        stored |= dict(zip(changed, bank.dump_all(changed), strict=True))
    restarted = DetectorBank(WATCHES)
    for watch, state in stored.items():
        restarted.load(watch, state)
    later, nothing = MONDAY + len(volumes) + 5, np.zeros((len(WATCHES), len(WATCHED_MEASURES)))
    bank.fold(later, nothing)
    restarted.fold(later, nothing)
    assert restarted.dump_all(WATCHES) == bank.dump_all(WATCHES)
