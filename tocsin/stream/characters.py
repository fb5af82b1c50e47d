"""What each Unicode character becomes once case, accents, ligatures and signs no longer count."""

import unicodedata
from functools import cache
from typing import Final

ZERO_WIDTH_JOINER: Final = "\u200d"
MICRO_SIGN: Final = "\u00b5"  # unlike the Greek letter, which stays one
GENDER_SIGNS: Final = "♀♂"

APOSTROPHES: Final = frozenset("'`´’‘‚‛′‵ʼʻʹʽˈ＇ꞌ")

_LETTERS: Final = {
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ĸ": "k",
}

# Trade marks stick to names (« Berthier™ ») and would otherwise fold to letters.
_BLANKS: Final = APOSTROPHES | frozenset("™℠©®¼½¾\u2044\u00a8\u00b8\u00af")

_ACCENTS: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0640, 0x0640),  # the Arabic stretching stroke is no letter
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors: ❤ and ❤️ are one
    (0xFE20, 0xFE2F),
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0100, 0xE01EF),
)

_WITHOUT_SPACES: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Korean letters
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),
    (0x1A20, 0x1AAF),
    (0x1B00, 0x1B7F),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3040, 0x31FF),  # kana, bopomofo
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xA960, 0xA97F),
    (0xA980, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xAC00, 0xD7FF),  # Korean writes spaces, but its particles stick to the word
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)


@cache
def fold_character(character: str) -> str:
    """Return what a character folds to: nothing, or one to some characters.

    Every character of the result is an ASCII letter, digit or sign, a letter or mark of another
    script, or a character for which `is_unit` holds; a sign outside ASCII becomes ``.``, ``-`` or a space.
    """
    if is_emoji(character):
        return character
    if character in _BLANKS:
        return " "
    if character == MICRO_SIGN:
        return "u"
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return unicodedata.normalize("NFC", "".join(_fold_part(part) for part in folded))


def _fold_part(part: str) -> str:
    if part in _BLANKS:
        return " "
    if part in _LETTERS:
        return _LETTERS[part]
    category = unicodedata.category(part)
    if category == "Nd":
        return str(unicodedata.digit(part))
    if category == "Cf" or _within(part, _ACCENTS):
        return part if part == ZERO_WIDTH_JOINER else ""
    if category[0] in "LMN":
        return part
    return _fold_sign(part, category)


def _fold_sign(sign: str, category: str) -> str:
    if category == "Pd" or sign == "−":
        return "-"
    if sign.isascii() and sign.isprintable():
        return sign
    # A full stop of another script still keeps what it parts from being one word.
    return "." if category[0] in "PS" and category not in {"Pi", "Pf"} and sign not in "„‟″" else " "


@cache
def is_emoji(character: str) -> bool:
    """Return whether a character is a term by itself: an emoji, or a symbol such as ★."""
    if _within(character, _ACCENTS):
        return False
    code = ord(character)
    if 0x1F000 <= code <= 0x1FAFF:
        return not unicodedata.normalize("NFKC", character)[0].isalnum()
    return code >= 0x2190 and unicodedata.category(character) == "So" and not _decomposes(character)


def is_unit(character: str) -> bool:
    """Return whether a folded character stands alone between spaces.

    True for emoji, and for letters of scripts that write no spaces between words.
    """
    if is_emoji(character):
        return True
    return _within(character, _WITHOUT_SPACES) and not is_mark(character)


def is_mark(character: str) -> bool:
    """Return whether a folded character belongs to the one before it (a vowel sign of Thai, of Hindi)."""
    return unicodedata.category(character)[0] == "M"


def _decomposes(character: str) -> bool:
    return unicodedata.normalize("NFKC", character) != character


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in ranges)
