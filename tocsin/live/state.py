"""Where an organisation stands: its place in the journal and the revision of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, connections
from django_scopes import scopes_disabled

from tocsin.journal.models import Chain


@dataclass(frozen=True, slots=True)
class Standing:
    """The two numbers that move when there is something new to show."""

    journal: int = 0
    revision: int = 0

    @property
    def identifier(self) -> str:
        """What a browser gives back after a lost connection."""
        return f"{self.journal}-{self.revision}"

    @classmethod
    def parse(cls, identifier: str) -> Standing | None:
        """Return the standing that a browser last saw; None when it says nothing usable."""
        journal, _, revision = identifier.partition("-")
        if journal.isdecimal() and revision.isdecimal() and len(identifier) < 50:
            return cls(int(journal), int(revision))
        return None


def news(before: Standing, now: Standing) -> list[str]:
    """Return what moved between two standings."""
    found = []
    if now.revision != before.revision:
        found.append("revision")
    if now.journal != before.journal:
        found.append("journal")
    return found


def standings(organisations: Iterable[int]) -> Mapping[int, Standing]:
    """Return where each organisation stands now; two short questions whatever their number."""
    wanted = list(organisations)
    with scopes_disabled():
        journal = dict(Chain.objects.filter(pk__in=wanted).values_list("pk", "sequence"))
    revisions = _revisions(wanted)
    return {pk: Standing(journal.get(pk, 0), revisions.get(pk, 0)) for pk in wanted}


def _revisions(wanted: list[int]) -> dict[int, int]:
    marks = ", ".join(["%s"] * len(wanted))
    sql = f"SELECT organisation, revision FROM revision WHERE organisation IN ({marks})"  # noqa: S608 - only placeholders are joined
    try:
        with connections["river"].cursor() as cursor:
            cursor.execute(sql, wanted)
            return dict(cursor.fetchall())
    except DatabaseError as error:
        if "no such table" in str(error) or type(error.__cause__).__name__ == "UndefinedTable":
            return {}  # the river has made no tables yet: there is nothing to tell
        raise
