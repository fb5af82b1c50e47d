"""Which organisation a request is about; its queries never leave it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django_scopes import scope

from tocsin.accounts.models import Membership, User

SESSION_KEY = "organisation"
Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class OrganisationMiddleware:
    """Sets `request.organisation` and `request.membership`, and activates the scope of that organisation.

    A signed-in member also gets pages in her own language and her organisation's time. For anybody else
    both are None and no scope is active, so that a query of an organisation's rows is an error.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        """Answer the request within its organisation."""
        if self._is_async:
            return self._answer_async(request)
        membership = _identify(request)
        if membership is None:
            return self.get_response(request)
        with _Within(membership):
            return self.get_response(request)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        membership = await sync_to_async(_identify)(request)
        if membership is None:
            return await self._get(request)
        with _Within(membership):
            return await self._get(request)

    async def _get(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        assert isinstance(response, Awaitable)
        answer: HttpResponseBase = await response
        return answer


class _Within:
    """The organisation's scope, the member's language and the organisation's time zone."""

    def __init__(self, membership: Membership) -> None:
        self._scope = scope(organisation=membership.organisation)
        self._language = translation.override(membership.user.language)
        self._zone = timezone.override(ZoneInfo(membership.organisation.time_zone))

    def __enter__(self) -> None:
        self._scope.__enter__()
        self._language.__enter__()
        self._zone.__enter__()

    def __exit__(self, *exc: object) -> None:
        self._zone.__exit__(None, None, None)
        self._language.__exit__(None, None, None)
        self._scope.__exit__(None, None, None)


def _identify(request: HttpRequest) -> Membership | None:
    """Find the membership under which a request is made: the one chosen, else the first."""
    membership = None
    if request.user.is_authenticated:
        membership = _membership(request.user, request.session.get(SESSION_KEY))
    request.membership = membership  # type: ignore[attr-defined]  # what this middleware is for
    request.organisation = membership.organisation if membership else None  # type: ignore[attr-defined]
    return membership


def _membership(user: User, chosen: int | None) -> Membership | None:
    mine = Membership.objects.filter(user=user).select_related("organisation", "user").order_by("pk")
    return mine.filter(organisation=chosen).first() or mine.first() if chosen else mine.first()
