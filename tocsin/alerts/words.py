"""The reasons of an alert in words, in French or in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from tocsin.alerts.models import Alert
from tocsin.alerts.selectors import FalseAlarms, false_alarms
from tocsin.stream.explain_title import title as explain_title
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


def title(alert: Alert, language: str = "") -> str:
    """Return what happens in a few words, for a heading; the watch's name stands beside it, not in it."""
    language = (language or get_language() or "fr")[:2]
    if alert.source is not None:
        with override(language):
            return _("Silent source: %(name)s") % {"name": alert.source.name}
    return explain_title(alert.reasons, language) or str(alert.watch or alert.brand or "")


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
        return _judged(counts)


def _judged(counts: FalseAlarms) -> str:
    if counts.closed == 1:
        if counts.false:
            return _("the only alert of this watch judged so far was false")
        return _("the only alert of this watch judged so far was right")
    if not counts.false:
        return _("none of the %(closed)s alerts of this watch judged so far was false") % {
            "closed": counts.closed
        }
    words = ngettext(
        "%(false)s of the %(closed)s alerts of this watch judged so far was false",
        "%(false)s of the %(closed)s alerts of this watch judged so far were false",
        counts.false,
    )
    return words % {"false": counts.false, "closed": counts.closed}


def _source_dead(figures: Mapping[str, Any]) -> str:
    values = {"source": figures.get("source", ""), "problem": figures.get("problem", "")}
    if values["problem"]:
        return _("the source %(source)s brings nothing any more: %(problem)s") % values
    return _("the source %(source)s brings nothing any more") % values
