"""The wheel, installed where nothing else is, is a whole Tocsin."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
SOURCES = ["tocsin", "scripts", "pyproject.toml", "README.md", "LICENSE"]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        not (ROOT / "tocsin/ui/static/built/manifest.json").exists(), reason="the pages are not built; ./run"
    ),
]


class Installed:
    """An environment that holds the wheel and what it needs, and a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        source = folder / "source"
        source.mkdir()
        for name in SOURCES:
            if (ROOT / name).is_dir():
                unwanted = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, source / name, ignore=unwanted)
            else:
                shutil.copy(ROOT / name, source)
        self._uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", folder, source)
        environment = folder / "environment"
        self._uv("venv", "--python", sys.executable, environment)
        install = ["pip", "install", "--python", environment / "bin" / "python"]
        self._uv(*install, "--require-hashes", "-r", ROOT / "requirements.lock")
        self._uv(*install, "--no-deps", next(folder.glob("*.whl")))
        self.command = environment / "bin" / "tocsin"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8",
            "TOCSIN_DATA": str(folder / "data"), "TOCSIN_PORT": str(self.port),
        }  # fmt: skip

    def _uv(self, *arguments: str | Path) -> None:
        done = subprocess.run([UV, "-q", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def tocsin(self, *arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command far from the sources."""
        return subprocess.run(
            [self.command, *arguments], cwd=self.folder, env=self.environment, input=lines,
            capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built and installed."""
    if not UV.exists():
        assert not os.environ.get("CI"), "uv is part of what ./check installs"
        pytest.skip("uv is not installed beside this Python; ./check installs it")
    return Installed(tmp_path_factory.mktemp("wheel"))


def test_its_doctor_finds_nothing_wrong_once_there_are_databases(installed: Installed) -> None:
    before = installed.tocsin("doctor")
    assert (before.returncode, "there is no data folder" in before.stdout) == (1, True)
    assert installed.tocsin("migrate").returncode == 0
    after = installed.tocsin("doctor")
    assert (after.returncode, "WRONG" in after.stdout) == (0, False), after.stdout + after.stderr


def test_it_understands_posts(installed: Installed) -> None:
    done = installed.tocsin("analyse", lines='{"text": "Du verre dans mon pain, honteux !"}\n')
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["lang"], found["sentiment"]) == ("fr", "negative")


def test_it_serves_pages_with_their_styles_and_scripts(installed: Installed) -> None:
    run = subprocess.Popen(
        [installed.command, "run"], cwd=installed.folder, env=installed.environment, stdout=subprocess.PIPE,
        stderr=(installed.folder / "log").open("wb"), text=True,
    )  # fmt: skip
    assert run.stdout is not None
    try:
        address = run.stdout.readline().removeprefix("Tocsin is ready: ").strip()
        assert address, (installed.folder / "log").read_text()
        page = httpx.get(address, headers={"Accept-Language": "fr"}, timeout=60)
        assert (page.status_code, 'lang="fr"' in page.text) == (200, True)
        built = set(re.findall(r'(?:href|src)="(/static/built/[^"]+)"', page.text))
        assert {Path(name).suffix for name in built} >= {".css", ".js"}
        for name in built:
            assert httpx.get(f"http://127.0.0.1:{installed.port}{name}", timeout=60).status_code == 200
    finally:
        run.send_signal(signal.SIGTERM)
        assert run.wait(60) == 0
