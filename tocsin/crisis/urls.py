"""Addresses of rooms."""

from typing import Any

app_name = "crisis"
urlpatterns: list[Any] = []
