"""A disk that fills up in the middle of an import: said in words, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROWS = 20_000
SIZE = 64
ROOM = 6 << 20


def mounted(folder: Path) -> bool:
    """Mount a small file system of memory; return whether this machine lets us."""
    mount = shutil.which("mount")
    if not mount or os.geteuid():
        return False
    command = [mount, "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder):
        pytest.skip("a small disk can be mounted only by root, on a machine that allows it")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "avis.csv"
    lines = (f"{n},24/02/2015 10:{n % 60:02},Avis {n} sur Maison Berthier" for n in range(ROWS))
    path.write_text("id,date,texte\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def begun(export: Path, data: Path) -> subprocess.Popen[str]:
    """Start an import of the export."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    command = [sys.executable, "-m", "tocsin.cli.main", "import", str(export), "--brand", "Maison Berthier"]
    environment = {**kept, "TOCSIN_DATA": str(data)}
    return subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )


def test_an_import_on_a_full_disk_says_so_and_goes_on_once_there_is_room(disk: Path, export: Path) -> None:
    data = disk / "data"
    data.mkdir()
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - ROOM))
    process = begun(export, data)
    assert process.stderr
    told = next(line for line in process.stderr if "full" in line)
    ballast.unlink()
    rest = process.stderr.read()
    assert "Traceback" not in told + rest
    if process.wait(timeout=300):
        again = begun(export, data)
        assert again.wait(timeout=300) == 0
    with closing(sqlite3.connect(data / "river.db")) as river:
        assert river.execute("SELECT count(*), count(DISTINCT id) FROM post").fetchone() == (ROWS, ROWS)
        assert river.execute("SELECT count(*) FROM mention").fetchone() == (ROWS,)
