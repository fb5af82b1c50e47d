"""Queries as people paste them from other tools and from word processors."""

import pytest

from tests.stream.query.asking import finds

BRAND = """
(
  "Maison Berthier" OR MaisonBerthier OR @maisonberthier OR #maisonberthier
  OR (Berthier NEAR/5 (boulangerie OR boulanger* OR pain* OR croissant*))
)
NOT
(
  "Berthier de Lyon" OR "maréchal Berthier"
  OR (Berthier NEAR/3 (Napoléon OR Empire))
  OR site:leboncoin.fr OR author:maisonberthier
)
"""

CRISIS = (
    "(“Maison Berthier” OR Berthier*) AND "
    "(intox* OR “corps étranger” OR (morceau ONEAR/3 (verre OR métal OR plastique)) OR rappel*) "
    "-emploi -recrut*"
)

LINES = """Maison Berthier
"boulangerie Berthier"
#berthierbashing -job
title:berthier
"""


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        (BRAND, "Merci @MaisonBerthier !", True),
        (BRAND, "chez Berthier, les meilleurs croissants", True),
        (BRAND, "Berthier, ses usines et tous ses hommes : pain", False),
        (BRAND, "La rue du maréchal Berthier mène à la Maison Berthier", False),
        (BRAND, "Berthier vend du pain depuis le temps de Napoléon", True),
        (BRAND, "Napoléon et Berthier devant un pain", False),
        (CRISIS, "Un morceau de verre dans mon pain Berthier", True),
        (CRISIS, "un verre et un morceau de pain chez Berthier", False),
        (CRISIS, "Maison Berthier rappelle un lot", True),
        (CRISIS, "Rappel : Berthier recrute", False),
        (CRISIS, "corps etranger dans une brioche #berthier", True),
        (LINES, "la maison d’à côté, chez Berthier", True),
        (LINES, "à la Boulangerie Berthier", True),
        (LINES, "#BerthierBashing", True),
        (LINES, "#BerthierBashing et job", False),
        (LINES, "rien", False),
    ],
)
def test_a_pasted_query_means_what_its_author_meant(query: str, text: str, expected: bool) -> None:
    assert finds(query, text) is expected


@pytest.mark.parametrize("query", [BRAND, CRISIS, LINES])
def test_line_ends_of_any_system_mean_the_same(query: str) -> None:
    text = "Merci à la Maison Berthier pour le rappel"
    unix = finds(query, text)
    assert finds(query.replace("\n", "\r\n"), text) is unix
    assert finds(query.replace("\n", "\u2028"), text) is unix
    assert finds("\ufeff" + query.replace(" ", "\u00a0"), text) is unix
