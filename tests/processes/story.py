"""What customers say about Maison Berthier: some usual days, files of last year, and outbursts now."""

from __future__ import annotations

import csv
import json
import random
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

Post = dict[str, object]

TOWNS = [
    "Nantes", "Angers", "Rennes", "Tours", "Laval", "Cholet", "Vannes", "Lorient", "Brest",
    "Quimper", "Niort", "Saumur", "Blois", "Dinan", "Auray", "Pornic", "Guérande", "Redon",
    "Vitré", "Fougères", "Mayenne", "Sablé", "Loches", "Chinon", "Amboise", "Vierzon", "Bourges",
    "Nevers", "Châteauroux", "Poitiers", "Royan", "Saintes", "Cognac", "Angoulême", "Limoges",
    "Brive", "Tulle", "Périgueux", "Bergerac", "Agen", "Auch", "Tarbes", "Pau", "Dax", "Bayonne",
    "Biarritz", "Arcachon", "Libourne", "Blaye", "Rochefort", "Lens",
]  # fmt: skip
"""One watch each."""

WORDS = [
    "pain", "baguette", "croissant", "vendeuse", "file", "prix", "attente", "sourire", "brioche",
    "chaud", "froid", "matin", "soir", "samedi", "farine", "four", "comptoir", "vitrine",
    "monnaie", "sac", "parking", "trottoir", "pluie", "terrasse", "caissière", "fournée", "levain",
    "seigle", "tarte", "pomme",
]  # fmt: skip
YEAR = timedelta(days=360)
"""Within what is kept of posts, and long past."""


def _post(name: str, moment: datetime, text: str, author: str, **fields: object) -> Post:
    return {
        "id": f"x:{name}",
        "text": text,
        "author_id": author,
        "author_handle": author,
        "followers": 120,
        "likes": 1,
        "published_at": moment.isoformat().replace("+00:00", "Z"),
        **fields,
    }


def usual(now: datetime) -> list[Post]:
    """Return six days in which a few customers an hour say something of one shop or another."""
    rnd = random.Random(1)
    posts = []
    for number in range(6 * 24 * 5):
        moment = now - timedelta(seconds=rnd.randrange(7200, 6 * 86_400))
        said = " ".join(rnd.choices(WORDS, k=7))
        text = f"Maison Berthier, {TOWNS[number % len(TOWNS)]} : {said}"
        posts.append(_post(f"usual-{number}", moment, text, f"client-{rnd.randrange(300)}"))
    return posts


def outburst(name: str, moment: datetime, town: str, amount: int = 40) -> list[Post]:
    """Return so many furious customers of one shop within some seconds."""
    rnd = random.Random(name)
    return [
        _post(
            f"{name}-{number}",
            moment + timedelta(milliseconds=700 * number),
            f"Honteux, Maison Berthier de {town} : du verre dans le pain {' '.join(rnd.choices(WORDS, k=4))}",
            f"{name}-{number}",
        )
        for number in range(amount)
    ]


def calls(share: int, now: datetime) -> list[list[Post]]:
    """Return what programs send in one share of the test: small talk, news of known posts, and an outburst.

    Everything was published within the minute that begins at `now`.
    """
    rnd = random.Random(f"share {share}")
    small_talk = [
        _post(
            f"talk-{share}-{number}",
            now + timedelta(milliseconds=rnd.randrange(59_000)),
            f"{'Maison Berthier' if number % 3 else 'La boulangerie'} : {' '.join(rnd.choices(WORDS, k=8))}",
            f"client-{rnd.randrange(300)}",
        )
        for number in range(30)
    ]
    liked = [post | {"likes": 1 + rnd.randrange(9)} for post in small_talk[::4]]
    angry = outburst(f"angry-{share}", now, TOWNS[share % len(TOWNS)])
    return [small_talk[:15], angry[:20], small_talk[15:], angry[20:], liked]


def lines(posts: list[Post]) -> bytes:
    """Return posts as the API takes them."""
    return "\n".join(json.dumps(post) for post in posts).encode()


def archive(share: int, now: datetime) -> list[Post]:
    """Return a week of last year, at the end of which something happened in one shop."""
    rnd = random.Random(f"archive {share}")
    end = now - YEAR
    quiet = [
        _post(
            f"old-{share}-{number}",
            end - timedelta(seconds=rnd.randrange(3600, 6 * 86_400)),
            f"Maison Berthier, {rnd.choice(TOWNS)} : {' '.join(rnd.choices(WORDS, k=6))}",
            f"ancien-{rnd.randrange(200)}",
        )
        for number in range(140)
    ]
    return quiet + outburst(f"old-angry-{share}", end, TOWNS[(share + 1) % len(TOWNS)], 60)


def write_archive(path: Path, posts: list[Post]) -> Path:
    """Write posts as a spreadsheet would."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(posts[0]))
        writer.writeheader()
        writer.writerows(posts)
    return path


def feed(posts: list[Post]) -> str:
    """Return posts as a newspaper's feed."""
    items = "".join(
        f"<item><title>Fait divers</title><guid>{post['id']}</guid><description>{post['text']}</description>"
        f"<pubDate>{format_datetime(datetime.fromisoformat(str(post['published_at'])))}</pubDate></item>"
        for post in posts
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courrier</title>{items}</channel></rss>'
