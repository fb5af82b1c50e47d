"""Dates in any usual way of writing them, to UTC.

The order of day and month is a property of a file, not of a cell: `order_of` decides it once from a sample.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from tocsin.listen.files.zones import ABBREVIATIONS, zone_of

Order = Literal["dmy", "mdy"]

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|(?:UTC|GMT)|[+-]\d\d(?::?\d\d)?)?"
)
_PLAIN_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[ T][0-2]\d:[0-5]\d:[0-5]\d", re.ASCII)
_ABBREVIATION: Final = "|".join(sorted(ABBREVIATIONS, key=len, reverse=True))
_TIME: Final = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2})\s?(?::|h(?:eures?)?|hrs?)\s?(?P<minute>\d{2})?"
    r"(?:\s?(?::|min?)\s?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?\s?s?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    rf"(?:\s?(?P<zone>(?:utc|gmt)?\s?[+-]\s?\d\d?(?::?\d\d)?|(?:{_ABBREVIATION})\b|[a-z]+/[a-z_]+(?:/[a-z_]+)?))?"
    r"(?:\s?\([^)]*\))?"
)
_HALF_ONLY: Final = re.compile(r"(?<![\d:])(?P<hour>\d{1,2})\s?(?P<half>[ap])\.?m\b\.?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})t?")
_NUMERIC: Final = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[\s.-]*([a-z]{3,10})\.?[\s,-]*(\d{4}|\d{2})")
_MONTH_DAY: Final = re.compile(r"([a-z]{3,10})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})")
_NOISE: Final = re.compile(
    r"\b(?:a|at|le|the|on|of|de|um"
    r"|lun(?:di)?|mardi|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
    r"|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    r")\b\.?"
    r"|\bmar\.?(?=\s?\d{1,2}(?:er)?\s?[a-z])"  # mardi, since another month follows
)
_DIGITS: Final = re.compile(r"\d{8,19}")
_NUMBER: Final = re.compile(r"\d{5,11}(?:[.,]\d+)?")

_MONTH_PREFIXES: Final = {
    1: ("jan", "ene", "gen"),
    2: ("fev", "feb"),
    3: ("mar", "mrz"),
    4: ("avr", "apr", "abr"),
    5: ("mai", "may", "mag"),
    6: ("juin", "jun", "giu"),
    7: ("juil", "jul", "lug"),
    8: ("aou", "aug", "ago"),
    9: ("sep", "set"),
    10: ("oct", "okt", "ott", "out"),
    11: ("nov",),
    12: ("dec", "dic", "dez"),
}
_MONTHS: Final = {prefix: month for month, prefixes in _MONTH_PREFIXES.items() for prefix in prefixes}
_EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days have no zone
_EXCEL_SERIALS: Final = range(20_000, 80_000)


class NotADate(ValueError):
    """The value is not a date in any way of writing that is known."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of one file.

    Attributes
    ----------
    order : {"dmy", "mdy"}
        What ``02/03/2015`` means, wherever it does not tell by itself.
    zone : tzinfo
        Zone of times that name none.
    """

    order: Order
    zone: tzinfo

    def read(self, value: object, clock_time: object = None, zone: tzinfo | None = None) -> datetime:
        """Return the moment in UTC.

        Parameters
        ----------
        value : str, int, float, date or datetime
            A cell; numbers are seconds, milli-, micro- or nanoseconds since 1970, or days of a sheet.
        clock_time : str, time or datetime, optional
            The cell of a separate column of times.
        zone : tzinfo, optional
            The zone that the row names for itself.

        Raises
        ------
        NotADate
        """
        try:
            moment = self._moment(value)
            if clock_time not in (None, "") and moment.time() == time():
                moment = datetime.combine(moment.date(), _time_of(clock_time), moment.tzinfo)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone or self.zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise NotADate(str(value)) from error

    def _moment(self, value: object) -> datetime:
        if isinstance(value, str):
            return self._from_text(value.strip())
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_number(float(value))
        raise NotADate(str(value))

    def _from_text(self, text: str) -> datetime:
        if _PLAIN_ISO.fullmatch(text):  # what most tools write; the rest of this is twenty times slower
            return datetime.fromisoformat(text)
        if match := _ISO.fullmatch(text):
            return _from_iso(match)
        if _DIGITS.fullmatch(text):
            return _from_digits(text)
        if _NUMBER.fullmatch(text):
            return _from_number(float(text.replace(",", ".")))
        return self._from_words(_plain(text))

    def _from_words(self, text: str) -> datetime:
        clock, zone, rest = _take_time(text)
        year, month, day = self._day(" ".join(_NOISE.sub(" ", rest.replace(",", " ")).split()))
        return datetime.combine(date(year, month, day), clock, zone)

    def _day(self, text: str) -> tuple[int, int, int]:
        text = text.strip(" -|·")
        if match := _YEAR_FIRST.fullmatch(text):
            return int(match[1]), int(match[2]), int(match[3])
        if match := _NUMERIC.fullmatch(text):
            day, month = _ordered(int(match[1]), int(match[2]), self.order)
            return _year(match[3]), month, day
        return _written_day(text)


def order_of(values: Iterable[object]) -> Order | None:
    """Return the order of day and month that a sample shows; None when it shows none.

    Each value with a first or second number above 12 is a vote; a file edited by two hands goes with the
    majority, and its unambiguous dates are read as they are.
    """
    votes = {"dmy": 0, "mdy": 0}
    for value in values:
        if isinstance(value, str) and (match := _NUMERIC.search(value)):
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                votes["dmy"] += 1
            elif second > 12 >= first:
                votes["mdy"] += 1
    if votes["dmy"] == votes["mdy"]:
        return None
    return "dmy" if votes["dmy"] > votes["mdy"] else "mdy"


def looks_american(values: Iterable[object]) -> bool:
    """Return whether times are written with AM and PM, as where the month comes first."""
    return any(isinstance(value, str) and re.search(r"\d\s?[AaPp]\.?[Mm]\b", value) for value in values)


def _from_iso(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    return datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        min(int(second or 0), 59),  # a leap second
        int((fraction or "")[:6].ljust(6, "0")),
        tzinfo=zone_of(zone) if zone else None,
    )


def _from_digits(text: str) -> datetime:
    if len(text) in {8, 12, 14} and text[:2] in {"19", "20"} and text[4:6] <= "12":
        return datetime.strptime(text, "%Y%m%d%H%M%S"[: len(text) - 2])  # noqa: DTZ007 - the reader's zone
    return _from_number(float(text))


def _from_number(number: float) -> datetime:
    if int(number) in _EXCEL_SERIALS:
        moment = _EXCEL_EPOCH + timedelta(days=number)
        return (moment + timedelta(microseconds=500)).replace(microsecond=0)
    for power in (1, 10**3, 10**6, 10**9):
        if 10**8 <= number / power < 10**10:
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=number / power)
    raise NotADate(str(number))


def _plain(text: str) -> str:
    """Lower case, no accents, single spaces: months and zones are then plain ASCII."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def _take_time(text: str) -> tuple[time, tzinfo | None, str]:
    match = _TIME.search(text) or _HALF_ONLY.search(text)
    if match is None:
        return time(), None, text
    found = match.groupdict()
    hour = _hour(int(found["hour"]), found.get("half"))
    second = min(int(found.get("second") or 0), 59)
    fraction = int((found.get("fraction") or "")[:6].ljust(6, "0"))
    zone = zone_of(_zone_name(found["zone"])) if found.get("zone") else None
    clock = time(hour, int(found.get("minute") or 0), second, fraction)
    return clock, zone, f"{text[: match.start()]} {text[match.end() :]}"


def _zone_name(text: str) -> str:
    return "/".join(part.capitalize() for part in text.split("/")) if "/" in text else text.replace(" ", "")


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise NotADate(f"{hour} {half}m")
    return hour % 12 + (12 if half == "p" else 0)


def _time_of(value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, float) and 0 <= value < 1:
        return (_EXCEL_EPOCH + timedelta(days=value, milliseconds=1)).time().replace(microsecond=0)
    text = _plain(str(value))
    if not (_TIME.search(text) or _HALF_ONLY.search(text)):
        raise NotADate(text)
    return _take_time(text)[0]


def _ordered(first: int, second: int, order: Order) -> tuple[int, int]:
    if first > 12:
        return first, second
    if second > 12:
        return second, first
    return (first, second) if order == "dmy" else (second, first)


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _written_day(text: str) -> tuple[int, int, int]:
    if match := _DAY_MONTH.fullmatch(text):
        return _year(match[3]), _month(match[2]), int(match[1])
    if match := _MONTH_DAY.fullmatch(text):
        return int(match[3]), _month(match[1]), int(match[2])
    raise NotADate(text)


def _month(word: str) -> int:
    for size in (4, 3):
        if (month := _MONTHS.get(word[:size])) is not None:
            return month
    raise NotADate(word)
