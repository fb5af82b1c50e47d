"""`./run` on a machine whose Python cannot make a virtual environment."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = Path("/usr/bin/python3")
WITHOUT_ENSUREPIP = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "ensurepip":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Without())
"""

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not PYTHON.exists(), reason="this machine has no /usr/bin/python3"),
]


@pytest.fixture
def checkout() -> Iterator[Path]:
    """The first files of a clone that anybody may read, and a Python that lacks `ensurepip`."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-clone-"))
    folder.chmod(0o755)
    shutil.copy(ROOT / "run", folder)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "sitecustomize.py").write_text(WITHOUT_ENSUREPIP)
    yield folder
    shutil.rmtree(folder)


def test_who_is_not_root_is_told_the_exact_command(checkout: Path) -> None:
    owner: dict[str, str] = {"user": "nobody"} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [PYTHON, checkout / "run", "--setup"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(checkout)},
        cwd=checkout, capture_output=True, text=True, check=False, **owner,
    )  # fmt: skip
    assert done.returncode == 1
    assert "sudo sh -c 'apt-get update && apt-get install -y python3-venv'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_environment_whose_making_was_stopped_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / "sitecustomize.py").unlink()
    make = f"import sys; sys.path.insert(0, {str(checkout / 'scripts')!r}); import bootstrap"
    done = subprocess.run(
        [sys.executable, "-c", f"{make}; bootstrap.make_environment(); bootstrap.make_environment()"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "· Making the virtual environment …\n"
    assert subprocess.run([checkout / ".venv" / "bin" / "pip", "--version"], check=False).returncode == 0
