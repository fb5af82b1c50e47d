"""What a prepared message should not say: excuses that cost nothing, and promises without a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Code = Literal["empty_excuse", "undated_promise"]

_SPACE: Final = re.compile(r"\s+")

_EXCUSES: Final = {
    "fr": (
        r"(?:la|toute) gêne (?:occasionnée|éventuelle|que cela)",
        r"(?:d[eu]s?|tout|les|ce) (?:éventuels? )?désagréments?",
        r"si (?:certains?|certaines personnes|quelqu['’]un|vous) (?:a|ont|avez) (?:pu )?"
        r"(?:être|été|se sentir) (?:choqué|blessé|offensé|heurté)\w*",
        r"(?:prenons|prend) (?:\w+ ){0,3}(?:très |extrêmement )?au sérieux",
        r"(?:est|reste|demeure) (?:\w+ ){0,2}(?:notre|nos) (?:\w+ )?priorité",
        r"(?:mettons|met|mettre|mis) tout en œuvre",
        r"(?:regrettons|déplorons) (?:que|le fait que) (?:vous|certains)",
        r"(?:un|d['’]un) (?:simple )?malentendu",
        r"incident (?:isolé|indépendant de notre volonté)",
    ),
    "en": (
        r"(?:any|the|this) inconvenience",
        r"if (?:anyone|you|some people|someone) (?:was|were|felt|may have been) (?:\w+ )?"
        r"(?:offended|hurt|upset)",
        r"tak(?:e|es|ing) (?:this|it|these|such) (?:\w+ )?(?:very |extremely )?seriously",
        r"(?:is|remains) (?:always )?our (?:\w+ )?priority",
        r"doing (?:everything|all) (?:we can|in our power|possible)",
        r"regret that (?:you|some)",
        r"(?:a|just a|simple) misunderstanding",
        r"isolated incident",
        r"beyond our control",
    ),
}

_PROMISES: Final = {
    "fr": (
        r"(?:re)?viendrons vers",
        r"(?:re)?contacterons",
        r"(?:re)?donnerons (?:des |de nos )?nouvelles",
        r"tiendrons (?:\w+ ){0,3}(?:au courant|informée?s?)",
        r"(?:informerons|préviendrons|rembourserons|remplacerons|répondrons|publierons|partagerons)",
        r"allons (?:vous )?(?:rembourser|remplacer|répondre|publier|rappeler|contacter|informer)",
        r"(?:vous )?(?:rappellerons|écrirons)",
        r"dans les (?:meilleurs|plus brefs) délais",
        r"dès que possible",
        r"prochainement",
    ),
    "en": (
        r"(?:will|['’]ll|shall|going to) (?:get back|come back|be in touch|contact|call|write|update|inform"
        r"|let you|tell you|keep you|refund|replace|answer|reply|publish|share|report)",
        r"as soon as (?:possible|we can)",
        r"in due course",
        r"shortly",
        r"in the (?:coming|next) (?:days|weeks|hours)\b(?! ?:)",
    ),
}

_WHEN: Final = {
    "fr": r"\b\d{1,2} ?(?:h|heures?)(?: ?\d{2})?\b|\b\d{1,2}:\d{2}\b|\b\d+ (?:minutes?|jours?|semaines?)\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|aujourd['’]hui|ce soir|midi)\b"
    r"|\b(?:une|deux|trois|quatre|cinq|six|huit|dix|douze|vingt-quatre|quarante-huit|soixante-douze)"
    r" (?:heures?|jours?|semaines?)\b"
    r"|\b\d{1,2}(?:er)? (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre)\b"
    r"|\b\d{1,2}(?:er)? (?:octobre|novembre|décembre)\b"
    r"|\[\[[^\]]*(?:heure|date|jour|délai|quand|échéance)[^\]]*\]\]",
    "en": r"\b\d{1,2}(?::\d{2})? ?(?:am|pm|a\.m\.|p\.m\.)|\b\d{1,2}:\d{2}\b"
    r"|\b\d+ (?:minutes?|hours?|days?|weeks?)\b"
    r"|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight|noon)\b"
    r"|\b(?:an|one|two|three|four|five|six|eight|ten|twelve) (?:hours?|days?|weeks?)\b"
    r"|\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\[\[[^\]]*(?:hour|time|date|day|deadline|when)[^\]]*\]\]",
}


@dataclass(frozen=True, slots=True)
class Weakness:
    """Words of a message that say less than they seem to.

    Attributes
    ----------
    start, end
        Where they stand, in code points of the message.
    """

    code: Code
    start: int
    end: int
    words: str


def weaknesses(words: str, language: str) -> tuple[Weakness, ...]:
    """Return empty excuses and promises without a date in a message, in their order.

    Excuses that name nothing (Lewicki et al. 2016: responsibility and repair carry an apology), and promises
    that nobody can check. A sentence that names a time, or leaves a slot for one, has a date.
    """
    if language not in _EXCUSES:
        return ()
    return tuple(
        sorted([*_excuses(words, language), *_promises(words, language)], key=lambda each: each.start)
    )


def _excuses(words: str, language: str) -> Iterator[Weakness]:
    for found in _EXCUSE[language].finditer(words):
        yield Weakness("empty_excuse", found.start(), found.end(), _SPACE.sub(" ", found[0]))


def _promises(words: str, language: str) -> Iterator[Weakness]:
    for sentence in _SENTENCE.finditer(words):
        found = _PROMISE[language].search(sentence[0])
        if found and not _DATED[language].search(sentence[0]):
            start = sentence.start() + found.start()
            yield Weakness("undated_promise", start, start + len(found[0]), _SPACE.sub(" ", found[0]))


def _one(parts: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (part.replace(" ", r"\s+") for part in parts)
    return re.compile(rf"\b(?:{'|'.join(spaced)})", re.IGNORECASE)


_SENTENCE: Final = re.compile(r"[^.!?…\n]+(?:[.!?…](?=\S)[^.!?…\n]*)*[.!?…]*")
_EXCUSE: Final = {language: _one(parts) for language, parts in _EXCUSES.items()}
_PROMISE: Final = {
    language: re.compile("|".join(part.replace(" ", r"\s+") for part in parts), re.IGNORECASE)
    for language, parts in _PROMISES.items()
}
_DATED: Final = {
    language: re.compile(part.replace(" ", r"\s+").replace(r"\s+?", r"\s*"), re.IGNORECASE)
    for language, part in _WHEN.items()
}
