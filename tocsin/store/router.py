"""Keeps Django's migrations and writes out of the river's database."""

from typing import Any


class RiverRouter:
    """Sends every model to `default`; the `river` alias is for selectors that read it in SQL."""

    def db_for_read(self, model: type, **hints: Any) -> str:  # noqa: ANN401 - Django's interface
        """Return the database that a model is read from."""
        return "default"

    def db_for_write(self, model: type, **hints: Any) -> str:  # noqa: ANN401 - Django's interface
        """Return the database that a model is written to."""
        return "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:  # noqa: ANN401
        """Return whether Django may make tables in a database."""
        return db == "default"
