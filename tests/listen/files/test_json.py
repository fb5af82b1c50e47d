"""JSON lines and arrays."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.listen.files.conftest import tell
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.table import Position, Record

Write = Callable[..., Path]


def test_posts_in_our_own_words_are_read(file: Write) -> None:
    post = {
        "id": "x:12",
        "network": "x",
        "text": "Pain rassis",
        "author_handle": "lea",
        "published_at": "2015-02-24T10:35:00Z",
        "likes": 3,
        "parent_id": "x:11",
        "rating": None,
    }
    told = tell(file(json.dumps(post) + "\n", "posts.jsonl"))
    assert told.posts[0].id == "x:12"
    assert told.posts[0].native_id == "12"
    assert told.posts[0].parent_id == "x:11"
    assert told.posts[0].likes == 3


def test_nested_objects_of_a_network_are_flattened(file: Write) -> None:
    tweet = {
        "created_at": "Tue Feb 24 10:35:00 +0000 2015",
        "id_str": "570",
        "full_text": "Votre pain est rassis",
        "user": {"screen_name": "lea", "name": "Léa M.", "followers_count": 120},
        "public_metrics": {"like_count": 4, "retweet_count": 2},
    }
    told = tell(file(json.dumps(tweet) + "\n", "tweets.jsonl"), network="x")
    post = told.posts[0]
    assert (post.text, post.author_handle, post.followers, post.likes, post.reposts) == (
        "Votre pain est rassis", "lea", 120, 4, 2,
    )  # fmt: skip
    assert post.id == "x:570"


def test_twitters_own_archive_is_read(file: Write) -> None:
    archive = "window.YTD.tweets.part0 = " + json.dumps(
        [
            {
                "tweet": {
                    "id_str": str(n),
                    "full_text": f"Message {n}",
                    "created_at": "Tue Feb 24 10:35:00 +0000 2015",
                }
            }
            for n in range(3)
        ],
        indent=2,
    )
    told = tell(file(archive, "tweets.js"))
    assert told.texts == ["Message 0", "Message 1", "Message 2"]
    assert [post.native_id for post in told.posts] == ["0", "1", "2"]


def test_bad_lines_are_rejected_with_their_number(file: Write) -> None:
    lines = [
        '{"text": "Un", "id": "1"}',
        "{oops",
        "[1, 2]",
        '"text"',
        '{"text": "Deux", "id": "2"}',
        "{" * 3000,
    ]
    told = tell(file("\n".join(lines), "posts.jsonl"))
    assert told.texts == ["Un", "Deux"]
    assert [line for line, _ in told.rejected] == [2, 3, 4, 6]


def test_nul_is_dropped_and_half_a_character_is_rejected(file: Write) -> None:
    lines = [
        '{"id": "1", "text": "pain \\u0000rassis"}',
        '{"id": "2", "text": "pain \\ud83d rassis"}',
        '{"id": "3", "text": "Bon"}',
    ]
    told = tell(file("\n".join(lines), "posts.jsonl"))
    assert told.texts == ["pain rassis", "Bon"]
    assert told.rejected == [(2, "not_json")]


def test_a_file_without_any_object_is_refused(file: Write) -> None:
    with pytest.raises(FileUnusable, match="JSON"):
        tell(file("{a}\n{b}\n", "posts.jsonl"))


objects = st.dictionaries(
    st.sampled_from(["text", "a", 'b"c', "d\\"]),
    st.text(alphabet='ab"\\{}[],:é', max_size=10) | st.integers(),
    min_size=1,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(rows=st.lists(objects, min_size=1, max_size=8), indent=st.sampled_from([None, 1]))
def test_an_array_is_cut_where_its_objects_end_and_resumed_anywhere(
    tmp_path: Path, rows: list[dict[str, object]], indent: int | None
) -> None:
    path = tmp_path / "array.json"
    path.write_text(json.dumps(rows, indent=indent, ensure_ascii=False), encoding="utf-8")
    table = open_table(path)
    whole = list(table.records(Position()))
    assert [r.cells for r in whole if isinstance(r, Record)] == rows
    for place, record in enumerate(whole):
        assert list(table.records(Position(record.end, record.last_line))) == whole[place + 1 :]
    table.close()


def test_an_array_longer_than_a_block_is_read_whole(file: Write) -> None:
    rows = [{"id": str(n), "text": f"Message {n} " + "à l’été " * 20} for n in range(4000)]
    told = tell(file(json.dumps(rows), "array.json"))
    assert len(told.posts) == 4000
    assert told.texts[3999].startswith("Message 3999 ")
