"""Lays a data folder with Maison Berthier in it and posts on its bus; run as a process of its own.

``python -m tests.river.prepare BATCHES POSTS`` with TOCSIN_DATA naming the folder.
"""
# ruff: noqa: PLC0415 - models exist only once Django is set up

import random
import sys
from datetime import UTC, datetime, timedelta

from tocsin.cli.django_setup import set_up_django

WORDS = """
pain baguette croissant vendeuse file prix attente sourire brioche chaud froid matin soir samedi
"""
TOWNS = ["Nantes", "Angers", "Rennes", "Tours", "Laval", "Cholet"]


def story(batches: int, size: int, before: datetime) -> "list[list[dict[str, object]]]":
    """Return some days of quiet talk about the bakery, and an angry quarter of an hour at the end."""
    rnd = random.Random(2026)
    total = batches * size
    posts: list[dict[str, object]] = []
    step = timedelta(days=9) / total
    for number in range(total):
        angry = number >= total * 0.93
        moment = before - timedelta(days=10) + step * number
        if angry:
            moment = before - timedelta(days=1) + timedelta(seconds=900 * rnd.random())
        said = " ".join(rnd.choices(WORDS.split(), k=8))
        complaint = "honteux, du verre dans le pain, je suis furieuse" if angry else said
        number_of = rnd.randrange(number + 1) if rnd.random() < 0.02 else number
        posts.append(
            {
                "id": f"x:{number_of}",
                "network": "x",
                "native_id": str(number_of),
                "text": f"Maison Berthier à {rnd.choice(TOWNS)} : {complaint} {rnd.randrange(1000)}"
                if rnd.random() < 0.8
                else said,
                "author_id": f"client-{rnd.randrange(800)}",
                "author_handle": f"client{rnd.randrange(800)}",
                "followers": rnd.randrange(2000),
                "likes": rnd.randrange(20),
                "parent_id": f"x:{rnd.randrange(number)}" if number and rnd.random() < 0.1 else "",
                "published_at": moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
            }
        )
    return [posts[start : start + size] for start in range(0, total, size)]


def main() -> None:
    """Create the organisation and publish."""
    set_up_django()
    from tocsin.cli.migrating import migrate

    list(migrate())
    from django_scopes import scopes_disabled

    from tests.river.bakery import lines
    from tocsin.accounts.models import Organisation
    from tocsin.listen.models import Source
    from tocsin.river.ingest import KIND, TOPIC, the_bus
    from tocsin.watch.models import Brand, Watch

    with scopes_disabled():
        organisation = Organisation.objects.create(name="Maison Berthier", slug="maison-berthier")
        brand = Brand.objects.create(organisation=organisation, name="Maison Berthier", slug="berthier")
        owner = {"organisation": organisation, "brand": brand}
        Watch.objects.create(name="Maison Berthier", query='"Maison Berthier"', **owner)
        Watch.objects.create(name="Verre", query="Berthier AND verre", kind="topic", **owner)
        source = Source.objects.create(kind="file", name="Archive", network="x", **owner)
    for batch in story(int(sys.argv[1]), int(sys.argv[2]), datetime.now(UTC)):
        meta = {"brand": brand.pk, "owned": False, "import": 1}
        the_bus().publish(TOPIC, KIND, organisation.pk, source.pk, lines(batch), meta=meta)


if __name__ == "__main__":
    main()
