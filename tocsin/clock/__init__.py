"""One clock: everything that must happen at a time, and the only time that apps read."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.accounts.models import Organisation


def now(organisation: Organisation | int | None) -> datetime:
    """Return what time it is for an organisation (UTC); for None, the time of the house."""
    # Imported when called: this package is loaded before Django's models are.
    moment: datetime = import_module("tocsin.clock.time").organisation_now(organisation)
    return moment
