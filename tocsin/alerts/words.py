"""The reasons of an alert in words, in French or in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from tocsin.alerts.models import Alert
from tocsin.alerts.selectors import false_alarms
from tocsin.stream.explain_words import phrase


def reasons(alert: Alert, language: str = "") -> list[str]:
    """Return each reason as a sentence with its figures.

    Parameters
    ----------
    language
        ``fr`` or ``en``; the active one when not given.
    """
    language = (language or get_language() or "fr")[:2]
    return [reason_words(reason, language) for reason in alert.reasons]


def reason_words(reason: Mapping[str, Any], language: str) -> str:
    """Return one reason as a sentence."""
    if reason["code"] == "source_dead":
        with override(language):
            return _source_dead(reason["figures"])
    return phrase(reason, language)


def false_alarm_words(alert: Alert, language: str = "") -> str:
    """Return how often alerts of this watch were false, or an empty text when none was judged."""
    if alert.watch is None:
        return ""
    counts = false_alarms(alert.watch, but=alert)
    if not counts.closed:
        return ""
    with override((language or get_language() or "fr")[:2]):
        words = ngettext(
            "%(false)s of %(closed)s alert of this watch was false",
            "%(false)s of %(closed)s alerts of this watch were false",
            counts.closed,
        )
        return words % {"false": counts.false, "closed": counts.closed}


def _source_dead(figures: Mapping[str, Any]) -> str:
    values = {"source": figures.get("source", ""), "problem": figures.get("problem", "")}
    if values["problem"]:
        return _("the source %(source)s brings nothing any more: %(problem)s") % values
    return _("the source %(source)s brings nothing any more") % values
