"""The first visit: one page makes the administrator, the organisation and the first brand."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tocsin.accounts import setup_token
from tocsin.accounts.actions import AlreadySetUp
from tocsin.accounts.actions import set_up as make
from tocsin.accounts.forms import LONGEST_NAME, SetUpForm, what_is_looked_for
from tocsin.accounts.selectors import left_by_imports
from tocsin.stream.query.errors import QueryError
from tocsin.ui.pages import answer

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Show the set-up page to whoever holds the one-time token."""
    if setup_token.is_set_up():
        return redirect("watch:overview")
    if not setup_token.is_valid(token):
        return answer_unknown(request)
    form = SetUpForm(
        request.POST or None,
        initial=left_by_imports(),
        suggested_at=reverse("accounts:suggested-watch", args=[token]),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user, _brand = make(
                name=data["name"],
                email=data["email"],
                password=data["password"],
                organisation=data["organisation"],
                brand=data["brand"],
                query=data["query"].strip() or None,
                language=(get_language() or "fr")[:2],
            )
        except QueryError as error:
            french = (get_language() or "fr").startswith("fr")
            form.add_error("query", error.message_fr if french else error.message_en)
        except AlreadySetUp:
            return redirect("account_login")
        else:
            login(request, user, backend=BACKEND)
            return redirect("listen:add")
    return answer(request, "accounts/set_up.html", {"form": form})


@never_cache
def suggested_watch(request: HttpRequest, token: str) -> HttpResponse:
    """Say which watch the brand gets, while its name is being written."""
    if not setup_token.is_valid(token):
        return answer_unknown(request)
    return HttpResponse(what_is_looked_for(request.GET.get("brand", "")[:LONGEST_NAME]))


def answer_unknown(request: HttpRequest) -> HttpResponse:
    """Say that the address of the set-up page is not, or no longer, the right one."""
    response = answer(request, "accounts/set_up_unknown.html", {})
    response.status_code = 404
    return response
