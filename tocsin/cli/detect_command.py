"""``tocsin detect``: anomaly scores and alarms of one series of counts."""

import csv
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tocsin.errors import UnusableInput
from tocsin.stream.detect.series import DEFAULT_TOLERATED, SeriesDetector

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = ("timestamp", "value")
HEADER = (*COLUMNS, "anomaly_score", "alarm")


@click.command("detect", short_help="anomaly scores of a series of counts")
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

    FILE may be left out or `-` for standard input. A row's value is the count since the row before. What is
    said of a row never depends on later rows. Rows that cannot be read are reported with their line number
    and left out.
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
    rows = csv.reader(line.replace("\0", "") for line in stream)
    timestamp, value = _columns(rows, name)
    detector = SeriesDetector(false_alarms)
    output = csv.writer(sys.stdout, lineterminator="\n")
    output.writerow(HEADER)
    kept = left_out = 0
    for line, row in _lines(rows, name):
        try:
            when, count = row[timestamp].strip(), row[value].strip()
            score, alarm = detector.feed(_seconds(when), _number(count))
        except (ValueError, IndexError) as error:
            click.echo(f"{name}:{line}: {_reason(error)}; this row is left out", err=True)
            left_out += 1
            continue
        kept += 1
        output.writerow((when, count, f"{score:.6f}", int(alarm)))
    if left_out:
        click.echo(f"{name}: {left_out} rows left out, {kept} scored", err=True)
    if left_out and not kept:
        raise UnusableInput(f"{name}: no row of this input has a time and a count")


def _columns(rows: "Reader", name: str) -> tuple[int, int]:
    """Return the places of the two columns, from the header."""
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        return header.index(COLUMNS[0]), header.index(COLUMNS[1])
    except (ValueError, csv.Error) as error:
        raise UnusableInput(
            f"{name}: not a CSV with the columns timestamp and value; nothing was read"
        ) from error


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
        number = _number(text)
        if not abs(number) < 1e11:
            raise ValueError(f"{text!r} is not a time") from None
        return int(number)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a number")
    return number


def _reason(error: Exception) -> str:
    return "fewer columns than the header" if isinstance(error, IndexError) else str(error)
