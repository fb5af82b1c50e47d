"""A public that speaks: the fictitious company, its quiet days, its crisis, and lines for benches.

Everything is a pure function of a seed and of times that are given; nothing reads a clock or a network.

======================================== ==============================================================
`COMPANY`                                Maison Berthier: brand, watches, accounts, rivals, people, shops
`SOURCES`                                the sources through which posts come, open and owned
`History(seed, end, days=30).posts()`    ``(source name, Post)`` in time order, before ``end``
`Background(seed).between(t0, t1)`       the quiet talk of any interval; goes on where a history stopped
`Crisis(seed, start).between(t0, t1)`    the crisis that begins at ``start``
`bench_posts(seed, n, match_share)`      NDJSON lines by the hundred thousand, for benches
======================================== ==============================================================
"""

from tocsin.simulate.background import Background
from tocsin.simulate.bench import bench_posts
from tocsin.simulate.company import COMPANY, Company
from tocsin.simulate.crisis import Crisis, expected_posts
from tocsin.simulate.history import History
from tocsin.simulate.sources import SOURCES, SimulatedSource

__all__ = [
    "COMPANY",
    "SOURCES",
    "Background",
    "Company",
    "Crisis",
    "History",
    "SimulatedSource",
    "bench_posts",
    "expected_posts",
]
