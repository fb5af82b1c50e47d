"""How a voice bends a plain sentence: abbreviations, slips, lengthened words, signs and typography."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from tocsin.simulate.population import unaccented


@dataclass(frozen=True, slots=True)
class Voice:
    """Chances, from 0 to 1, that a voice does this or that in one text.

    Attributes
    ----------
    curly : float
        Typographic apostrophes (as phones write them) rather than straight ones.
    bare : float
        No accents at all.
    lower : float
        No capital at the beginning.
    open_ended : float
        No point at the end.
    lengthen, shout, slip, short, repeat_sign : float
        A word lengthened, a word in capitals, a slip of the finger or of spelling, abbreviations, ``!!!``.
    """

    curly: float = 0.45
    bare: float = 0.03
    lower: float = 0.12
    open_ended: float = 0.3
    emoji: float = 0.18
    lengthen: float = 0.04
    shout: float = 0.05
    slip: float = 0.10
    short: float = 0.03
    repeat_sign: float = 0.08


_CAREFUL: Final = {"bare": 0.0, "lower": 0.0, "lengthen": 0.0, "shout": 0.0, "short": 0.0, "repeat_sign": 0.0}

VOICES: Final = {
    "plain": Voice(),
    "elder": Voice(**_CAREFUL, curly=0.25, open_ended=0.05, emoji=0.03, slip=0.05),
    "teen": Voice(0.35, bare=0.35, lower=1.0, open_ended=0.95, emoji=0.4, lengthen=0.3, slip=0.15, short=1.0),
    "parent": Voice(emoji=0.25, shout=0.16, repeat_sign=0.22, slip=0.14, lengthen=0.06),
    "ironic": Voice(bare=0.02, lower=0.2, emoji=0.1, lengthen=0, shout=0, slip=0.02, short=0, repeat_sign=0),
    "foodie": Voice(**_CAREFUL, curly=0.8, open_ended=0.1, emoji=0.55, slip=0.01),
    "former": Voice(slip=0.12, emoji=0.03),
    "press": Voice(**_CAREFUL, curly=0.7, open_ended=0.02, emoji=0.04, slip=0.0),
    "tourist": Voice(bare=0, lower=0.15, lengthen=0, shout=0, slip=0, short=0, emoji=0.25),
    "brand": Voice(**_CAREFUL, curly=1.0, open_ended=0.0, emoji=0.7, slip=0.0),
}

EMOJI: Final = {
    "neg": ("😡", "🤬", "😤", "🙄", "👎", "🤦", "😠", "😒", "💸", "😑", "⏳", "🫠"),
    "pos": ("😍", "🥐", "❤️", "😋", "🥖", "👏", "🤩", "💛", "🙏", "🎂", "☕", "👌"),
    "neutral": ("🥐", "☕", "🤔", "👀", "🙂", "🥖", "😅", "🤷", "⏰", "☀️"),
    "grave": ("🙏", "⚠️", "👀", "❗", "🤝"),
    "fear": ("😱", "😨", "🙏", "😰", "⚠️", "😢", "🚨", "💔", "🤮", "😡"),
}

_SHORT: Final = {
    "c'est": "c", "j'ai": "g", "je suis": "jsuis", "je sais": "jsais", "il y a": "ya", "quand": "qd",
    "beaucoup": "bcp", "toujours": "tjrs", "vraiment": "vrmt", "pourquoi": "pk", "parce que": "pcq",
    "aujourd'hui": "ajd", "tout le monde": "tlm", "quelqu'un": "qqn", "pour": "pr", "dans": "ds",
    "avec": "avc", "maintenant": "mtn", "temps": "tps", "quelque chose": "qqch", "jamais": "jms",
    "s'il vous plaît": "svp", "même": "mm", "minutes": "min", "bonjour": "bjr", "bonsoir": "bsr",
}  # fmt: skip
_SHORT_PATTERN: Final = re.compile(
    r"(?<![\w'])(" + "|".join(sorted(map(re.escape, _SHORT), key=len, reverse=True)) + r")(?![\w'])",
    re.IGNORECASE,
)
_LONG: Final = {
    "trop": "trooop", "merci": "merciii", "jamais": "jamaiiis", "super": "supeeer", "honte": "hooonte",
    "tellement": "tellemeeent", "miam": "miaaam", "enfin": "enfiiin", "oui": "ouiii", "hâte": "hââââte",
}  # fmt: skip
_LONG_PATTERN: Final = re.compile(r"\b(" + "|".join(_LONG) + r")\b", re.IGNORECASE)
_SHOUTED: Final = re.compile(
    r"\b(jamais|rien|personne|honte|inadmissible|enfant|deux|encore|toujours|métal|scandaleux|plus|zéro|quatre)\b"
)
_SLIPS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\b([a-zé]{4,})é(?=[ .,!?]|$)"), r"\1er"),
    (re.compile(r"\bc'est\b"), "s'est"),
    (re.compile(r"\bça\b"), "sa"),
    (re.compile(r"\baccueil\b"), "acceuil"),
    (re.compile(r"\bquand même\b"), "comme même"),
    (re.compile(r"\bj'ai\b"), "jai"),
    (re.compile(r"\bqu'(?=[ieu])"), "qu "),
    (re.compile(r"\b([Cc])ommande"), r"\1omande"),
    (re.compile(r"\bviennoiserie"), "viennoisserie"),
    (re.compile(r"\b([a-z]*)nn([a-z]+)\b"), r"\1n\2"),
    (re.compile(r"\b([a-z]{3,})ait\b"), r"\1ais"),
    (re.compile(r"\b([a-z]{2,})tt(e[a-z]*)\b"), r"\1t\2"),
    (re.compile(r"\bmalheureusement\b"), "malheuresement"),
    (re.compile(r", "), " ,"),
    (re.compile(r"\b([a-z]{3,})er\b"), r"\1é"),
    (re.compile(r"\bces\b"), "ses"),
)
_SENTENCE: Final = re.compile(r"([.!?…] )([a-zàâéèêîôûç])")
_SIGNS: Final = re.compile(r" ([!?;:»])")
_WORD: Final = re.compile(r"\b[a-zéèêà]{6,}\b")


def speak(text: str, voice: str, mood: str, rng: Random) -> str:
    """Return the text as this voice would write it."""
    manner = VOICES[voice]
    for chance, bend in _BENDS:
        if rng.random() < chance(manner):
            text = bend(text, rng)
    if rng.random() >= manner.lower:
        text = _SENTENCE.sub(lambda m: m[1] + m[2].upper(), text[:1].upper() + text[1:])
    text = _ending(text, manner, rng)
    if rng.random() < manner.emoji:
        text = _with_emoji(text, mood, rng)
    return _typography(text, manner, rng)


def _shorten(text: str, rng: Random) -> str:
    return _SHORT_PATTERN.sub(lambda m: _SHORT[m[0].lower()] if rng.random() < 0.6 else m[0], text)


def _strip_accents(text: str, _rng: Random) -> str:
    return unaccented(text)


def _lengthen(text: str, _rng: Random) -> str:
    return _LONG_PATTERN.sub(lambda m: _LONG[m[0].lower()], text, count=1)


def _shout(text: str, rng: Random) -> str:
    return _SHOUTED.sub(lambda m: m[0].upper(), text, count=rng.choice((1, 1, 2)))


def _slip(text: str, rng: Random) -> str:
    if rng.random() < 0.3:
        return _swap_letters(text, rng)
    for _ in range(4):
        pattern, wrong = rng.choice(_SLIPS)
        slipped = pattern.sub(wrong, text, count=1)
        if slipped != text:
            return slipped
    return text


def _swap_letters(text: str, rng: Random) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    at = rng.choice(words).start() + rng.randrange(1, 4)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _repeat_signs(text: str, rng: Random) -> str:
    if _ends_with_tag(text):
        return text
    if text.endswith("."):
        return text[:-1] + rng.choice((" !!", " !!!", " !", "!!!!", "…"))
    return text + rng.choice(("!", "!!", "??")) if text.endswith(("!", "?")) else text + " !!"


_BENDS: Final[tuple[tuple[Callable[[Voice], float], Callable[[str, Random], str]], ...]] = (
    (lambda voice: voice.short, _shorten),
    (lambda voice: voice.slip, _slip),
    (lambda voice: voice.bare, _strip_accents),
    (lambda voice: voice.lengthen, _lengthen),
    (lambda voice: voice.shout, _shout),
    (lambda voice: voice.repeat_sign, _repeat_signs),
)


def _ending(text: str, manner: Voice, rng: Random) -> str:
    last = text[-1:]
    if rng.random() < manner.open_ended:
        return text[:-1] if last == "." and not text.endswith("..") else text
    unfinished = (last.isalnum() and not _ends_with_tag(text)) or last in "»)€%"
    return text + "." if unfinished else text


def _ends_with_tag(text: str) -> bool:
    return text.rsplit(" ", 1)[-1][:1] in {"#", "@"}


def _with_emoji(text: str, mood: str, rng: Random) -> str:
    emoji = rng.choice(EMOJI[mood])
    chance = rng.random()
    if chance < 0.25:
        emoji *= rng.choice((2, 3))
    elif chance < 0.4:
        emoji += rng.choice(EMOJI[mood])
    return f"{emoji} {text}" if rng.random() < 0.12 else f"{text} {emoji}"


def _typography(text: str, manner: Voice, rng: Random) -> str:
    if rng.random() < manner.curly:
        text = text.replace("'", "’")
    chance = rng.random()
    if chance < 0.3:
        return _SIGNS.sub("\u00a0\\1", text).replace("« ", "«\u00a0")
    if chance < 0.45:
        return _SIGNS.sub(r"\1", text).replace("« ", '"').replace("»", '"').replace("«", '"')
    return text.replace("« ", '"').replace(" »", '"') if chance < 0.75 else text
