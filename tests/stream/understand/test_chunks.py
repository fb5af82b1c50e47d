"""Posts that are read chunk by chunk come out as those that are read whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.understand import chunks
from tocsin.stream.understand.chunks import Chunks
from tocsin.stream.understand.features import read_features
from tocsin.stream.understand.language import languages, settled_by_common_words
from tocsin.stream.understand.reader import LinearReader, chances_of
from tocsin.stream.understand.weights import packaged

POSTS = [
    "Toujours pas livré, Maison Berthier ! Je veux être REMBOURSÉ…",
    "Les croissants de @maison_berthier sont sooooo bons ❤️ ❤️ https://exemple.fr/photo?id=98",
    "l’ ami d’ avant n’aime pas du tout, et ne t’ aime pas non plus",
    "à y voir : y a pas mieux ! ? .. ..",
    "« pas bon »  ,\tjamais\u00a0bon\u3000merci",
    "パンの中にガラスが入っていました怖いです",
    "bon.pas,bon HTTP://A.FR pas http://x.fr/l'a bon @ici, @là-bas",
    "plus de peur que de mal , merci",
    "a\ufeff b \ufeff c ’\ufeff d",
]


def read_whole(reader: LinearReader, texts: list[str]) -> np.ndarray:
    features = read_features(texts)
    spoken = languages(texts, [""] * len(texts), settled_by_common_words(features.tokens))
    return chances_of(features, spoken, reader.weights)


def read(reader: LinearReader, texts: list[str]) -> np.ndarray:
    """Read chunk by chunk, however much of it is new."""
    reader._pause = 0
    return reader.chances(texts, [""] * len(texts))


def test_posts_come_out_bit_by_bit_as_if_read_whole() -> None:
    reader = LinearReader(packaged())
    expected = read_whole(reader, POSTS)
    for _ in range(2):  # learnt, then known
        assert np.array_equal(read(reader, POSTS), expected)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ab eé’'!?.@_#\ufeff\u0301 \n\x000Ahtps:/😀❤️漢", max_size=40), max_size=5))
def test_whatever_is_written_comes_out_as_if_read_whole(texts: list[str]) -> None:
    reader = LinearReader(packaged())
    texts = [text + " " + POSTS[0] for text in texts] + texts
    if texts:
        assert np.array_equal(read(reader, texts), read_whole(reader, texts))


@pytest.mark.parametrize("text", ["", "  ", "fin ", "l’ami’", "’", "a ’ b", "mot " * 1_000, "x" * 50])
def test_what_is_rare_is_read_whole(text: str) -> None:
    assert Chunks(packaged()).cut([text, "bon pain"]).whole.tolist() == [0]


def test_more_chunks_than_are_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNKS", 16)
    reader = LinearReader(packaged())
    texts = [f"mot{number} très bon pain" for number in range(40)]
    for some in (POSTS[:1], texts[:5], texts, POSTS):
        assert np.array_equal(read(reader, some), read_whole(reader, some))


def test_addresses_and_handles_are_learnt_once() -> None:
    known = Chunks(packaged())
    known.cut(["https://exemple.fr/1 @lyon1"])
    before = known._count
    known.cut([f"https://exemple.fr/{number} @lyon{number}" for number in range(50)])
    assert known._count == before


def test_where_most_is_new_nothing_more_is_learnt_for_a_while() -> None:
    reader = LinearReader(packaged())
    first = reader.chances(POSTS, [""] * len(POSTS))
    learnt = reader._chunks._count
    reader.chances(["Quelque chose de tout autre"], [""])
    assert reader._chunks._count == learnt > 0
    assert np.array_equal(reader.chances(POSTS, [""] * len(POSTS)), first)
