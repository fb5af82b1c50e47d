"""Somebody who has a page open: it is reloaded each second, kept live, and something is saved on it."""
# ruff: noqa: PLC0415 - Django is set up by whoever opens the house

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import httpx

from bench.load.house import PERSON, House

PAGES = ("/", "/brands/b0/")


class Visitor:
    """Reads overview and brand in turn each second, stays live, takes an alert and gives it back."""

    def __init__(self, house: House) -> None:
        cookies = _signed_in()
        self._token = cookies["csrftoken"]
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{house.port}",
            cookies=cookies,
            timeout=60,
            follow_redirects=False,
        )
        self._alert = _an_alert()
        self._end = threading.Event()
        self.read: list[float] = []
        self.written: list[float] = []
        self.revisions = 0
        self._threads = [threading.Thread(target=run) for run in (self._reload, self._save)]

    def __enter__(self) -> Self:
        self._client.get("/")  # the first page of a new process loads what later ones need
        for thread in self._threads:
            thread.start()
        # it may wait for a heartbeat when all is over, which nobody waits for
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
        self._client.close()

    def _reload(self) -> None:
        turn = 0
        while not self._end.is_set():
            began = time.perf_counter()
            answer = self._client.get(PAGES[turn % len(PAGES)])
            _expect(answer, 200)
            self.read.append(time.perf_counter() - began)
            turn += 1
            self._end.wait(max(0.0, 1.0 - (time.perf_counter() - began)))

    def _save(self) -> None:
        turn = 0
        while not self._end.wait(0.25):
            verb = ("acknowledge", "reopen")[turn % 2]
            began = time.perf_counter()
            answer = self._client.post(
                f"/alerts/{self._alert}/{verb}/",
                headers={"X-CSRFToken": self._token, "Referer": "http://127.0.0.1/"},
            )
            _expect(answer, 302)
            self.written.append(time.perf_counter() - began)
            turn += 1

    def _listen(self) -> None:
        with suppress(httpx.HTTPError), self._client.stream("GET", "/live/", timeout=20) as stream:
            for line in stream.iter_lines():
                self.revisions += line == "event: revision"
                if self._end.is_set():
                    return


def p95_ms(seconds: list[float]) -> int | None:
    """Return the 95th percentile in milliseconds, None when nothing was measured."""
    return round(sorted(seconds)[int(len(seconds) * 0.95)] * 1000) if seconds else None


def _expect(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.request.method} {answer.request.url} answered {answer.status_code}")


def _signed_in() -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    from tocsin.accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=PERSON), backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get("/alerts/")
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _an_alert() -> int:
    from django.utils import timezone
    from django_scopes import scopes_disabled

    from tocsin.alerts.models import Alert
    from tocsin.watch.models import Watch

    now = timezone.now()
    with scopes_disabled():
        watch = Watch.objects.order_by("pk").first()
        assert watch is not None
        alert, _ = Alert.objects.get_or_create(
            key="load:1",
            defaults={
                "organisation": watch.organisation, "brand": watch.brand, "watch": watch, "level": "yellow",
                "highest_level": "yellow", "began_at": now, "raised_at": now,
            },
        )  # fmt: skip
        return alert.pk
