"""What `tocsin doctor` looks at in the installation: folder, databases, built pages, settings."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from tocsin.cli.findings import Finding, note, well, wrong
from tocsin.cli.migrating import unknown_migrations
from tocsin.cli.misfortune import has_room
from tocsin.errors import ConfigurationError
from tocsin.gate.checkup import leads_to

LITTLE_SPACE, NO_SPACE = 2 << 30, 500 << 20
READABLE_BY_OTHERS = 0o077


def check_data_folder() -> Iterator[Finding]:
    """Look whether the data folder can be written."""
    folder = Path(settings.DATA)
    if not folder.exists():
        yield wrong(
            f"there is no data folder {folder} yet; the first `tocsin run` makes it, where TOCSIN_DATA says"
        )
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield wrong(f"the data folder {folder} cannot be written ({error.strerror}); give it to this user")
        return
    yield well(f"the data folder {folder} can be written")


def check_disk_space() -> Iterator[Finding]:
    """Look whether the disk of the data folder fills up."""
    folder = Path(settings.DATA)
    there = next(parent for parent in [folder, *folder.parents] if parent.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 2**30:.1f} GB free on the disk of the data folder"
    if free < NO_SPACE:
        yield wrong(f"{said}; make room before posts can no longer be kept")
    elif free < LITTLE_SPACE:
        yield note(f"{said}; make room soon")
    else:
        yield well(said)


def has_tables() -> bool:
    """Return whether both databases were ever migrated, so that what runs can be asked about."""
    if _missing("default") or _missing("river"):
        return False
    try:
        return "clock_heartbeat" in connections["default"].introspection.table_names() and (
            "consumer" in connections["river"].introspection.table_names()
        )
    except DatabaseError:
        return False


def _missing(alias: str) -> Path | None:
    """Return the file of a SQLite database that is not there; to connect would make it."""
    if connections[alias].vendor != "sqlite":
        return None
    name = connections[alias].settings_dict["NAME"]
    # the databases of tests may have addresses instead of paths
    path = None if str(name).startswith("file:") else Path(name)
    return path if path is not None and not path.exists() else None


def check_database() -> Iterator[Finding]:
    """Look whether Django's database answers and is up to date."""
    if not Path(settings.DATA).exists():
        return  # said once is enough
    if missing := _missing("default"):
        yield wrong(f"there is no database {missing} yet; `tocsin migrate` or `tocsin run` makes it")
        return
    connection = connections["default"]
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        yield wrong(f"the database does not answer ({error}); {_step(error)}")
        return
    if unknown := unknown_migrations():
        yield wrong(f"the databases were made by a newer Tocsin ({', '.join(unknown)}); update this one")
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield wrong(f"the database is not up to date ({len(waiting)} migrations wait); run `tocsin migrate`")
    else:
        yield well("the database answers and is up to date")


def _step(error: DatabaseError) -> str:
    """Return what to do about a database that does not answer."""
    if settings.DATABASE:
        return "check the server and TOCSIN_DATABASE, then run `tocsin migrate`"
    if not has_room(settings.DATA):
        return "the disk is full: make room"
    if "readonly" in str(error):
        return "give its file to this user"
    if "no such" in str(error):
        return "run `tocsin migrate`"
    return "if it stays so, restore a copy made by `tocsin backup`"


def check_river_database() -> Iterator[Finding]:
    """Look whether the river's database is there."""
    if not Path(settings.DATA).exists():
        return
    if missing := _missing("river"):
        yield wrong(f"there is no database {missing} yet; `tocsin migrate` or `tocsin run` makes it")
        return
    try:
        with connections["river"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM consumer")
    except DatabaseError as error:
        yield wrong(f"the river's database cannot be read ({error}); {_step(error)}")
        return
    yield well("the river's database answers")


def check_built_pages() -> Iterator[Finding]:
    """Look whether styles and scripts were built."""
    built = Path(settings.PACKAGE) / "ui" / "static" / "built" / "manifest.json"
    if built.exists():
        yield well("the pages' styles and scripts are built")
    else:
        yield wrong("the pages' styles and scripts are not built; run `npm ci && npm run build`, or ./run")


def check_translations() -> Iterator[Finding]:
    """Look whether the French translation was compiled."""
    compiled = Path(settings.PACKAGE) / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
    if compiled.exists():
        yield well("the French translation is compiled")
    else:
        yield wrong("the French translation is not compiled, so pages are in English; run ./run")


def check_secrets() -> Iterator[Finding]:
    """Look whether keys can be read by others."""
    paths = [*(Path(settings.DATA) / "keys").glob("*")]
    if settings.JOURNAL_KEY:
        paths.append(Path(settings.JOURNAL_KEY))
    open_to_others = [path for path in paths if path.exists() and path.stat().st_mode & READABLE_BY_OTHERS]
    for path in open_to_others:
        yield wrong(f"the key {path} can be read by others; run `chmod 600 {path}`")
    if not open_to_others:
        yield well("keys can be read by this user alone")


def check_mail() -> Iterator[Finding]:
    """Look whether notices can leave by e-mail."""
    if not settings.EMAIL_URL:
        yield note("no mail can be sent: set TOCSIN_EMAIL_URL and TOCSIN_EMAIL_FROM to be told of alerts")
        return
    try:
        server = leads_to("email")
    except ConfigurationError as error:
        yield wrong(str(error))
        return
    if not settings.EMAIL_FROM:
        yield note("TOCSIN_EMAIL_FROM is not set; many servers refuse mail without a sender of their own")
    yield well(f"mail leaves by {server}")


def check_ways_out() -> Iterator[Finding]:
    """Look whether text messages, calls, Matrix and push can leave, as far as their settings tell."""
    names = {"sms": "text messages", "voice": "calls", "matrix": "Matrix messages"}
    settings_of = {"sms": settings.SMS_URL, "voice": settings.VOICE_URL, "matrix": settings.MATRIX_URL}
    with translation.override("en"):
        for channel, name in names.items():
            if not settings_of[channel]:
                yield note(f"no {name} can be sent: TOCSIN_{channel.upper()}_URL is not set")
                continue
            yield _way_out(channel, name)
        if Path(settings.DATA).exists():
            yield _way_out("push", "push messages")
    if not any(settings_of.values()):
        yield note("nobody can be reached when mail is down; set up one more way out")


def _way_out(channel: str, name: str) -> Finding:
    try:
        return well(f"{name} leave by {leads_to(channel)}")
    except ConfigurationError as error:
        return wrong(str(error))


def check_url() -> Iterator[Finding]:
    """Look whether links can be sent."""
    if not settings.URL:
        yield note("TOCSIN_URL is not set, so that notices carry no link and nobody answers with one tap")
        return
    yield well(f"links begin with {settings.URL}")
    if not settings.URL.startswith("https://"):
        yield note("TOCSIN_URL is not https, so that browsers on other machines take no push")


CHECKS = (
    check_data_folder,
    check_disk_space,
    check_database,
    check_river_database,
    check_built_pages,
    check_translations,
    check_secrets,
    check_mail,
    check_ways_out,
    check_url,
)
