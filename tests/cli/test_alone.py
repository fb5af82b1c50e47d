"""One `tocsin run` on a data folder at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.cli.alone import RunsAlready, alone

HOLD = """
import pathlib, sys
from tocsin.cli.alone import alone
with alone(pathlib.Path(sys.argv[1]), "http://127.0.0.1:8000/"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_one_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with (
        pytest.raises(RunsAlready, match=rf"process {holder.pid}, http://127.0.0.1:8000/"),
        alone(tmp_path, "http://127.0.0.1:8001/"),
    ):
        pass
    holder.kill()
    holder.communicate()
    with alone(tmp_path, "http://127.0.0.1:8001/"):
        assert str(os.getpid()) in (tmp_path / "run.lock").read_text()


def test_it_can_be_held_again_once_given_back(tmp_path: Path) -> None:
    for _time in range(2):
        with alone(tmp_path, "http://127.0.0.1:8000/"):
            pass
