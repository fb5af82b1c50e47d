"""Who may see a page: a decorator that says it beside the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tocsin.accounts.models import Membership, Role

View = TypeVar("View", bound=Callable[..., Any])


def require(role: Role | str) -> Callable[[View], View]:
    """Let only members with at least this role see the decorated view, sync or async.

    Who is not signed in is sent to sign in and comes back; who may not gets a page that says, in words,
    which role it needs (Django's 403 page, with the words as its exception).
    """
    needed = Role(role)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the view's own
            refused = _refuse(request, needed)
            return view(request, *args, **kwargs) if refused is None else refused

        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            refused = _refuse(request, needed)
            return await view(request, *args, **kwargs) if refused is None else refused

        return guarded_async if iscoroutinefunction(view) else guarded  # type: ignore[return-value]  # same call

    return decorate


def _refuse(request: HttpRequest, needed: Role) -> HttpResponse | None:
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(
            _("You belong to no organisation yet. Ask an administrator to add you to one.")
        )
    if not membership.may(needed):
        words = _("This needs the role of %(role)s, and yours is %(yours)s. Ask an administrator.")
        raise PermissionDenied(words % {"role": needed.label, "yours": membership.get_role_display()})
    return None
