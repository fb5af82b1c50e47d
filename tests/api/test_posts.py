"""Posts over HTTP: every line answered, nothing doubled, every limit told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django_scopes import scope, scopes_disabled
from pytest_django.fixtures import Settings

from tests.listen.bus import Reading
from tocsin.accounts.models import User
from tocsin.api import body, rates, submitting
from tocsin.api.exceptions import CallRefused
from tocsin.bus.base import BusUnavailable
from tocsin.listen import actions, selectors
from tocsin.listen.models import Source, SourceState, Token
from tocsin.stream.post import key_of
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/posts"


@pytest.fixture(autouse=True)
def published(db: None, settings: Settings, tmp_path: Path) -> Reading:
    """What the API puts onto a bus of the test's own."""
    settings.DATA = tmp_path
    return Reading()


@pytest.fixture
def shop(brand: Brand, ines: User) -> Source:
    """The source of the online shop, which sends its reviews."""
    return actions.create_source(brand.organisation, actor=ines, kind="api", name="Boutique", network="shop")


@pytest.fixture
def issued(shop: Source, ines: User) -> tuple[Token, str]:
    return actions.create_token(shop, actor=ines, name="Caisse")


class Caller:
    """Someone with a token."""

    def __init__(self, secret: str) -> None:
        self._client = Client(headers={"authorization": f"Bearer {secret}"})

    def send(self, *lines: object, raw: bytes | None = None, **headers: str) -> HttpResponse:
        text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        content = "\n".join(text).encode() if raw is None else raw
        kind = headers.pop("content_type", "application/x-ndjson")
        return self._client.post(
            ADDRESS, content, content_type=kind, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )


@pytest.fixture
def caller(issued: tuple[Token, str]) -> Caller:
    return Caller(issued[1])


def answers(response: HttpResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    return [json.loads(line) for line in response.content.splitlines()]


def error(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, json.loads(response.content)["error"]["code"]


def review(number: int, **fields: object) -> dict[str, object]:
    return {"native_id": str(number), "text": f"Avis {number}", "rating": 2, **fields}


def test_each_line_gets_its_answer(caller: Caller, published: Reading) -> None:
    response = caller.send(
        review(1), "{oops", "", {"text": "sans identifiant"}, review(2, published_at="2015-02-24T10:35:00Z")
    )
    told = answers(response)
    assert [(answer["line"], answer["status"]) for answer in told] == [
        (1, "accepted"), (2, "rejected"), (4, "rejected"), (5, "accepted"),
    ]  # fmt: skip
    assert told[0]["id"] == "shop:1"
    assert [answer["code"] for answer in told if answer["status"] == "rejected"] == ["not_json", "no_id"]
    assert all(answer["reason"] for answer in told if answer["status"] == "rejected")
    assert response.headers["Tocsin-Accepted"] == "2"
    assert [post.id for post in published.posts] == ["shop:1", "shop:2"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": 12}, "wrong_field"),
        ({"text": None}, "wrong_field"),
        ({"kind": "poem"}, "wrong_field"),
        ({"published_at": "yesterday"}, "wrong_field"),
        ({"published_at": "1970-01-01T00:00:00Z"}, "too_early"),
        ({"published_at": "2100-01-01T00:00:00Z"}, "in_the_future"),
        ({"likes": -1}, "number"),
        ({"likes": 10**30}, "number"),
        ({"rating": 11}, "number"),
        ({"text": "a" * 200_000}, "text_too_long"),
        ({"url": "https://a.example/" + "a" * 3000}, "field_too_long"),
        ({"native_id": "a" * 301}, "field_too_long"),
        ({"media": ["https://a.example/1.jpg"] * 60}, "field_too_long"),
        ({"text": "a" * 10_000_000}, "line_too_long"),
    ],
)
def test_a_bad_post_is_rejected_and_the_rest_goes_on(
    caller: Caller, published: Reading, fields: dict[str, object], code: str
) -> None:
    told = answers(caller.send(review(1), review(2, **fields), review(3)))
    assert [answer["status"] for answer in told] == ["accepted", "rejected", "accepted"]
    assert told[1]["code"] == code
    assert [post.native_id for post in published.posts] == ["1", "3"]


def test_odd_text_is_kept_safely(caller: Caller, published: Reading) -> None:
    texts = ["الخبز قديم", "<script>alert(1)</script>", "NUL\x00 dedans", "😡"]
    told = answers(caller.send(*(review(n, text=text) for n, text in enumerate(texts))))
    assert {answer["status"] for answer in told} == {"accepted"}
    assert published.texts == ["الخبز قديم", "<script>alert(1)</script>", "NUL dedans", "😡"]


def test_bytes_that_are_no_utf_8_are_rejected_by_line(caller: Caller) -> None:
    told = answers(
        caller.send(raw=b'{"native_id":"1","text":"caf\xe9"}\n{"native_id":"2","text":"ok"}\n' + b"{" * 5000)
    )
    assert [answer["status"] for answer in told] == ["rejected", "accepted", "rejected"]


def test_a_post_that_is_stored_is_known_and_so_is_one_sent_twice(
    caller: Caller, shop: Source, published: Reading
) -> None:
    store(shop, "shop:1")
    told = answers(caller.send(review(1, likes=7), review(2), review(2)))
    assert [answer["status"] for answer in told] == ["known", "accepted", "known"]
    assert published.posts[0].likes == 7, "its counts are brought up to date"


def store(source: Source, identifier: str) -> None:
    """Put a post into the river's table, as the river would have."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM post LIMIT 0")
        kinds = {column[0]: 0 for column in cursor.description}
    texts = {
        "network",
        "native_id",
        "url",
        "title",
        "kind",
        "author_id",
        "author_handle",
        "author_name",
        "text",
        "lang",
        "media",
    }
    row: dict[str, object] = {name: "" if name in texts else value for name, value in kinds.items()}
    row |= {
        "n": 1,
        "organisation": source.organisation_id,
        "key": key_of(identifier),
        "id": identifier,
        "emotions": b"",
    }
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with connections["default"].cursor() as cursor:
        cursor.execute(f"INSERT INTO post ({names}) VALUES ({places})", list(row.values()))


def test_the_same_call_under_the_same_key_gets_the_same_answer(caller: Caller, published: Reading) -> None:
    first = caller.send(review(1), "{oops", Idempotency_Key="caisse-17")
    again = caller.send(review(1), "{oops", Idempotency_Key="caisse-17")
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(published.posts) == 1


def test_a_key_used_for_another_body_is_refused(caller: Caller, published: Reading) -> None:
    caller.send(review(1), Idempotency_Key="caisse-17")
    assert error(caller.send(review(2), Idempotency_Key="caisse-17")) == (422, "key_reused")
    assert len(published.posts) == 1
    assert error(caller.send(review(3), Idempotency_Key="k" * 201)) == (400, "wrong_key")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic YTpi"}])
def test_without_a_token_that_works_nothing_is_taken(headers: dict[str, str], published: Reading) -> None:
    response = Client(headers=headers).post(ADDRESS, b"{}", content_type="application/x-ndjson")
    assert error(response) == (401, "unauthorised")
    assert published.posts == []


def test_a_revoked_token_works_no_more(caller: Caller, issued: tuple[Token, str], ines: User) -> None:
    assert answers(caller.send(review(1)))
    actions.revoke_token(issued[0], actor=ines)
    assert error(caller.send(review(2))) == (401, "unauthorised")


def test_a_paused_source_takes_nothing(caller: Caller, shop: Source, ines: User) -> None:
    actions.pause_source(shop, actor=ines)
    assert error(caller.send(review(1))) == (403, "paused")


def test_limits_are_told(caller: Caller, monkeypatch: pytest.MonkeyPatch, published: Reading) -> None:
    assert error(caller.send(raw=b"")) == (400, "empty")
    assert error(caller.send(review(1), content_type="image/png")) == (415, "wrong_type")
    assert error(caller.send(review(1), Content_Encoding="gzip")) == (415, "packed")
    monkeypatch.setattr(body, "MAX_LINES", 2)
    assert error(caller.send(review(1), review(2), review(3))) == (413, "too_large")
    monkeypatch.setattr(body, "MAX_BODY", 10)
    assert error(caller.send(review(1))) == (413, "too_large")
    assert published.posts == []


def test_a_caller_too_fast_is_told_when_to_come_back(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = [0.0]
    monkeypatch.setattr(rates, "calls", rates.Rate("calls", 1.0, 2.0, clock=lambda: hours[0]))
    assert answers(caller.send(review(1)))
    assert answers(caller.send(review(2)))
    response = caller.send(review(3))
    assert error(response) == (429, "too_fast")
    assert response.headers["Retry-After"] == "1"
    hours[0] = 1.0
    assert answers(caller.send(review(3)))


def test_when_nothing_can_be_stored_the_call_may_be_repeated(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, published: Reading
) -> None:
    def full(*_: object, **__: object) -> int:
        raise BusUnavailable("the disk is full; nothing was accepted")

    with monkeypatch.context() as broken:
        broken.setattr(submitting, "publish_posts", full)
        response = caller.send(review(1), Idempotency_Key="caisse-18")
    assert error(response) == (503, "unavailable")
    assert "Retry-After" in response.headers
    assert answers(caller.send(review(1), Idempotency_Key="caisse-18"))[0]["status"] == "accepted"


def test_what_could_not_be_stored_in_the_middle_is_rejected_by_line(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def soon_full(*_: object, **__: object) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise BusUnavailable("the disk is full; nothing was accepted")
        return 1

    monkeypatch.setattr(submitting, "CHUNK", 2)
    monkeypatch.setattr(submitting, "publish_posts", soon_full)
    told = answers(caller.send(*(review(n) for n in range(5))))
    assert [answer["status"] for answer in told] == ["accepted"] * 2 + ["rejected"] * 3
    assert told[2]["code"] == "bus_unavailable"


def test_the_source_shows_that_it_lives(caller: Caller, shop: Source) -> None:
    answers(caller.send(review(1, published_at="2015-02-24T10:35:00Z")))
    with scopes_disabled():
        shop.refresh_from_db()
    assert shop.state == SourceState.HEALTHY
    assert shop.last_success_at is not None
    assert shop.last_post_at is not None


def test_health_needs_no_token() -> None:
    response = Client().get("/api/v1/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"


def test_the_document_of_the_api_is_complete_and_asks_nobody_else() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert set(document["paths"]) == {"/api/v1/posts", "/api/v1/health"}
    post = document["paths"]["/api/v1/posts"]["post"]
    assert set(post["responses"]) == {"200", "400", "401", "403", "413", "415", "422", "429", "503"}
    schema = post["requestBody"]["content"]["application/x-ndjson"]["schema"]
    assert "native_id" in schema["properties"]
    assert Client().get("/api/v1/docs").status_code == 404
    assert "://" not in json.dumps(document)


def test_a_field_that_no_post_has_is_said_in_the_lines_answer_and_the_post_is_kept(
    caller: Caller, published: Reading
) -> None:
    response = caller.send(review(1, couleur="bleu", date="2015-02-24"), review(2))
    told = answers(response)
    assert [answer["status"] for answer in told] == ["accepted", "accepted"]
    assert [(one["code"], one["field"]) for one in told[0]["warnings"]] == [
        ("unknown_field", "couleur"),
        ("unknown_field", "date"),
    ]
    assert "published_at" in told[0]["warnings"][1]["reason"]
    assert "warnings" not in told[1]
    assert response.headers["Tocsin-Warnings"] == "2"
    assert len(published.posts) == 2


def test_a_line_of_a_thousand_unknown_fields_is_not_answered_with_as_many_warnings(caller: Caller) -> None:
    told = answers(caller.send(review(1, **{f"champ{n}": n for n in range(1000)})))
    assert len(told[0]["warnings"]) == 20


def test_rejected_lines_are_counted_with_the_source(caller: Caller, shop: Source) -> None:
    answers(caller.send(review(1), "{oops", {"text": "sans identifiant"}))
    answers(caller.send(review(2, likes=-1)))
    with scopes_disabled():
        shop.refresh_from_db()
        health = selectors.health(shop)
        listed = selectors.sources(shop.organisation)[0]
    assert health.counts.rejected == listed.counts.rejected == 3
    assert health.counts.received == 3, "the river has not seen the others yet"
    assert [one["code"] for one in shop.rejections] == ["number", "no_id", "not_json"]


def test_only_the_last_rejections_are_remembered(caller: Caller, shop: Source) -> None:
    answers(caller.send(*(["{oops"] * 50)))
    with scopes_disabled():
        shop.refresh_from_db()
    assert (shop.rejected, len(shop.rejections)) == (50, 20)
    assert shop.rejections[0]["line"] == 50


def test_reasons_are_in_the_language_asked_for_and_codes_in_none(caller: Caller) -> None:
    def reason(**headers: str) -> tuple[str, str]:
        told = answers(caller.send("[1]", **headers))[0]
        return told["code"], told["reason"]

    by_token = reason()
    assert reason(Accept_Language="fr") == by_token == ("not_an_object", "Ce n’est pas un objet JSON.")
    assert reason(Accept_Language="en") == ("not_an_object", "It is not a JSON object.")


def test_a_token_answers_in_the_language_of_who_made_it(shop: Source, yanis: User) -> None:
    _, secret = actions.create_token(shop, actor=yanis, name="Caisse")
    assert answers(Caller(secret).send("[1]"))[0]["reason"] == "It is not a JSON object."
    assert json.loads(Caller(secret).send(raw=b"").content)["error"]["message"] == "The body holds no line."


def test_every_process_that_answers_takes_from_the_same_bucket(
    issued: tuple[Token, str], shop: Source
) -> None:
    hours = [0.0]
    processes = [rates.Rate("calls", 1.0, 3.0, clock=lambda: hours[0]) for _ in range(3)]
    with scope(organisation=shop.organisation):
        for process in processes:
            process.take(issued[0].pk)
        with pytest.raises(CallRefused):
            processes[0].take(issued[0].pk)
        hours[0] = -5.0
        with pytest.raises(CallRefused):
            processes[1].take(issued[0].pk)
        hours[0] = 1.0
        processes[2].take(issued[0].pk)


def test_a_call_larger_than_a_bucket_is_let_through_when_it_is_full(
    issued: tuple[Token, str], shop: Source
) -> None:
    rate = rates.Rate("posts", 1.0, 10.0, clock=lambda: 0.0)
    with scope(organisation=shop.organisation):
        rate.take(issued[0].pk, 50)
        with pytest.raises(CallRefused) as refused:
            rate.take(issued[0].pk, 1)
    assert refused.value.retry_after == 41


@pytest.mark.parametrize("network", ['=HYPERLINK("http://a.example")', "x" * 41, "deux mots", "<b>", "-x"])
def test_a_network_that_is_no_short_name_is_refused(caller: Caller, network: str) -> None:
    assert answers(caller.send(review(1, network=network)))[0]["code"] == "network"


def test_a_language_that_is_no_tag_is_forgotten(caller: Caller, published: Reading) -> None:
    answers(caller.send(review(1, lang="=cmd()"), review(2, lang="pt-BR")))
    assert [post.lang for post in published.posts] == ["", "pt-BR"]
