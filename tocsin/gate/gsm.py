"""The alphabet of text messages (3GPP TS 23.038): a sign outside it more than halves what one holds."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    "^{}\\[~]|€"
)
_PLAINER: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "-",
        "œ": "oe",
        "Œ": "OE",
    }
)


def written(text: str) -> str:
    """Return a text with plain signs where this brings it into the alphabet of text messages.

    Letters keep their accents: a text that has others than this alphabet stays as it is, and goes in
    messages of 70 signs instead of 160.
    """
    plain = text.replace("«\u00a0", '"').replace("\u00a0»", '"').translate(_PLAINER)
    return plain if ALPHABET.issuperset(plain) else text
