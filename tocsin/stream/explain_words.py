"""Reasons in words, in French and in English, for pages, notices and the command line alike."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tocsin.stream.explain import Reason, excerpt

Figures = Mapping[str, Any]

HARDLY_ANY: Final = 0.5  # what rounds to none is said so, not as a fraction of a post

_NARROW: Final = "\u202f"
_SPACE: Final = "\u00a0"

# What a reason quotes of a post; quotation marks within it become those of the second rank.
_QUOTED: Final = 80
_LINK: Final = re.compile(r"https?://\S+")
_INNER_FR: Final = str.maketrans({"«": "“", "»": "”"})
_INNER_EN: Final = str.maketrans("“”", "‘’")

# Signs that turn the direction of the words after them would turn the reason's own words too.
_UNSEEN: Final = dict.fromkeys([*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " ")

# a vowel, or the silent h of « Hélène » and « Hugo »; « Hassan » and « Yanis » keep « de »
_ELIDED: Final = re.compile(r"(?:[aeiouœàâäéèêëîïôöùûü]|h[eéèêioôuû])", re.IGNORECASE)

_MEASURES: Final = {
    "volume": ("mention", "mentions", "mention", "mentions"),
    "negative": ("mention négative", "mentions négatives", "negative mention", "negative mentions"),
    "irritation": (
        "mention en colère ou agacée",
        "mentions en colère ou agacées",
        "angry or frustrated mention",
        "angry or frustrated mentions",
    ),
    "topic_safety": (
        "mention sur la sécurité",
        "mentions sur la sécurité",
        "mention about safety",
        "mentions about safety",
    ),
}

_TOPICS: Final = {
    "delivery": ("la livraison", "delivery"),
    "quality": ("la qualité", "quality"),
    "price": ("le prix", "the price"),
    "service": ("le service", "service"),
    "billing": ("la facturation", "billing"),
    "safety": ("la sécurité", "safety"),
    "data": ("les données personnelles", "personal data"),
    "ethics": ("l’éthique", "ethics"),
    "communication": ("la communication", "communication"),
    "staff": ("le personnel", "the staff"),
    "availability": ("la disponibilité", "availability"),
    "other": ("autre chose", "something else"),
}

_EMOTIONS: Final = {
    "anger": ("de la colère", "anger"),
    "frustration": ("de l’agacement", "frustration"),
    "disappointment": ("de la déception", "disappointment"),
    "fear": ("de la peur", "fear"),
    "sadness": ("de la tristesse", "sadness"),
    "disgust": ("du dégoût", "disgust"),
    "joy": ("de la joie", "joy"),
    "gratitude": ("de la gratitude", "gratitude"),
}


def phrase(reason: Reason | Mapping[str, Any], lang: str) -> str:
    """Return a reason as a phrase without a capital or a full stop.

    Parameters
    ----------
    reason : Reason or mapping
        As given by `explain`, or as stored: ``{"code": ..., "figures": {...}}``.
    lang : str
        ``fr``, or English for anything else.
    """
    code, figures = (
        (reason.code, reason.figures)
        if isinstance(reason, Reason)
        else (str(reason["code"]), reason.get("figures", {}))
    )
    french, english = _PHRASES.get(code, (_unknown, _unknown))
    return french(figures) if lang[:2] == "fr" else english(figures)


def number(value: float, lang: str) -> str:
    """Return a number as read in a language: 1 234,5 in French, 1,234.5 in English."""
    text = f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"
    return text.translate(str.maketrans(",.", f"{_NARROW},")) if lang[:2] == "fr" else text


def _fr(value: float) -> str:
    return number(value, "fr")


def _en(value: float) -> str:
    return number(value, "en")


def _lapse(minutes: int) -> str:
    return f"{minutes}{_SPACE}min" if minutes < 60 else f"{minutes // 60}{_SPACE}h"


def of_fr(name: str) -> str:
    """Return a name after « de », as French writes it: « d’Inès », « du prix », « de Karim »."""
    if name.startswith("le "):
        return f"du {name[3:]}"
    if name.startswith("les "):
        return f"des {name[4:]}"
    return f"d’{name}" if _ELIDED.match(name) else f"de {name}"


def _plural_fr(count: float, one: str, many: str) -> str:
    return one if abs(count) < 2 else many


def _plural_en(count: float, one: str, many: str) -> str:
    return one if count == 1 else many


def _above_fr(f: Figures) -> str:
    lapse, usual = _lapse(f["minutes"]), f["usual"]
    if f["measure"] == "reach":
        return f"audience touchée en {lapse} bien au-delà de l’habitude à cette heure"
    one, many, *_ = _MEASURES[f["measure"]]
    what = _plural_fr(f["observed"], one, many)
    return f"{_fr(f['observed'])} {what} en {lapse} {_usual_fr(usual)} à cette heure"


def _usual_fr(usual: float) -> str:
    if usual < HARDLY_ANY:
        return "où il n’y en a presque jamais"
    return "où une seule est habituelle" if round(usual) == 1 else f"où {_fr(round(usual))} sont habituelles"


def _usual_en(usual: float) -> str:
    if usual < HARDLY_ANY:
        return "where there is hardly ever any"
    return "where one is usual" if round(usual) == 1 else f"where {_en(round(usual))} are usual"


def _above_en(f: Figures) -> str:
    lapse, usual = _lapse(f["minutes"]), f["usual"]
    if f["measure"] == "reach":
        return f"an audience reached in {lapse} far beyond what is usual at this hour"
    *_, one, many = _MEASURES[f["measure"]]
    what = _plural_en(f["observed"], one, many)
    return f"{_en(f['observed'])} {what} in {lapse} {_usual_en(usual)} at this hour"


def _authors_fr(f: Figures) -> str:
    return f"{_fr(f['count'])} {_plural_fr(f['count'], 'auteur', 'auteurs différents')}"


def _authors_en(f: Figures) -> str:
    return f"{_en(f['count'])} {_plural_en(f['count'], 'author', 'different authors')}"


def _coordinated_fr(f: Figures) -> str:
    authors = _plural_fr(f["authors"], "un seul compte", f"{_fr(f['authors'])} comptes seulement")
    return f"{authors} pour {_fr(f['posts'])} publications{_SPACE}: peut-être une action concertée"


def _coordinated_en(f: Figures) -> str:
    authors = _plural_en(f["authors"], "a single account", f"only {_en(f['authors'])} accounts")
    return f"{authors} behind {_en(f['posts'])} posts: perhaps a concerted action"


def _topic_fr(f: Figures) -> str:
    return f"{f['share']}{_SPACE}% parlent {of_fr(_TOPICS[f['topic']][0])}"


def _topic_en(f: Figures) -> str:
    return f"{f['share']}% about {_TOPICS[f['topic']][1]}"


def _emotion_fr(f: Figures) -> str:
    return f"{f['share']}{_SPACE}% expriment {_EMOTIONS[f['emotion']][0]}"


def _emotion_en(f: Figures) -> str:
    return f"{f['share']}% express {_EMOTIONS[f['emotion']][1]}"


def _negative_fr(f: Figures) -> str:
    return f"{f['share']}{_SPACE}% sont négatives"


def _negative_en(f: Figures) -> str:
    return f"{f['share']}% are negative"


def _shared_fr(f: Figures) -> str:
    counted = (
        f"{_fr(f['reposts'])} {_plural_fr(f['reposts'], 'partage', 'partages')}"
        if f["reposts"]
        else f"{_fr(f['engagement'])} {_plural_fr(f['engagement'], 'réaction', 'réactions')}"
    )
    by = f" est {of_fr(f['author'])}" if f["author"] else ""
    return f"la publication la plus partagée{by} ({counted})"


def _shared_en(f: Figures) -> str:
    counted = (
        f"{_en(f['reposts'])} {_plural_en(f['reposts'], 'share', 'shares')}"
        if f["reposts"]
        else f"{_en(f['engagement'])} {_plural_en(f['engagement'], 'reaction', 'reactions')}"
    )
    by = f" by {f['author']}" if f["author"] else ""
    return f"most-shared post{by} ({counted})"


def _new_narrative_fr(f: Figures) -> str:
    return f"un nouveau récit{_quoted_fr(f)}{_SPACE}: {_told_fr(f)}"


def _new_narrative_en(f: Figures) -> str:
    return f"a new narrative{_quoted_en(f)}: {_told_en(f)}"


def _narrative_fr(f: Figures) -> str:
    return f"un récit domine{_quoted_fr(f)}{_SPACE}: {_told_fr(f)}"


def _narrative_en(f: Figures) -> str:
    return f"one narrative dominates{_quoted_en(f)}: {_told_en(f)}"


def _quoted_fr(f: Figures) -> str:
    said = _said(f).translate(_INNER_FR)
    return f", «{_SPACE}{said}{_SPACE}»" if said else ""


def _quoted_en(f: Figures) -> str:
    said = _said(f).translate(_INNER_EN)
    return f", “{said}”" if said else ""


def _said(f: Figures) -> str:
    """Return the beginning of what is told, without links: they say nothing to whoever reads a reason."""
    return excerpt(_LINK.sub("", str(f.get("excerpt") or "")).translate(_UNSEEN), _QUOTED)


def _told_fr(f: Figures) -> str:
    authors = f"{_fr(f['authors'])} {_plural_fr(f['authors'], 'auteur', 'auteurs')}"
    posts = _plural_fr(f["posts"], "publication", "publications")
    return f"{_fr(f['posts'])} {posts} de {authors} ({f['share']}{_SPACE}%)"


def _told_en(f: Figures) -> str:
    authors = f"{_en(f['authors'])} {_plural_en(f['authors'], 'author', 'authors')}"
    return f"{_en(f['posts'])} {_plural_en(f['posts'], 'post', 'posts')} by {authors} ({f['share']}%)"


def _network_fr(f: Figures) -> str:
    return f"{f['share']}{_SPACE}% viennent {of_fr(str(f['network']).capitalize())}"


def _network_en(f: Figures) -> str:
    return f"{f['share']}% come from {str(f['network']).capitalize()}"


def _reach_fr(f: Figures) -> str:
    return f"{f['author'] or 'un compte'}, suivi par {_fr(f['followers'])} personnes, en parle"


def _reach_en(f: Figures) -> str:
    return f"{f['author'] or 'an account'}, followed by {_en(f['followers'])} people, speaks of it"


def _words_fr(f: Figures) -> str:
    quoted = ", ".join(f"«{_SPACE}{word}{_SPACE}»" for word in f["words"])
    return f"{_plural_fr(len(f['words']), 'mot', 'mots')} en forte hausse{_SPACE}: {quoted}"


def _words_en(f: Figures) -> str:
    quoted = ", ".join(f"“{word}”" for word in f["words"])
    return f"{_plural_en(len(f['words']), 'word', 'words')} on the rise: {quoted}"


def _unknown(f: Figures) -> str:
    return ", ".join(f"{name} {value}" for name, value in f.items())


_PHRASES: Final[dict[str, tuple[Callable[[Figures], str], Callable[[Figures], str]]]] = {
    "count_above_usual": (_above_fr, _above_en),
    "negative_share": (_negative_fr, _negative_en),
    "authors": (_authors_fr, _authors_en),
    "coordinated": (_coordinated_fr, _coordinated_en),
    "topic_share": (_topic_fr, _topic_en),
    "emotion_share": (_emotion_fr, _emotion_en),
    "most_shared": (_shared_fr, _shared_en),
    "new_narrative": (_new_narrative_fr, _new_narrative_en),
    "narrative": (_narrative_fr, _narrative_en),
    "network_concentration": (_network_fr, _network_en),
    "reach": (_reach_fr, _reach_en),
    "words": (_words_fr, _words_en),
}
