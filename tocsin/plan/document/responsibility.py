"""What to answer given how responsible the company is (situational crisis communication, Coombs 2007)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from tocsin.plan.document.structure import Text

_FILE: Final = Path(__file__).parent.parent / "library" / "responsibility.yaml"


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A degree of responsibility, the response recommended for it, and what speaks for and against it."""

    id: str
    title: Text
    means: Text
    strategy: Text
    advice: Text
    evidence: Text
    doubts: Text


class _File(msgspec.Struct):
    denial: Text
    clusters: list[Cluster]


_READ: Final = msgspec.yaml.decode(_FILE.read_bytes(), type=_File)

DENIAL: Final = _READ.denial
"""A warning that stands beside every recommendation."""

CLUSTERS: Final = {cluster.id: cluster for cluster in _READ.clusters}
"""By id: ``victim``, ``accidental``, ``preventable``."""
