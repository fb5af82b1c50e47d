"""The public: invented authors with a network, a voice, a home town and followers."""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from tocsin.simulate.company import COMPANY, Shop
from tocsin.simulate.dice import dice
from tocsin.simulate.material import names

WOMEN: Final = names("names.women")
MEN: Final = names("names.men")
SURNAMES: Final = names("names.families")
ENGLISH_NAMES: Final = names("names.english")
ENGLISH_SURNAMES: Final = names("names.english.families")

VOICES_BY_NETWORK: Final[dict[str, dict[str, int]]] = {
    "x": {"plain": 44, "teen": 15, "ironic": 14, "parent": 8, "tourist": 6, "foodie": 4, "press": 3,
          "elder": 3, "former": 2},
    "bluesky": {"plain": 46, "ironic": 20, "tourist": 9, "parent": 8, "foodie": 8, "press": 6, "former": 2},
    "mastodon": {"plain": 52, "ironic": 18, "tourist": 12, "foodie": 6, "elder": 5, "press": 4},
    "instagram": {"plain": 34, "foodie": 26, "teen": 22, "parent": 10, "tourist": 8},
    "facebook": {"plain": 44, "elder": 24, "parent": 20, "ironic": 5, "former": 2, "tourist": 2},
    "google": {"plain": 62, "elder": 16, "parent": 10, "tourist": 9, "ironic": 3},
    "trustpilot": {"plain": 66, "parent": 18, "elder": 14},
}  # fmt: skip
SIZES: Final = {
    "x": 2600,
    "bluesky": 700,
    "mastodon": 300,
    "instagram": 2000,
    "facebook": 2400,
    "google": 3200,
    "trustpilot": 1000,
}
_MEDIAN_FOLLOWERS: Final = {"x": 160, "bluesky": 110, "mastodon": 130, "instagram": 310, "facebook": 190}
_FLAIR: Final = {
    "foodie": ("_gourmand", "_miam", ".papilles", "_fournil", "_levain", "_a_table"),
    "teen": ("_xo", ".off", "zer", "_08", "uwu", "_pv"),
    "parent": ("_et_ses_2", "_maman", "_papa", ".family", "_x3", "_mercredi"),
    "press": ("_presse", "_actu", "_journal", "_reporter", "_info", "_redac"),
    "ironic": ("_de_travers", "_soupir", "_pas_dupe", "_bougon", "_bof", "_sic"),
}
_PLAIN_FLAIR: Final = ("44", "35", "75", "69", "33", "59", "_b", "1", "_", "85", ".pro", "_fr")


@dataclass(frozen=True, slots=True)
class Author:
    """Someone who writes; ``followers`` is None where the network does not tell."""

    network: str
    identifier: str
    handle: str
    name: str
    followers: int | None
    voice: str
    feminine: bool
    shop: Shop

    @property
    def initial(self) -> str:
        """The initial of the surname, with its point, as it signs a letter."""
        return f"{self.name.split()[-1].strip('.')[0]}."


def unaccented(text: str) -> str:
    """Return the text without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


class Population:
    """The authors of every network, drawn by how much each of them writes."""

    def __init__(self, seed: int, crowd: str, scale: float = 1.0) -> None:
        self._authors: dict[str, list[Author]] = {}
        self._reach: dict[str, list[float]] = {}
        self._speaking: dict[tuple[str, str], list[Author]] = {}
        for network, size in SIZES.items():
            rng = dice(seed, crowd, network)
            authors = list(_authors(rng, network, int(size * scale), crowd))
            self._authors[network] = authors
            self._reach[network] = list(accumulate(rng.lognormvariate(0, 0.9) for _ in authors))
            for author in authors:
                self._speaking.setdefault((network, author.voice), []).append(author)

    def draw(self, rng: Random, network: str) -> Author:
        """Draw an author; the talkative come more often."""
        reach = self._reach[network]
        return self._authors[network][bisect(reach, rng.random() * reach[-1])]

    def draw_speaking(self, rng: Random, network: str, voice: str) -> Author:
        """Draw an author of one voice; any author where the network has nobody who speaks so."""
        authors = self._speaking.get((network, voice))
        return rng.choice(authors) if authors else self.draw(rng, network)

    def draw_local(self, rng: Random, network: str) -> Author:
        """Draw an author who writes in French."""
        author = self.draw(rng, network)
        while author.voice == "tourist":
            author = self.draw(rng, network)
        return author


@lru_cache(maxsize=8)
def population(seed: int, crowd: str, scale: float = 1.0) -> Population:
    """Return the population of a seed, built once."""
    return Population(seed, crowd, scale)


def _authors(rng: Random, network: str, size: int, crowd: str) -> Iterable[Author]:
    voices, weights = zip(*VOICES_BY_NETWORK[network].items(), strict=True)
    taken: set[str] = set()
    for number, voice in enumerate(rng.choices(voices, weights, k=size)):
        feminine = rng.random() < 0.54
        first, last = _names(rng, voice, feminine)
        handle = _handle(rng, network, voice, first, last)
        if handle in taken:
            handle = f"{handle}{number}"
        taken.add(handle)
        yield Author(
            network=network,
            identifier=f"{network}:{crowd}{number}",
            handle=handle,
            name=_shown_name(rng, network, first, last, handle),
            followers=_followers(rng, network, voice),
            voice=voice,
            feminine=feminine,
            shop=rng.choice(COMPANY.shops),
        )


def _names(rng: Random, voice: str, feminine: bool) -> tuple[str, str]:
    if voice == "tourist":
        return rng.choice(ENGLISH_NAMES), rng.choice(ENGLISH_SURNAMES)
    return rng.choice(WOMEN if feminine else MEN), rng.choice(SURNAMES)


def _handle(rng: Random, network: str, voice: str, first: str, last: str) -> str:
    one = unaccented(first).lower().replace("-", "")
    two = unaccented(last).lower()
    kind = rng.randrange(5)
    if kind == 0:
        base = f"{one}.{two}" if network == "instagram" else f"{one}_{two}"
    elif kind == 1:
        base = f"{one[0]}{two}"
    elif kind == 2:
        base = f"{one}{rng.choice(_FLAIR.get(voice, _PLAIN_FLAIR))}"
    elif kind == 3:
        base = f"{two}{one[:3]}{rng.randrange(100):02d}"
    else:
        base = f"{rng.choice(('le', 'la', 'ti', 'mlle_', 'mr_', 'just_', 'cest_'))}{one}"
    if network == "bluesky":
        return f"{base.replace('_', '-')}.bsky.example"
    return f"{base}@gazouille.example" if network == "mastodon" else base


def _shown_name(rng: Random, network: str, first: str, last: str, handle: str) -> str:
    chance = rng.random()
    if network in {"google", "trustpilot"}:
        return f"{first} {last[0]}." if chance < 0.5 else f"{first} {last}"
    if network == "facebook" or chance < 0.45:
        return f"{first} {last}"
    return first if chance < 0.75 else handle.split("@", maxsplit=1)[0].split(".", maxsplit=1)[0]


def _followers(rng: Random, network: str, voice: str) -> int | None:
    median = _MEDIAN_FOLLOWERS.get(network)
    if median is None:
        return None
    lift = {"press": 14.0, "foodie": 6.0, "elder": 0.4}.get(voice, 1.0)
    return int(rng.lognormvariate(0, 1.45) * median * lift)
