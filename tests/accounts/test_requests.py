"""A request is about one organisation, its queries never leave it, and roles guard its pages."""

import asyncio
from http import HTTPStatus
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from tocsin.accounts import actions
from tocsin.accounts.access import require
from tocsin.accounts.middleware import OrganisationMiddleware
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.watch.models import Brand


def request_of(user: User | AnonymousUser, session: dict[str, Any] | None = None) -> HttpRequest:
    request = RequestFactory().get("/alerts/?page=2")
    request.user, request.session = user, session or {}  # type: ignore[assignment]  # what sessions put there
    return request


def brands_seen(request: HttpRequest) -> HttpResponse:
    """Answer with the brands that a query sees, the language and the time zone."""
    names = ",".join(Brand.objects.values_list("name", flat=True).order_by("name"))
    return HttpResponse(f"{names}|{translation.get_language()}|{timezone.get_current_timezone_name()}")


async def brands_seen_async(request: HttpRequest) -> HttpResponse:
    return await sync_to_async(brands_seen)(request)


@pytest.fixture
def two_brands(brand: Brand, other_organisation: Organisation) -> None:
    """A brand here, and one that nobody here may see."""
    Brand.objects.create(organisation=other_organisation, name="Épicerie Lacaze", slug="lacaze")


def test_a_members_queries_stay_in_her_organisation(two_brands: None, yanis: User) -> None:
    response = OrganisationMiddleware(brands_seen)(request_of(yanis))
    assert response.content.decode() == "Maison Berthier|en|Europe/Paris"  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_the_same_holds_in_an_async_request(two_brands: None, yanis: User) -> None:
    middleware = OrganisationMiddleware(brands_seen_async)
    assert iscoroutinefunction(middleware)
    response = asyncio.run(middleware(request_of(yanis)))  # type: ignore[arg-type]  # it is a coroutine
    assert response.content.decode() == "Maison Berthier|en|Europe/Paris"  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_stranger_has_no_scope_at_all(two_brands: None) -> None:
    request = request_of(AnonymousUser())
    with pytest.raises(ScopeError):
        OrganisationMiddleware(brands_seen)(request)
    assert request.organisation is None  # type: ignore[attr-defined]  # set by the middleware


def test_the_scope_ends_with_the_request(two_brands: None, yanis: User) -> None:
    OrganisationMiddleware(brands_seen)(request_of(yanis))
    with pytest.raises(ScopeError):
        Brand.objects.count()


def test_a_person_of_two_organisations_chooses_and_stays_with_her_choice(
    two_brands: None, yanis: User, other_organisation: Organisation
) -> None:
    Membership.objects.create(user=yanis, organisation=other_organisation, role=Role.LEAD)
    request = request_of(yanis)
    actions.choose_organisation(request, other_organisation)
    response = OrganisationMiddleware(brands_seen)(request)
    assert response.content.decode().startswith("Épicerie Lacaze|")  # type: ignore[union-attr]


def test_nobody_chooses_an_organisation_of_others(yanis: User, other_organisation: Organisation) -> None:
    with pytest.raises(Membership.DoesNotExist):
        actions.choose_organisation(request_of(yanis), other_organisation)


def test_a_choice_that_no_longer_holds_falls_back_to_the_first(
    two_brands: None, yanis: User, other_organisation: Organisation
) -> None:
    response = OrganisationMiddleware(brands_seen)(request_of(yanis, {"organisation": other_organisation.pk}))
    assert response.content.decode().startswith("Maison Berthier|")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("role", "let_in"),
    [("observer", True), ("responder", True), ("approver", False), ("lead", False), ("administrator", False)],
)
def test_a_page_lets_in_its_role_and_those_above(yanis: User, role: str, let_in: bool) -> None:
    guarded = OrganisationMiddleware(require(role)(lambda request: HttpResponse("in")))
    if let_in:
        assert guarded(request_of(yanis)).content == b"in"  # type: ignore[union-attr]
    else:
        with pytest.raises(PermissionDenied, match=r"\w+"):
            guarded(request_of(yanis))


def test_a_stranger_is_sent_to_sign_in_and_comes_back(settings: Any) -> None:
    settings.LOGIN_URL = "/accounts/login/"
    request = request_of(AnonymousUser())
    request.membership = None  # type: ignore[attr-defined]  # as the middleware sets it
    response = require(Role.OBSERVER)(lambda request: HttpResponse("in"))(request)
    assert response.status_code == HTTPStatus.FOUND
    assert response.url == "/accounts/login/?next=/alerts/%3Fpage%3D2"  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_who_belongs_nowhere_is_told_whom_to_ask() -> None:
    with scopes_disabled():
        alone = User.objects.create_user("alone@elsewhere.test", None, name="Alone")
    guarded = OrganisationMiddleware(require("observer")(lambda request: HttpResponse("in")))
    with pytest.raises(PermissionDenied):
        guarded(request_of(alone))


def test_an_async_view_is_guarded_too(yanis: User) -> None:
    @require("lead")
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    request = request_of(yanis)
    request.membership = Membership.objects.get(user=yanis)  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        asyncio.run(view(request))
