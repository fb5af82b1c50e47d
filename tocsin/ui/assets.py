"""Where the built styles, scripts and icons are: their names carry a hash of their content."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from tocsin.errors import ConfigurationError

BUILT = Path(__file__).resolve().parent / "static" / "built"


def url(source: str) -> str:
    """Return the address of what was built from a source file, such as ``web/main.ts``."""
    return _address(_entry(source)["file"])


def styles(source: str) -> list[str]:
    """Return the addresses of the style sheets that a script imports."""
    return [_address(name) for name in _entry(source).get("css", [])]


def needed(source: str) -> list[str]:
    """Return the addresses of everything that a script needs: itself, what it imports, their style sheets."""
    found: dict[str, None] = {}
    waiting, seen = [source], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        entry = _entry(name)
        found |= dict.fromkeys([entry["file"], *entry.get("css", [])])
        waiting += entry.get("imports", [])
    return [_address(name) for name in found]


def read(source: str) -> str:
    """Return a built script itself."""
    name: str = _entry(source)["file"]
    return (BUILT / name).read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _address(name: str) -> str:
    return static(f"built/{name}")


def _entry(source: str) -> dict[str, Any]:
    manifest = _read() if settings.DEBUG else _manifest()
    try:
        entry: dict[str, Any] = manifest[source]
    except KeyError as error:
        raise ConfigurationError(
            f"{source} is not among the built pages: run `npm run build` again."
        ) from error
    return entry


@lru_cache(maxsize=1)
def _manifest() -> dict[str, Any]:
    return _read()


def _read() -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            "The pages' styles and scripts are not built yet: run `npm ci && npm run build`, or ./run."
        ) from error
    return manifest
