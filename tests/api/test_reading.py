"""A line that holds what no post has, or what no field can hold, is told so in words and codes."""

from __future__ import annotations

import json

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tocsin.api import reading
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.problems import words
from tocsin.stream.post import Post


def outcome(line: bytes) -> tuple[Post, list[str]] | str:
    """Return what is read of a line, else the words in which it is refused."""
    try:
        return reading.read(line)
    except RowUnusable as error:
        return words(error.code, error.figures)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def test_a_field_that_no_post_has_is_named_and_the_post_is_read() -> None:
    post, unknown = reading.read(b'{"native_id":"1","text":"Avis","couleur":"bleu","likes":3}')
    assert (post.text, post.likes, unknown) == ("Avis", 3, ["couleur"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [("message", "text"), ("date", "published_at"), ("Author", "author_name"), ("nativeid", "native_id"),
     ("stars", "rating"), ("couleur", ""), ("", ""), ("時", "")],
)  # fmt: skip
def test_the_field_that_was_probably_meant_is_proposed(written: str, meant: str) -> None:
    assert reading.near(written) == meant


def test_a_name_without_end_is_cut() -> None:
    assert len(reading.unknown("é" * 10_000)["field"]) == 61


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (b'{"native_id":"1"}', "no_text", "Elle n’a pas de texte"),
        (b'{"text":12}', "wrong_field", "text"),
        (b'{"text":"a","likes":"trois"}', "wrong_field", "likes"),
        (b'{"text":"a","kind":"poem"}', "wrong_field", "review"),
        (b'{"text":"a","published_at":"hier"}', "wrong_field", "RFC 3339"),
        (b'{"text":"a","couleur":1,"likes":[]}', "wrong_field", "likes"),
        (b"[1]", "not_an_object", "objet"),
        (b"null", "not_an_object", "objet"),
        (b"{oops", "not_json", "1"),
        (b'{"text":"a"', "not_json", "JSON"),
        (b'{"text":"\xff"}', "not_json", "UTF-8"),
        (b"[" * 200_000, "not_an_object", "objet"),
        (b'{"text":"a","a":' + b"[" * 200_000, "not_json", "JSON"),
    ],
)
def test_what_is_wrong_has_a_code_and_words_of_one_language(line: bytes, code: str, said: str) -> None:
    with pytest.raises(RowUnusable) as found:
        reading.read(line)
    assert found.value.code == code
    with translation.override("fr"):
        sentence = words(code, found.value.figures)
    assert "Expected" not in sentence
    assert "malformed" not in sentence
    assert said in sentence or sentence == words(code, found.value.figures)


@given(st.dictionaries(st.text(max_size=12), anything, max_size=6))
def test_whatever_an_object_holds_it_is_read_or_refused(fields: dict[str, object]) -> None:
    line = json.dumps({"text": "Avis", **fields}).encode()
    found = outcome(line)
    if not isinstance(found, str):
        assert set(found[1]) == set(fields) - set(Post.__struct_fields__)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_or_refused(line: bytes) -> None:
    assert outcome(line)
