"""`tocsin match`, run as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

POSTS = [
    {"id": "x:1", "text": "Mon cœur, l’été arrive 👍🏽", "mood": "glad"},
    {"native_id": "2", "text": "Rien ici", "title": "Été", "followers": 20_000},
    {"id": 3, "text": "Hiver", "network": "bluesky", "rating": 2, "media": ["https://berthier.fr/a.jpg"]},
]


def match(*arguments: str, lines: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tocsin.cli.main", "match", *arguments],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", **environment},
    )


def lines_of(posts: list[dict[str, object]]) -> list[str]:
    return [json.dumps(post) for post in posts]


def test_the_posts_that_match_come_out_as_they_came_with_their_spans() -> None:
    done = match("--query", "été", lines=lines_of(POSTS))
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {**POSTS[0], "spans": [[12, 15]]},
        {**POSTS[1], "spans": []},
    ]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("followers:>10k", [1]),
        ("network:bluesky", [2]),
        ("network:x", [0]),
        ("has:media rating:<3", [2]),
        ("été NOT TITLE:été", [0]),
        ("zut", []),
    ],
)
def test_fields_are_read_from_the_line(query: str, rows: list[int]) -> None:
    done = match("--query", query, lines=lines_of(POSTS))
    texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert texts == [POSTS[row]["text"] for row in rows]


def test_the_language_is_detected_where_a_post_says_none() -> None:
    posts = [
        {"id": "1", "text": "La livraison est encore en retard et personne ne répond au téléphone"},
        {"id": "2", "text": "The delivery is late again and nobody answers the phone"},
        {"id": "3", "text": "The delivery is late again and nobody answers the phone", "lang": "fr"},
    ]
    done = match("--query", "lang:en", lines=lines_of(posts))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["2"]


def test_a_bad_line_is_reported_and_the_rest_goes_on() -> None:
    lines = [
        "not json",
        '{"id": "1"}',
        '{"id": "1", "text": 5}',
        '{"id": "1", "text": "été", "followers": "many"}',
        "[]",
        *lines_of(POSTS),
    ]
    done = match("--query", "été", lines=lines)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    reported = done.stderr.splitlines()
    assert [line.split(":")[:2] for line in reported] == [["<stdin>", str(n)] for n in range(1, 6)]
    assert "text" in reported[1]


def test_a_post_without_an_identifier_is_looked_at_like_the_others() -> None:
    done = match(
        "--query", "été", lines=['{"text": "un été"}', '{"id": "", "text": "l’été"}', '{"text": "rien"}']
    )
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["un été", "l’été"]
    assert done.stderr == ""


def test_a_query_may_stand_in_a_file(tmp_path: Path) -> None:
    query = tmp_path / "veille.txt"
    query.write_text("hiver\n“l’été”\n-zut", encoding="utf-8-sig")
    posts = tmp_path / "posts.jsonl"
    posts.write_text("\n".join(lines_of(POSTS)), encoding="utf-8")
    done = match("--query-file", str(query), str(posts), lines=[])
    assert len(done.stdout.splitlines()) == 3


def test_an_unusable_query_is_pointed_at_in_the_language_of_the_user() -> None:
    english = match("--query", "été AND (hiver", lines=[])
    assert english.returncode == 2
    assert english.stdout == ""
    assert "été AND (hiver\n        ^\n" in english.stderr
    assert "never closed" in english.stderr
    french = match("--query", "été AND (hiver", lines=[], LC_ALL="fr_FR.UTF-8")
    assert french.returncode == 2
    assert "jamais fermée" in french.stderr
    assert "jamais fermée" in match("--query", "(été", "--lang", "fr", lines=[]).stderr


@pytest.mark.parametrize(
    "arguments", [(), ("--query", "a", "--query-file", "b"), ("--query-file", "/nowhere/veille.txt")]
)
def test_unusable_arguments_exit_with_2(arguments: tuple[str, ...]) -> None:
    done = match(*arguments, lines=[])
    assert done.returncode == 2
    assert done.stderr


def test_input_without_any_usable_line_exits_with_2() -> None:
    assert match("--query", "été", lines=["nothing", "usable"]).returncode == 2
