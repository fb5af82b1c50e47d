"""Time zones as exports name them."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ABBREVIATIONS: Final = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "jst": 540,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_NAMES: Final = {
    "pacific time (us & canada)": "America/Los_Angeles",
    "mountain time (us & canada)": "America/Denver",
    "central time (us & canada)": "America/Chicago",
    "eastern time (us & canada)": "America/New_York",
    "romance standard time": "Europe/Paris",
    "w. europe standard time": "Europe/Berlin",
    "gmt standard time": "Europe/London",
    "paris": "Europe/Paris",
    "bruxelles": "Europe/Brussels",
    "brussels": "Europe/Brussels",
    "london": "Europe/London",
    "londres": "Europe/London",
    "montreal": "America/Toronto",
    "geneve": "Europe/Zurich",
}
_OFFSET: Final = re.compile(r"\(?(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?\)?(?:\s.*)?", re.IGNORECASE)


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo | None:
    """Return the zone that a name, abbreviation or offset stands for; None when it stands for none."""
    plain = name.strip()
    folded = plain.lower()
    if folded in ABBREVIATIONS:
        return timezone(timedelta(minutes=ABBREVIATIONS[folded]))
    if match := _OFFSET.fullmatch(plain):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    try:
        return ZoneInfo(_NAMES.get(folded, plain))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
