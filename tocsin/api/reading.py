"""One line of JSON to a post: what is wrong with it, and what of it no post has."""

from __future__ import annotations

import difflib
import re
from typing import Any, Final

import msgspec

from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.files.json_lines import what_is_broken
from tocsin.listen.files.names import NAMES, rank
from tocsin.stream.post import KINDS, Post

MOST_WARNINGS: Final = 20
_LONGEST_NAME: Final = 60
_FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Post))
_OTHERWISE_CALLED: Final = {"date": "published_at"}
_FIELD: Final = re.compile(r"at `\$\.(\w+)")
_EXPECTED: Final = re.compile(r"Expected `(\w+)")


class _Strict(Post, forbid_unknown_fields=True):
    """A post that has every field it is given; decoding it tells at no cost that a line has others."""


_STRICT: Final = msgspec.json.Decoder(_Strict)
_LENIENT: Final = msgspec.json.Decoder(Post)
_NAMES: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(raw: bytes | None) -> tuple[Post, list[str]]:
    """Return the post of a line, and the names of the fields that no post has.

    Parameters
    ----------
    raw : bytes or None
        None for a line that is too long.

    Raises
    ------
    RowUnusable
    """
    if raw is None:
        raise RowUnusable("line_too_long", limit=1)
    line = raw.lstrip(b"\xef\xbb\xbf")
    try:
        try:
            return _STRICT.decode(line), []
        except msgspec.ValidationError:
            post = _LENIENT.decode(line)
            return post, [name for name in _NAMES.decode(line) if name not in _FIELDS]
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from error
    except UnicodeError as error:
        raise RowUnusable("not_json", detail="not_utf_8") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise RowUnusable("not_json", **what_is_broken(str(error))) from error


def near(name: str) -> str:
    """Return the field that a name probably stands for; empty when none is near."""
    meant = next((field for field in NAMES if (place := rank(name, field)) and not place[0]), "")
    meant = _OTHERWISE_CALLED.get(meant, meant)
    if meant in _FIELDS:
        return meant
    return next(iter(difflib.get_close_matches(name.lower(), _FIELDS, n=1, cutoff=0.75)), "")


def unknown(name: str) -> dict[str, Any]:
    """Return what the words about a field that no post has need."""
    figures = {"field": name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"}
    meant = near(name[:_LONGEST_NAME])
    return figures | ({"near": meant, "detail": "unknown_field_near"} if meant else {})


def _explained(problem: str) -> RowUnusable:
    """Turn the decoder's English into a code and figures."""
    field = match[1] if (match := _FIELD.search(problem)) else ""
    if "missing required field" in problem:
        return RowUnusable("no_text")
    if not field:
        return RowUnusable("not_an_object")
    if "RFC3339" in problem:
        return RowUnusable("wrong_field", field=field, detail="not_a_moment")
    if "enum value" in problem:
        return RowUnusable("wrong_field", field=field, detail="not_a_choice", choices=", ".join(KINDS))
    if expected := _EXPECTED.search(problem):
        return RowUnusable("wrong_field", field=field, detail="wrong_type", expected=expected[1])
    return RowUnusable("number", field=field)
