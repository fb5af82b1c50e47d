"""What an alert is about in a few words, in French and in English, for pages and mails alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tocsin.stream.explain_words import HARDLY_ANY, number, phrase

_SPACE: Final = "\u00a0"
_WHAT: Final = {
    "volume": ("Mentions", "Mentions"),
    "negative": ("Mentions négatives", "Negative mentions"),
    "irritation": ("Colère et agacement", "Anger and frustration"),
    "topic_safety": ("Mentions sur la sécurité", "Mentions about safety"),
}
_REACHED: Final = ("Audience bien au-delà de l’habitude", "Audience far beyond what is usual")


def title(reasons: Iterable[Mapping[str, Any]], lang: str) -> str:
    """Return what happens, such as « Mentions négatives : 14 en 15 min, 2 d’habitude ».

    Parameters
    ----------
    reasons
        As stored: ``{"code": ..., "figures": {...}}``; the one that counts something says the most.
    lang
        ``fr``, or English for anything else.

    Returns
    -------
    str
        An empty text without reasons.
    """
    told = list(reasons)
    counted = next((one["figures"] for one in told if one["code"] == "count_above_usual"), None)
    if counted is not None:
        return _counted(counted, french=lang[:2] == "fr")
    first = next((phrase(one, lang) for one in told), "")
    return first[:1].upper() + first[1:]


def _counted(figures: Mapping[str, Any], *, french: bool) -> str:
    if figures["measure"] not in _WHAT:
        return _REACHED[0 if french else 1]
    what = _WHAT[figures["measure"]][0 if french else 1]
    lang = "fr" if french else "en"
    minutes, usual = figures["minutes"], float(figures["usual"])
    lapse = f"{minutes}{_SPACE}min" if minutes < 60 else f"{minutes // 60}{_SPACE}h"
    observed = number(figures["observed"], lang)
    if french:
        habit = (
            "presque aucune d’habitude" if usual < HARDLY_ANY else f"{number(round(usual), lang)} d’habitude"
        )
        return f"{what}{_SPACE}: {observed} en {lapse}, {habit}"
    habit = "hardly any usually" if usual < HARDLY_ANY else f"{number(round(usual), lang)} usually"
    return f"{what}: {observed} in {lapse}, {habit}"
