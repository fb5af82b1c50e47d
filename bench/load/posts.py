"""Posts to measure with: plain French words, some of them with the name of a brand that is watched."""

import time
from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

CHUNK: Final = 1_000
"""Posts in one message of the bus."""

_NOW: Final = b"2020-02-02T20:20:20Z"
_SYLLABLES: Final = """
ba ber bou cha cor dal del fan fer gal gor hab jan kel lan lor mar mon nar nor pal pel ran ril
"""
_WORDS: Final = """
le la les une du pain retard livraison commande client service attente boutique équipe encore jamais
très mauvais super merci bonjour aujourd’hui hier matin soir prix euros remboursement colis appel
réponse question problème qualité froid chaud frais magasin rue Paris Lyon Nantes train avion vol
je vous nous ils elle avons été avoir être faire dire voir trop peu plus moins bien mal honteux
"""


def names(count: int) -> list[str]:
    """Return so many names that no other text holds."""
    random = Random(1)
    return [
        f"{''.join(random.choices(_SYLLABLES.split(), k=3))}{number}".capitalize() for number in range(count)
    ]


def payloads(posts: int, watched: list[str], share: float, *, seed: int) -> Iterator[bytes]:
    """Yield messages of posts without a time yet (`at`); a share of the posts has one of the names."""
    random, said = Random(seed), _WORDS.split()
    encoder = msgspec.json.Encoder()
    for start in range(0, posts, CHUNK):
        lines = []
        for number in range(start, min(start + CHUNK, posts)):
            words = random.choices(said, k=20)
            if random.random() < share:
                words.insert(random.randrange(20), random.choice(watched))
            lines.append(
                {
                    "id": f"x:{seed}-{number}",
                    "network": random.choice(("x", "bluesky", "mastodon")),
                    "native_id": f"{seed}-{number}",
                    "url": f"https://x.test/client/status/{number}",
                    "author_id": f"client-{random.randrange(50_000)}",
                    "author_handle": f"client{number % 50_000}",
                    "author_name": "Jeanne Martin",
                    "followers": random.randrange(5_000),
                    "text": " ".join(words),
                    "published_at": _NOW.decode(),
                    "likes": random.randrange(30),
                    "reposts": random.randrange(5),
                }
            )
        yield encoder.encode_lines(lines)


def at(payload: bytes, seconds: float) -> bytes:
    """Return the message with its posts published at a time (seconds since 1970)."""
    return payload.replace(_NOW, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)).encode())


def again(payload: bytes, seed: int, turn: int) -> bytes:
    """Return the same texts as other posts."""
    return payload.replace(f'"x:{seed}-'.encode(), f'"x:{seed}.{turn}-'.encode()).replace(
        f'"{seed}-'.encode(), f'"{seed}.{turn}-'.encode()
    )
