"""``tocsin import``: a file, from an empty data folder to its alerts, as a process of its own."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
ROWS = 2500


def tocsin(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a data folder."""
    return subprocess.run(
        [sys.executable, "-m", "tocsin.cli.main", *map(str, arguments)],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return kept | {"TOCSIN_DATA": str(data), "TOCSIN_BATCH": "100", "LC_ALL": "C.UTF-8"}


def counted(told: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Return the figures that the command printed, by their names."""
    assert told.returncode == 0, told.stderr
    found = re.findall(r"^([a-z][\w -]*): ([\d,]+)", told.stdout, re.MULTILINE)
    return {name: int(figure.replace(",", "")) for name, figure in found}


def stored(data: Path) -> tuple[int, int, int]:
    """Return how many posts and mentions are stored, and the volume that the rollups of days add up to."""
    with sqlite3.connect(data / "river.db") as river:
        posts = river.execute("SELECT COUNT(*) FROM post").fetchone()[0]
        mentions = river.execute("SELECT COUNT(*) FROM mention").fetchone()[0]
        volume = river.execute("SELECT COALESCE(SUM(volume), 0) FROM rollup WHERE unit = 2").fetchone()[0]
    return posts, mentions, volume


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Reviews of two bakeries over four days, an angry hour on the last, and two rows that cannot be read."""
    chance = random.Random(7)
    lines = ["review_id,enseigne,date,auteur,texte"]
    for number in range(ROWS):
        angry = number >= ROWS - 300
        minute = chance.randrange(1200, 1260) if angry else chance.randrange(1440)
        day = 27 if angry else 24 + number * 4 // ROWS
        text = (
            "Honteux, du verre dans la galette, je suis furieuse"
            if angry
            else f"Une baguette, file de {number} minutes"
        )
        brand = "Fournil Doré" if number % 5 == 0 else "Maison Berthier"
        lines.append(
            f'{number},{brand},{day}/02/2015 {minute // 60:02}:{minute % 60:02},client{number % 97},"{text}"'
        )
    lines[40] = "39,Maison Berthier,31/02/2015,client1,Texte"
    lines[90] = "89,Maison Berthier"
    path = tmp_path / "avis.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_becomes_mentions_and_the_same_file_again_changes_nothing(
    tmp_path: Path, export: Path
) -> None:
    data = tmp_path / "data"
    told = tocsin(data, "import", export, "--brand", "Maison Berthier", "--only", "enseigne=Maison Berthier")
    figures = counted(told)
    assert figures["read"] == ROWS
    assert figures["left out by --only"] == ROWS // 5
    assert figures["kept"] == 1998
    assert figures["rejected"] == 2
    assert f"{export}:41:" in told.stderr
    assert f"{export}:91:" in told.stderr
    assert stored(data) == (1998, 1998, 1998)

    again = counted(
        tocsin(data, "import", export, "--brand", "Maison Berthier", "--only", "enseigne=Maison Berthier")
    )
    assert again["kept"] == 1998
    assert again["alerts raised"] == 0
    assert stored(data) == (1998, 1998, 1998)


def test_a_query_chooses_what_is_kept_and_the_rest_is_counted(tmp_path: Path, export: Path) -> None:
    data = tmp_path / "data"
    figures = counted(tocsin(data, "import", export, "--brand", "Maison Berthier", "--query", "galette*"))
    assert figures["kept"] == 300
    assert figures["matching no watch"] == ROWS - 302
    assert stored(data)[0] == 300


def test_a_killed_import_goes_on_and_doubles_nothing(tmp_path: Path, export: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "tocsin.cli.main", "import", str(export), "--brand", "Maison Berthier"]
    assert tocsin(data, "migrate").returncode == 0
    for rows in (300, 1100, 1900):
        process = subprocess.Popen(
            command, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while process.poll() is None and progress(data) < rows:
                pass
        finally:
            process.kill()
            process.wait(timeout=30)
    figures = counted(tocsin(data, "import", export, "--brand", "Maison Berthier"))
    assert figures["read"] == ROWS
    assert stored(data) == (ROWS - 2, ROWS - 2, ROWS - 2)


def progress(data: Path) -> int:
    """Return how many rows the import has read, as its row says."""
    with sqlite3.connect(f"file:{data / 'tocsin.db'}?mode=ro", uri=True, timeout=20) as database:
        return database.execute('SELECT COALESCE(MAX("read"), 0) FROM listen_import').fetchone()[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--brand", "B", "--query", "(("], "query"),
        (["--brand", "B", "--column", "text=absente"], "absente"),
        (["--brand", "B", "--only", "ville=Nantes"], "ville"),
        (["--brand", "B", "--zone", "Mars/Olympus"], "time zone"),
        (["--brand", "B", "--only", "ville"], "NAME=VALUE"),
        ([], "--brand"),
    ],
)
def test_unusable_arguments_are_told_with_status_2(
    tmp_path: Path, export: Path, arguments: list[str], words: str
) -> None:
    told = tocsin(tmp_path / "data", "import", export, *arguments)
    assert told.returncode == 2
    assert words in told.stderr


def test_a_file_that_is_not_what_it_says_is_told_with_status_2(tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    told = tocsin(tmp_path / "data", "import", path, "--brand", "B")
    assert told.returncode == 2
    assert "not a table of posts" in told.stderr
