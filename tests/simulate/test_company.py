"""The company can be declared in Tocsin, and exists nowhere."""

import re

from tocsin.simulate import COMPANY, SOURCES
from tocsin.simulate.material import written_lines
from tocsin.stream.query import parse


def test_every_watch_is_a_query_that_tocsin_understands():
    for watch in COMPANY.watches:
        parse(watch.query)


def test_the_brand_is_watched_with_its_product_its_chief_and_three_rivals():
    kinds = [watch.kind for watch in COMPANY.watches]
    assert kinds == ["brand", "product", "person", "competitor", "competitor", "competitor"]


def test_names_of_watches_and_sources_are_unique():
    assert len({watch.name for watch in COMPANY.watches}) == len(COMPANY.watches)
    assert len({source.name for source in SOURCES}) == len(SOURCES)


def test_about_sixty_shops_stand_in_different_places():
    assert 58 <= len(COMPANY.shops) <= 64
    assert len(set(COMPANY.shops)) == len(COMPANY.shops)


def test_people_write_from_an_address_that_cannot_exist():
    assert all(person.email.endswith("@maison-berthier.example") for person in COMPANY.people)


def test_towns_take_their_articles_as_in_french():
    of_town = {shop.town: (shop.at_town, shop.of_town) for shop in COMPANY.shops}
    assert of_town["Le Mans"] == ("au Mans", "du Mans")
    assert of_town["Angers"] == ("à Angers", "d'Angers")
    assert of_town["La Rochelle"] == ("à La Rochelle", "de La Rochelle")


def test_no_real_chain_newspaper_or_person_is_named():
    real = (
        "Blachère|Brioche Dorée|Mie Câline|Feuillette|Poilâne|Éric Kayser|Lafarge|Pomme de Pain"
        "|Ouest-France|Le Monde|Le Figaro|Libération|BFM|TF1|France Info|Mediapart|Macron|Le Pen|Lignac"
    )
    material = "\n".join(line for lines in written_lines().values() for line in lines)
    assert re.findall(real, material) == []
    assert re.findall(real, repr(COMPANY)) == []
