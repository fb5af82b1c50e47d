"""Reading the environment over the defaults."""

import os
from pathlib import Path
from typing import Any

from tocsin.errors import ConfigurationError
from tocsin.settings import defaults

TRUE = {"1", "true", "yes", "on", "oui"}
FALSE = {"", "0", "false", "no", "off", "non"}


def names() -> list[str]:
    """Return the names of all settings, without the prefix."""
    return [name for name in vars(defaults) if name.isupper()]


def read(name: str) -> Any:  # noqa: ANN401 - str, int or bool, as its default
    """Return one setting, from ``TOCSIN_<name>`` or its default.

    Raises
    ------
    ConfigurationError
        When the value does not have the type of its default, or its file cannot be read.
    """
    default = getattr(defaults, name)
    raw = os.environ.get(f"TOCSIN_{name}")
    if raw is None:
        return default
    if raw.startswith("file:"):
        raw = _from_file(name, raw.removeprefix("file:"))
    if isinstance(default, bool):
        return _boolean(name, raw)
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError as error:
            raise ConfigurationError(f"TOCSIN_{name} must be a whole number, not {raw!r}") from error
    return raw


def _from_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"TOCSIN_{name}: cannot read {path}: {error.strerror}") from error


def _boolean(name: str, raw: str) -> bool:
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise ConfigurationError(f"TOCSIN_{name} must be yes or no, not {raw!r}")
