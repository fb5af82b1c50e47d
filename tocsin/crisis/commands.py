"""A line typed into the log: what it says and what kind of line it is, in French or in English.

Pure: nothing here knows a room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NOTE, DECISION, FACT, QUESTION, WHO, CALL, MESSAGE = (
    "note",
    "decision",
    "fact",
    "question",
    "who",
    "call",
    "message",
)
KINDS: Final = (DECISION, FACT, QUESTION, WHO, CALL, MESSAGE, NOTE)

NAMES: Final[Mapping[str, str]] = {
    "decision": DECISION,
    "fact": FACT,
    "fait": FACT,
    "question": QUESTION,
    "who": WHO,
    "qui": WHO,
    "call": CALL,
    "appel": CALL,
    "message": MESSAGE,
    "note": NOTE,
}
"""Commands without their slash and accents, and the kind of line that each begins."""

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("/décision ", "/fait ", "/question ", "/qui ", "/appel ", "/message "),
    "en": ("/decision ", "/fact ", "/question ", "/who ", "/call ", "/message "),
}
"""What a field offers, by language."""

_STATES: Final = {
    "confirmed": "confirmed",
    "confirme": "confirmed",
    "verifie": "confirmed",
    "unconfirmed": "unconfirmed",
    "non confirme": "unconfirmed",
    "a verifier": "unconfirmed",
    "false": "false",
    "faux": "false",
    "wrong": "false",
}
_SOURCE = re.compile(r"\(\s*source\s*:\s*(?P<source>[^()]{1,300})\)\s*$", re.IGNORECASE)
_STATE = re.compile(r"\[\s*(?P<state>[^\[\]]{1,20}?)\s*\]\s*$")
_NAMED = re.compile(r"^(?P<name>[^\s:=][^:=]{0,59}?)\s*[:=]\s+(?P<text>\S.*)$", re.DOTALL)
_COMMAND = re.compile(r"^/(?P<name>[^\s/]{1,20})(?:\s+(?P<rest>.*))?$", re.DOTALL)

_COMES: Final = (
    "arrive",
    "est arrive",
    "est arrivee",
    "arrives",
    "est la",
    "prend la veille",
    "comes",
    "comes on",
    "is here",
    "is on",
    "on",
    "joins",
)
_GOES: Final = (
    "part",
    "est parti",
    "est partie",
    "s'en va",
    "quitte la veille",
    "goes",
    "goes off",
    "leaves",
    "is off",
    "off",
)
_SELF: Final = {"moi", "me", "je", "i"}

_OVERRIDES: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was meant.

    Attributes
    ----------
    name
        Of a fact: what stands before its colon, which may be a slot of the plan's messages.
    state, source
        Of a fact: ``confirmed``, ``unconfirmed`` or ``false``, and where it comes from.
    goes
        Of a person: whether they go off; they come on otherwise.
    """

    kind: str
    text: str
    name: str = ""
    state: str = ""
    source: str = ""
    goes: bool = False

    @property
    def themself(self) -> bool:
        """Whether somebody speaks of themselves: ``/who me``, ``/qui moi part``, or ``/who`` alone."""
        return self.kind == WHO and plain(self.text) in {*_SELF, ""}


def cleaned(line: str) -> str:
    """Return a line without what cannot be seen: control characters, and signs that turn the writing round.

    Letters written from right to left stay; what would make other words look so goes, since a log must read
    as it was typed. White space is one space.

    >>> cleaned(" Rappel\\x00 du\\n lot ")
    'Rappel du lot'
    """
    kept = (one if unicodedata.category(one) not in {"Cc", "Cs", "Zl", "Zp"} else " " for one in line)
    return " ".join("".join(one for one in kept if one not in _OVERRIDES).split())


def read(line: str) -> Typed:
    """Return what a line says; one that begins with no known command is a note, whole.

    >>> read("/fait Lot 4 seul touché [confirmé] (source : laboratoire)")
    Typed(kind='fact', text='Lot 4 seul touché', name='', state='confirmed', source='laboratoire', goes=False)
    """
    text = cleaned(line)
    found = _COMMAND.match(text)
    kind = NAMES.get(plain(found["name"])) if found else None
    if found is None or kind is None:
        return Typed(NOTE, text)
    rest = found["rest"] or ""
    if kind == FACT:
        return _fact(rest)
    return _who(rest) if kind == WHO else Typed(kind, rest)


def plain(text: str) -> str:
    """Return a text without case and accents, as names are compared.

    >>> plain("Décision")
    'decision'
    """
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def _fact(rest: str) -> Typed:
    """Read a fact: its state in brackets and its source in parentheses, in any order, at its end."""
    state = source = ""
    while True:
        if not source and (found := _SOURCE.search(rest)):
            source, rest = found["source"].strip(), rest[: found.start()].rstrip()
        elif not state and (found := _STATE.search(rest)) and plain(found["state"]) in _STATES:
            state, rest = _STATES[plain(found["state"])], rest[: found.start()].rstrip()
        else:
            break
    named = _NAMED.match(rest)
    if named is None:
        return Typed(FACT, rest, "", state, source)
    return Typed(FACT, named["text"].strip(), named["name"].strip(), state, source)


def _who(rest: str) -> Typed:
    """Read who comes or goes: the name, then what they do; who is only named comes."""
    words = rest.split()
    for length in (3, 2, 1):
        if len(words) < length:
            continue
        last = plain(" ".join(words[-length:]))
        if last in _COMES or last in _GOES:
            return Typed(WHO, " ".join(words[:-length]), goes=last in _GOES)
    return Typed(WHO, rest)
