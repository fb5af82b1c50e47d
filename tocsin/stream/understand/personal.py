"""Personal data that a post gives away: where it stands and of what kind.

Every kind is found by its form and then verified where its form has a key (cards, bank accounts, social
security numbers) or proved by the words beside it (order numbers, dates of birth), so that prices, dates,
hashtags and scores stay untouched.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

SEARCH_AT_MOST: Final = 100_000
"""Characters of a post that are searched."""

KINDS: Final = (
    "email",
    "iban",
    "card",
    "social_security",
    "phone",
    "birth_date",
    "order_number",
    "address",
    "ip_address",
)


@dataclass(frozen=True, slots=True, order=True)
class PersonalDatum:
    """One piece of personal data.

    Attributes
    ----------
    start, end : int
        Code points of the text.
    kind : str
        One of `KINDS`.
    """

    start: int
    end: int
    kind: str


_GAP: Final = "[ .\u00a0\u202f-]"
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_SPELLED_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?(?: (?:point|dot) [a-z0-9_-]{1,40}){0,2}"
    r" ?(?:\[at\]|\(at\)|\[arobase\]|\(arobase\)|\barobase\b) ?"
    r"[a-z0-9-]{2,40}(?: ?(?:\.|\[dot\]|\(dot\)|\[point\]|\bpoint\b|\bdot\b) ?[a-z]{2,24}){1,3}(?![\w-])",
    re.IGNORECASE,
)
_IP: Final = re.compile(
    r"\b(?:ip|connexion|connect[ée]{1,2}|connected|login|logged)\b[^.\n]{0,30}?(?<![\w.])((?:\d{1,3}\.){3}\d{1,3})(?![\w]|\.\d)",
    re.IGNORECASE,
)
_TOLD_IBAN: Final = re.compile(
    r"\b(?:iban|rib|compte bancaire|bank account)\b\W{0,3}(?:\w{1,6}\W{1,3}){0,2}?"
    r"([a-z]{2}\d{2}(?:[ \u00a0-]?[a-z0-9]){11,30})(?!\w)",
    re.IGNORECASE,
)
_TOLD_SECURITY: Final = re.compile(
    rf"\b(?:s[ée]cu(?:rit[ée] sociale)?|nir|num[ée]ro de s[ée]cu\w*)\W{{0,3}}"
    rf"(?:est\W{{1,2}}|le\W{{1,2}}|n°\s?)?"
    rf"([12]{_GAP}?\d{{2}}{_GAP}?(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}?(?:\d{{2}}|2[abAB]){_GAP}?\d{{3}}{_GAP}?\d{{3}}"
    rf"(?:{_GAP}?\d{{2}})?)(?!\d)",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"(?<![\w])[a-z]{2}\d{2}(?:[ \u00a0-]?[a-z0-9]){11,30}(?!\w)", re.IGNORECASE)
_CARD: Final = re.compile(r"(?<![\w.,+/-])[2-6]\d{3}(?:[ \u00a0-]?\d){9,15}(?![\w]|[.,/-]\d)")
_SECURITY: Final = re.compile(
    rf"(?<![\w.,+/-])[12]{_GAP}?\d{{2}}{_GAP}?(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}?(?:\d{{2}}|2[abAB]){_GAP}?\d{{3}}"
    rf"{_GAP}?\d{{3}}{_GAP}?\d{{2}}(?!\d)"
)
_US_SECURITY: Final = re.compile(
    r"\b(?:ssn|social security(?: number)?)\W{0,3}(?:is\s)?(\d{3}[- ]\d{2}[- ]\d{4})(?!\d)", re.IGNORECASE
)
_FRENCH_PHONE: Final = re.compile(
    rf"(?<![\w.,/+-])(?:(?:\+|00{_GAP}?)33{_GAP}?(?:\(0\){_GAP}?)?|0)[1-9](?:{_GAP}?\d\d){{4}}"
    r"(?![\w]|[.,/-]\d)"
)
_INTERNATIONAL_PHONE: Final = re.compile(
    rf"(?<![\w.,/+-])(?<!\d )(?:\+|00)[1-9]\d{{0,2}}{_GAP}?(?:\(\d{{1,4}}\){_GAP}?)?\d{{1,4}}"
    rf"(?:{_GAP}?\d{{2,4}}){{2,4}}(?![\w%€$£]|[.,/-]\d)"
)
_AMERICAN_PHONE: Final = re.compile(
    r"(?<![\w.,/+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[ .-]\d{4}(?![\w]|[.,/-]\d)"
)
_BRITISH_PHONE: Final = re.compile(
    r"(?<![\w.,/+-])0(?:7\d{3} ?\d{3} ?\d{3}|20 ?\d{4} ?\d{4}|1\d{3} ?\d{6}|1\d{2} \d{3} \d{4})"
    r"(?![\w]|[.,/-]\d)"
)
_DATE: Final = (
    r"(?:\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)?\d{2}|\d{4}-\d{2}-\d{2}|(?:1er|\d{1,2})(?:st|nd|rd|th)?(?: of)? "
    r"(?:janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|"
    r"decembre|january|february|march|april|may|june|july|august|september|october|november|december),? "
    r"(?:19|20)\d{2}|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december) "
    r"\d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2})"
)
_BIRTH: Final = re.compile(
    r"\b(?:n[ée]+\(?e?\)? le|(?:ma |sa |date )?(?:de )?naissance(?: est)?(?: le)?|date of birth|d\.?o\.?b\.?|"
    rf"born(?: on)?(?: the)?|birth ?date|birthday)(?: is)?\s{{0,2}}[:=]?\s{{0,2}}({_DATE})(?!\d)",
    re.IGNORECASE,
)
_ORDER: Final = re.compile(
    r"\b(?:commande|cmd|cde|colis|dossier|suivi|r[ée]servation|contrat|client|facture|r[ée]clamation|ticket|abonn[ée]|"
    r"order|parcel|tracking|booking|reservation|case|customer|invoice|account|claim|policy|reference|"
    r"r[ée]f[ée]rence|r[ée]f|ref|pnr|confirmation)"
    r"(?:[ ]?(?:client|number|code|id|ref|num[ée]ro|est le|is))?\s{0,2}"
    r"(?P<sign>n[°ºo]\.?|nr\.?|no\.|num[ée]ro|number|#|:|=)?\s{0,2}[:#]?\s{0,2}"
    r"(?P<value>(?=[A-Z0-9-]*\d)[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){4,29})(?![\w€$£%]|[.,]\d)",
    re.IGNORECASE,
)
_FRENCH_STREET: Final = re.compile(
    r"(?<![\w.,€/-])\d{1,4}(?:[ ,]{1,2}(?:bis|ter|quater)\b|[a-dA-D]\b)?[ ,]{1,2}"
    r"(?:rue|avenue|av\.?|boulevard|bd\.?|bld\.?|place(?! de (?:parking|stationnement|marché)| libre)|chemin|"
    r"impasse|all[ée]es?|quai|route|cours|square|passage|faubourg|fbg|sentier|lotissement|r[ée]sidence|"
    r"villa|mont[ée]e|esplanade|ruelle)\s(?:(?:de la|de l['’]|du|des|de|d['’]|la|le|les|l['’])\s?)?"
    r"[\w'’-]{2,30}(?:[ -](?!(?:et|est|depuis|je|on|pour|mais|qui|merci|avec|svp|sans)\b)[\w'’-]{2,30}){0,4}"
    r"(?:,?\s{1,2}\d{5}(?:\s[A-ZÉÈÎ][\w'’-]{1,30}){0,3})?",
    re.IGNORECASE,
)
_ENGLISH_STREET: Final = re.compile(
    r"(?<![\w.,$£/-])\d{1,5}[a-dA-D]?,? (?:[A-Z][\w'’.-]{1,20} ){1,4}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|"
    r"Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Parkway|Pkwy|Way|Place|Pl)\b\.?"
    r"(?:,? (?:Apt|Flat|Unit|Suite)\.? ?\w{1,5}\b)?"
    r"(?:,? [A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?,? "
    r"(?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}))?"
)
_DIGITS: Final = re.compile(r"\D")
_IBAN_LENGTHS: Final = {
    "FR": 27, "MC": 27, "BE": 16, "CH": 21, "LU": 20, "DE": 22, "ES": 24, "IT": 27, "PT": 25, "GB": 22,
    "IE": 22, "NL": 18, "AT": 20, "PL": 28, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "MA": 28, "TN": 24,
    "RO": 24, "GR": 27, "CZ": 24, "HU": 28,
}  # fmt: skip


def personal_data(text: str) -> list[PersonalDatum]:
    """Return the personal data of a text, in order, without overlaps.

    Parameters
    ----------
    text : str
        The first 100,000 characters are searched.
    """
    searched = text[:SEARCH_AT_MOST]
    taken: list[PersonalDatum] = []
    for datum in _found(searched):
        if all(datum.end <= other.start or datum.start >= other.end for other in taken):
            taken.append(datum)
    return sorted(taken)


def _found(text: str) -> Iterator[PersonalDatum]:
    """Yield candidates, the surest kinds first."""
    if "@" in text:
        yield from _matches(_EMAIL, "email", text)
    lower = text.lower()
    if "arobase" in lower or "at)" in lower or "at]" in lower:
        yield from _matches(_SPELLED_EMAIL, "email", text)
    digits = sum(map(text.count, "0123456789"))
    if digits >= 5:
        yield from _iban(text)
        yield from _groups(_TOLD_IBAN, "iban", text, 1)
        yield from _groups(_IP, "ip_address", text, 1, _is_ip)
        yield from _matches(_CARD, "card", text, _is_card)
        yield from _matches(_SECURITY, "social_security", text, _is_security_number)
        yield from _groups(_TOLD_SECURITY, "social_security", text, 1)
        yield from _groups(_US_SECURITY, "social_security", text, 1)
        for phone in (_FRENCH_PHONE, _INTERNATIONAL_PHONE, _AMERICAN_PHONE, _BRITISH_PHONE):
            yield from _matches(phone, "phone", text, _is_phone)
        yield from _groups(_BIRTH, "birth_date", text, 1)
        yield from _orders(text)
    if digits:
        yield from _matches(_FRENCH_STREET, "address", text)
        yield from _matches(_ENGLISH_STREET, "address", text)


def _matches(
    form: re.Pattern[str], kind: str, text: str, proves: Callable[[str], bool] | None = None
) -> Iterator[PersonalDatum]:
    for found in form.finditer(text):
        if proves is None or proves(found[0]):
            yield PersonalDatum(found.start(), found.end(), kind)


def _groups(
    form: re.Pattern[str],
    kind: str,
    text: str,
    group: int | str,
    proves: Callable[[str], bool] | None = None,
) -> Iterator[PersonalDatum]:
    for found in form.finditer(text):
        if proves is None or proves(found[group]):
            yield PersonalDatum(found.start(group), found.end(group), kind)


def _orders(text: str) -> Iterator[PersonalDatum]:
    for found in _ORDER.finditer(text):
        value = found["value"]
        figures = len(_DIGITS.sub("", value))
        # without a sign such as "n°" a short number is none: "commande 2024" tells a year
        if figures >= (4 if found["sign"] else 6) and not _is_word(value):
            yield PersonalDatum(found.start("value"), found.end("value"), "order_number")


def _is_word(value: str) -> bool:
    return sum(character.isalpha() for character in value) > len(value) - 3


def _iban(text: str) -> Iterator[PersonalDatum]:
    for found in _IBAN.finditer(text):
        plain = re.sub(r"[ \u00a0-]", "", found[0]).upper()
        length = _IBAN_LENGTHS.get(plain[:2])
        if length and len(plain) >= length and _is_iban(plain[:length]):
            end, left = found.start(), length
            while left:
                left -= text[end] not in " \u00a0-"
                end += 1
            yield PersonalDatum(found.start(), end, "iban")


def _is_iban(plain: str) -> bool:
    """Verify the key of ISO 13616."""
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _is_card(found: str) -> bool:
    """Verify the key of ISO/IEC 7812 (Luhn)."""
    digits = [int(digit) for digit in _DIGITS.sub("", found)]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def _is_security_number(found: str) -> bool:
    """Verify the key of the French NIR: 97 less the number modulo 97; Corsica's letters stand for digits."""
    plain = re.sub(r"[^0-9AB]", "", found.upper())
    number = plain[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and plain[13:].isdigit() and 97 - int(number) % 97 == int(plain[13:])


def _is_phone(found: str) -> bool:
    digits = _DIGITS.sub("", found)
    least = 11 if digits.startswith("00") else 8
    return least <= len(digits) <= 17 and len(set(digits)) >= 3


def _is_ip(found: str) -> bool:
    return all(int(part) < 256 for part in found.split("."))
