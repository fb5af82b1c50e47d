"""Posts a second matched against 100, 1,000 and 10,000 watches, beside a floor and what one would write."""

import re
import time
from collections.abc import Callable
from random import Random

from bench.tables import Figure, render
from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.post import Post
from tocsin.stream.query.compiler import WatchDefinition
from tocsin.stream.query.matcher import Matcher

POSTS = 20_000
BATCH = 5_000
WATCHES = (100, 1_000, 10_000)
NAIVE_SECONDS = 2.0

_SYLLABLES = """
ba ber bou cha cor dal del fan fer gal gor hab jan kel lan lor mar mon nar nor pal pel ran ril sal tan vel
"""
_WORDS = """
le la les une du pain retard livraison commande client service attente boutique équipe encore jamais
très mauvais super merci bonjour aujourd’hui hier matin soir prix euros remboursement colis appel
réponse question problème qualité froid chaud frais magasin rue Paris Lyon Nantes train avion vol
je vous nous ils elle avons été avoir être faire dire voir trop peu plus moins bien mal
"""


def run() -> list[dict[str, Figure]]:
    """Return one row a measure; speeds in posts per second of processor time of one core."""
    random = Random(20_150_222)
    brands = [_brand(random) for _ in range(max(WATCHES))]
    texts = [_text(random, brands) for _ in range(POSTS)]
    batches = [_batch(texts[i : i + BATCH], i) for i in range(0, POSTS, BATCH)]
    rows = [_row("floor: bytes scanned once for one word", 1, _floor(texts), POSTS)]
    rows.append(_row("Tocsin: fold alone", 0, _fold(batches), POSTS))
    for count in WATCHES:
        matcher = Matcher([_watch(i, brands[i]) for i in range(count)])
        rows.append(_row("Tocsin: fold and match", count, _tocsin(batches, matcher), POSTS))
    rows.extend(_naive(texts, brands[:count]) for count in WATCHES)
    return rows


def main() -> None:
    """Print the table."""
    print(render(run()))


def _brand(random: Random) -> str:
    return "".join(random.choices(_SYLLABLES.split(), k=4)).capitalize()


def _text(random: Random, brands: list[str]) -> str:
    """Return a post of about 140 characters; one in fifty names a brand."""
    words = random.choices(_WORDS.split(), k=22)
    if random.random() < 0.02:
        words.insert(random.randrange(22), random.choice(brands))
    return " ".join(words)


def _watch(number: int, brand: str) -> WatchDefinition:
    forms = (
        brand,
        f'"{brand}" OR #{brand} OR "Maison {brand}"',
        f"{brand} (retard OR livr* OR remboursement) NOT emploi",
        f'{brand} NEAR/5 (problème OR "service client")',
    )
    return WatchDefinition(number + 1, 1, 1, forms[number % len(forms)])


def _batch(texts: list[str], first: int) -> Batch:
    posts = [Post(id=f"x:{first + i}", network="x", text=text) for i, text in enumerate(texts)]
    return Batch.from_posts(posts, organisation=1, source=1, now_ms=0)


def _floor(texts: list[str]) -> tuple[float, int]:
    joined = "\n".join(texts).encode()
    return _timed(lambda: joined.count(b"Berthier"))


def _fold(batches: list[Batch]) -> tuple[float, int]:
    return _timed(lambda: sum(len(fold_batch(batch.text)) for batch in batches))[0], 0


def _tocsin(batches: list[Batch], matcher: Matcher) -> tuple[float, int]:
    return _timed(lambda: sum(len(matcher.match(batch, fold_batch(batch.text))) for batch in batches))


def _naive(texts: list[str], brands: list[str]) -> dict[str, Figure]:
    """One regular expression a watch, as one would write first; on as many posts as the time allows."""
    patterns = [re.compile(rf"\b{brand}\b", re.IGNORECASE) for brand in brands]
    began = time.process_time()
    seen = matches = 0
    for text in texts:
        matches += sum(1 for pattern in patterns if pattern.search(text))
        seen += 1
        if time.process_time() - began > NAIVE_SECONDS:
            break
    return _row(
        "naive: one re a watch, brand alone", len(brands), (time.process_time() - began, matches), seen
    )


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        result = work()
        best = min(best, time.process_time() - began)
    return best, result


def _row(what: str, watches: int, measured: tuple[float, int], posts: int) -> dict[str, Figure]:
    seconds, matches = measured
    return {
        "what": what,
        "watches": watches,
        "posts": posts,
        "matches": matches,
        "posts/s": posts / seconds,
    }


if __name__ == "__main__":
    main()
