"""How well every output is understood on posts that no training and no tuning saw, with 95% intervals."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.reader import Reader, Understanding
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, SENTIMENTS, SIGNALS, TOPICS, mask_of

POSTS: Final = Path(__file__).parent / "posts" / "held_out.jsonl"
RESAMPLED: Final = 1_000
SEED: Final = 7
SAID: Final = 0.5
"""The chance from which an emotion or a signal counts as said."""

Row = dict[str, str | int | float | None]
Flags = npt.NDArray[np.bool_]
Scorer = Callable[[npt.NDArray[np.int64]], float]


@dataclass(slots=True, eq=False)
class HeldOut:
    """Posts with what a person says of them, one row a post; flags have one column a name."""

    texts: list[str]
    lang: list[str]
    sentiment: npt.NDArray[np.int8]
    emotions: Flags
    expectations: Flags
    topics: Flags
    signals: Flags


def held_out(path: Path = POSTS) -> HeldOut:
    """Read the posts."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return HeldOut(
        texts=[row["text"] for row in rows],
        lang=[row["lang"] for row in rows],
        sentiment=np.array([SENTIMENTS.index(row["sentiment"]) - 1 for row in rows], np.int8),
        emotions=_flags([row["emotions"] for row in rows], EMOTIONS),
        expectations=_flags([row["expectations"] for row in rows], EXPECTATIONS),
        topics=_flags([row["topics"] for row in rows], TOPICS),
        signals=_flags([row["signals"] for row in rows], SIGNALS),
    )


def _flags(chosen: list[list[str]], names: tuple[str, ...]) -> Flags:
    return _unmasked(np.array([mask_of(some, names) for some in chosen]), names)


def _unmasked(masks: npt.NDArray[np.integer], names: tuple[str, ...]) -> Flags:
    flags: Flags = (masks.astype(np.int64)[:, None] >> np.arange(len(names)) & 1).astype(np.bool_)
    return flags


def measure(reader: Reader, posts: HeldOut) -> list[Row]:
    """Return one row a head and language: figure, and the bounds between which it is with 95% certainty."""
    read = reader.read(posts.texts, [""] * len(posts.texts))
    signals = np.stack([read.urgency, read.irony, read.vulnerable], axis=1) >= SAID
    emotions = read.emotions >= SAID
    expectations = _unmasked(read.expectations, EXPECTATIONS)
    topics = _unmasked(read.topics, TOPICS)
    scorers: list[tuple[str, Scorer]] = [
        ("language, accuracy", lambda at: _same(posts.lang, read.lang, at)),
        ("sentiment, macro-F1", lambda at: _classes_f1(posts.sentiment[at], read.sentiment[at])),
        ("emotions, micro-F1", lambda at: f1(posts.emotions[at], emotions[at])),
        ("expectations, micro-F1", lambda at: f1(posts.expectations[at], expectations[at])),
        ("topics, micro-F1", lambda at: f1(posts.topics[at], topics[at])),
        *(
            (f"{name}, F1", lambda at, place=place: f1(posts.signals[at, place], signals[at, place]))
            for place, name in enumerate(SIGNALS)
        ),
        ("feeling against the sentiment, share of posts", lambda at: _contradicted(read, at)),
    ]
    groups = [
        ("all", np.arange(len(posts.texts))),
        *((code, np.flatnonzero(np.array(posts.lang) == code)) for code in ("fr", "en")),
    ]
    return [_row(what, code, scorer, rows) for what, scorer in scorers for code, rows in groups]


def _row(what: str, code: str, scorer: Scorer, rows: npt.NDArray[np.int64]) -> Row:
    random = np.random.default_rng(SEED)
    drawn = [scorer(random.choice(rows, len(rows))) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    bounds = f"{low:.2f} to {high:.2f}"
    return {"measure": what, "of": f"{code}, {len(rows)} posts", "value": scorer(rows), "95%": bounds}


def _same(truth: list[str], told: list[str], at: npt.NDArray[np.int64]) -> float:
    return float(np.mean(np.array(truth)[at] == np.array(told)[at]))


def f1(truth: Flags, said: Flags) -> float:
    """Return the F1 of all flags together."""
    return float(2 * (truth & said).sum() / max(int(truth.sum() + said.sum()), 1))


def _classes_f1(truth: npt.NDArray[np.int8], said: npt.NDArray[np.int8]) -> float:
    return float(np.mean([f1(truth == label, said == label) for label in (-1, 0, 1)]))


def _contradicted(read: Understanding, at: npt.NDArray[np.int64]) -> float:
    """Return the share of posts said negative with joy or gratitude, or positive with a bad feeling."""
    pleased = (read.emotions[at, EMOTIONS.index("joy") :] >= SAID).any(axis=1)
    hurt = (read.emotions[at, : EMOTIONS.index("joy")] >= SAID).any(axis=1)
    return float(np.mean((pleased & (read.sentiment[at] < 0)) | (hurt & (read.sentiment[at] > 0))))
