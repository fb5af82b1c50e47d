"""What `tocsin doctor` finds, and how grave it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How grave a finding is; only what is wrong makes the doctor exit with 1."""

    WELL = "well"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in words: what was found, and what to do about it."""

    grade: Grade
    words: str


Check = Callable[[], Iterable[Finding]]


def well(words: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Grade.WELL, words)


def note(words: str) -> Finding:
    """Return a finding that someone may want to know."""
    return Finding(Grade.NOTE, words)


def wrong(words: str) -> Finding:
    """Return a finding that needs doing something."""
    return Finding(Grade.WRONG, words)


def look(checks: Iterable[Check]) -> list[Finding]:
    """Run checks in order; one that breaks is itself something wrong."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check()
        except Exception as error:
            name = check.__name__.removeprefix("check_").replace("_", " ")
            findings.append(wrong(f"{name}: could not be looked at ({type(error).__name__}: {error})"))
    return findings
