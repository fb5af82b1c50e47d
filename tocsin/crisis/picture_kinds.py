"""What a file is, told by its first bytes and by nothing that its server says. Pure.

Only pictures made of pixels count: an SVG is a program as much as a drawing, and is never kept.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

MOST_PIXELS: Final = 60_000_000
"""Pixels of the largest picture that is shown: beyond, a file of some bytes may unpack to gigabytes."""

_JPEG_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_VIDEO_BRANDS: Final = frozenset({b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ", b"dash"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a picture is; width and height in pixels, 0 where its head does not tell."""

    media_type: str
    ending: str
    width: int
    height: int


def kind_of(body: bytes) -> Kind | None:
    """Return which kind of picture some bytes are; None when they are none, or one that is broken."""
    for look in (_png, _jpeg, _gif, _webp, _avif):
        found = look(body)
        if found is not None:
            return found
    return None


def is_video(body: bytes) -> bool:
    """Return whether some bytes are a film rather than a picture."""
    if body[4:8] == b"ftyp":
        return body[8:12] in _VIDEO_BRANDS
    return body.startswith((b"\x1a\x45\xdf\xa3", b"OggS", b"FLV\x01"))


def too_many_pixels(kind: Kind) -> bool:
    """Return whether a picture would unpack to more than a page can show."""
    return kind.width * kind.height > MOST_PIXELS


def _png(body: bytes) -> Kind | None:
    if not body.startswith(b"\x89PNG\r\n\x1a\n") or body[12:16] != b"IHDR" or len(body) < 33:
        return None
    width, height = struct.unpack(">II", body[16:24])
    return Kind("image/png", "png", width, height) if width and height else None


def _gif(body: bytes) -> Kind | None:
    if not body.startswith((b"GIF87a", b"GIF89a")) or len(body) < 13:
        return None
    width, height = struct.unpack("<HH", body[6:10])
    return Kind("image/gif", "gif", width, height) if width and height else None


def _jpeg(body: bytes) -> Kind | None:
    """Return a JPEG's kind: its size stands in the first frame, after any number of other segments."""
    if not body.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(body):
        if body[at] != 0xFF:
            return None
        marker = body[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return Kind("image/jpeg", "jpg", width, height) if width and height else None
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        if length < 2 or marker == 0xDA:
            return None
        at += 2 + length
    return None


def _webp(body: bytes) -> Kind | None:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP" or len(body) < 30:
        return None
    chunk = body[12:16]
    if chunk == b"VP8X":
        width = 1 + int.from_bytes(body[24:27], "little")
        height = 1 + int.from_bytes(body[27:30], "little")
    elif chunk == b"VP8L" and body[20] == 0x2F:
        bits = int.from_bytes(body[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif chunk == b"VP8 " and body[23:26] == b"\x9d\x01\x2a":
        wide, high = struct.unpack("<HH", body[26:30])
        width, height = wide & 0x3FFF, high & 0x3FFF
    else:
        return None
    return Kind("image/webp", "webp", width, height) if width and height else None


def _avif(body: bytes) -> Kind | None:
    """Return an AVIF's kind; its size stands in a box ``ispe`` near the beginning."""
    if body[4:8] != b"ftyp" or body[8:12] not in _AVIF_BRANDS:
        return None
    at = body.find(b"ispe", 0, 65_536)
    if at < 0 or at + 16 > len(body):
        return Kind("image/avif", "avif", 0, 0)
    width, height = struct.unpack(">II", body[at + 8 : at + 16])
    return Kind("image/avif", "avif", width, height)
