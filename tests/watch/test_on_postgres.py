"""The pages' questions are written once for two databases: their tests pass on PostgreSQL too."""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import server

HERE = Path(__file__).parent


def test_the_pages_say_the_same_on_postgresql() -> None:
    asked = [str(path) for path in sorted([*HERE.glob("test_pages*.py"), HERE / "test_selectors.py"])]
    with server() as address:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--create-db", *asked],
            env={**os.environ, "TESTS_DATABASE": address}, cwd=HERE.parents[1],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
