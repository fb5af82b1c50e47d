"""Setting pages: Typst, with the fonts of the package and no others; what people wrote is never markup."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst

from tocsin.errors import TocsinError

log = logging.getLogger(__name__)

Values = dict[str, Any]
Form = Literal["pdf", "png"]

_FOLDER: Final = Path(__file__).parent
_FONTS: Final = _FOLDER.parent.parent / "plan" / "kit" / "fonts"
_CONTROLS: Final = {code: " " for code in range(32) if chr(code) != "\n"} | {0x7F: " "}
PPI: Final = 110


class NotSet(TocsinError):
    """The page could not be set; what it was to show is kept."""


def pages(
    template: str, values: Values, pictures: Mapping[str, bytes] | None = None, form: Form = "pdf"
) -> list[bytes]:
    """Return the pages of a template, filled in; a PDF is one.

    A picture that the typesetter cannot read is left out, and the page says so.

    Parameters
    ----------
    template
        Name of a ``.typ`` file in this folder.
    pictures
        Files by name, such as ``0.png``, which the values name under ``pictures``.

    Raises
    ------
    NotSet
        When not even the page without pictures can be set.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-sheet-") as folder:
        root = Path(folder)
        shutil.copy(_FOLDER / template, root / template)
        for name, body in (pictures or {}).items():
            (root / name).write_bytes(body)
        try:
            return _compiled(root, template, values, form)
        except typst.TypstError as error:
            log.warning("a sheet is set without its pictures: %s", error)
        try:
            return _compiled(root, template, {**values, "pictures": []}, form)
        except typst.TypstError as error:
            raise NotSet(f"this page could not be set ({error}); the piece itself is kept") from error


def _compiled(root: Path, template: str, values: Values, form: Form) -> list[bytes]:
    given = json.dumps(_clean(values), ensure_ascii=False)
    found = typst.compile(
        root / template,
        root=root,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"sheet": given},
        format=form,
        ppi=PPI,
    )
    return [found] if isinstance(found, bytes) else found


def _clean(value: object) -> object:
    """Return values without control characters and half surrogates, for which no font has a sign."""
    if isinstance(value, str):
        return value.translate(_CONTROLS).encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value
