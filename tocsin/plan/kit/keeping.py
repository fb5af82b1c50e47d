"""Where kits lie: in the data folder, one file a plan, language and shape, named by what it says."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tocsin.plan.kit.layout import Shape


def path_of(plan: int, language: str, fingerprint: str, shape: Shape = "a4") -> Path:
    """Return where the kit of a plan lies that says this in this shape."""
    return folder() / f"{plan}-{_kind(language, shape)}-{fingerprint}.pdf"


def folder() -> Path:
    """Return the folder of kits, which only the server's own account can open."""
    path = Path(settings.DATA) / "kits"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(path: Path, pdf: bytes) -> None:
    """Write a kit, whole or not at all, and remove the older ones of its plan, language and shape."""
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.touch(mode=0o600)
    beside.write_bytes(pdf)
    beside.replace(path)
    plan, kind, _fingerprint = path.stem.split("-", 2)
    for old in _of(plan, kind):
        if old != path:
            old.unlink(missing_ok=True)


def last(plan: int, language: str, shape: Shape = "a4") -> Path | None:
    """Return the newest kit of a plan, which may say what no longer holds; None for none."""
    kept = _of(str(plan), _kind(language, shape))
    return max(kept, key=_made_at, default=None)


def forget_all_but(plans: Collection[int]) -> int:
    """Remove the kits of every other plan; count them."""
    known = set(map(str, plans))
    gone = [path for path in folder().glob("*-*-*.pdf") if path.stem.split("-")[0] not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _kind(language: str, shape: Shape) -> str:
    return language if shape == "a4" else f"{language}.{shape}"


def _of(plan: str, kind: str) -> list[Path]:
    return list(folder().glob(f"{plan}-{kind}-*.pdf"))


def _made_at(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0
