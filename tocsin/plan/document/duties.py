"""Legal duties, with deadlines that begin with the facts, with words published or with a request."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from tocsin.plan.document.structure import Text

Begins = Literal["discovery", "publication", "request"]
"""What hours are counted from: the company learns of it, the words appear, somebody asks for their due."""

_FILE: Final = Path(__file__).parent.parent / "library" / "duties.yaml"


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What the law asks for, of whom, and how soon.

    Attributes
    ----------
    hours
        Counted from what `counted` says; 0 where the law says "without delay" and gives no number, so that
        the deadline is for the lawyer to set.
    begins
        What `hours` are counted from. Only those counted from the discovery of the facts can be set when a
        crisis opens; the others wait for the day they speak of.
    counted
        The same in words, with what the law leaves out of the count.
    source
        The text of law, with its article.
    since
        In force since (year and month).
    """

    id: str
    title: Text
    what: Text
    hours: int
    begins: Begins
    counted: Text
    source: Text
    since: str


class _File(msgspec.Struct):
    read_on: date
    duties: list[Duty]


_READ: Final = msgspec.yaml.decode(_FILE.read_bytes(), type=_File)

READ_ON: Final = _READ.read_on
"""When the texts of the law were last gone through."""

DUTIES: Final = {duty.id: duty for duty in _READ.duties}
"""By id, in the order in which a plan lists them."""
