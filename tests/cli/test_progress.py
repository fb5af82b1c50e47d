"""A long work says how far it is, on a terminal and in a log."""

from io import StringIO

import pytest
from django.utils import translation

from tocsin.cli.language import environment_language
from tocsin.cli.progress import Progress


class Terminal(StringIO):
    """A terminal that keeps what it was shown."""

    def isatty(self) -> bool:
        return True


def test_in_a_log_each_tenth_is_a_line() -> None:
    log = StringIO()
    progress = Progress(log)
    progress.step("Kneading…")
    for loaf in range(1001):
        progress.reached(loaf, 1000)
    lines = [line for line in log.getvalue().splitlines() if "%" in line]
    assert 9 <= len(lines) <= 11
    assert "\r" not in log.getvalue()


def test_on_a_terminal_one_line_moves_and_is_left_clean() -> None:
    terminal = Terminal()
    progress = Progress(terminal)
    progress.step("Kneading…")
    with translation.override("en"):
        progress.reached(13_500, 27_000)
    progress.done()
    assert "13,500 of 27,000, 50%" in terminal.getvalue()
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().endswith("\r\033[K")


def test_a_step_is_begun_once() -> None:
    log = StringIO()
    progress = Progress(log)
    for _ in range(3):
        progress.step_once("Baking…")
        progress.since()
    assert log.getvalue() == "Baking…\n"


@pytest.mark.parametrize(
    ("lang", "language"), [("fr_FR.UTF-8", "fr"), ("fr", "fr"), ("en_GB", "en"), ("C", "en"), ("", "en")]
)
def test_the_language_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, lang: str, language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    assert environment_language() == language
