"""The error of a query: where, what was expected, how to mend it, in English and in French."""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, Self

from tocsin.errors import UnusableInput

Language = Literal["en", "fr"]

SHOWN_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages."""

    en: str
    fr: str

    def __getitem__(self, lang: Language) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Fix:
    """Replace ``query[start:end]`` by ``text``."""

    start: int
    end: int
    text: str

    def apply(self, query: str) -> str:
        """Return the mended query, without the blanks that a removal leaves."""
        before, after = query[: self.start], query[self.end :]
        if not self.text:
            return (before.rstrip(" ") + " " + after.lstrip(" ")).strip()
        return before + self.text + after


class QueryError(UnusableInput):
    """A query that cannot be understood.

    Attributes
    ----------
    position : int
        Index, in code points of the query, of the character at fault.
    expected : str
        What was expected there, in English; `expected_in` says it in French too.
    proposal : str
        A query that works and is close to what was meant; empty where none can be guessed.
    message_en, message_fr : str
        What is wrong and what to do.
    """

    def __init__(
        self,
        position: int,
        *,
        message: Said,
        expected: Said,
        fix: Fix | None = None,
        query: str = "",
        proposal: str = "",
    ) -> None:
        super().__init__(message.en)
        self.position = position
        self.message = message
        self.message_en = message.en
        self.message_fr = message.fr
        self.expected = expected.en
        self.expected_in = expected
        self.fix = fix
        self.query = query
        self.proposal = proposal

    def within(self, query: str, proposal: str) -> Self:
        """Return the same error, with the query it was found in and a query that works."""
        return type(self)(
            min(self.position, len(query)),
            message=self.message,
            expected=self.expected_in,
            fix=self.fix,
            query=query,
            proposal=proposal,
        )

    def explain(self, lang: Language = "en") -> str:
        """Return the whole error for a person: message, the line of the query with a caret, proposal."""
        if lang == "fr":
            parts = [f"{self.message.fr} Attendu : {self.expected_in.fr}.".replace(" :", "\u00a0:")]
        else:
            parts = [f"{self.message.en} Expected: {self.expected_in.en}."]
        parts.append(self.pointed())
        if self.proposal:
            parts.append(("Essayez\u00a0: " if lang == "fr" else "Try: ") + self.proposal)
        return "\n".join(parts)

    def pointed(self) -> str:
        """Return two lines: the line of the query at fault, and a caret under the character."""
        start = max((self.query.rfind(end, 0, self.position) for end in "\n\r"), default=-1) + 1
        line = self.query[start:].splitlines()[0] if self.query[start:].splitlines() else ""
        column = self.position - start
        left = max(0, column - SHOWN_COLUMNS // 2)
        shown = "".join(c if c.isprintable() else " " for c in line[left : left + SHOWN_COLUMNS])
        before = "…" if left else ""
        after = "…" if left + SHOWN_COLUMNS < len(line) else ""
        indent = len(before) + sum(_width(c) for c in shown[: column - left])
        return f"{before}{shown}{after}\n{' ' * indent}^"


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def quoted(text: str, limit: int = 40) -> Said:
    """Return a piece of the query between the quotes of each language, shortened."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    short = " ".join(short.split())
    return Said(f"“{short}”", f"«\u00a0{short}\u00a0»")
