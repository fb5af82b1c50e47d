"""The scene of one text: who speaks, of which company, where and when; it fills the grammar's slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from tocsin.simulate.company import CHIEF, COMPANY, HANDLE, RIVALS
from tocsin.simulate.population import MEN, WOMEN, Author, unaccented
from tocsin.simulate.products import ENGLISH, PRODUCTS, Product

NAME: Final = "\ue000"
HANDLE_MARK: Final = "\ue001"
_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = ("janvier", "mars", "avril", "juin", "juillet", "septembre")
_ENGLISH_MONTHS: Final = ("January", "March", "April", "June", "July", "September")
_MEDIA: Final = (
    "L'Écho de l'Estuaire",
    "Radio Loire-Bocage",
    "Le Courrier des Halles",
    "Ouest-Matinal",
    "Le Quotidien des Quais",
)
_ARTICLES: Final = frozenset({"le", "un", "ce", "mon", "son", "de_le", "nom", "pluriel"})


@dataclass(frozen=True, slots=True)
class Subject:
    """The company that is spoken of: its name, handle, and how « chez » and « une » go with it."""

    name: str
    handle: str
    at: str
    one: str


OWN: Final = Subject(COMPANY.name, HANDLE, "à la Maison Berthier", "une Maison Berthier")
RIVAL_SUBJECTS: Final = (
    Subject(RIVALS[0].name, RIVALS[0].handle, "au Fournil Vastrelle", "un Fournil Vastrelle"),
    Subject(RIVALS[1].name, RIVALS[1].handle, "à la Maison Corvandel", "une Maison Corvandel"),
    Subject(RIVALS[2].name, RIVALS[2].handle, "à L'Épi d'Orsimont", "un Épi d'Orsimont"),
)


class Scene:
    """Fills slots consistently within one text: one town, one product a kind, one way to name the company.

    The company's name stands as a private character until `sign` puts it in, so that misspellings
    made in between never touch it.
    """

    def __init__(self, rng: Random, author: Author, subject: Subject, when: datetime) -> None:
        self._rng = rng
        self._author = author
        self._subject = subject
        self._when = when
        self._shop = author.shop if rng.random() < 0.7 else rng.choice(COMPANY.shops)
        self._products: dict[str, Product] = {}
        self._last = PRODUCTS["v"][0]
        self._english = rng.choice(ENGLISH)
        self._spelling = _spelling(rng, author, subject)
        self.named = False

    def fill(self, slot: str) -> str:
        """Return what a slot says."""
        head, _, kind = slot.partition(":")
        if head == "je":
            return kind.split("/")[self._author.feminine]
        if head in _ARTICLES:
            return self._product(kind).written(head) if kind != "en" else self._an_english_product()
        if "/" in slot:
            return slot.split("/")[self._last.feminine]
        simple = _NUMBERS.get(slot)
        if simple is not None:
            return simple(self._rng)
        return str(getattr(self, f"_slot_{unaccented(slot).lower()}")())

    def sign(self, text: str) -> str:
        """Put the company's name and handle in."""
        return text.replace(NAME, self._spelling).replace(HANDLE_MARK, self._subject.handle)

    def _product(self, kind: str) -> Product:
        if kind not in self._products:
            self._products[kind] = self._rng.choice(PRODUCTS[kind])
        self._last = self._products[kind]
        return self._last

    def _an_english_product(self) -> str:
        return f"{'an' if self._english[0] in 'ae' else 'a'} {self._english}"

    def _slot_en(self) -> str:
        return self._english

    def _slot_b(self) -> str:
        self.named = True
        return NAME

    _slot_ben = _slot_b

    def _slot_h(self) -> str:
        self.named = True
        return HANDLE_MARK

    def _slot_chez(self) -> str:
        self.named = True
        if self._spelling == self._subject.name and self._rng.random() < 0.4:
            if self._subject is OWN and self._rng.random() < 0.25:
                return "à la boulangerie Berthier"
            return self._subject.at
        return f"chez {NAME}"

    def _slot_chez_de(self) -> str:
        self.named = True
        return f"de chez {NAME}"

    def _slot_une_maison(self) -> str:
        self.named = True
        return self._subject.one

    def _slot_rival(self) -> str:
        others = RIVAL_SUBJECTS if self._subject is OWN else (OWN,)
        return self._rng.choice(others).name

    def _slot_chez_rival(self) -> str:
        return f"chez {self._slot_rival()}"

    def _slot_chef(self) -> str:
        return CHIEF

    def _slot_ville(self) -> str:
        return self._shop.town

    def _slot_aville(self) -> str:
        return self._shop.at_town

    def _slot_deville(self) -> str:
        return self._shop.of_town

    def _slot_place(self) -> str:
        return self._shop.place

    def _slot_moment(self) -> str:
        hour = self._when.hour
        if hour < 5:
            return "hier soir"
        if hour < 12:
            return "ce matin"
        if hour < 15:
            return self._rng.choice(("ce midi", "ce matin"))
        return self._rng.choice(
            ("cet après-midi", "tout à l'heure", "ce midi") if hour < 19 else ("ce soir", "aujourd'hui")
        )

    def _slot_jour(self) -> str:
        return _DAYS[(self._when.weekday() + self._rng.choice((0, 0, 1, 2, 3, 4, 5, 6))) % 7]

    def _slot_heure(self) -> str:
        hour, minute = (
            self._rng.choice((7, 8, 8, 9, 11, 12, 13, 17, 18)),
            self._rng.choice(("", "", "15", "30", "45")),
        )
        return f"{hour}h{minute}" if self._rng.random() < 0.7 else f"{hour} h {minute}".strip()

    def _slot_prenom(self) -> str:
        return self._rng.choice(WOMEN if self._rng.random() < 0.55 else MEN)

    def _slot_initiale(self) -> str:
        return self._author.initial

    def _slot_pseudo(self) -> str:
        name = unaccented(self._slot_prenom()).lower()
        return f"{name}{self._rng.choice(('.', '_', ''))}{self._rng.randrange(1, 99)}"

    def _slot_mois(self) -> str:
        return self._rng.choice(_MONTHS)

    def _slot_month(self) -> str:
        return self._rng.choice(_ENGLISH_MONTHS)

    def _slot_media(self) -> str:
        return self._rng.choice(_MEDIA)

    def _slot_annee(self) -> str:
        return str(self._when.year - self._rng.randrange(2, 6))


def _euros(rng: Random, low: int, high: int) -> str:
    cents = rng.randrange(low, high, 5)
    return (
        f"{cents // 100},{cents % 100:02d} €" if rng.random() < 0.75 else f"{cents // 100}€{cents % 100:02d}"
    )


_NUMBERS: Final = {
    "n": lambda rng: str(rng.choice((12, 15, 15, 18, 20, 20, 22, 25, 25, 27, 30, 35, 40, 45))),
    "nb": lambda rng: str(rng.randrange(2, 7)),
    "age": lambda rng: str(rng.randrange(3, 10)),
    "prix": lambda rng: _euros(rng, 110, 265),
    "prixp": lambda rng: _euros(rng, 320, 690),
    "prixs": lambda rng: _euros(rng, 560, 890),
    "prixc": lambda rng: _euros(rng, 2400, 5200),
    "commande": lambda rng: str(rng.randrange(204_000, 981_000)),
}


def _spelling(rng: Random, author: Author, subject: Subject) -> str:
    chance = rng.random()
    if author.voice == "teen":
        return subject.name.lower() if chance < 0.7 else f"@{subject.handle}"
    if author.network in {"facebook", "google", "trustpilot"} or author.voice in {"elder", "press"}:
        return subject.name
    if chance < 0.58:
        return subject.name
    if chance < 0.80:
        return f"@{subject.handle}"
    return subject.name.lower() if chance < 0.93 else f"#{subject.handle}"
