"""Setting a kit's pages: Typst, with the fonts of the package and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec
import typst

from tocsin.plan.kit.contents import Contents

_FOLDER: Final = Path(__file__).parent
_FONTS: Final = _FOLDER / "fonts"
_CONTROLS: Final = {code: " " for code in range(32) if chr(code) != "\n"} | {0x7F: " "}


def pdf(values: Contents, made: str) -> bytes:
    """Return a kit as PDF.

    Parameters
    ----------
    made
        When it was made, in words.
    """
    return _pages(values, made, "pdf")[0]


def pictures(values: Contents, made: str) -> list[bytes]:
    """Return each page of a kit as a PNG, to be looked at."""
    return _pages(values, made, "png")


def _pages(values: Contents, made: str, kind: Literal["pdf", "png"]) -> list[bytes]:
    """Set the pages. What people wrote goes in as JSON, so that no word of it can be taken for markup."""
    given = msgspec.json.encode(_clean({**values, "made": made})).decode()
    pages = typst.compile(
        _FOLDER / "kit.typ",
        root=_FOLDER,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"kit": given},
        format=kind,
        ppi=80,
    )
    return [pages] if isinstance(pages, bytes) else pages


def _clean(value: object) -> object:
    """Return values without control characters, for which no font has a sign."""
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value
