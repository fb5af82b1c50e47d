"""The layout of a kit's pages, and the shapes that it takes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

Shape = Literal["a4", "phone"]
SHAPES: Final[tuple[Shape, ...]] = ("a4", "phone")
"""A4 to be printed; narrow pages, read on a phone without zooming."""

FOLDER: Final = Path(__file__).parent
LAYOUT: Final = FOLDER / "kit.typ"


@cache
def layout() -> str:
    """Return a short name of the layout, that changes with it."""
    return sha256(LAYOUT.read_bytes()).hexdigest()[:12]
