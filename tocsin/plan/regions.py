"""The countries in which numbers are written without their country's code."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

REGIONS: Final = {
    "FR": _("France"),
    "BE": _("Belgium"),
    "CH": _("Switzerland"),
    "LU": _("Luxembourg"),
    "CA": _("Canada and the United States"),
    "DE": _("Germany"),
    "ES": _("Spain"),
    "GB": _("United Kingdom"),
    "IT": _("Italy"),
    "NL": _("Netherlands"),
    "PT": _("Portugal"),
    "RE": _("Réunion and Mayotte"),
    "GP": _("Guadeloupe"),
    "MQ": _("Martinique"),
    "GF": _("French Guiana"),
    "NC": _("New Caledonia"),
    "PF": _("French Polynesia"),
    "MA": _("Morocco"),
    "TN": _("Tunisia"),
    "DZ": _("Algeria"),
    "SN": _("Senegal"),
    "CI": _("Côte d’Ivoire"),
}

_OF_ZONES: Final = {
    "Europe/Brussels": "BE",
    "Europe/Zurich": "CH",
    "Europe/Luxembourg": "LU",
    "Europe/Berlin": "DE",
    "Europe/Madrid": "ES",
    "Europe/London": "GB",
    "Europe/Rome": "IT",
    "Europe/Amsterdam": "NL",
    "Europe/Lisbon": "PT",
    "America/Toronto": "CA",
    "America/Montreal": "CA",
    "America/New_York": "CA",
    "America/Vancouver": "CA",
    "Indian/Reunion": "RE",
    "Indian/Mayotte": "RE",
    "America/Guadeloupe": "GP",
    "America/Martinique": "MQ",
    "America/Cayenne": "GF",
    "Pacific/Noumea": "NC",
    "Pacific/Tahiti": "PF",
    "Africa/Casablanca": "MA",
    "Africa/Tunis": "TN",
    "Africa/Algiers": "DZ",
    "Africa/Dakar": "SN",
    "Africa/Abidjan": "CI",
}


def region_of(*zones: str) -> str:
    """Return the country whose numbers people of a time zone write, by the first zone that tells."""
    return next((_OF_ZONES[zone] for zone in zones if zone in _OF_ZONES), "FR")
