"""Articles of an invented press: a title, paragraphs, a newspaper."""

from __future__ import annotations

from random import Random
from typing import Final

from tocsin.simulate.company import COMPANY
from tocsin.simulate.grammar import tidy
from tocsin.simulate.material import section
from tocsin.simulate.population import Author
from tocsin.simulate.writer import Moment

_PAPERS: Final = (
    ("echo-estuaire", "L’Écho de l’Estuaire"),
    ("radio-loire-bocage", "Radio Loire-Bocage"),
    ("courrier-des-halles", "Le Courrier des Halles"),
    ("ouest-matinal", "Ouest-Matinal"),
    ("quotidien-des-quais", "Le Quotidien des Quais"),
    ("lettre-du-fournil", "La Lettre du Fournil"),
)


def newsroom(rng: Random) -> Author:
    """Return the newspaper that signs."""
    slug, name = rng.choice(_PAPERS)
    return Author(
        "rss", f"rss:{slug}", slug, name, None, "press", feminine=False, shop=rng.choice(COMPANY.shops)
    )


def article(moment: Moment, titles: str, bodies: str) -> tuple[str, str]:
    """Return a title and two or three paragraphs, with a newspaper's typography."""
    rng = moment.rng
    scene = moment.scene()
    title = rng.choice(section(titles)).write(rng, scene.fill)
    return printed(scene.sign(title)), "\n\n".join(
        printed(scene.sign(line.write(rng, scene.fill)))
        for line in rng.sample(section(bodies), k=rng.choice((2, 3, 3)))
    )


def printed(text: str) -> str:
    """Return the text as a newspaper prints it: curly apostrophes, no-break spaces."""
    text = tidy(text).replace("'", "’").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    for sign in ":;?!%€":
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text[:1].upper() + text[1:]
