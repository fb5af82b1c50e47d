"""What the river puts aside in files of its own, so that nothing that came is lost, whatever it is."""

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tocsin.bus import Bus, Message
from tocsin.store import StoreUnavailable

log = logging.getLogger(__name__)

KNOWN_KINDS: Final = frozenset({"posts"})


class Aside:
    """The folder of what was put aside: batches that no code could take, and kinds that are not known yet.

    Parameters
    ----------
    folder : Path
        Made when something is put into it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._named: set[str] = set()

    def refuse(self, message: Message) -> None:
        """Keep the posts of a message that cannot be stored; ``tocsin import`` brings them back.

        Raises
        ------
        StoreUnavailable
            When they cannot be kept either: the message waits on the bus.
        """
        path = self._folder / f"{message.topic}-{message.sequence}.ndjson"
        _keep(path, message.payload)
        log.error("Batch %s could not be stored; its posts are kept in %s", message.sequence, path)

    def knows(self, message: Message) -> bool:
        """Return whether this version can take a message; keep one that a later version may know.

        Raises
        ------
        StoreUnavailable
            When it cannot be kept: it waits on the bus.
        """
        if message.kind in KNOWN_KINDS:
            return True
        kind = re.sub(r"\W", "_", message.kind)
        path = self._folder / f"{message.topic}-{message.sequence}.{kind}.json"
        _keep(path, msgspec.json.encode(message))
        if kind not in self._named:
            self._named.add(kind)
            log.warning(
                "Messages of the kind %r are not known to this version, and are kept in %s", kind, path.parent
            )
        return False

    def take_back(self, bus: Bus, topic: str, position: int, is_mine: Callable[[Message], bool]) -> None:
        """Forget what was put aside after a position: it stands on the bus and is tried again.

        So no post is in the store and in this folder too, whenever the river was killed.
        """
        for path in self._folder.glob(f"{topic}-*.*"):
            sequence = path.name.removeprefix(f"{topic}-").split(".", 1)[0]
            if not sequence.isdigit() or int(sequence) <= position:
                continue
            for message in bus.read(topic, int(sequence) - 1, messages=1):
                if is_mine(message) and path.read_bytes() in (message.payload, msgspec.json.encode(message)):
                    path.unlink()


def _keep(path: Path, content: bytes) -> None:
    """Write a file that a power cut leaves whole: the bus lets go of what it holds."""
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"a batch is to be put aside in {path.parent}, which cannot be written ({error}). "
            "It waits on the bus and is tried again. Free disk space or check the folder's permissions."
        ) from error
