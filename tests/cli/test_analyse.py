"""``tocsin analyse``, as a program sees it."""

import json
import subprocess
import sys
from pathlib import Path

from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, SENTIMENTS, TOPICS

ADDED = {
    "lang", "sentiment", "sentiment_score", "emotions", "expectations", "topics", "urgency", "irony",
    "vulnerable", "personal_data",
}  # fmt: skip


def analyse(given: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tocsin.cli.main", "analyse", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False)


def test_each_post_comes_back_with_what_was_understood() -> None:
    posts = [
        {"id": "x:1", "text": "Remboursez-moi ! Mon mail : lea@exemple.fr 😡", "likes": 3},
        {"id": "x:2", "text": "Merci pour ce délicieux pain", "lang": "fr"},
    ]
    done = analyse("\n".join(map(json.dumps, posts)).encode())
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["x:1", "x:2"]
    for post, answer in zip(posts, answers, strict=True):
        assert set(answer) == set(post) | ADDED
        assert answer["sentiment"] in SENTIMENTS
        assert set(answer["emotions"]) == set(EMOTIONS)
        assert set(answer["expectations"]) <= set(EXPECTATIONS)
        assert set(answer["topics"]) <= set(TOPICS)
        assert -1 <= answer["sentiment_score"] <= 1
    text = str(posts[0]["text"])
    assert [(d["kind"], text[d["start"] : d["end"]]) for d in answers[0]["personal_data"]] == [
        ("email", "lea@exemple.fr")
    ]


def test_a_bad_line_is_reported_with_its_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b'{"id": "1", "text": "bon"}\nnot json\n{"id": "2"}\n{"id": "3", "text": "nul"}\n')
    done = analyse(b"", str(file))
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "3"]
    errors = done.stderr.decode().splitlines()
    assert any(":2:" in error for error in errors)
    assert any(":3:" in error for error in errors)


def test_input_without_any_post_exits_with_two() -> None:
    assert analyse(b"neither\nof these\n").returncode == 2


def test_a_file_that_is_not_there_exits_with_two() -> None:
    assert analyse(b"", "absent.jsonl").returncode == 2


def test_an_empty_input_gives_an_empty_output() -> None:
    done = analyse(b"")
    assert (done.returncode, done.stdout) == (0, b"")


def test_texts_with_lone_surrogates_and_nul_are_answered() -> None:
    done = analyse(b'{"id": "1", "text": "a\\u0000b"}\n')
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "a\0b"
