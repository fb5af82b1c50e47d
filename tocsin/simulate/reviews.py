"""Reviews: a rating, and a few remarks that go with it, each about another thing."""

from __future__ import annotations

from random import Random
from typing import Final

from tocsin.simulate.voices import speak
from tocsin.simulate.writer import Moment, one_line

_STARS: Final = (1, 2, 3, 4, 5)
_GOOGLE_WEIGHTS: Final = (10, 7, 12, 26, 45)
_TRUSTPILOT_WEIGHTS: Final = (27, 12, 10, 19, 32)
_ASPECTS: Final = {
    "pos": ("rv.welcome.pos", "rv.food.pos", "rv.food.pos", "rv.price.pos", "rv.place.pos"),
    "neg": ("rv.welcome.neg", "rv.food.neg", "rv.price.neg", "rv.wait.neg", "rv.place.neg"),
}
_RESERVATIONS: Final = ("rv.price.neg", "rv.wait.neg")


def review(moment: Moment) -> tuple[float, str, str]:
    """Return a rating, a title (empty where the network has none) and a text."""
    rng = moment.rng
    shop_review = moment.author.network == "google"
    stars = rng.choices(_STARS, _GOOGLE_WEIGHTS if shop_review else _TRUSTPILOT_WEIGHTS)[0]
    mood = "neg" if stars < 3 else "pos" if stars > 3 else "neutral"
    scene = moment.scene()
    names = _shop_remarks(rng, moment.author.voice, stars) if shop_review else _order_remarks(rng, stars)
    remarks = [one_line(moment, scene, name) for name in names]
    title = ""
    if not shop_review:
        title = one_line(moment, scene, f"tp.title.{'neg' if stars < 3 else 'pos'}")
    text = speak(" ".join(_sentence(remark) for remark in remarks if remark), moment.author.voice, mood, rng)
    return float(stars), scene.sign(title), scene.sign(text)


def _shop_remarks(rng: Random, voice: str, stars: int) -> list[str]:
    if voice == "tourist":
        return [f"review.{'pos' if stars > 2 else 'neg'}"]
    if stars == 3:
        good, bad = rng.choice(_ASPECTS["pos"]), rng.choice(_ASPECTS["neg"])
        return [good, bad, "rv.close.mixed"] if rng.random() < 0.6 else [bad, good]
    mood = "pos" if stars > 3 else "neg"
    if rng.random() < 0.13:
        return [f"rv.short.{mood}"]
    wanted = rng.choice((1, 2, 2, 2, 3))
    remarks = list(dict.fromkeys(rng.sample(_ASPECTS[mood], k=wanted)))
    if stars in {2, 4} and rng.random() < 0.4:
        remarks.append(rng.choice(_RESERVATIONS if mood == "pos" else _ASPECTS["pos"]))
    return [*remarks, f"rv.close.{mood}"] if rng.random() < 0.55 or len(remarks) == 1 else remarks


def _order_remarks(rng: Random, stars: int) -> list[str]:
    if stars == 3:
        return ["tp.pos", "tp.neg", "rv.close.mixed"]
    name = "tp.pos" if stars > 3 else "tp.neg"
    return [name, f"rv.close.{name[3:]}"] if rng.random() < 0.5 else [name, name]


def _sentence(remark: str) -> str:
    remark = remark[:1].upper() + remark[1:]
    return remark if remark[-1] in ".!?…" else remark + "."
