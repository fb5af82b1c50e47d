"""Addresses of call-outs."""

from typing import Any

app_name = "callout"
urlpatterns: list[Any] = []
