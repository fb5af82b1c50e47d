"""Creating and updating the databases: Django's, then the river's."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tocsin import __version__
from tocsin.cli.freshness import mark_fresh
from tocsin.errors import ConfigurationError
from tocsin.store import open_store
from tocsin.store.search import open_full_text


def refuse_newer() -> None:
    """Refuse databases that a newer Tocsin has changed: this one would write what that one cannot read.

    Raises
    ------
    ConfigurationError
        When a change was made to them that this code does not know.
    """
    if unknown := unknown_migrations():
        raise ConfigurationError(
            f"the databases were made by a newer Tocsin ({', '.join(unknown[:3])} is unknown to this one, "
            f"{__version__}). Nothing was changed. Update Tocsin, or restore the copy made before the update."
        )


def unknown_migrations() -> list[str]:
    """Return the changes made to Django's tables that this code does not know, as `app.name`."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    made = [key for key in loader.applied_migrations if key[0] in loader.migrated_apps and key not in known]
    return sorted(f"{app}.{name}" for app, name in made)


def migrate() -> Iterator[str]:
    """Bring every database up to date, and say what is done before it is."""
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_newer()
    yield f"People, journal, clock and gate: {settings.DATABASES['default']['NAME']}"
    call_command("migrate", verbosity=0, interactive=False)
    yield "Posts and mentions, and their full text"
    open_store(str(settings.DATABASE) or folder / "river.db").close()  # opening brings it up to date
    open_full_text(str(settings.DATABASE) or folder / "fulltext.db").close()
    mark_fresh(connection)
    yield "The databases are up to date."
