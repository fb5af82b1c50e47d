"""The addresses of the API, which `tocsin.urls` names as `api-v1`."""

from tocsin.api.routes import api

urlpatterns, _, _ = api.urls
