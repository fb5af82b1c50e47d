"""The language in which a command speaks to whoever typed it."""

import os
from typing import Literal

Language = Literal["en", "fr"]


def environment_language() -> Language:
    """Return the language that the environment asks for: French when LANG says so, else English."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "fr" if named.lower().startswith("fr") else "en"
