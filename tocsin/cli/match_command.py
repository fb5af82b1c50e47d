"""`tocsin match`: the posts that match a query, each with the places to highlight."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.cli.language import Language, environment_language
from tocsin.cli.lines import LineReader, open_input, write_line
from tocsin.errors import UnusableInput
from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.post import Post
from tocsin.stream.query import Highlighter, Matcher, QueryError, WatchDefinition, parse

BATCH: Final = 2_000
MAX_QUERY_BYTES: Final = 1 << 20

Rows = npt.NDArray[np.int64]


class _Given(msgspec.Struct):
    """What a query can ask of a post; anything else in the line is passed on unread."""

    text: str
    id: str | int | None = None
    native_id: str | int | None = None
    network: str | None = None
    url: str | None = None
    title: str | None = None
    kind: str | None = None
    author_id: str | int | None = None
    author_handle: str | None = None
    author_name: str | None = None
    followers: float | None = None
    lang: str | None = None
    rating: float | None = None
    media: list[str] | str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    record: dict[str, Any]
    post: Post


@click.command(name="match")
@click.option("--query", metavar="QUERY", help="The query.")
@click.option("--query-file", metavar="FILE", help="A UTF-8 file that holds the query.")
@click.option(
    "--lang",
    type=click.Choice(["en", "fr"]),
    help="Language of errors in the query (that of LANG).",
)
@click.argument("file", required=False)
def command(query: str | None, query_file: str | None, lang: Language | None, file: str | None) -> None:
    """Write the posts of FILE (or of standard input), one JSON object a line, that match a query.

    Each is written as it came, with `spans`: pairs of start and end in its text, in Unicode code points,
    that made it match. Only `text` is required here, as for `tocsin analyse`.
    """
    written = _query(query, query_file)
    try:
        node = parse(written)
    except QueryError as error:
        raise UnusableInput(f"{_title(lang)}\n{error.explain(lang or environment_language())}") from error
    matcher = Matcher([WatchDefinition(1, 0, 0, written)])
    highlighter = Highlighter(node)
    lines = _lines(open_input(file, required=("text",)))
    while some := list(islice(lines, BATCH)):
        _write_matches(some, matcher, highlighter)


def _query(query: str | None, query_file: str | None) -> str:
    if (query is None) == (query_file is None):
        raise click.UsageError("give either --query or --query-file")
    if query is not None:
        return query
    assert query_file is not None
    try:
        data = Path(query_file).read_bytes()
    except OSError as error:
        raise UnusableInput(f"{query_file}: {error.strerror}") from error
    if len(data) > MAX_QUERY_BYTES:
        raise UnusableInput(f"{query_file}: a file of more than {MAX_QUERY_BYTES >> 20} MiB holds no query")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableInput(f"{query_file}: not UTF-8 at byte {error.start}") from error


def _title(lang: Language | None) -> str:
    if (lang or environment_language()) == "fr":
        return "la requête ne peut pas être comprise"
    return "the query cannot be understood"


def _lines(reader: LineReader) -> Iterator[_Line]:
    for number, record in reader:
        try:
            given = msgspec.convert(record, _Given, strict=False)
        except msgspec.ValidationError as error:
            reader.reject(number, str(error))
            continue
        identifier = next((one for one in (given.id, given.native_id) if one not in {None, ""}), number)
        yield _Line(record, _post(given, str(identifier)))


def _post(given: _Given, identifier: str) -> Post:
    media = [given.media] if isinstance(given.media, str) else given.media
    return Post(
        text=given.text,
        id=identifier,
        network=given.network or _network_of(given.id),
        url=given.url or "",
        title=given.title or "",
        kind=given.kind or "post",  # type: ignore[arg-type]  # an unknown kind is no reason to drop a line
        author_id="" if given.author_id is None else str(given.author_id),
        author_handle=given.author_handle or "",
        author_name=given.author_name or "",
        followers=None if given.followers is None or given.followers < 0 else int(given.followers),
        lang=given.lang or "",
        rating=given.rating,
        media=[address for address in media or [] if address],
    )


def _network_of(identifier: str | int | None) -> str:
    """Return the network in ``network:native id``."""
    network, colon, _ = str(identifier or "").partition(":")
    return network if colon else ""


def _write_matches(lines: list[_Line], matcher: Matcher, highlighter: Highlighter) -> None:
    batch = Batch.from_posts([line.post for line in lines], organisation=0, source=0, now_ms=0)
    detected: dict[int, str] = {}

    def detect(rows: Rows) -> list[str]:
        found = _languages([batch.text[row] for row in rows.tolist()])
        detected.update(zip(rows.tolist(), found, strict=True))
        return found

    matches = matcher.match(batch, fold_batch(batch.text), detect)
    for row in matches.row.tolist():
        found = highlighter.spans(lines[row].post, language=detected.get(row, ""))
        write_line({**lines[row].record, "spans": found})


def _languages(texts: list[str]) -> list[str]:
    from tocsin.stream.understand.language import languages  # noqa: PLC0415 - the model is read when needed

    blank = [""] * len(texts)
    return languages(texts, blank, blank)
