"""``tocsin detect``: anomaly scores and alarms of one series of numbers."""

import csv
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tocsin.errors import UnusableInput
from tocsin.stream.detect.series import DEFAULT_TOLERATED, SeriesDetector

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = ("timestamp", "value")
HEADER = (*COLUMNS, "anomaly_score", "alarm")

_WANTED = "wanted is a CSV whose first line names the columns timestamp and value; nothing was read"
_LATEST_SECONDS = 1e11
_SHOWN = 40


@click.command("detect", short_help="anomaly scores of a series of numbers")
@click.argument("file", required=False)
@click.option(
    "--false-alarms",
    type=click.FloatRange(min=0.01, max=1000.0),
    default=DEFAULT_TOLERATED,
    show_default=True,
    help="False alarms tolerated a month.",
)
def command(file: str | None, false_alarms: float) -> None:
    """Read a CSV of `timestamp,value`; write it with `anomaly_score` (0 to 1) and `alarm` (0 or 1).

    FILE may be left out or `-` for standard input. Columns are separated by commas, semicolons or tabs. A
    row's value is the count since the row before, or any other figure of that time. What is said of a row
    never depends on later rows. Rows that cannot be read, or are earlier than the row before, are reported
    with their line number and left out.
    """
    name = "<stdin>" if file in {None, "-"} else str(file)
    with _opened(file, name) as stream:
        _detect(stream, name, false_alarms)


def _opened(file: str | None, name: str) -> TextIO:
    if file in {None, "-"}:
        return TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace", newline="")
    try:
        return Path(name).open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise UnusableInput(f"{name}: {error.strerror}") from error


def _detect(stream: TextIO, name: str, false_alarms: float) -> None:
    usable = _Usable(stream, name)
    detector = SeriesDetector(false_alarms)
    output = csv.writer(sys.stdout, lineterminator="\n")
    output.writerow(HEADER)
    for when, count, seconds, number in usable:
        score, alarm = detector.feed(seconds, number)
        output.writerow((when, count, f"{score:.6f}", int(alarm)))
    usable.summarise()


class _Usable:
    """The rows that can be scored; what cannot is reported and counted."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._name = name
        self._rows = _reader(stream, name)
        self._timestamp, self._value = _columns(self._rows, name)
        self._latest, self._latest_text = -math.inf, ""
        self._kept = self._left_out = self._backwards = 0

    def __iter__(self) -> Iterator[tuple[str, str, int, float]]:
        """Yield time and value as they stand, then in seconds and as a number."""
        for line, row in _lines(self._rows, self._name):
            try:
                when, count = row[self._timestamp].strip(), row[self._value].strip()
                seconds, number = self._later(when), _number(count)
            except (ValueError, IndexError) as error:
                click.echo(f"{self._name}:{line}: {_reason(error)}; this row is left out", err=True)
                self._left_out += 1
                continue
            self._latest, self._latest_text = seconds, when
            self._kept += 1
            yield when, count, seconds, number

    def _later(self, when: str) -> int:
        seconds = _seconds(when)
        if seconds < self._latest:
            self._backwards += 1
            raise ValueError(f"{when} is earlier than {self._latest_text} in a row before it")
        return seconds

    def summarise(self) -> None:
        """Say how many rows were left out; refuse an input of which most were."""
        if self._left_out:
            click.echo(f"{self._name}: {self._left_out} rows left out, {self._kept} scored", err=True)
        if self._left_out and not self._kept:
            raise UnusableInput(f"{self._name}: no row of this input has a time and a number")
        if self._backwards > self._kept:
            raise UnusableInput(
                f"{self._name}: time runs backwards in most rows, so only {self._kept} were scored; sort the "
                "rows by time, oldest first, and correct a time that lies too far ahead"
            )


def _reader(stream: TextIO, name: str) -> "Reader":
    """Return the rows, cut where the header says: at commas, semicolons or tabs."""
    lines = (line.replace("\0", "") for line in stream)
    header = next(lines, "")
    if not header.strip():
        raise UnusableInput(f"{name} is empty or begins with an empty line; {_WANTED}")
    delimiter = max(",;\t", key=header.count)
    return csv.reader(chain([header], lines), delimiter=delimiter)


def _columns(rows: "Reader", name: str) -> tuple[int, int]:
    """Return the places of the two columns, from the header."""
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        return header.index(COLUMNS[0]), header.index(COLUMNS[1])
    except (ValueError, csv.Error) as error:
        raise UnusableInput(f"{name}: the first line does not name them; {_WANTED}") from error


def _lines(rows: "Reader", name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, with their line numbers; report those that are no CSV."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            click.echo(f"{name}:{rows.line_num}: {error}; this row is left out", err=True)
            continue
        if any(cell.strip() for cell in row):
            yield rows.line_num, row


def _seconds(text: str) -> int:
    """Return a time as seconds since 1970; a time without zone is UTC, a bare number is seconds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _bare_seconds(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _bare_seconds(text: str) -> int:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not abs(number) < _LATEST_SECONDS:
        raise ValueError(
            f"{_short(text)} is not a time; expected is one like 2025-03-01 14:05:00, 2025-03-01T14:05:00Z, "
            "or seconds since 1970"
        ) from None
    return int(number)


def _number(text: str) -> float:
    """Return a number, with a point or a comma before its decimals."""
    try:
        number = float(text if "." in text else text.replace(",", ".", 1))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{_short(text)} is not a number; expected is one like 12 or 0.5") from None
    return number


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _reason(error: Exception) -> str:
    return "fewer columns than the header" if isinstance(error, IndexError) else str(error)
