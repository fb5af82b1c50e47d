"""Every address, by app."""

from typing import Any

from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern

urlpatterns: list[Any] = [
    path("", include("tocsin.watch.urls")),
    path("alerts/", include("tocsin.alerts.urls")),
    path("", include("tocsin.plan.urls")),
    path("", include("tocsin.callout.urls")),
    path("", include("tocsin.crisis.urls")),
    path("sources/", include("tocsin.listen.urls")),
    path("live/", include("tocsin.live.urls")),
    path("", include("tocsin.ui.urls")),
    path("", include("tocsin.accounts.urls")),
    path("settings/messages/", include("tocsin.gate.urls")),
    path("accounts/", include("allauth.account.urls")),
    # Named, not included: what the API is made with is loaded with its first call, not with the first page.
    URLResolver(RoutePattern("api/v1/"), "tocsin.api.urls", app_name="ninja", namespace="api-v1"),
]
