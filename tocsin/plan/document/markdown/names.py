"""The words that a scenario's file uses for its parts, in each language."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "signs": {"fr": "Signes", "en": "Signs"},
    "responsibility": {"fr": "Responsabilité", "en": "Responsibility"},
    "severities": {"fr": "Gravité", "en": "Severity"},
    "protocol": {"fr": "Protocole", "en": "Protocol"},
    "facts": {"fr": "Faits à établir", "en": "Facts to establish"},
    "messages": {"fr": "Messages", "en": "Messages"},
    "questions": {"fr": "Questions attendues", "en": "Questions to expect"},
    "avoid": {"fr": "À ne pas dire", "en": "What not to say"},
    "ends": {"fr": "Sortie de crise", "en": "How it ends"},
}

AUDIENCES: Final[dict[str, dict[str, str]]] = {
    "victims": {"fr": "Personnes touchées", "en": "People affected"},
    "employees": {"fr": "Salariés", "en": "Employees"},
    "frontline": {"fr": "Magasins et centre d’appels", "en": "Shops and call centre"},
    "partners": {"fr": "Partenaires", "en": "Partners"},
    "authorities": {"fr": "Autorités", "en": "Authorities"},
    "press": {"fr": "Presse", "en": "Press"},
    "public": {"fr": "Public", "en": "Public"},
}

CHANNELS: Final[dict[str, dict[str, str]]] = {
    "reply": {"fr": "réponse publique", "en": "public reply"},
    "private": {"fr": "message privé", "en": "private message"},
    "email": {"fr": "e-mail", "en": "e-mail"},
    "phone": {"fr": "téléphone", "en": "phone"},
    "sms": {"fr": "SMS", "en": "text message"},
    "sheet": {"fr": "fiche", "en": "sheet"},
    "intranet": {"fr": "intranet", "en": "intranet"},
    "website": {"fr": "site", "en": "website"},
    "post": {"fr": "publication", "en": "post"},
    "press": {"fr": "communiqué", "en": "press release"},
}

SUBJECT: Final = {"fr": "Objet", "en": "Subject"}
CONDITION: Final = {"fr": "si", "en": "if"}
DAY: Final = {"fr": "j", "en": "d"}


def plain(words: str) -> str:
    """Return words as they are compared: lower case, without accents and signs.

    >>> plain("À ne pas dire :")
    'a ne pas dire'
    """
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def slug(words: str) -> str:
    """Return a short name for words; `item` when nothing of them can stand in one.

    >>> slug("Responsable qualité")
    'responsable-qualite'
    """
    return plain(words).replace(" ", "-")[:60].strip("-") or "item"


def _codes(names: dict[str, dict[str, str]]) -> dict[str, str]:
    return {plain(word): code for code, words in names.items() for word in (code, *words.values())}


SECTION_CODES: Final = _codes(SECTIONS)
AUDIENCE_CODES: Final = _codes(AUDIENCES)
CHANNEL_CODES: Final = _codes(CHANNELS)
