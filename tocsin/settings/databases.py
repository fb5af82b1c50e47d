"""The databases: two SQLite files, or one PostgreSQL database seen twice."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tocsin.errors import ConfigurationError

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
}


def databases(url: str, data: Path) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: `default`, written by Django, and `river`, which it only reads.

    Raises
    ------
    ConfigurationError
        When the address is not one of PostgreSQL.
    """
    if not url:
        return {"default": _sqlite(data / "tocsin.db"), "river": _sqlite(data / "river.db", read_only=True)}
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ConfigurationError("TOCSIN_DATABASE must be empty or begin with postgresql://")
    server = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tocsin",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    return {"default": server, "river": {**server, "TEST": {"MIRROR": "default"}}}


def _sqlite(path: Path, *, read_only: bool = False) -> dict[str, Any]:
    options = dict(SQLITE_OPTIONS)
    if read_only:
        options |= {
            "transaction_mode": "DEFERRED",
            # each thread that answers keeps its own; what lies beyond is read from what the system remembers
            "init_command": "PRAGMA query_only=ON; PRAGMA cache_size=-16000;",
        }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options, "CONN_MAX_AGE": 60}
