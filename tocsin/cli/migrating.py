"""Creating and updating the databases: Django's, then the river's."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tocsin.cli.freshness import mark_fresh
from tocsin.store import open_store
from tocsin.store.search import open_full_text


def migrate() -> Iterator[str]:
    """Bring every database up to date, and say what is done before it is."""
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    yield f"People, journal, clock and gate: {settings.DATABASES['default']['NAME']}"
    call_command("migrate", verbosity=0, interactive=False)
    yield "Posts and mentions, and their full text"
    open_store(str(settings.DATABASE) or folder / "river.db").close()  # opening brings it up to date
    open_full_text(str(settings.DATABASE) or folder / "fulltext.db").close()
    mark_fresh(connection)
    yield "The databases are up to date."
