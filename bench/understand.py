"""How fast and how well posts are understood, beside VADER, the majority and the floor."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import xxhash
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.held_out import held_out as read_held_out
from bench.held_out import measure
from bench.tables import render
from tocsin.stream.understand.reader import default_reader
from tocsin.stream.understand.training.corpora import UMSAB_LANGUAGES, Corpus, umsab

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SECONDS = 2.0

Row = dict[str, str | int | float | None]


def run(data: Path = DATA) -> list[dict[str, str | int | float | None]]:
    """Measure speed and quality; without the corpora, on posts written for Tocsin alone."""
    held_out = {
        code: umsab(data / "umsab", name, "val")
        for name, code in UMSAB_LANGUAGES.items()
        if (data / "umsab" / name).is_dir()
    }
    return [*speed(_posts(held_out)), *quality(held_out), *measure(default_reader(), read_held_out())]


def _posts(held_out: dict[str, Corpus]) -> list[str]:
    from tocsin.stream.understand.training.corpora import written  # noqa: PLC0415 - only without the corpora

    corpora = [held_out[code] for code in ("fr", "en") if code in held_out] or list(written())
    texts = [text for corpus in corpora for text in corpus.texts]
    return (texts * (1 + 4_000 // len(texts)))[:4_000]


def speed(texts: Sequence[str]) -> list[Row]:
    """Posts a second on one core: everything Tocsin tells, VADER's sentiment alone, and hashing the bytes."""
    reader, vader = default_reader(), SentimentIntensityAnalyzer()
    unknown, french = [""] * len(texts), ["fr"] * len(texts)
    length = sum(map(len, texts)) / len(texts)
    return [
        _row(
            "posts/s, all outputs",
            f"language unknown, {length:.0f} characters",
            _rate(texts, lambda: reader.read(texts, unknown)),
        ),
        _row("posts/s, all outputs", "language told", _rate(texts, lambda: reader.read(texts, french))),
        _row(
            "posts/s",
            "VADER, sentiment alone",
            _rate(texts[:500], lambda: [vader.polarity_scores(t) for t in texts[:500]]),
        ),
        _row(
            "posts/s",
            "floor: hash all bytes",
            _rate(texts, lambda: [xxhash.xxh3_64_intdigest(t.encode()) for t in texts]),
        ),
    ]


def _rate(texts: Sequence[str], work: Callable[[], object]) -> float:
    work()
    rounds, begin = 0, time.process_time()
    while time.process_time() - begin < SECONDS:
        work()
        rounds += 1
    return rounds * len(texts) / (time.process_time() - begin)


def _row(name: str, what: str, value: float) -> Row:
    return {"measure": name, "of": what, "value": value, "95%": None}


def quality(held_out: dict[str, Corpus]) -> list[Row]:
    """Macro-F1 of the sentiment on validation splits that no training or tuning saw."""
    rows = []
    for code, corpus in held_out.items():
        truth = corpus.targets[:, :3].argmax(axis=1)
        guesses = default_reader().read(corpus.texts, [""] * len(corpus.texts)).sentiment.astype(np.int64) + 1
        rows.append(_row("macro-F1 of sentiment", f"{code}, Tocsin", macro_f1(truth, guesses)))
        majority = np.full(len(truth), np.bincount(truth).argmax())
        rows.append(
            _row("macro-F1 of sentiment", f"{code}, the most frequent class", macro_f1(truth, majority))
        )
        if code == "en":
            rows.append(_row("macro-F1 of sentiment", "en, VADER", macro_f1(truth, _vader(corpus.texts))))
    return rows


def _vader(texts: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    vader = SentimentIntensityAnalyzer()
    compound = np.array([vader.polarity_scores(text)["compound"] for text in texts])
    return np.where(compound >= 0.05, 2, np.where(compound <= -0.05, 0, 1))


def macro_f1(
    truth: "np.ndarray[tuple[int], np.dtype[np.int64]]", guesses: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> float:
    """Return the unweighted mean of the three classes' F1."""
    scores = []
    for label in range(3):
        both = ((truth == label) & (guesses == label)).sum()
        scores.append(2 * both / max((truth == label).sum() + (guesses == label).sum(), 1))
    return float(np.mean(scores))


if __name__ == "__main__":
    print(render(run()))
