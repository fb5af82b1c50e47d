"""How much memory several processes take together, while they work."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

_EVERY_SECONDS: Final = 0.5


class Memory:
    """Looks at the memory of processes twice a second, and keeps the moment when it was most.

    What processes share (libraries, mapped files) is counted once among them (PSS), as the machine counts it.
    """

    def __init__(self, pids: Callable[[], Mapping[str, Sequence[int]]]) -> None:
        self._pids = pids
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most: dict[str, int] = {}

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            taken = {name: round(sum(map(_kb, pids)) / 1024) for name, pids in self._pids().items()}
            if sum(taken.values()) > sum(self.most.values()):
                self.most = taken


def _kb(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):  # it may have ended meanwhile
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
