"""How far a long step is, on a terminal as one moving line, elsewhere as a line now and then."""

from __future__ import annotations

import time
from typing import Final, TextIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

_SHARE_TOLD: Final = 0.1
_SOON: Final = 1.0


class Progress:
    """Shows the steps of a long work, and how far each is.

    Parameters
    ----------
    out : TextIO
        Usually standard error.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._moving = out.isatty()
        self._began = time.monotonic()
        self._next = 0.0
        self._words = ""

    def step(self, words: str) -> None:
        """Begin a step."""
        self._clear()
        self._write(f"{words}\n")
        self._words = words
        self._began, self._next = time.monotonic(), _SHARE_TOLD

    def step_once(self, words: str) -> None:
        """Begin a step, unless it was begun."""
        if words != self._words:
            self.step(words)

    def reached(self, done: int, total: int) -> None:
        """Show how much of a step is done, and how long it will still take."""
        share = min(1.0, done / total) if total else 1.0
        words = _("%(done)s of %(total)s, %(percent)d%%") % {
            "done": number_format(done, force_grouping=True),
            "total": number_format(total, force_grouping=True),
            "percent": share * 100,
        }
        seconds = time.monotonic() - self._began
        if 0 < share < 1 and seconds > _SOON:
            left = _("about %(seconds)d s left") % {"seconds": seconds * (1 - share) / share + 1}
            words = f"{words}, {left}"
        self._show(words, share)

    def since(self) -> None:
        """Show how long a step of unknown length takes."""
        if self._moving:
            self._show(_("%(seconds)d s so far") % {"seconds": time.monotonic() - self._began}, 0.0)

    def done(self) -> None:
        """Leave the line to others."""
        self._clear()

    def _show(self, words: str, share: float) -> None:
        if self._moving:
            self._clear()
            self._write(f"  {words}")
        elif share >= self._next:
            self._write(f"  {words}\n")
            self._next = share + _SHARE_TOLD

    def _clear(self) -> None:
        if self._moving:
            self._write("\r\033[K")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
