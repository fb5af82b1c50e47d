"""The process that reads ahead: the same result as reading here, and nothing lost when it dies."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.river.bakery import BERTHIER, BRAND, NOON_MS, ORGANISATION, SOURCE, WATCHES, lines, post
from tocsin.bus import Message
from tocsin.river.ahead import Ahead
from tocsin.river.flow import Flow
from tocsin.river.stages import Choosing, Parcel, Sorted, Stages
from tocsin.river.watches import WatchSet
from tocsin.store.sqlite import SqliteStore
from tocsin.stream.known import Known
from tocsin.stream.understand.reader import default_reader

pytestmark = pytest.mark.processes


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    """A process that knows the watches of Maison Berthier."""
    opened = Ahead()
    opened.use(Choosing(WATCHES))
    yield opened
    opened.close()


def parcel(*numbers: int, text: str = "La Maison Berthier de Nantes est fermée") -> Parcel:
    payload = lines([post(number, text) for number in numbers])
    return Parcel(payload, ORGANISATION, SOURCE, BRAND, owned=False, now_ms=NOON_MS + 3_600_000)


def message(sequence: int, *numbers: int) -> Message:
    return Message(
        sequence, "posts", "posts", ORGANISATION, SOURCE, parcel(*numbers).payload, {"brand": BRAND}, NOON_MS
    )


def same(one: Sorted, other: Sorted) -> bool:
    return (
        one.flowed.kept.ids == other.flowed.kept.ids
        and one.flowed.kept.text == other.flowed.kept.text
        and np.array_equal(one.flowed.watch, other.flowed.watch)
        and np.array_equal(one.flowed.reading.emotions, other.flowed.reading.emotions)
        and np.array_equal(one.flowed.wording, other.flowed.wording)
        and np.array_equal(one.flowed.rest.key, other.flowed.rest.key)
        and one.received == other.received
    )


def test_it_reads_as_this_process_does(ahead: Ahead) -> None:
    here = Stages(default_reader(), Choosing(WATCHES))
    parcels = [parcel(1, 2, 3), parcel(4, text="Il pleut à Nantes"), parcel()]
    for one in parcels:
        ahead.give(one)
    for one in parcels:
        found = ahead.result()
        assert found is not None
        assert same(found, here.sort(one))


def test_posts_that_no_watch_wanted_come_along_for_those_that_turn_out_to_be_context(ahead: Ahead) -> None:
    ahead.give(parcel(1, 2, text="Il pleut à Nantes"))
    found = ahead.result()
    assert found is not None
    assert found.flowed.rest.take(np.array([1])).text == ["Il pleut à Nantes"]
    assert len(found.flowed.rest.take(np.array([], dtype=np.intp))) == 0


def test_changed_watches_reach_it(ahead: Ahead) -> None:
    ahead.use(Choosing([watch for watch in WATCHES if watch.id != BERTHIER]))
    ahead.give(parcel(1))
    found = ahead.result()
    assert found is not None
    assert len(found.flowed.kept) == 0


def test_when_it_dies_the_river_reads_by_itself(ahead: Ahead, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "river.db")
    flow = Flow("river", None, store, tmp_path / "refused", ahead)
    flow.use(WatchSet(list(WATCHES)))
    groups = [[message(1, 1, 2)], [message(2, 3)], [message(3, 4)]]
    flow.begin(groups[0])
    [first] = flow.take(groups[0])
    assert ahead._process is not None
    ahead._process.kill()
    for group in groups[1:]:
        flow.begin(group)
    rest = [work for group in groups[1:] for work in flow.take(group)]
    assert [work.flowed.kept.ids for work in [first, *rest]] == [["x:1", "x:2"], ["x:3"], ["x:4"]]
    assert [work.arrival.sequence for work in rest] == [2, 3]
    store.close()


def test_a_post_read_lately_is_not_read_again_unless_it_was_not_stored(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "river.db")
    flow = Flow("river", None, store, tmp_path / "refused")
    flow.use(WatchSet(list(WATCHES)))
    [first], [again] = flow.take([message(1, 1)]), flow.take([message(2, 1)])
    assert first.flowed.read.tolist() == [True]
    assert again.flowed.read.tolist() == [False]
    flow.tell(again, Known.nothing())
    assert again.flowed.read.tolist() == [True]
    assert again.flowed.narrative.tolist() == again.flowed.kept.key.tolist()
    store.close()
