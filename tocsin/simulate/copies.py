"""Copies that are passed on by hand: lightly edited, or quoted with a few words around."""

from __future__ import annotations

from random import Random
from typing import Final

_SWAPS: Final[tuple[tuple[str, str], ...]] = (
    ("Faites tourner", "Faites circuler"),
    ("trouvé", "retrouvé"),
    ("Partagez à tous", "À envoyer à tous"),
    ("NE LA MANGEZ PAS", "ne la mangez surtout pas"),
    ("Un éclat", "Un bout"),
    ("à jeter immédiatement", "à jeter tout de suite"),
    ("Gardez le ticket.", "Gardez bien le ticket."),
    ("un enfant de 5 ans", "un petit de 5 ans"),
    ("dans vos groupes", "autour de vous"),
    ("refuse de répondre", "ne répond pas"),
    ("personne ne veut vous montrer", "on vous cache"),
    ("serait hospitalisé", "est à l'hôpital"),
    ("Rouille, saleté", "Saleté, rouille"),
    ("À partager avant suppression.", "Partagez avant que ça disparaisse."),
    ("chez vous", "à la maison"),
)
_BEFORE: Final = (
    "Reçu à l'instant : ",
    "Je relaie. ",
    "COPIÉ COLLÉ : ",
    "Vu sur un groupe : ",
    "‼️ ",
    "Info ou intox ? ",
    "",
)
_AFTER: Final = (
    "",
    "",
    " 🙏",
    " Merci.",
    " #Nantes",
    " Partagez svp",
    " 😡😡",
    " (pas moi qui le dis)",
    " Soyez prudents.",
)


def edited_copy(text: str, rng: Random) -> str:
    """Return the text as people copy it: a word or two changed, something added before or after."""
    for old, new in rng.sample(_SWAPS, k=len(_SWAPS))[: rng.choice((5, 8, 11))]:
        if rng.random() < 0.5:
            text = text.replace(old, new)
    if rng.random() < 0.15:
        text = text.replace("⚠️", "🚨")
    return f"{rng.choice(_BEFORE)}{text}{rng.choice(_AFTER)}"


def quoted_copy(text: str, comment: str, handle: str, rng: Random) -> str:
    """Return a few words of one's own around somebody else's text; a handle credits them."""
    form = rng.randrange(3 if handle else 2)
    if form == 0:
        return f"{comment} « {text} »"
    if form == 1:
        return f"{comment}\n\n> {text}"
    return f"{comment} RT @{handle}: {text}"
