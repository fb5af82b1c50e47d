"""What detection asks of either store in the same words."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from tocsin.store import statements as sql
from tocsin.store.base import Backfill, Raised, Row
from tocsin.store.rows import raised_of
from tocsin.store.schema import PLACE_BITS, PLACE_MASK


class ReadMinutes(ABC):
    """Questions that SQLite and PostgreSQL understand alike; each store puts them to its database."""

    @abstractmethod
    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]: ...

    def watermark(self, organisation: int) -> int | None:
        """Return the last closed minute of an organisation, None before the first."""
        rows = self._rows("SELECT minute FROM watermark WHERE organisation=?", (organisation,))
        return int(rows[0][0]) if rows else None

    def raised(self, watch: int) -> list[Raised]:
        """Return everything raised for a watch, oldest first."""
        return [raised_of(row) for row in self._rows(sql.SELECT_RAISED, (watch,))]

    def backfills(self, organisation: int) -> list[Backfill]:
        """Return the spans that detection has yet to go over again."""
        rows = self._rows(
            "SELECT watch, organisation, first_minute, last_minute, amount FROM backfill "
            "WHERE organisation=? ORDER BY watch",
            (organisation,),
        )
        return [Backfill(*row) for row in rows]

    def most_backfill(self) -> int:
        """Return how many posts wait at most in a watch for detection to go over its past."""
        return int(self._rows("SELECT coalesce(max(amount), 0) FROM backfill")[0][0])

    def behind(self, watch: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of a watch in a span of time, newest first."""
        span = (first_ms << PLACE_BITS, (last_ms << PLACE_BITS) | PLACE_MASK)
        return self._rows(sql.SELECT_BEHIND, (watch, *span, limit))

    def told(self, organisation: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of an organisation in a span of time, the newest so many, in order of arrival."""
        span = (first_ms << PLACE_BITS, (last_ms << PLACE_BITS) | PLACE_MASK)
        return sorted(self._rows(sql.SELECT_TOLD, (organisation, *span, limit)), key=itemgetter(-1))
