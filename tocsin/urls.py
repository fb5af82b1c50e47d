"""Every address, by app."""

from importlib.util import find_spec
from typing import Any

from django.urls import include, path

urlpatterns: list[Any] = [
    path("", include("tocsin.watch.urls")),
    path("alerts/", include("tocsin.alerts.urls")),
    path("sources/", include("tocsin.listen.urls")),
    path("live/", include("tocsin.live.urls")),
    path("", include("tocsin.ui.urls")),
    path("", include("tocsin.accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
]
if find_spec("tocsin.api.urls"):
    urlpatterns.append(path("api/v1/", include("tocsin.api.urls")))
