"""What every bus keeps to: order, positions, keys, and nothing deleted that somebody still needs."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bus.nats_server import server
from tocsin.bus import Bus, BusUnavailable, open_bus
from tocsin.bus.local import SEGMENT, LocalBus


@pytest.fixture(scope="session")
def nats_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JetStream server."""
    with server(tmp_path_factory.mktemp("jetstream")) as address:
        yield address


@pytest.fixture(params=["a file", "jetstream"])
def bus(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bus]:
    """An open bus."""
    opened = open_bus(
        tmp_path / "bus.db" if request.param == "a file" else request.getfixturevalue("nats_address")
    )
    yield opened
    opened.close()


@pytest.fixture
def topic(request: pytest.FixtureRequest) -> str:
    """A topic of the test's own."""
    return f"posts{abs(hash(request.node.name))}"


def batch(number: int) -> bytes:
    return b'{"id":"x:%d"}' % number


def payloads(bus: Bus, topic: str, after: int = 0) -> list[bytes]:
    return [message.payload for message in bus.read(topic, after)]


def test_batches_are_read_in_the_order_in_which_they_were_accepted(bus: Bus, topic: str) -> None:
    sequences = [bus.publish(topic, "posts", 1, 7, batch(n)) for n in range(5)]
    assert sequences == sorted(set(sequences))
    assert payloads(bus, topic) == [batch(n) for n in range(5)]
    assert payloads(bus, topic, after=sequences[2]) == [batch(3), batch(4)]
    assert bus.last(topic) == sequences[-1]


def test_a_batch_carries_what_was_said_about_it(bus: Bus, topic: str) -> None:
    bus.publish(topic, "posts", 1, 7, batch(1), meta={"brand": 3, "owned": True})
    [message] = bus.read(topic, 0)
    assert (message.topic, message.kind, message.organisation, message.source) == (topic, "posts", 1, 7)
    assert message.meta == {"brand": 3, "owned": True}
    assert message.at_ms > 0


def test_a_key_published_again_is_not_taken_twice(bus: Bus, topic: str) -> None:
    first = bus.publish(topic, "posts", 1, 7, batch(1), key=f"{topic}:chunk 0")
    again = bus.publish(topic, "posts", 1, 7, batch(1), key=f"{topic}:chunk 0")
    assert first == again
    assert payloads(bus, topic) == [batch(1)]


def test_reading_stops_at_so_many_messages(bus: Bus, topic: str) -> None:
    for n in range(5):
        bus.publish(topic, "posts", 1, 7, batch(n))
    assert len(bus.read(topic, 0, messages=3)) == 3
    assert len(bus.read(topic, 0, size=1)) == 1


def test_an_empty_topic_has_nothing(bus: Bus, topic: str) -> None:
    assert bus.read(topic, 0) == []
    assert bus.last(topic) == 0


def test_what_a_consumer_has_not_passed_stays(bus: Bus, topic: str) -> None:
    bus.subscribe(topic, "river 1/2")
    bus.subscribe(topic, "river 2/2")
    sequences = [bus.publish(topic, "posts", 1, 7, batch(n)) for n in range(3 * SEGMENT)]
    bus.passed(topic, "river 1/2", sequences[-1])
    bus.trim()
    assert len(payloads(bus, topic)) == 3 * SEGMENT
    bus.passed(topic, "river 2/2", sequences[2 * SEGMENT])
    assert bus.trim() > SEGMENT
    assert payloads(bus, topic, after=sequences[2 * SEGMENT]) == [
        batch(n) for n in range(2 * SEGMENT + 1, 3 * SEGMENT)
    ]


def test_subscribing_again_keeps_the_position(bus: Bus, topic: str) -> None:
    bus.subscribe(topic, "river")
    sequences = [bus.publish(topic, "posts", 1, 7, batch(n)) for n in range(2 * SEGMENT)]
    bus.passed(topic, "river", sequences[-1])
    bus.subscribe(topic, "river")
    bus.trim()
    assert len(payloads(bus, topic)) < 2 * SEGMENT


def test_many_publishers_at_once_lose_and_double_nothing(bus: Bus, topic: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        sequences = list(pool.map(lambda n: bus.publish(topic, "posts", 1, 7, batch(n)), range(100)))
    assert len(set(sequences)) == 100
    found: list[bytes] = []
    after = 0
    while messages := bus.read(topic, after):
        found += [message.payload for message in messages]
        after = messages[-1].sequence
    assert sorted(found) == sorted(batch(n) for n in range(100))


def test_a_batch_larger_than_the_server_takes_comes_in_pieces(nats_address: str, topic: str) -> None:
    bus = open_bus(nats_address)
    lines = [b'{"id":"x:%d","text":"%s"}' % (n, b"a" * 5000) for n in range(400)]
    bus.publish(topic, "posts", 1, 7, b"\n".join(lines), key=topic)
    bus.publish(topic, "posts", 1, 7, b"\n".join(lines), key=topic)
    assert b"\n".join(payloads(bus, topic)).split(b"\n") == lines
    bus.close()


def test_a_passed_batch_goes_by_age_even_when_its_segment_is_not_full(tmp_path: Path) -> None:
    time_ms = [1_000_000]
    bus = LocalBus(tmp_path / "bus.db", now_ms=lambda: time_ms[0])
    bus.subscribe("posts", "river")
    sequence = bus.publish("posts", "posts", 1, 7, batch(1), key="chunk 0")
    bus.passed("posts", "river", sequence)
    assert bus.trim() == 0
    time_ms[0] += 73 * 3_600_000
    assert bus.trim() == 1
    assert bus.publish("posts", "posts", 1, 7, batch(1), key="chunk 0") > sequence
    bus.close()


def test_what_was_accepted_is_there_for_the_next_process(tmp_path: Path) -> None:
    bus = LocalBus(tmp_path / "bus.db")
    sequence = bus.publish("posts", "posts", 1, 7, batch(1))
    other = LocalBus(tmp_path / "bus.db")
    assert [message.sequence for message in other.read("posts", 0)] == [sequence]
    bus.close()
    other.close()


def test_a_bus_that_cannot_be_written_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    bus = LocalBus(tmp_path / "bus.db")
    bus.publish("posts", "posts", 1, 7, batch(1))
    bus._writer.execute("PRAGMA query_only=ON")
    with pytest.raises(BusUnavailable, match="was not accepted"):
        bus.publish("posts", "posts", 1, 7, batch(2))
    bus._writer.execute("PRAGMA query_only=OFF")
    bus.publish("posts", "posts", 1, 7, batch(3))
    assert payloads(bus, "posts") == [batch(1), batch(3)]
    bus.close()


def test_a_batch_that_cannot_be_written_hurts_no_other_publisher(tmp_path: Path) -> None:
    bus = LocalBus(tmp_path / "bus.db")
    held, entered = bus._writing, threading.Barrier(3)

    def publish(key: str) -> int:
        entered.wait()
        return bus.publish("posts", "posts", 1, 7, batch(1), key=key)

    with ThreadPoolExecutor(2) as pool:
        with held:  # so that both share one commit
            waiting = [pool.submit(publish, key) for key in ("chunk 0", "\ud800")]
            entered.wait()
            while len(bus._queue) < len(waiting):
                pass
        assert waiting[0].result(timeout=20) > 0
        with pytest.raises(UnicodeEncodeError):
            waiting[1].result(timeout=20)
    assert payloads(bus, "posts") == [batch(1)]
    bus.close()


def test_a_bus_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    bus = LocalBus(tmp_path / "bus.db")
    bus._writer.execute("ALTER TABLE message RENAME COLUMN payload TO lost")
    with pytest.raises(BusUnavailable, match="is kept"):
        bus.read("posts", 0)
    bus.close()


def test_who_is_no_more_is_not_waited_for(bus: Bus, topic: str) -> None:
    for consumer in ("river", "river 1/2", "river 2/2"):
        bus.subscribe(topic, consumer)
    sequences = [bus.publish(topic, "posts", 1, 7, batch(n)) for n in range(2 * SEGMENT)]
    bus.forget_others(topic, ["river 1/2", "river 2/2"])
    for consumer in ("river 1/2", "river 2/2"):
        bus.passed(topic, consumer, sequences[-1])
    bus.trim()
    assert len(payloads(bus, topic)) < SEGMENT


def test_no_server_is_said_in_words() -> None:
    with pytest.raises(BusUnavailable, match="Check the NATS server"):
        open_bus("nats://127.0.0.1:1")
