"""``tocsin analyse``: what is understood of each post, one JSON object a line."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import click

from tocsin.cli.lines import open_input, write_line
from tocsin.stream.understand.personal import personal_data
from tocsin.stream.understand.reader import Understanding, default_reader
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, SENTIMENTS, TOPICS, names_of

_AT_ONCE: Final = 2_000
_DECIMALS: Final = 4


@click.command("analyse", short_help="what is understood of each post")
@click.argument("file", required=False, type=click.Path(dir_okay=False))
def command(file: str | None) -> None:
    """Say what is understood of each post of FILE (or of standard input), one JSON object a line.

    Each is written as it came, with language, sentiment, emotions, expectations, topics, urgency, irony and
    personal data. Only `text` is required; `lang` is believed where it is given.
    """
    records = (record for _, record in open_input(file, required=("text",)))
    for batch in _batches(records):
        texts = [record["text"] for record in batch]
        tags = [tag if isinstance(tag := record.get("lang"), str) else "" for record in batch]
        understood = default_reader().read(texts, tags)
        for row, record in enumerate(batch):
            write_line(record | _columns(understood, row) | {"personal_data": _personal(record["text"])})


def _batches(records: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(records, _AT_ONCE)):
        yield batch


def _columns(understood: Understanding, row: int) -> dict[str, Any]:
    return {
        "lang": understood.lang[row],
        "sentiment": SENTIMENTS[int(understood.sentiment[row]) + 1],
        "sentiment_score": _rounded(understood.score[row]),
        "emotions": {
            name: _rounded(chance) for name, chance in zip(EMOTIONS, understood.emotions[row], strict=True)
        },
        "expectations": names_of(int(understood.expectations[row]), EXPECTATIONS),
        "topics": names_of(int(understood.topics[row]), TOPICS),
        "urgency": _rounded(understood.urgency[row]),
        "irony": _rounded(understood.irony[row]),
        "vulnerable": _rounded(understood.vulnerable[row]),
    }


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)


def _personal(text: str) -> list[dict[str, Any]]:
    return [{"kind": datum.kind, "start": datum.start, "end": datum.end} for datum in personal_data(text)]
