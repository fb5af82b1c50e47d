"""Why a scenario is proposed, or what speaks against it, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.alerts.models import Level
from tocsin.callout.proposing import Ground
from tocsin.plan.document.structure import said
from tocsin.watch.vocabulary import TOPIC_WORDS

Values = Mapping[str, Any]


def sentence(ground: Ground) -> str:
    """Return one reason as a sentence."""
    return _SENTENCES[ground.code](ground.values)


def _level(values: Values) -> str:
    return _("Vigilance is %(level)s, and the scenario begins at %(least)s.") % _levels(values)


def _level_below(values: Values) -> str:
    return _("Vigilance is only %(level)s: the scenario begins at %(least)s.") % _levels(values)


def _levels(values: Values) -> dict[str, str]:
    return {name: str(Level(values[name]).label) for name in ("level", "least")}


def _topic(values: Values) -> str:
    words = {"topic": _topic_word(values["topic"]), "share": values["share"]}
    return _("%(share)s%% of what is said is about “%(topic)s”.") % words


def _topics_absent(values: Values) -> str:
    topics = ", ".join(_topic_word(name) for name in values["topics"])
    return _("Hardly anything is said about what it names: %(topics)s.") % {"topics": topics}


def _mentions(values: Values) -> str:
    found = ngettext(
        "%(negative)s negative mention in an hour; it begins at %(least)s.",
        "%(negative)s negative mentions in an hour; it begins at %(least)s.",
        values["negative"],
    )
    return found % values


def _mentions_below(values: Values) -> str:
    found = ngettext(
        "Only %(negative)s negative mention in an hour: it begins at %(least)s.",
        "Only %(negative)s negative mentions in an hour: it begins at %(least)s.",
        values["negative"],
    )
    return found % values


def _sign(values: Values) -> str:
    sign = said(values["sign"], (get_language() or "fr")[:2])
    return _("Posts speak of one of its signs: %(sign)s") % {"sign": sign}


def _person(_values: Values) -> str:
    return _("It has no measured criteria: a person may always call it.")


def _topic_word(name: str) -> str:
    return str(TOPIC_WORDS.get(name, name))


_SENTENCES: Final[Mapping[str, Callable[[Values], str]]] = {
    "level": _level,
    "level_below": _level_below,
    "topic": _topic,
    "topics_absent": _topics_absent,
    "mentions": _mentions,
    "mentions_below": _mentions_below,
    "sign": _sign,
    "person": _person,
}
