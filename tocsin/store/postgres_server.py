"""The connections of the store to a PostgreSQL server, and what goes wrong with them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors

from tocsin.store.base import Collided, Overtaken, Row, StoreUnavailable
from tocsin.store.schema import TABLES
from tocsin.store.statements import for_postgres

Connection = psycopg.Connection[tuple[Any, ...]]

CLOSING: Final = 7_402
"""First half of the advisory locks under which minutes of an organisation are closed."""

_SCHEMA_LOCK: Final = 7_401
_SYNCHRONOUS: Final = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What is committed is on the disk, for the bus lets go of it; a server that waits for more may go on so."""
_STAGE: Final = "CREATE TEMP TABLE IF NOT EXISTS staged_rollup (LIKE rollup) ON COMMIT DELETE ROWS"
SCHEMA: Final = TABLES.format(place="BIGINT", blob="BYTEA", clustered="", serial="BIGSERIAL PRIMARY KEY")


class PostgresServer:
    """Connections to a server: one writes batches, one writes for detection, each thread reads by its own.

    Parameters
    ----------
    address : str
        ``postgresql://…``
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._writing = threading.Lock()
        self._watching = threading.RLock()
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._writer = self._connect()
        self._watcher = self._connect()
        with self._writer.transaction():
            self._writer.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            self._writer.execute(SCHEMA)
        self._writer.execute(_STAGE)

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self._address, autocommit=True, application_name="tocsin-river")
            connection.execute(_SYNCHRONOUS)
        except psycopg.Error as error:
            raise self._unavailable(error) from error
        self._opened.append(connection)
        return connection

    @staticmethod
    def _unavailable(error: psycopg.Error) -> StoreUnavailable:
        return StoreUnavailable(
            f"PostgreSQL cannot be used ({str(error).strip()}). Nothing of this batch was stored; it waits "
            "on the bus and is tried again. Check the server and TOCSIN_DATABASE."
        )

    @property
    def _reader(self) -> Connection:
        connection: Connection | None = getattr(self._local, "reader", None)
        if connection is None or connection.closed:
            connection = self._local.reader = self._connect()
        return connection

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._naming():
            return self._reader.execute(for_postgres(statement), values).fetchall()

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Tell trouble of the store, which passes, from what would go wrong however often it is tried."""
        try:
            yield
        except errors.UniqueViolation as error:
            raise Collided(str(error)) from error
        except (errors.SerializationFailure, errors.DeadlockDetected) as error:
            raise Overtaken(str(error)) from error
        except psycopg.Error as error:
            if _is_of_the_data(error):
                raise
            raise self._unavailable(error) from error

    def _alive(self, name: str) -> Connection:
        """Return a connection that writes, opened anew when the server let go of it."""
        connection: Connection = getattr(self, name)
        if connection.closed:
            connection = self._connect()
            setattr(self, name, connection)
            connection.execute(_STAGE)
        return connection

    @contextmanager
    def _transaction(self, name: str) -> Iterator[Connection]:
        with self._naming():
            connection = self._alive(name)
            with connection.transaction():
                yield connection

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._opened:
            connection.close()


def _is_of_the_data(error: psycopg.Error) -> bool:
    """Return whether it would come again however often the same is tried; a missing table may be mended."""
    unfit = isinstance(error, (errors.DataError, errors.IntegrityError, errors.NotSupportedError))
    return unfit or (isinstance(error, errors.ProgrammingError) and error.sqlstate is None)
