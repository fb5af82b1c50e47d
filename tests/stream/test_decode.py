"""Decoding: what a network sent is kept as far as can be, else counted; nothing else is lost."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.batch import milliseconds
from tocsin.stream.clean import CUT_MARK, MAX_ID, MAX_TEXT
from tocsin.stream.decode import Decoded, decode

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOW_MS = milliseconds(NOW)


def decoded(*lines: bytes | dict[str, Any]) -> Decoded:
    payload = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return decode(payload, organisation=1, source=7, now_ms=NOW_MS)


def post(**fields: Any) -> dict[str, Any]:
    return {"id": "x:1", "network": "x", "text": "Le pain de Maison Berthier", **fields}


@pytest.mark.parametrize(
    "line",
    [
        b"not JSON",
        b"[1, 2]",
        b'{"id": "x:9"}',
        b'{"id": "x:9", "text": 5}',
        b'{"id": "x:9", "text": "cut',
        b'{"id": "x:9", "text": "a", "likes": 2.5}',
        b"[" * 100_000,
        b'{"text": "no identifier"}',
    ],
)
def test_a_bad_line_is_counted_and_the_rest_goes_on(line: bytes) -> None:
    found = decoded(post(id="x:1"), line, post(id="x:2"))
    assert found.batch.ids == ["x:1", "x:2"]
    assert len(found.rejected) == 1
    assert found.rejected[0][1]
    assert found.received == 3


def test_a_bad_line_is_named_by_its_number() -> None:
    found = decoded(post(), b"", b"not JSON")
    assert [number for number, _ in found.rejected] == [3]


def test_empty_input_is_an_empty_batch() -> None:
    found = decode(b"", organisation=1, source=7, now_ms=NOW_MS)
    assert (len(found.batch), found.received) == (0, 0)


def test_nul_bytes_are_taken_out() -> None:
    assert decoded(b'{"id":"x:1","network":"x","text":"pain\\u0000 rassis"}').batch.text == ["pain rassis"]


def test_lone_surrogates_are_replaced_and_pairs_kept() -> None:
    line = b'{"id":"x:1","network":"x","text":"pain \\ud83e\\udd56 \\ud83e et \\udd56"}'
    assert decoded(line).batch.text == ["pain 🥖 � et �"]


def test_broken_encodings_are_replaced() -> None:
    found = decoded(post(id="x:2"), '{"id":"x:1","network":"x","text":"brûlé"}'.encode("latin-1"))
    assert found.batch.text == ["Le pain de Maison Berthier", "br�l�"]
    assert not found.rejected


def test_a_text_of_ten_megabytes_is_cut_and_marked() -> None:
    [text] = decoded(post(text="pain " * 2_000_000)).batch.text
    assert len(text) == MAX_TEXT
    assert text.endswith(CUT_MARK)


def test_a_line_beyond_all_bounds_is_rejected() -> None:
    found = decoded(post(text="a" * (17 << 20)), b"not JSON", post(id="x:2"))
    assert found.batch.ids == ["x:2"]
    assert "16 MiB" in found.rejected[0][1]


def test_identifiers_too_long_are_shortened_to_different_ones() -> None:
    found = decoded(post(id="x:" + "a" * 5000), post(id="x:" + "a" * 5001))
    assert len({*found.batch.ids}) == 2
    assert all(len(identifier) <= MAX_ID for identifier in found.batch.ids)


def test_identifiers_are_filled_from_one_another() -> None:
    found = decoded({"text": "a", "native_id": "5", "network": "bluesky"}, {"text": "b", "id": "x:6"})
    assert found.batch.ids == ["bluesky:5", "x:6"]
    assert found.batch.network == ["bluesky", "x"]


@pytest.mark.parametrize(
    "moment", ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_an_absurd_date_becomes_the_time_of_arrival_and_is_counted(moment: str) -> None:
    found = decoded(post(published_at=moment, fetched_at=moment))
    assert found.batch.published.tolist() == [NOW_MS]
    assert found.batch.fetched.tolist() == [NOW_MS]
    assert found.dates_replaced == 1


def test_a_date_without_a_zone_is_utc() -> None:
    assert decoded(post(published_at="2026-03-02T11:00:00")).batch.published.tolist() == [NOW_MS - 3_600_000]


def test_a_post_without_a_date_has_that_of_its_arrival() -> None:
    found = decoded(post())
    assert found.batch.published.tolist() == [NOW_MS]
    assert found.dates_replaced == 0


def test_counts_that_no_column_holds_are_bounded() -> None:
    found = decoded(post(likes=10**30, reposts=-4, views=10**12))
    assert found.batch.likes[0] == 1 << 52
    assert found.batch.reposts[0] == -1
    assert found.batch.views[0] == 10**12


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "שלום \u202e pain", "=cmd|' /C calc'!A0", "'; DROP TABLE post"]
)
def test_whatever_a_text_says_is_kept_as_it_is(text: str) -> None:
    fields = dict.fromkeys(("title", "author_name", "author_handle", "url"), text)
    batch = decoded(post(text=text, **fields)).batch
    assert [batch.text, batch.title, batch.author_name, batch.author_handle, batch.url] == [[text]] * 5


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_are_decoded_or_counted(lines: list[bytes]) -> None:
    lines = [line.replace(b"\n", b" ") for line in lines]
    found = decoded(*lines, post(id="x:9"))
    assert len(found.batch) + len(found.rejected) == found.received
    assert found.batch.ids[-1] == "x:9"


@given(st.text(max_size=200))
def test_any_text_can_be_encoded_after_decoding(text: str) -> None:
    line = b'{"id":"x:1","network":"x","text":%s}' % json.dumps(text).encode()
    [kept] = decoded(line).batch.text
    kept.encode()
    assert "\x00" not in kept


def test_columns_have_one_entry_a_post() -> None:
    batch = decoded(post(id="x:1", media=["https://a.test/1.jpg"]), post(id="x:2", rating=4.5)).batch
    assert batch.media == [["https://a.test/1.jpg"], []]
    assert np.isnan(batch.rating[0])
    assert batch.rating[1] == 4.5
