"""The bus of several machines: a NATS JetStream stream for each topic.

The client is asynchronous; it lives in a thread of its own, so that callers need not be. Positions of
consumers are kept in a key-value bucket beside the streams. A payload that is larger than the server takes
is cut between lines into several messages, which are batches of their own.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec
import nats
import nats.errors
import nats.js.errors
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from tocsin.bus.base import KEEP_HOURS, BusUnavailable, Message
from tocsin.errors import UnusableInput

_BUCKET: Final = "tocsin-consumers"
_TIMEOUT: Final = 20.0
_ROOM_FOR_HEADERS: Final = 4096
_FIRST_SECONDS: Final = 5.0

Result = TypeVar("Result")


class NatsBus:
    """A log in JetStream; any number of machines may publish to it and read from it.

    Parameters
    ----------
    address : str
        ``nats://host:4222``, or several separated by commas.
    """

    def __init__(self, address: str, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._address = address
        self._now_ms = now_ms
        self._streams: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bus-nats", daemon=True)
        self._thread.start()
        try:
            self._run(self._connect())
        except BusUnavailable:
            self._stop_loop()
            raise

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(_TIMEOUT * 2)
        except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError) as error:
            future.cancel()
            raise BusUnavailable(
                f"the bus {self._address} does not answer ({error}). What was accepted before is kept; this "
                "batch was not accepted. Check the NATS server and TOCSIN_BUS, then send it again."
            ) from error

    async def _connect(self) -> None:
        connecting = nats.connect(self._address.split(","), connect_timeout=2, max_reconnect_attempts=-1)
        # without end once connected, but an address that never answered is more likely a mistake
        self._client = await asyncio.wait_for(connecting, _FIRST_SECONDS)
        self._stream = self._client.jetstream(timeout=_TIMEOUT)
        try:
            self._positions = await self._stream.key_value(_BUCKET)
        except nats.js.errors.NotFoundError:
            self._positions = await self._stream.create_key_value(bucket=_BUCKET, history=1)

    async def _ready(self, topic: str) -> str:
        name = f"tocsin-{topic}"
        if name not in self._streams:
            await self._stream.add_stream(
                StreamConfig(
                    name=name,
                    subjects=[f"tocsin.{topic}"],
                    retention=RetentionPolicy.LIMITS,
                    discard=DiscardPolicy.NEW,
                    storage=StorageType.FILE,
                    duplicate_window=KEEP_HOURS * 3600,
                )
            )
            self._streams.add(name)
        return name

    def publish(
        self,
        topic: str,
        kind: str,
        organisation: int,
        source: int,
        payload: bytes,
        *,
        key: str | None = None,
        meta: dict[str, Any] | None = None,
    ) -> int:
        """Append a batch; the server has it on its disks (of a majority, in a cluster) when this returns."""
        headers = {
            "kind": kind,
            "organisation": str(organisation),
            "source": str(source),
            "meta": msgspec.json.encode(meta or {}).decode(),
            "at": str(self._now_ms()),
        }
        sequence = 0
        for part, piece in enumerate(_pieces(payload, self._client.max_payload - _ROOM_FOR_HEADERS)):
            named = {} if key is None else {"Nats-Msg-Id": key if part == 0 else f"{key}#{part}"}
            sequence = self._run(self._publish(topic, piece, headers | named))
        return sequence

    async def _publish(self, topic: str, payload: bytes, headers: dict[str, str]) -> int:
        await self._ready(topic)
        accepted = await self._stream.publish(f"tocsin.{topic}", payload, headers=headers)
        return int(accepted.seq)

    def read(self, topic: str, after: int, *, messages: int = 64, size: int = 8 << 20) -> list[Message]:
        """Return the batches after a sequence, in order, at most so many and about so many bytes."""
        return self._run(self._read(topic, after, messages, size))

    async def _read(self, topic: str, after: int, messages: int, size: int) -> list[Message]:
        name = await self._ready(topic)
        state = (await self._stream.stream_info(name)).state
        found: list[Message] = []
        total, sequence = 0, max(after + 1, state.first_seq)
        while sequence <= state.last_seq and len(found) < messages and total < size:
            try:
                raw = await self._stream.get_msg(name, seq=sequence, direct=False)
            except nats.js.errors.NotFoundError:
                sequence += 1
                continue
            found.append(_message(topic, sequence, raw.data or b"", raw.headers or {}))
            total += len(raw.data or b"")
            sequence += 1
        return found

    def subscribe(self, topic: str, consumer: str) -> None:
        """Keep everything of a topic from now on until this consumer has passed it."""
        self._run(self._subscribe(topic, consumer))

    async def _subscribe(self, topic: str, consumer: str) -> None:
        await self._ready(topic)
        try:
            await self._positions.create(_slot(topic, consumer), b"0")
        except nats.js.errors.KeyWrongLastSequenceError:
            return  # it was subscribed before, and has its position

    def forget_others(self, topic: str, consumers: Sequence[str]) -> None:
        """Wait for no other consumers of a topic than these."""
        self._run(self._forget_others(topic, {_slot(topic, consumer) for consumer in consumers}))

    async def _forget_others(self, topic: str, kept: set[str]) -> None:
        for slot in await self._positions.keys():
            if slot.startswith(f"{topic}.") and slot not in kept:
                await self._positions.delete(slot)

    def passed(self, topic: str, consumer: str, sequence: int) -> None:
        """Tell that the effects of everything up to a sequence are durable; it may be deleted."""
        self._run(self._positions.put(_slot(topic, consumer), str(sequence).encode()))

    def last(self, topic: str) -> int:
        """Return the sequence of the newest batch of a topic, 0 when there never was one."""
        return self._run(self._last(topic))

    async def _last(self, topic: str) -> int:
        info = await self._stream.stream_info(await self._ready(topic))
        return int(info.state.last_seq)

    def trim(self) -> int:
        """Delete what every consumer has passed; the server forgets old keys by itself."""
        return self._run(self._trim())

    async def _trim(self) -> int:
        floors: dict[str, int] = {}
        try:
            slots = await self._positions.keys()
        except nats.js.errors.NoKeysError:
            return 0
        for slot in slots:
            topic = slot.split(".", 1)[0]
            position = int((await self._positions.get(slot)).value or b"0")
            floors[topic] = min(position, floors.get(topic, position))
        deleted = 0
        for topic, floor in floors.items():
            name = await self._ready(topic)
            before = (await self._stream.stream_info(name)).state.messages
            await self._stream.purge_stream(name, seq=floor + 1)
            deleted += before - (await self._stream.stream_info(name)).state.messages
        return deleted

    def close(self) -> None:
        """Let go of the connection."""
        try:
            self._run(self._client.close())
        finally:
            self._stop_loop()

    def _stop_loop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._cancel_tasks(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    @staticmethod
    async def _cancel_tasks() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _slot(topic: str, consumer: str) -> str:
    """Return the key of a consumer's position; NATS takes no spaces in it."""
    return f"{topic}.{consumer.replace(' ', '_').replace('/', '_of_')}"


def _message(topic: str, sequence: int, payload: bytes, headers: dict[str, str]) -> Message:
    return Message(
        sequence=sequence,
        topic=topic,
        kind=headers.get("kind", ""),
        organisation=int(headers.get("organisation", "0")),
        source=int(headers.get("source", "0")),
        payload=payload,
        meta=msgspec.json.decode(headers.get("meta", "{}")),
        at_ms=int(headers.get("at", "0")),
    )


def _pieces(payload: bytes, limit: int) -> Iterator[bytes]:
    """Cut a payload between its lines into pieces of at most so many bytes."""
    start = 0
    while len(payload) - start > limit:
        cut = payload.rfind(b"\n", start, start + limit)
        if cut <= start:
            raise UnusableInput(
                f"a line of {len(payload) - start} bytes is longer than the NATS server takes ({limit}); "
                "nothing of it was accepted. Raise max_payload of the server."
            )
        yield payload[start:cut]
        start = cut + 1
    yield payload[start:]
