"""Bytes of unknown encoding to text, a line at a time, because exports glued together mix encodings.

Each line is decided by itself and always the same way, so that an import that resumes in the middle of a
file reads the rest as it would have the first time.
"""

import codecs
import re
from typing import Final

_COMMON_LOWER: Final = frozenset("éèàêçùâîôûëïüœ")
_OTHER_LOWER: Final = frozenset("áíóúñãõäößåøæìòÿ")
_UPPER: Final = frozenset("ÉÈÀÊÇÙÂÎÔÛËÏÜŒÁÍÓÚÑÃÕÄÖÅØÆ")
_PUNCTUATION: Final = frozenset("’‘“”«»…–—€°•\u00a0")

_HIGH_BYTES: Final = bytes(range(0x80, 0x100))
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode_line(raw: bytes) -> str:
    """Return the text of one line, whatever encoding its writer used.

    Notes
    -----
    UTF-8 where it is valid; else UTF-8 with stray single bytes where most of it is; else the one of
    Windows-1252 and Mac Roman in which the accents fall where letters and apostrophes belong. Text that was
    decoded wrongly once before (``dÃ©Ã§u``) is put right. NUL characters are dropped: no network has them and
    PostgreSQL refuses them.
    """
    text = decode_bytes(raw).replace("\x00", "")
    return text if text.isascii() else repair(text)


def decode_bytes(raw: bytes) -> str:
    """Return the text of one line as its bytes say, be it garbled or not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_mixed(raw)


def seems_garbled(text: str) -> bool:
    """Return whether `repair` may find anything in a text; much cheaper than asking it."""
    return any(_leads(text, lead, follow) for lead, follow in _GARBLED)


def _leads(text: str, lead: str, follow: frozenset[str]) -> bool:
    place = text.find(lead)
    while place >= 0:
        if text[place + 1 : place + 2] in follow:
            return True
        place = text.find(lead, place + 1)
    return False


def repair(text: str) -> str:
    """Return text with UTF-8 that was read as Windows-1252 or Mac Roman put right, at most twice over."""
    for _ in range(2):
        mended = _MOJIBAKE_WINDOWS.sub(_mend_windows, text)
        mended = _MOJIBAKE_MAC.sub(_mend_mac, mended)
        if mended == text:
            break
        text = mended
    return text


def _decode_mixed(raw: bytes) -> str:
    sequences = _MULTIBYTE.findall(raw)
    strays = len(raw) - len(raw.translate(None, _HIGH_BYTES)) - sum(map(len, sequences))
    if sequences and len(sequences) >= strays:
        return raw.decode("utf-8", "tocsin.windows")
    windows = _windows(raw)
    mac = raw.decode("mac_roman")
    return mac if _plausibility(mac) > _plausibility(windows) else windows


def _windows(raw: bytes) -> str:
    """Decode Windows-1252, with its five unassigned bytes as Latin-1 has them."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(_WINDOWS_CHARACTERS[byte] for byte in raw)


def _plausibility(text: str) -> float:
    """Return how much the characters beyond ASCII look like words of a European language."""
    score = 0.0
    for match in _BEYOND_ASCII.finditer(text):
        index, character = match.start(), match[0]
        before = text[index - 1] if index else " "
        after = text[index + 1] if index + 1 < len(text) else " "
        score += _weight(character, before, after)
    return score


def _weight(character: str, before: str, after: str) -> float:
    inside = before.isalpha() or after.isalpha()
    between = before.isalpha() and after.isalpha()
    if character in _COMMON_LOWER:
        return 3.0 if inside else 1.0
    if character in _OTHER_LOWER:
        return 1.0 if inside else 0.0
    if character in _UPPER:
        return -3.0 if before.islower() else 3.0 if inside else 1.0
    if character == "’":
        return 3.0 if inside else 1.0
    if character in _PUNCTUATION:
        return -2.0 if between else 2.0
    return -2.0


def _stray_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _windows(error.object[error.start : error.end]), error.end


codecs.register_error("tocsin.windows", _stray_byte)

_WINDOWS_CHARACTERS: Final = [
    bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1") for byte in range(256)
]
_WINDOWS_BYTES: Final = {character: byte for byte, character in enumerate(_WINDOWS_CHARACTERS)} | {
    chr(byte): byte for byte in range(0x80, 0xA0)
}
_MAC_CHARACTERS: Final = [bytes([byte]).decode("mac_roman") for byte in range(256)]
_MAC_BYTES: Final = {character: byte for byte, character in enumerate(_MAC_CHARACTERS)}


def _mojibake(of: list[str], extra: str = "") -> re.Pattern[str]:
    """Compile what UTF-8 looks like when read as a single-byte encoding.

    Only the leads of Western letters, typographic signs and emoji are taken: ``é »`` with a no-break space is
    also a valid UTF-8 sequence, of a Chinese character, and must stay what it is.
    """

    def one_of(*codes: int) -> str:
        return f"[{re.escape(''.join(of[code] for code in codes))}{extra}]"

    follow = one_of(*range(0x80, 0xC0))
    ligatures = one_of(0x92, 0x93, 0xB8)
    signs = one_of(0x80, 0x82, 0x84, *range(0x86, 0x8A), *range(0x98, 0xA0))
    return re.compile(
        f"{re.escape(of[0xC2])}{one_of(*range(0xA0, 0xC0))}"
        f"|{re.escape(of[0xC3])}{follow}"
        f"|{re.escape(of[0xC5])}{ligatures}"
        f"|{re.escape(of[0xE2])}{signs}{follow}"
        f"|{re.escape(of[0xEF] + of[0xB8])}{one_of(0x8F)}"
        f"|{re.escape(of[0xF0])}{one_of(0x9F)}{follow}{{2}}"
    )


_MOJIBAKE_WINDOWS: Final = _mojibake(_WINDOWS_CHARACTERS, extra="\x80-\x9f")
_MOJIBAKE_MAC: Final = _mojibake(_MAC_CHARACTERS)


_LEADS: Final = (0xC2, 0xC3, 0xC5, 0xE2, 0xEF, 0xF0)
_GARBLED: Final = [
    (of[lead], frozenset(of[0x80:0xC0]) | frozenset(map(chr, range(0x80, 0xA0))))
    for of in (_WINDOWS_CHARACTERS, _MAC_CHARACTERS)
    for lead in _LEADS
]


def _mend_windows(match: re.Match[str]) -> str:
    return _mend(match[0], _WINDOWS_BYTES)


def _mend_mac(match: re.Match[str]) -> str:
    return _mend(match[0], _MAC_BYTES)


def _mend(garbled: str, table: dict[str, int]) -> str:
    try:
        return bytes(table[character] for character in garbled).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return garbled
