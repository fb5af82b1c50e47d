"""What stands in the cells of a line of contacts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import phonenumbers

from tocsin.listen.files.names import folded
from tocsin.plan.models import Side
from tocsin.watch.vocabulary import LANGUAGE_NAMES

_OUTSIDE: Final = ("externe", "exterieur", "dehors", "outside", "external", "out")


def is_mobile(number: str) -> bool:
    """Return whether text messages reach a number."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }


def read(cells: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """Return what the cells of a line say, by field; two columns of one field are joined."""
    found: dict[str, str] = {}
    for column, field in fields.items():
        text = _text(cells.get(column))
        if text:
            found[field] = f"{found[field]} / {text}" if field in found else text
    return found


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return text[1:] if text[:1] == "'" else text


def name(cells: Mapping[str, str]) -> str:
    """Return somebody's name, in one piece."""
    parts = (cells.get("first_name", ""), cells.get("last_name", ""))
    return " ".join((cells.get("name") or " ".join(parts)).split())


def languages(text: str) -> list[str]:
    """Return the languages that somebody speaks, of those that Tocsin knows."""
    names = {folded(str(name)): code for code, name in LANGUAGE_NAMES.items()}
    names |= {code: code for code in LANGUAGE_NAMES}
    given = [names.get(folded(part)) for part in re.split(r"[,/;|]", text)]
    return list(dict.fromkeys(code for code in given if code))


def side(cells: Mapping[str, str]) -> str:
    """Return on which side somebody is, empty where the file does not tell."""
    if not cells.get("side"):
        return ""
    return Side.OUTSIDE if folded(cells["side"]) in _OUTSIDE else Side.INSIDE
