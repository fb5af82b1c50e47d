"""The texts that the weights are trained on, and what each says of which outputs.

A target is a chance between 0 and 1, or nan where a corpus does not say.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.errors import UnusableInput
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, OUTPUTS, SENTIMENTS, SIGNALS, TOPICS

Floats = npt.NDArray[np.float32]

UMSAB_LANGUAGES: Final = {
    "french": "fr",
    "english": "en",
    "german": "de",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
}

WRITTEN_WEIGHT: Final = 4.0
"""What a post written for Tocsin counts beside a tweet: it is a customer's, and every output is labelled."""

_PLACE: Final = {name: place for place, name in enumerate(OUTPUTS)}
_XED: Final = {"1": "anger", "3": "disgust", "4": "fear", "5": "joy", "6": "sadness"}
_GOEMOTIONS: Final = {
    "anger": ("anger", "negative"),
    "annoyance": ("frustration", "negative"),
    "disappointment": ("disappointment", "negative"),
    "disapproval": ("", "negative"),
    "disgust": ("disgust", "negative"),
    "embarrassment": ("", "negative"),
    "fear": ("fear", "negative"),
    "nervousness": ("fear", "negative"),
    "grief": ("sadness", "negative"),
    "sadness": ("sadness", "negative"),
    "remorse": ("sadness", "negative"),
    "admiration": ("", "positive"),
    "amusement": ("joy", "positive"),
    "caring": ("", "positive"),
    "excitement": ("joy", "positive"),
    "gratitude": ("gratitude", "positive"),
    "joy": ("joy", "positive"),
    "love": ("joy", "positive"),
    "optimism": ("", "positive"),
    "pride": ("joy", "positive"),
    "relief": ("joy", "positive"),
    "approval": ("", "positive"),
    "neutral": ("", "neutral"),
}
# the intents of banking77 that say something of expectations and topics: expectation, topic
_BANKING: Final = {
    "card_arrival": ("information", "delivery"),
    "card_delivery_estimate": ("information", "delivery"),
    "request_refund": ("refund", "billing"),
    "Refund_not_showing_up": ("refund", "billing"),
    "transaction_charged_twice": ("refund", "billing"),
    "extra_charge_on_statement": ("explanation", "billing"),
    "card_payment_fee_charged": ("explanation", "billing"),
    "cash_withdrawal_charge": ("explanation", "billing"),
    "transfer_fee_charged": ("explanation", "billing"),
    "exchange_charge": ("information", "price"),
    "compromised_card": ("action", "data"),
    "lost_or_stolen_card": ("action", "data"),
    "why_verify_identity": ("explanation", "data"),
    "card_not_working": ("repair", "quality"),
    "contactless_not_working": ("repair", "quality"),
    "virtual_card_not_working": ("repair", "quality"),
    "top_up_failed": ("explanation", "availability"),
    "country_support": ("information", "availability"),
    "card_acceptance": ("information", "availability"),
    "top_up_by_card_charge": ("information", "price"),
}


@dataclass(slots=True, eq=False)
class Corpus:
    """Texts of one source.

    Attributes
    ----------
    name : str
    texts : list of str
    targets : float32 array, shape (n, outputs)
        nan where unknown.
    weight : float
        What one of its texts counts beside one of the others.
    """

    name: str
    texts: list[str]
    targets: Floats
    weight: float


def load_corpora(folder: Path) -> list[Corpus]:
    """Read every corpus found in ``folder``, and the posts written for Tocsin.

    Raises
    ------
    UnusableInput
        When the folder holds none of the corpora.
    """
    corpora = [
        *_umsab(folder),
        *_goemotions(folder),
        *_xed(folder),
        *_mlma(folder),
        *_banking(folder),
    ]
    if not corpora:
        raise UnusableInput(f"{folder}: none of the corpora umsab, goemotions, xed, mlma, banking77 is there")
    return [*corpora, *written(), lexicon()]


def written() -> Iterator[Corpus]:
    """Yield the posts written for Tocsin, a corpus a language; everything is labelled in them."""
    folder = resources.files("tocsin.stream.understand") / "written"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".jsonl"):
            rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            targets = np.zeros((len(rows), len(OUTPUTS)), np.float32)
            for target, row in zip(targets, rows, strict=True):
                _mark(target, "sentiment", [row["sentiment"]])
                _mark(target, "emotion", row["emotions"])
                _mark(target, "expectation", row["expectations"])
                _mark(target, "topic", row["topics"])
                for signal in row["signals"]:
                    target[_PLACE[signal]] = 1
            name = file.name.removesuffix(".jsonl")
            yield Corpus(f"written.{name}", [row["text"] for row in rows], targets, WRITTEN_WEIGHT)


def lexicon() -> Corpus:
    """Return words and phrases as texts of which one output alone is known: that it is there."""
    file = resources.files("tocsin.stream.understand") / "written" / "lexicon.tsv"
    texts: list[str] = []
    places: list[int] = []
    for line in file.read_text("utf-8").splitlines():
        output, phrases = line.split("\t")
        said = [phrase.strip() for phrase in phrases.split(",")]
        texts += said
        places += [_PLACE[output]] * len(said)
    targets = _unknown(len(texts))
    targets[np.arange(len(texts)), places] = 1
    return Corpus("lexicon", texts, targets, 1.0)


def _mark(target: Floats, kind: str, names: Iterable[str]) -> None:
    for name in names:
        if f"{kind}.{name}" in _PLACE:
            target[_PLACE[f"{kind}.{name}"]] = 1


def _unknown(count: int) -> Floats:
    return np.full((count, len(OUTPUTS)), np.nan, np.float32)


def _know(targets: Floats, kind: str, names: Iterable[str]) -> None:
    """Say that ``kind.name`` is known for all texts, and absent unless marked later."""
    targets[:, [_PLACE[f"{kind}.{name}"] for name in names]] = 0


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file that may hold any Unicode separator inside a line."""
    return path.read_text("utf-8").removesuffix("\n").split("\n")


def _umsab(folder: Path) -> Iterator[Corpus]:
    for name in UMSAB_LANGUAGES:
        if (folder / "umsab" / name).is_dir():
            yield umsab(folder / "umsab", name, "train")


def umsab(folder: Path, language: str, split: str) -> Corpus:
    """Read one language of UMSAB, split "train" or "val"."""
    texts = lines_of(folder / language / f"{split}_text.txt")
    labels = [int(label) for label in lines_of(folder / language / f"{split}_labels.txt")]
    targets = _unknown(len(texts))
    _know(targets, "sentiment", SENTIMENTS)
    targets[np.arange(len(texts)), labels] = 1
    return Corpus(f"umsab.{UMSAB_LANGUAGES[language]}", texts, targets, 1.0)


def _goemotions(folder: Path) -> Iterator[Corpus]:
    if (folder / "goemotions").is_dir():
        yield goemotions(folder, "train")


def goemotions(folder: Path, split: str) -> Corpus:
    """Read GoEmotions, split "train" or "dev"; its 28 emotions as the eight and the three sentiments."""
    labels = lines_of(folder / "goemotions" / "labels.txt")
    rows = [line.split("\t") for line in lines_of(folder / "goemotions" / f"{split}.tsv")]
    targets = _unknown(len(rows))
    _know(targets, "emotion", EMOTIONS)
    for target, (_, numbers, *_) in zip(targets, rows, strict=True):
        said = [_GOEMOTIONS.get(labels[int(number)], ("", "")) for number in numbers.split(",")]
        _mark(target, "emotion", [emotion for emotion, _ in said])
        sentiments = {sentiment for _, sentiment in said}
        if len(sentiments) == 1 and "" not in sentiments:
            target[: len(SENTIMENTS)] = 0
            _mark(target, "sentiment", sentiments)
    return Corpus("goemotions", [row[0] for row in rows], targets, 0.3)


def _xed(folder: Path) -> Iterator[Corpus]:
    for lang in ("fr", "en"):
        path = folder / "xed" / f"{lang}.tsv"
        if path.is_file():
            rows = [line.split("\t") for line in lines_of(path) if "\t" in line]
            targets = _unknown(len(rows))
            _know(targets, "emotion", _XED.values())
            for target, row in zip(targets, rows, strict=True):
                _mark(target, "emotion", [_XED[n.strip()] for n in row[1].split(",") if n.strip() in _XED])
            yield Corpus(f"xed.{lang}", [row[0] for row in rows], targets, 0.3)


def _mlma(folder: Path) -> Iterator[Corpus]:
    """Abuse is anger for us where readers felt anger or disgust; what it is not, it does not say."""
    for lang in ("fr", "en"):
        path = folder / "mlma" / f"{lang}_dataset.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
            targets = _unknown(len(rows))
            for target, row in zip(targets, rows, strict=True):
                normal = row["sentiment"] == "normal"
                target[_PLACE["emotion.anger"]] = 0.1 if normal else 0.7
                if not normal:
                    target[_PLACE["emotion.disgust"]] = (
                        0.6 if "disgust" in row["annotator_sentiment"] else 0.3
                    )
            yield Corpus(f"mlma.{lang}", [row["tweet"] for row in rows], targets, 0.2)


def _banking(folder: Path) -> Iterator[Corpus]:
    path = folder / "banking77" / "train.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["category"] in _BANKING]
        targets = _unknown(len(rows))
        _know(targets, "expectation", EXPECTATIONS)
        _know(targets, "topic", TOPICS[:-1])
        targets[:, [_PLACE[signal] for signal in SIGNALS[1:]]] = 0
        for target, row in zip(targets, rows, strict=True):
            expectation, topic = _BANKING[row["category"]]
            _mark(target, "expectation", [expectation])
            _mark(target, "topic", [topic])
        yield Corpus("banking77", [row["text"] for row in rows], targets, 0.15)
