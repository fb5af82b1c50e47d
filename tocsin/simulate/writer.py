"""Puts a whole text together: an opening now and then, what is said, a closing now and then, the voice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from tocsin.simulate.grammar import tidy
from tocsin.simulate.material import draw_line, section
from tocsin.simulate.population import Author
from tocsin.simulate.scene import HANDLE_MARK, NAME, Scene, Subject
from tocsin.simulate.voices import speak

LIMITS: Final = {"x": 280, "bluesky": 300, "mastodon": 500, "instagram": 900, "facebook": 900}
_TAGS: Final = {
    "pos": (
        "#boulangerie",
        "#gourmandise",
        "#miam",
        "#painmaison",
        "#faitmaison",
        "#petitplaisir",
        "#goûter",
    ),
    "neg": ("#boulangerie", "#déçu", "#consommation", "#pouvoirdachat", "#serviceclient", "#ras_le_bol"),
    "neutral": ("#boulangerie", "#petitdej", "#pausecafé", "#viedequartier", "#croissant", "#pain"),
    "grave": ("#Nantes", "#info", "#consommation", "#fakenews", "#faits"),
    "fear": ("#alerte", "#parents", "#rappelproduit", "#sécuritéalimentaire", "#Nantes"),
}
_BARE: Final = ("talk.memory", "talk.former", "own.chief")


@dataclass(frozen=True, slots=True)
class Moment:
    """What surrounds one text: the dice, the author, the company spoken of, the local time, the mood."""

    rng: Random
    author: Author
    subject: Subject
    when: datetime
    mood: str = "neutral"

    def scene(self) -> Scene:
        """Return a fresh scene for one text."""
        return Scene(self.rng, self.author, self.subject, self.when)


def one_line(moment: Moment, scene: Scene, name: str) -> str:
    """Write one line of a section, in the author's voice when lines were written for it."""
    rng = moment.rng
    own_voice = section(f"{name}/{moment.author.voice}")
    if own_voice and (moment.author.voice == "tourist" or rng.random() < 0.72):
        name = f"{name}/{moment.author.voice}"
    if not section(name):
        return ""
    return tidy(draw_line(name, rng).write(rng, scene.fill))


def write(moment: Moment, theme: str, *, must_name: bool = True, edges: bool = True) -> str:
    """Write a text about a theme.

    Parameters
    ----------
    theme : str
        A section of the written material.
    must_name : bool
        The text has to contain the company's name or handle; added as people add it when it lacks.
    edges : bool
        Openings and closings may stand around what is said.
    """
    limit = LIMITS.get(moment.author.network, 1200)
    text = ""
    for attempt in range(3):
        scene = moment.scene()
        text = _joined(moment, scene, theme, edges=edges and attempt < 2)
        text = speak(text, moment.author.voice, moment.mood, moment.rng)
        if must_name and not (scene.named or NAME in text or "aisonberthier" in text.lower()):
            text = _with_name(text, moment)
        text = scene.sign(_with_tags(text, moment) if must_name and "reply" not in theme else text)
        if len(text) <= limit:
            return text
    return text[: limit - 1].rsplit(" ", 1)[0] + "…"


def _joined(moment: Moment, scene: Scene, theme: str, *, edges: bool) -> str:
    rng = moment.rng
    core = one_line(moment, scene, theme)
    edges = edges and moment.author.voice != "press" and not theme.startswith(_BARE)
    edge_mood = _edge_mood(theme, moment.mood, core)
    introduced = ":" in core[:45]
    lead = one_line(moment, scene, f"lead.{edge_mood}") if edges and rng.random() < 0.24 else ""
    lead = "" if introduced else lead
    often = 0.26 if edge_mood == "neutral" else 0.42
    tail = (
        one_line(moment, scene, _tail_name(moment, theme, edge_mood))
        if edges and rng.random() < often
        else ""
    )
    if moment.author.voice == "teen":
        return " ".join(part for part in (lead, core, tail) if part)
    return " ".join(part for part in (*_led(lead, core), _started(tail)) if part)


def _tail_name(moment: Moment, theme: str, edge_mood: str) -> str:
    """Return the section of a closing; those who write on food close so where food is spoken of."""
    tasted = moment.author.voice == "foodie" and theme.partition(".")[2].startswith("taste")
    return f"tail.taste.{edge_mood}" if tasted else f"tail.{edge_mood}"


def _edge_mood(theme: str, mood: str, core: str) -> str:
    """Return which openings and closings suit: a crisis and a question have their own."""
    if theme.startswith("crisis."):
        return "crisis"
    if mood == "neutral" and "?" in core:
        return "ask"
    return "neg" if mood == "fear" else mood


def _led(lead: str, core: str) -> tuple[str, str]:
    """Join an opening to what follows, whose capital depends on the opening's last sign."""
    tagged = core.rsplit(" ", 1)[-1][:1] in {"#", "@"}
    if (core[-1:].isalnum() and not tagged) or core[-1:] in {"»", ")", "€"}:
        core += "."
    if not lead:
        return "", _started(core)
    if lead[-1] in ".!?…":
        return lead, _started(core)
    return lead, core


def _started(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _with_name(text: str, moment: Moment) -> str:
    network = moment.author.network
    if network == "facebook":
        return f"{text} ({NAME})" if moment.rng.random() < 0.5 else f"{NAME} : {text}"
    mark = "#" if network == "instagram" and moment.rng.random() < 0.6 else "@"
    named = f"{mark}{HANDLE_MARK}"
    return f"{named} {text}" if moment.rng.random() < 0.45 and mark == "@" else f"{text} {named}"


def _with_tags(text: str, moment: Moment) -> str:
    network, rng = moment.author.network, moment.rng
    chance = {"instagram": 0.6, "x": 0.08, "mastodon": 0.3}.get(network, 0.0)
    if rng.random() >= chance or moment.author.voice == "tourist":
        return text
    tags = rng.sample(_TAGS[moment.mood], k=rng.choice((1, 2, 2, 3)) if network != "x" else 1)
    return f"{text} {' '.join(tags)}"
