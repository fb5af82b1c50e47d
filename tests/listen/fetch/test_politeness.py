"""Courtesy to hosts."""

from datetime import UTC, datetime

import pytest

from tocsin.listen.fetch.exceptions import Postponed
from tocsin.listen.fetch.politeness import LONGEST_SILENCE, Politeness, retry_after


class Hours:
    """A clock that waiting moves on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def test_two_requests_to_a_host_are_a_pause_apart() -> None:
    hours = Hours()
    politeness = Politeness(pause=1.0, clock=hours, wait=hours.wait)
    for _ in range(3):
        with politeness.turn("a.example"):
            pass
    assert hours.waits == [1.0, 1.0]


def test_hosts_do_not_wait_for_each_other() -> None:
    hours = Hours()
    politeness = Politeness(pause=1.0, clock=hours, wait=hours.wait)
    for host in ("a.example", "b.example"):
        with politeness.turn(host):
            pass
    assert hours.waits == []


def test_a_short_silence_is_waited_for_and_a_long_one_postpones() -> None:
    hours = Hours()
    politeness = Politeness(pause=0, clock=hours, wait=hours.wait)
    politeness.silence("a.example", 5)
    with politeness.turn("a.example"):
        assert hours.now == 5
    politeness.silence("a.example", 600)
    with pytest.raises(Postponed) as told, politeness.turn("a.example"):
        pass
    assert told.value.seconds == 600


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("99999999999999", LONGEST_SILENCE),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds
