"""Setting a kit's pages: Typst, with the fonts of the package and no others."""

from __future__ import annotations

from typing import Literal

import msgspec
import typst

from tocsin.plan.kit import signs
from tocsin.plan.kit.contents import Contents
from tocsin.plan.kit.layout import FOLDER, LAYOUT, Shape


def pdf(values: Contents, made: str, shape: Shape = "a4") -> bytes:
    """Return a kit as PDF.

    Parameters
    ----------
    made
        When it was made, in words.
    """
    return _pages(values, made, shape, "pdf")[0]


def pictures(values: Contents, made: str, shape: Shape = "a4") -> list[bytes]:
    """Return each page of a kit as a PNG, to be looked at."""
    return _pages(values, made, shape, "png")


def _pages(values: Contents, made: str, shape: Shape, kind: Literal["pdf", "png"]) -> list[bytes]:
    """Set the pages. What people wrote goes in as JSON, so that no word of it can be taken for markup."""
    given = msgspec.json.encode(_clean({**values, "made": made})).decode()
    missing = msgspec.json.encode(signs.MISSING in given).decode()
    pages = typst.compile(
        LAYOUT,
        root=FOLDER,
        font_paths=[signs.FONTS],
        ignore_system_fonts=True,
        sys_inputs={"kit": given, "shape": shape, "missing": missing},
        format=kind,
        ppi=80 if shape == "a4" else 140,
    )
    return [pages] if isinstance(pages, bytes) else pages


def _clean(value: object) -> object:
    """Return values with signs that the fonts have."""
    if isinstance(value, str):
        return signs.printable(value)
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value
