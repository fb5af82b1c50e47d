"""What the river raises, as rows of its table."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from tests.clock.conftest import NOON
from tocsin.alerts.models import Alert
from tocsin.clock.simulated import SimulatedTime, simulated
from tocsin.watch.models import Watch

MINUTE = int(NOON.timestamp()) // 60
REASONS = [{"code": "tests_volume", "figures": {"observed": 14, "usual": 2}}]
Raise = Callable[..., str]


@pytest.fixture(autouse=True)
def time() -> Iterator[SimulatedTime]:
    """A clock that moves only when told."""
    with simulated(NOON) as moving:
        yield moving


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    """A mail server that the gate is never asked to talk to here."""
    settings.EMAIL_URL = "smtp://127.0.0.1:9"


@pytest.fixture
def raised(db: None) -> Raise:
    """Write a row as the river does."""

    def write(
        watch: Watch,
        change: str = "begin",
        level: str = "orange",
        *,
        minute: int = MINUTE,
        since: int = MINUTE - 5,
        historic: bool = False,
    ) -> str:
        key = f"{watch.pk}:{since}:{change}:{level}:{minute}:{int(historic)}"
        row = {
            "key": key,
            "organisation": watch.organisation_id,
            "watch": watch.pk,
            "change": change,
            "level": level,
            "minute": minute,
            "since": since,
            "score": 7.5,
            "data": json.dumps({"reasons": REASONS, "posts": [1, 2], "signal": {"observed": 14}}),
            "historic": int(historic),
        }
        names = ", ".join(row)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO raised ({names}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())
            )
        return key

    return write


def at(minute: int) -> datetime:
    """Return the beginning of a minute."""
    return datetime.fromtimestamp(minute * 60, UTC)


def alerts_of(watch: Watch) -> list[Alert]:
    """Return the alerts of a watch, oldest first."""
    with scopes_disabled():
        return list(Alert.objects.filter(watch=watch).order_by("pk"))
