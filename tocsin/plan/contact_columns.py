"""Names that files of contacts give to their columns, in English and French, as `folded` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.listen.files.names import folded

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "first_name": ("prenom", "first name", "given name", "firstname"),
    "last_name": ("nom de famille", "last name", "family name", "surname", "lastname"),
    "name": ("nom complet", "full name", "display name", "nom et prenom", "nom", "name", "contact"),
    "function": ("fonction", "function", "poste", "job title", "titre", "title", "role", "metier"),
    "company": (
        "entreprise ou autorite", "company or authority", "entreprise", "societe", "organisme",
        "organisation", "company", "organization", "organization name", "employeur", "employer",
        "autorite", "authority",
    ),
    "side": ("cote", "side", "interne ou externe", "interne externe", "inside or outside", "type"),
    "sms": ("sms", "text message", "text messages"),
    "mobile": (
        "portable", "mobile", "gsm", "telephone portable", "telephone mobile", "tel portable", "tel mobile",
        "mobile phone", "mobile number", "cell", "cell phone", "numero de portable",
    ),
    "voice": (
        "appel telephonique", "phone call", "telephone", "tel", "phone", "phone number", "numero",
        "telephone fixe", "numero de telephone", "fixe", "ligne directe", "business phone", "work phone",
        "landline", "phone 1 value",
    ),
    "email": (
        "e mail", "email", "mail", "courriel", "adresse e mail", "adresse email", "adresse mail",
        "adresse courriel", "adresse electronique", "email address", "e mail address", "e mail 1 value",
    ),
    "matrix": ("matrix",),
    "languages": ("langues parlees", "languages spoken", "langues", "langue", "languages", "language"),
    "time_zone": ("fuseau horaire", "fuseau", "time zone", "timezone"),
    "deputy": ("suppleant", "suppleante", "suppleance", "remplacant", "deputy", "backup"),
    "note": ("note", "notes", "remarque", "remarques", "commentaire", "comment"),
}  # fmt: skip
WAYS: Final = ("voice", "mobile", "sms", "email", "matrix")
"""Fields that hold numbers or addresses, of which a file may have several columns each."""

_OF_NAMES: Final = {name: field for field, names in NAMES.items() for name in names}


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Return, for each column that is known by its name, the field that it holds.

    Several columns may hold numbers or addresses; of any other field the first column counts. Beside a first
    name, a column that is only called “name” holds the last name.
    """
    found: dict[str, str] = {}
    for column in columns:
        field = _OF_NAMES.get(folded(column), "")
        if field and (field in WAYS or field not in found.values()):
            found[column] = field
    if "first_name" in found.values() and "last_name" not in found.values():
        return {column: "last_name" if field == "name" else field for column, field in found.items()}
    return found
