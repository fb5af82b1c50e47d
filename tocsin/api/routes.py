"""The routes of the API, version 1."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope
from ninja import NinjaAPI
from ninja.errors import AuthenticationError

from tocsin import __version__
from tocsin.api import rates
from tocsin.api.authentication import TokenBearer
from tocsin.api.body import MAX_BODY, MAX_LINES, Body
from tocsin.api.exceptions import CallRefused
from tocsin.api.repeating import check_key, earlier_answer, keep_answer
from tocsin.api.schemas import ANSWER_SCHEMA, ERROR_SCHEMA, POST_SCHEMA, Health
from tocsin.api.submitting import note_rejections, publish, read_lines
from tocsin.listen.models import Token

log = logging.getLogger(__name__)
NDJSON: Final = "application/x-ndjson"

# The interactive pages of the library load scripts from elsewhere; the document itself needs none.
api = NinjaAPI(
    title="Tocsin",
    version="1.0.0",
    description="Posts come in as JSON lines; every line gets an answer.",
    docs_url=None,
    urls_namespace="api-v1",
)

_RESPONSES: Final[dict[int, dict[str, Any]]] = {
    200: {"description": "One answer a line", "content": {NDJSON: {"schema": ANSWER_SCHEMA}}},
    **{
        status: {"description": words, "content": {"application/json": {"schema": ERROR_SCHEMA}}}
        for status, words in {
            400: "The body is empty or ended early, or the key is unusable",
            401: "No token, or one that does not work",
            403: "The source is paused",
            413: f"More than {MAX_BODY >> 20} MB or {MAX_LINES} lines",
            415: "Not JSON lines",
            422: "The Idempotency-Key was used for another body",
            429: "Too fast; Retry-After says when to come back",
            503: "The posts could not be stored; send them again",
        }.items()
    },
}


@api.post(
    "/posts",
    auth=TokenBearer(),
    summary="Send posts",
    openapi_extra={
        "requestBody": {"required": True, "content": {NDJSON: {"schema": POST_SCHEMA}}},
        "parameters": [
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}}
        ],
        "responses": _RESPONSES,
    },
)
def send_posts(request: HttpRequest) -> HttpResponse:
    """Take posts as JSON lines, one post a line, and answer each line.

    The same post sent again is `known`: nothing is doubled, its counts are brought up to date. A field that
    no post has is left out, and named in the line's `warnings`. With an `Idempotency-Key`, the same call sent
    again within 72 hours gets the same answer. Reasons are in the language that `Accept-Language` asks for,
    without it in that of the person who made the token; codes are the same in every language.
    """
    token: Token = request.auth  # type: ignore[attr-defined]  # set by the library
    with scope(organisation=token.organisation):
        return _take(request, token)


def _take(request: HttpRequest, token: Token) -> HttpResponse:
    rates.calls.take(token.pk)
    key, now = check_key(request.headers.get("Idempotency-Key", "")), timezone.now()
    body = Body(request)
    submitted = read_lines(body.lines(), token.source, now)
    if (earlier := earlier_answer(token, key, body.digest)) is not None:
        return HttpResponse(earlier, content_type=NDJSON, headers={"Idempotent-Replayed": "true"})
    rates.posts.take(token.pk, len(submitted.answers))
    if submitted.posts:
        publish(submitted, token.source, f"{token.pk}:{key}" if key else "", now)
    note_rejections(submitted, token.source, now)
    encoded = submitted.encoded()
    keep_answer(token, key, body.digest, encoded.decode())
    counts = {f"Tocsin-{name.title()}": submitted.count(name) for name in ("accepted", "known", "rejected")}
    counts["Tocsin-Warnings"] = sum(len(answer.warnings) for answer in submitted.answers)
    return HttpResponse(encoded, content_type=NDJSON, headers={k: str(v) for k, v in counts.items()})


@api.get("/health", response=Health, summary="Whether the API works")
def health(request: HttpRequest) -> dict[str, str]:
    """Answer when the service and its database work; needs no token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ok", "version": __version__, "time": timezone.now().isoformat()}


@api.exception_handler(CallRefused)
def refuse(request: HttpRequest, error: CallRefused | type[CallRefused]) -> HttpResponse:
    """Say why a call is refused."""
    assert isinstance(error, CallRefused)
    answer = JsonResponse({"error": {"code": error.code, "message": str(error)}}, status=error.status)
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer


@api.exception_handler(DatabaseError)
def unwritable(request: HttpRequest, error: DatabaseError | type[DatabaseError]) -> HttpResponse:
    """Say that nothing can be written: the disk is full, or the database is away."""
    log.error("A call could not be answered: %s", error)
    message = _("Nothing can be stored at present. Send the posts again later; none is counted twice.")
    answer = JsonResponse({"error": {"code": "unavailable", "message": message}}, status=503)
    answer["Retry-After"] = "30"
    return answer


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    """Say that the token is missing or does not work."""
    message = _("This call needs a token that works, as Authorization: Bearer tocsin_…; nothing was taken.")
    answer = JsonResponse({"error": {"code": "unauthorised", "message": message}}, status=401)
    answer["WWW-Authenticate"] = 'Bearer realm="Tocsin"'
    return answer
