"""Cells to the values of a post's fields."""

import re
from typing import Final

from tocsin.listen.files.table import Cell
from tocsin.stream.post import KINDS, Kind

_COUNT: Final = re.compile(
    r"(\d+(?:[\s.,\u00a0\u202f']\d{3})*)(?:[.,](\d{1,2}))?\s*([kKmM])?(?:\s*[a-z].*)?", re.IGNORECASE
)
_RATING: Final = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:(?:/|sur|out of|of)\s*(\d{1,3}))?(?:\s*[^\d]*)?", re.IGNORECASE
)
_EXPONENT: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_MAGNITUDES: Final = {"k": 1_000, "m": 1_000_000}
_MAX_COUNT: Final = 2**62

_KINDS: Final[dict[str, Kind]] = {
    "comment": "comment",
    "commentaire": "comment",
    "reply": "comment",
    "reponse": "comment",
    "review": "review",
    "avis": "review",
    "article": "article",
    "news": "article",
    "presse": "article",
    "message": "message",
}


def text_of(cell: Cell) -> str:
    """Return a cell as text; empty for none."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def identifier_of(cell: Cell) -> str:
    """Return a network's identifier; empty where a spreadsheet has rounded it.

    Notes
    -----
    ``5.67588E+17`` stands for thousands of posts, and so does a number beyond 2**53 that a sheet kept as a
    floating-point one.
    """
    if isinstance(cell, float) and abs(cell) > 2**53:
        return ""
    text = text_of(cell).strip("'\"")
    return "" if not text.isdigit() and _EXPONENT.fullmatch(text) else text


def count_of(cell: Cell) -> int | None:
    """Return a count such as ``1 234``, ``1,234`` or ``1.2k``; None where there is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return int(cell) if 0 <= cell < _MAX_COUNT else None
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    if cell.isascii() and cell.isdigit():
        return int(cell) if len(cell) < 19 else None
    match = _COUNT.fullmatch(cell.strip())
    if match is None:
        return None
    whole = int(re.sub(r"\D", "", match[1]))
    factor = _MAGNITUDES.get((match[3] or "").lower(), 1)
    count = int(float(f"{whole}.{match[2] or 0}") * factor)
    return count if count < _MAX_COUNT else None


def rating_of(cell: Cell) -> float | None:
    """Return stars out of five: ``4``, ``4,5``, ``8/10`` or ``★★★★☆``; None where there are none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell) if 0 <= cell <= 5 else None
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if stars := sum(text.count(sign) for sign in "★⭐"):
        return float(min(stars, 5))
    match = _RATING.fullmatch(text)
    if match is None:
        return None
    best = float(match[2] or 5)
    rating = float(match[1].replace(",", ".")) * 5 / best if best else -1.0
    return rating if 0 <= rating <= 5 else None


def kind_of(cell: Cell) -> Kind | None:
    """Return the kind of post that a cell names, in English or French; None for none known."""
    word = text_of(cell).lower().replace("é", "e")
    return word if word in KINDS else _KINDS.get(word)


def handle_of(cell: Cell) -> str:
    """Return a handle without its sign."""
    return text_of(cell).lstrip("@")


def language_of(cell: Cell) -> str:
    """Return the code ``fr`` of ``fr``, ``fr-CA`` or ``fr_FR``; empty for a name in words."""
    text = text_of(cell)
    return text[:2].lower() if len(text) == 2 or text[2:3] in {"-", "_"} else ""


def address_of(cell: Cell) -> str:
    """Return a web address; empty for anything else."""
    text = text_of(cell)
    return text if is_address(text) else ""


def addresses_of(cell: Cell) -> list[str]:
    """Return the web addresses of a cell that may hold several."""
    return [part for part in re.split(r"[\s,;|]+", text_of(cell)) if is_address(part)][:20]


def is_address(text: str) -> bool:
    """Return whether text is an address that a page may link to."""
    return text.startswith(("https://", "http://")) and len(text) <= 2000
