"""The time zones that an organisation may choose, by part of the world."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

PARTS = {
    "Europe": _("Europe"),
    "America": _("America"),
    "Africa": _("Africa"),
    "Indian": _("Indian Ocean"),
    "Atlantic": _("Atlantic Ocean"),
    "Pacific": _("Pacific Ocean"),
    "Asia": _("Asia"),
    "Australia": _("Australia"),
    "Antarctica": _("Antarctica"),
}


def choices(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones under the name of their part of the world, and the one chosen in any case."""
    known = sorted(available_timezones())
    grouped = [(str(words), _within(part, known)) for part, words in PARTS.items()]
    others = {"UTC", chosen} - {name for _words, zones in grouped for name, _place in zones}
    return [*grouped, (str(_("Elsewhere")), [(name, name) for name in sorted(others)])]


def _within(part: str, known: list[str]) -> list[tuple[str, str]]:
    names = [name for name in known if name.startswith(f"{part}/")]
    return [(name, name.removeprefix(f"{part}/").replace("_", " ").replace("/", ", ")) for name in names]
