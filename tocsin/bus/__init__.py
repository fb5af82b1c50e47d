"""The bus: an append-only log of batches between those who bring posts and those who read them."""

from pathlib import Path

from tocsin.bus.base import Bus, BusUnavailable, Message

__all__ = ["Bus", "BusUnavailable", "Message", "open_bus"]


def open_bus(where: str | Path) -> Bus:
    """Open the bus at ``nats://…`` (JetStream), or at the path of a SQLite file.

    Raises
    ------
    BusUnavailable
        When the server does not answer or the file cannot be used.
    """
    if isinstance(where, str) and where.startswith(("nats://", "tls://")):
        from tocsin.bus.nats import NatsBus  # noqa: PLC0415 - one machine never needs the client

        return NatsBus(where)
    from tocsin.bus.local import LocalBus  # noqa: PLC0415 - nor a cluster the file

    return LocalBus(Path(where))
