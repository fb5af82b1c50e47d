"""A house of a year: eight brands, a hundred watches, and as many mentions as are asked for.

The river itself stores the last week, with its narratives, sums, alerts and usual pace; the weeks before are
copies of that week under new keys. The organisation's own time then stands still at the end of that week, so
that the same store answers the same pages tomorrow.
"""
# ruff: noqa: PLC0415 - Django is set up by whoever lays the house

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from tocsin.store.schema import PLACE_BITS

if TYPE_CHECKING:
    from tocsin.accounts.models import Organisation
    from tocsin.alerts.models import Alert
    from tocsin.river.service import River

WEEKS = 52
WEEK_MS = 7 * 86_400_000
MENTIONS_A_POST = 1.48
PERSON = "claire@pages.test"
CHUNK = 1_000
PAST_ALERTS, ENTRIES, SOURCES, TOPICS = 1_500, 3_000, 40, 4
LARGEST = 0.52  # share of all posts that speak of the first brand: two mentions of five
AUTHORS = 40_000

BRANDS = ("Berthier", "Fournil", "Lacaze", "Ondine", "Valmont", "Corvey", "Brindas", "Halliage")
PRODUCTS = ("croissant", "levain", "tarte", "brioche", "financier", "galette")
RIVALS = ("Doriane", "Mercoeur", "Tessier")
NETWORKS = ("x", "bluesky", "mastodon", "instagram", "youtube", "press")
_PRAISE = """
super accueil ce matin|toujours aussi bon|merci à l’équipe de Nantes|le meilleur de la ville|très bien servi
je recommande vraiment|une belle découverte|service rapide et souriant
"""
_BLAME = """
livraison en retard encore une fois|commande jamais arrivée|je suis très déçu du service|remboursement refusé
c’est une honte|personne ne répond au téléphone|j’en ai marre d’attendre|produit abîmé à la réception
j’ai trouvé un morceau de verre|prix beaucoup trop élevé|mon colis est perdu|la facture est fausse
"""
_TALK = """
passé devant la boutique hier|on y va demain avec les enfants|quelqu’un a les horaires|une file d’attente
nouvelle carte depuis lundi|ouverture à Lyon la semaine prochaine|vu à la télévision|je cherche une adresse
the shop near the station|has anybody tried it yet|we went there on Sunday with friends
"""
_SYLLABLES = "ba ber bou cha cor dal del fan fer gal gor hab jan kel lan lor mar mon nar nor pal pel ran ril"


def lay(mentions: int) -> Organisation:
    """Lay the house down in the data folder of the settings, or find it there."""
    from django_scopes import scopes_disabled

    from tocsin.accounts.models import Organisation
    from tocsin.cli.migrating import migrate

    list(migrate())
    with scopes_disabled():
        found: Organisation | None = Organisation.objects.filter(slug="pages").first()
        return found or _laid_anew(mentions)


def _laid_anew(mentions: int) -> Organisation:
    from tocsin.alerts.actions import take_raised
    from tocsin.river.opening import open_river

    organisation = _declare()
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    river, turn = open_river()
    _tell("the river stores a week")
    for payload in _payloads(round(mentions / MENTIONS_A_POST / WEEKS), end):
        river.bus.publish("posts", "posts", organisation.pk, 1, payload, meta={})
    _store_what_is_there(river)
    _copy_weeks(river, int(end.timestamp() * 1000))
    _tell("detection goes over four weeks, words are indexed")
    river.run_until_caught_up()
    river.close()
    if turn:
        turn.close()
    take_raised()
    _tell("alerts, journal and sources of a year")
    _lay_past(organisation, end)
    _stop_time(organisation, end)
    return organisation


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


# what is watched


def _declare() -> Organisation:
    from tocsin.accounts.actions import create_organisation
    from tocsin.accounts.models import Membership, User

    claire = User.objects.create_user(PERSON, None, name="Claire Vasseur", language="fr")
    organisation = create_organisation("Pages", actor=claire, slug="pages", time_zone="Europe/Paris")
    Membership.objects.get_or_create(
        user=claire, organisation=organisation, defaults={"role": "administrator"}
    )
    for name in BRANDS:
        _declare_brand(organisation, name)
    return organisation


def _declare_brand(organisation: Organisation, name: str) -> None:
    from tocsin.watch.actions import create_brand, create_watch

    brand = create_brand(organisation, name, actor=None, query=name)
    own = [(f"#{name}", f"#{name}")]
    if name == BRANDS[0]:
        own += [("Commandes", f"{name} AND (livraison OR commande OR colis)")]
    for title, query in own:
        create_watch(brand, name=title, query=query, kind="brand", actor=None)
    for product in PRODUCTS:
        create_watch(brand, name=product, query=f"{name} AND {product}", kind="product", actor=None)
    for rival in RIVALS:
        create_watch(brand, name=rival, query=f"{rival}{name}", kind="competitor", actor=None)
    create_watch(brand, name="Direction", query=f'"directeur de {name}"', kind="person", actor=None)
    if name in BRANDS[:TOPICS]:
        create_watch(brand, name="Hygiène", query=f"{name} AND verre", kind="topic", actor=None)


# what people say


@dataclass(frozen=True)
class _Story:
    """Something many people pass on, from some moment of the week on."""

    brand: str
    text: str
    began: float


def _payloads(posts: int, end: datetime) -> Iterator[bytes]:
    """Yield a week of posts in time order, as the bus carries them."""
    public = _Public(Random(7))
    moments = _moments(posts, end)
    encoder = msgspec.json.Encoder()
    for start in range(0, posts, CHUNK):
        yield encoder.encode_lines([
            public.post(number, moment, number / posts)
            for number, moment in enumerate(moments[start : start + CHUNK], start)
        ])  # fmt: skip


def _moments(posts: int, end: datetime) -> list[int]:
    """Return times in milliseconds: few at night, many in the evening, the last just before the end."""
    first = int(end.timestamp() * 1000) - WEEK_MS
    minutes = np.arange(7 * 1440)
    hour = (first / 3_600_000 + minutes / 60) % 24
    pace = 1.15 - np.cos((hour - 4) * math.pi / 12)
    sums = np.cumsum(pace)
    places = (np.arange(posts) + 0.5) / posts * sums[-1]
    return [int(first + minute * 60_000) for minute in np.interp(places, sums, minutes)]


class _Public:
    """Those who write: few write much, and pass on the stories of the week."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._stories = _stories(random)
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(AUTHORS)))

    def post(self, number: int, moment: int, share: float) -> dict[str, Any]:
        """Return a post of a time in milliseconds, when so large a share of the week has passed."""
        random = self._random
        brand = BRANDS[0] if random.random() < LARGEST else random.choice(BRANDS[1:])
        writer = random.choices(range(AUTHORS), cum_weights=self._weights)[0]
        return {
            "id": f"pages:{number}",
            "network": random.choices(NETWORKS, (40, 15, 10, 20, 10, 5))[0],
            "native_id": str(number),
            "url": f"https://reseau.test/p/{number}",
            "author_id": f"client-{writer}",
            "author_handle": f"client{writer}",
            "author_name": f"Client {writer}",
            "followers": random.randrange(20, 4_000),
            "text": _text(random, brand, share, self._stories),
            "published_at": datetime.fromtimestamp(moment / 1000, UTC).isoformat(),
            "likes": random.randrange(30),
            "reposts": random.randrange(5),
        }


def _text(random: Random, brand: str, share: float, stories: Sequence[_Story]) -> str:
    if random.random() < 0.15:
        going = [story for story in stories if story.brand == brand and story.began < share]
        if going:
            return f"{random.choice(going).text} {_word(random)}"
    said = random.choices((_PRAISE, _BLAME, _TALK), (3, 4, 5))[0]
    pieces = random.sample([piece for line in said.strip().splitlines() for piece in line.split("|")], 2)
    chance = random.random()
    if chance < 0.12:
        name = f"{random.choice(RIVALS)}{brand}"
    elif chance < 0.45:
        name = f"{random.choice(PRODUCTS)} {brand}"
    else:
        name = f"{brand} #{brand}" if chance < 0.6 else brand
    return f"{pieces[0]} {name} {pieces[1]} {_word(random)} {_word(random)}"


def _word(random: Random) -> str:
    """Return an invented word: some are in one post of ten, most in hardly any."""
    dice = Random(int(random.paretovariate(0.6)))
    return "".join(dice.choices(_SYLLABLES.split(), k=3))


def _stories(random: Random) -> list[_Story]:
    found = []
    for number in range(12 * len(BRANDS)):
        brand = BRANDS[number % len(BRANDS)]
        words = " ".join(_word(random) for _ in range(9))
        text = f"À savoir avant d’acheter chez {brand} : {words} et {_word(random)} {_word(random)}"
        found.append(_Story(brand, text, random.random()))
    return found + [
        _Story(name, f"Du verre trouvé dans un croissant {name} ce matin, faites tourner", 0.994)
        for name in BRANDS[:3]
    ]


# the year before


def _store_what_is_there(river: River) -> None:
    import threading

    river.refresh()
    river.tick()
    river.current.run(threading.Event(), until=river.bus.last("posts"))


def _copy_weeks(river: River, end_ms: int) -> None:
    """Lay copies of the week before `end_ms` under all the weeks before it."""
    store: Any = river.store
    for week in reversed(range(1, WEEKS)):  # the oldest first: days that two weeks share are added up once
        _tell(f"week {week} before")
        with store.transaction() as connection:
            for statement in _copies(week):
                connection.execute(statement, {"low": (end_ms - WEEK_MS) << PLACE_BITS})
            low, high = ((end_ms - back * WEEK_MS) << PLACE_BITS for back in (week + 1, week))
            places = connection.execute("SELECT n FROM post WHERE n >= ? AND n < ?", (low, high)).fetchall()
            for start in range(0, len(places), 2000):
                some = np.array([n for (n,) in places[start : start + 2000]], dtype="<i8")
                connection.execute("INSERT INTO pending_text (places) VALUES (?)", (some.tobytes(),))
        store._checkpointer.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def _copies(week: int) -> Iterator[str]:
    """Yield statements that copy the week from place `:low` on to so many weeks earlier, with new keys."""
    from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS
    from tocsin.store.schema import MEASURES, UNIT_MINUTES

    mark = Random(week).getrandbits(62)
    shift = week * WEEK_MS
    moved = {
        "n": f"n - {shift << PLACE_BITS}",
        "id": f"id || '-{week}'",
        "native_id": f"native_id || '-{week}'",
        "published": f"published - {shift}",
        "arrived": f"arrived - {week << 40}",
        # SQLite has no exclusive or
        "key": f"(key | {mark}) - (key & {mark})",
        "narrative": f"(narrative | {mark}) - (narrative & {mark})",
    }
    for name, columns in (("post", POST_COLUMNS), ("mention", MENTION_COLUMNS)):
        values = ", ".join(moved.get(column, column) for column in columns)
        yield f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM {name} WHERE n >= :low"
    names = ", ".join(MEASURES)
    sums = ", ".join(f"{name} = rollup.{name} + excluded.{name}" for name in MEASURES)
    for unit, minutes in enumerate(UNIT_MINUTES):
        yield (
            f"INSERT INTO rollup (watch, unit, bucket, network, {names}, author_sketch) "
            f"SELECT watch, unit, bucket - {week * 7 * 1440 // minutes}, network, {names}, author_sketch "
            f"FROM rollup WHERE unit = {unit} AND bucket >= (:low >> {PLACE_BITS}) / {60_000 * minutes} "
            f"ON CONFLICT (watch, unit, bucket, network) DO UPDATE SET {sums}"
        )


def _lay_past(organisation: Organisation, end: datetime) -> None:
    from django_scopes import scope

    from tocsin.alerts.models import Alert
    from tocsin.journal import actions as journal
    from tocsin.listen.models import Source

    with scope(organisation=organisation):
        Alert.objects.bulk_create(_past_alerts(organisation, end))
        for number in range(SOURCES):
            Source.objects.create(
                organisation=organisation, kind="feed", name=f"Flux {number}", network="press",
                address=f"https://presse-{number}.test/rss", state="dead" if number % 20 == 7 else "healthy",
                last_success_at=end, last_post_at=end,
            )  # fmt: skip
        for number in range(ENTRIES):
            journal.record(
                "alerts.vigilance_changed", actor=None, organisation=organisation,
                target=f"watch.brand:{number % 8 + 1}",
                data={"brand": BRANDS[number % 8], "before": "green", "level": "yellow"},
            )  # fmt: skip


def _past_alerts(organisation: Organisation, end: datetime) -> Iterator[Alert]:
    from tocsin.alerts.models import Alert
    from tocsin.watch.models import Watch

    random, watches = Random(3), list(Watch.objects.all())
    told = Alert.objects.order_by("-score").first()
    for number in range(PAST_ALERTS):
        watch, level = random.choice(watches), random.choice(("yellow", "yellow", "orange", "red"))
        began = end - timedelta(minutes=random.randrange(60, WEEKS * 10_080))
        closed = bool(number % 25)
        yield Alert(
            organisation=organisation, brand_id=watch.brand_id, watch=watch, key=f"past:{number}",
            level=level, highest_level=level, began_at=began, raised_at=began + timedelta(minutes=2),
            ended_at=began + timedelta(hours=2) if closed else None,
            state="closed" if closed else "open", close_reason="handled" if closed else "",
            reasons=told.reasons if told else [], score=4.0,
        )  # fmt: skip


def _stop_time(organisation: Organisation, end: datetime) -> None:
    from tocsin.clock.models import OrganisationTime

    OrganisationTime.objects.create(
        pk=organisation.pk, origin=end, anchored_at=datetime.now(UTC), speed=1.0, paused=True
    )
