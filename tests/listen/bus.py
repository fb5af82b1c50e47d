"""Reads back what was published on the bus during a test."""

import msgspec

from tocsin.bus import Message
from tocsin.river.ingest import TOPIC, the_bus
from tocsin.stream.post import Post

_DECODER = msgspec.json.Decoder(Post)


class Reading:
    """Everything on the bus since it began."""

    def __init__(self) -> None:
        self._start = the_bus().last(TOPIC)
        the_bus().subscribe(TOPIC, "test")

    @property
    def messages(self) -> list[Message]:
        return the_bus().read(TOPIC, self._start, messages=10_000, size=1 << 30)

    @property
    def posts(self) -> list[Post]:
        lines = (line for message in self.messages for line in message.payload.split(b"\n") if line.strip())
        return [_DECODER.decode(line) for line in lines]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]
