"""Opens the river of these settings, and the right to be it."""

import os
from pathlib import Path

from django.conf import settings

from tocsin.river import ingest
from tocsin.river.ahead import Ahead
from tocsin.river.outages import Outages
from tocsin.river.service import River
from tocsin.river.turn import AnyTurn, PostgresTurn, Turn
from tocsin.store import open_store
from tocsin.store.search import open_full_text


def store_address() -> str | Path:
    """Return where the store is, as the settings say."""
    return str(settings.DATABASE) if settings.DATABASE else Path(settings.DATA) / "river.db"


def full_text_address() -> str | Path:
    """Return where the full text is, as the settings say."""
    return str(settings.DATABASE) if settings.DATABASE else Path(settings.DATA) / "fulltext.db"


def open_river(*, part: int = 0, parts: int = 1, tries: int | None = None) -> tuple[River, AnyTurn]:
    """Open the river of these settings, and the right to be it.

    Parameters
    ----------
    tries : int, optional
        How often a store that is away is tried; without end when absent.

    Raises
    ------
    RiverRuns
        When another river runs on the same data folder, or takes the same organisations.
    StoreUnavailable
        When the store cannot be opened.
    """
    turn: AnyTurn
    if settings.DATABASE:
        turn = PostgresTurn(str(settings.DATABASE), part, parts)
    else:
        turn = Turn(Path(settings.DATA) / "river.lock")
    try:
        river = River(
            ingest.the_bus(),
            open_store(store_address()),
            open_full_text(full_text_address()),
            refused=Path(settings.DATA) / "refused",
            batch=min(max(int(settings.BATCH), 100), 20_000),
            part=part,
            parts=parts,
            ahead=Ahead() if len(os.sched_getaffinity(0)) > 1 else None,
            turn=turn,
            outages=Outages(tries),
        )
    except BaseException:
        turn.close()
        raise
    return river, turn
