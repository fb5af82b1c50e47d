"""CSV and its relatives: any separator, quoted line feeds, ragged rows, quotes that never close."""

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from tocsin.listen.files.blocks import Block, block_at
from tocsin.listen.files.exceptions import FileUnusable, Rejection
from tocsin.listen.files.header import Header, find_header
from tocsin.listen.files.lines import MAX_LINE, Layout, Line, layout_of, lines_of
from tocsin.listen.files.table import Position, Record, Stretch

if TYPE_CHECKING:
    import _csv

SEPARATORS: Final = (",", ";", "\t", "|")
MAX_RECORD_LINES: Final = 1000
_SAMPLE_LINES: Final = 200
_NO_SEPARATOR: Final = "\x1f"
_CAREFUL_RECORDS: Final = 32
"""So many records are read one by one after a fault; twice as many each time that the next comes soon."""
_MOST_CAREFUL_RECORDS: Final = 8192

csv.field_size_limit(MAX_LINE)


class _Unreadable(Exception):
    """A line is too long, or a record spans too many: the feed stops here, and can go on after."""


class _Feed:
    """Gives lines to the csv reader and remembers those of the record being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        if line.text is None or len(self.taken) > MAX_RECORD_LINES:
            raise _Unreadable
        return line.text

    def give_back(self, lines: Iterable[Line]) -> None:
        """Put lines back, to be read again."""
        self._returned.extendleft(reversed(list(lines)))
        self.ended = False


class DelimitedTable:
    """A file of separated values.

    Parameters
    ----------
    file : binary file
        Seekable; closed by `close`.

    Raises
    ------
    FileUnusable
        When the file is empty.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._layout: Layout = layout_of(file)
        sample = self._sample()
        self._separator = separator_of([line.text or "" for line in sample])
        rows = [(rejected_or_row, line) for rejected_or_row, line in self._sample_rows(sample)]
        header: Header = find_header([row for row, _ in rows])
        self.columns = header.columns
        last = rows[header.rows - 1][1] if header.rows else None
        self._start = Position(last.end, last.number) if last else Position(self._layout.start, 0)

    def records(self, position: Position) -> Iterator[Record | Rejection]:
        """Iterate over the records from a position."""
        for read in self.stretches(position):
            if isinstance(read, Stretch):
                yield from read.records(self.columns)
            else:
                yield read

    def stretches(self, position: Position) -> Iterator[Stretch | Record | Rejection]:
        """Iterate over the same, with rows that are as they should be read many at a time."""
        position = position if position.offset > self._start.offset else self._start
        careful = _CAREFUL_RECORDS
        while True:
            begun = position
            if block := block_at(self._file, self._layout, position.offset):
                found, position, sound = self._of_block(block, position)
                yield from found
                if sound and position != begun:
                    careful = _CAREFUL_RECORDS
                    continue
            taken = 0
            for record in islice(self._one_by_one(position), careful):
                yield record
                position = Position(record.end, record.last_line)
                taken += 1
            if taken < careful:
                return
            careful = min(careful * 2, _MOST_CAREFUL_RECORDS)

    def _of_block(
        self, block: Block, begin: Position
    ) -> tuple[list[Stretch | Record | Rejection], Position, bool]:
        """Return what a block holds, how far it was read, and whether nothing was wrong with it."""
        found: list[Stretch | Record | Rejection] = []
        stretch, wanted, taken = Stretch(), len(self.columns), 0
        reader = self._reader(StringIO(block.text, newline=block.newline))
        sound = True
        try:
            for values in reader:
                upto = reader.line_num
                several = upto - taken > 1
                if several and (len(values) != wanted or upto - taken > MAX_RECORD_LINES):
                    sound = False
                    break
                if any(values):
                    line, end = begin.line + taken + 1, block.ends[upto - 1]
                    if len(values) == wanted:
                        stretch.add(line, end, begin.line + upto, values)
                    else:
                        found += [stretch, self._record(values, line, end, begin.line + upto)]
                        stretch = Stretch()
                taken = upto
        except csv.Error:
            # a record that the block cuts is read again with the next one
            sound = reader.line_num == len(block.ends) and not block.last
        end = block.ends[taken - 1] if taken else block.begin
        return [*found, stretch], Position(end, begin.line + taken), sound

    def _one_by_one(self, position: Position) -> Iterator[Record | Rejection]:
        """Read records one by one, which finds the way out of quotes that never close."""
        feed = _Feed(lines_of(self._file, self._layout, offset=position.offset, number=position.line))
        reader = self._reader(feed)
        while True:
            feed.taken = []
            try:
                values = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Unreadable):
                yield self._after_trouble(feed)
                reader = self._reader(feed)
                continue
            lines = feed.taken
            if (len(values) != len(self.columns) and len(lines) > 1) or _left_open(feed):
                yield self._after_trouble(feed)
                reader = self._reader(feed)
            elif values and any(values):
                yield self._record(values, lines[0].number, lines[-1].end, lines[-1].number)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _reader(self, lines: Iterable[str]) -> "_csv.Reader":
        return csv.reader(lines, delimiter=self._separator, strict=True)

    def _record(self, values: Sequence[str], line: int, end: int, last_line: int) -> Record | Rejection:
        wanted = len(self.columns)
        if len(values) > wanted and not any(values[wanted:]):
            values = values[:wanted]
        if len(values) != wanted:
            figures: dict[str, str | int] = {"columns": len(values), "expected": wanted}
            return Rejection(line, end, last_line, "ragged", figures)
        return Record(line, end, last_line, dict(zip(self.columns, values, strict=True)))

    def _after_trouble(self, feed: _Feed) -> Record | Rejection:
        """Read the first line of a broken record by itself and give the others back, so that none is lost."""
        first, *others = feed.taken
        feed.give_back(others)
        if first.text is None:
            figures: dict[str, str | int] = {"limit": MAX_LINE >> 20}
            return Rejection(first.number, first.end, first.number, "line_too_long", figures)
        values = _loosely(first.text, self._separator)
        if len(values) == len(self.columns):
            return self._record(values, first.number, first.end, first.number)
        return Rejection(first.number, first.end, first.number, "quotes")

    def _sample(self) -> list[Line]:
        sample: list[Line] = []
        for line in lines_of(self._file, self._layout):
            sample.append(line)
            if len(sample) >= _SAMPLE_LINES:
                break
        if not any((line.text or "").strip() for line in sample):
            raise FileUnusable("the file is empty", "file_empty")
        return sample

    def _sample_rows(self, sample: list[Line]) -> Iterator[tuple[list[str], Line]]:
        feed = _Feed(iter(sample))
        reader = self._reader(feed)
        while True:
            feed.taken = []
            try:
                values = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Unreadable):
                first, *others = feed.taken
                feed.give_back(others)
                reader = self._reader(feed)
                yield _loosely(first.text or "", self._separator), first
                continue
            if feed.taken:
                yield values, feed.taken[-1]


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the values of a sample of lines.

    Notes
    -----
    The separator that cuts the most rows into the same number of values; Excel's ``sep=;`` line decides at
    once. A file of one column has none.
    """
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0][4]
    scores = {separator: _evenness(lines, separator) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: scores[separator])
    return best if scores[best] > 0 else _NO_SEPARATOR


def _evenness(lines: Sequence[str], separator: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if any(row))
    except csv.Error:
        return 0.0
    widths.pop(1, None)
    if not widths:
        return 0.0
    width, rows = widths.most_common(1)[0]
    filled = [line for line in lines if line.strip()]
    if rows < 0.6 * len(filled) and separator not in filled[0]:
        return 0.0  # commas of sentences, under a name without one
    share = rows * width / max(1, len(filled))
    return share if rows > 1 or len(lines) <= 2 else share / 10


def _loosely(text: str, separator: str) -> list[str]:
    """Cut one line; where its quotes make no sense they are characters like others."""
    text = text.rstrip("\r\n").replace("\r", " ")  # the reader refuses one that ends no line
    if text.count('"') % 2 == 0:
        return next(csv.reader([text], delimiter=separator), [])
    return next(csv.reader([text], delimiter=separator, quoting=csv.QUOTE_NONE), [])


def _left_open(feed: _Feed) -> bool:
    """Return whether the file ended inside quotes that swallowed lines."""
    if not feed.ended or len(feed.taken) < 2:
        return False
    return sum((line.text or "").count('"') for line in feed.taken) % 2 == 1
