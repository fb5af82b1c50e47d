"""Posts that come after their minute: the bank ends up where it would be had they come on time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stream.detect.days import MONDAY, Table, quiet, with_storm
from tests.stream.detect.test_bank import CROISSANT, DAY, WATCHES, copy_of, fold_all
from tocsin.stream.detect import WATCHED_MEASURES, DetectorBank, Signal

START = MONDAY + 2 * DAY + 17
LEARNT = ("level", "level_var", "season", "season_var", "spread", "spread_var", "periods", "silent")


@pytest.fixture(scope="module")
def bank() -> DetectorBank:
    """Return a bank that has known three watches for two quiet days."""
    known = DetectorBank(WATCHES)
    fold_all(known, quiet(2 * DAY + 17, 3, 0.5))
    return known


def bring_late(bank: DetectorBank, table: Table, first: int, closed: int) -> list[Signal]:
    """Bring a table of minutes at once."""
    minute, row = np.nonzero(table[:, :, 0])
    watches = [bank.watches[n] for n in row.tolist()]
    return bank.amend(closed, watches, first + minute, table[minute, row])


def learnt(bank: DetectorBank) -> list[np.ndarray]:
    return [getattr(bank._detector.state, name) for name in LEARNT]


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_whenever_they_come_the_windows_and_what_was_learnt_are_the_same(
    bank: DetectorBank, data: st.DataObject
) -> None:
    minutes = 110  # two hours end in them
    table = np.zeros((minutes, 3, len(WATCHED_MEASURES)))
    table[:, :, 0] = table[:, :, 1] = quiet(minutes, 3, 0.4, data.draw(st.integers(0, 9)))[:, :, 0]
    lateness = data.draw(st.lists(st.integers(0, 59), min_size=minutes, max_size=minutes))
    on_time, late = copy_of(bank), copy_of(bank)
    for n in range(minutes):
        on_time.fold(START + n, table[n])
        late.fold(START + n, table[n] * (lateness[n] == 0))
        arrived = [k for k in range(n + 1) if lateness[k] and k + lateness[k] == n]
        for k in arrived:
            bring_late(late, table[k : k + 1], START + k, START + n)
    still_out = np.array([bool(n) and k + n >= minutes for k, n in enumerate(lateness)])
    bring_late(late, table * still_out[:, None, None], START, START + minutes - 1)
    state, other = on_time._detector.state, late._detector.state
    for name in ("fine", "coarse", "sums"):
        assert np.array_equal(getattr(state, name), getattr(other, name)), name
    for ours, theirs in zip(learnt(on_time), learnt(late), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_usual_hour_that_comes_at_once_raises_nothing() -> None:
    an_hour = np.repeat([5.0, 20.0, 60.0, 200.0, 1000.0], 3)
    bank = DetectorBank(range(len(an_hour)))
    noon = 4 * DAY + 12 * 60
    table = quiet(noon + 60, len(an_hour), an_hour / 60.0)
    fold_all(bank, table[:noon])
    nothing = np.zeros_like(table[0])
    for n in range(60):
        bank.fold(MONDAY + noon + n, nothing)
    closed = MONDAY + noon + 59
    assert bring_late(bank, table[-60:], MONDAY + noon, closed) == []
    assert bank.fold(closed + 1, nothing) == []


def test_a_storm_that_comes_late_is_dated_by_its_own_minutes(bank: DetectorBank) -> None:
    hour = with_storm(quiet(60, 3, 0.5, seed=4), WATCHES.index(CROISSANT), 20, 8, 8.0)
    on_time, late = copy_of(bank), copy_of(bank)
    [first, *_] = fold_all(on_time, hour, START)
    fold_all(late, np.zeros_like(hour), START)
    [begun] = bring_late(late, hour, START, START + 59)
    assert (begun.event, begun.watch, begun.level) == ("begin", CROISSANT, 3)
    assert START + 20 <= begun.since_minute <= first.since_minute + 2
    assert START + 20 <= begun.minute < START + 30


def test_what_goes_on_after_coming_late_is_one_episode_that_ends_in_calm(bank: DetectorBank) -> None:
    other = copy_of(bank)
    storm = with_storm(np.zeros((90, 3, len(WATCHED_MEASURES))), 1, 0, 90, 8.0)
    fold_all(other, np.zeros_like(storm[:30]), START)
    begun = bring_late(other, storm[:30], START, START + 29)
    after = fold_all(other, storm[30:], START + 30) + fold_all(other, np.zeros_like(storm), START + 90)
    assert [s.event for s in begun if s.watch == CROISSANT] == ["begin"]
    assert {s.since_minute for s in after} == {begun[0].since_minute}
    assert [s.event for s in after][-1] == "end"


def test_counts_of_long_ago_and_of_before_a_watch_was_born_are_left(bank: DetectorBank) -> None:
    other = copy_of(bank)
    other.add(99)
    other.fold(START, np.zeros((4, len(WATCHED_MEASURES))))
    before = other.dump_all(other.watches)
    loud = np.full((2, len(WATCHED_MEASURES)), 80.0)
    assert other.amend(START, [CROISSANT, 99], np.array([START - 60, START - 5]), loud) == []
    assert other.dump_all(other.watches) == before


def test_a_watch_that_stands_behind_was_silent_since(bank: DetectorBank) -> None:
    ahead, behind = copy_of(bank), copy_of(bank)
    storm = with_storm(np.zeros((20, 3, len(WATCHED_MEASURES))), 1, 5, 5, 9.0)
    fold_all(ahead, np.zeros_like(storm), START)
    signals = [bring_late(one, storm, START, START + 19) for one in (ahead, behind)]
    assert signals[0]
    assert signals[0] == signals[1]
    assert ahead.dump(CROISSANT) == behind.dump(CROISSANT)
