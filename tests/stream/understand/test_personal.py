"""Personal data in posts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.stream.understand.personal import SEARCH_AT_MOST, personal_data


def found(text: str) -> list[tuple[str, str]]:
    return [(datum.kind, text[datum.start : datum.end]) for datum in personal_data(text)]


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("écrivez à jeanne.martin+pain@exemple.fr svp", "email", "jeanne.martin+pain@exemple.fr"),
        ("mon numéro 06 12 34 56 78 merci", "phone", "06 12 34 56 78"),
        ("rappelez le 06.12.34.56.78.", "phone", "06.12.34.56.78"),
        ("au +33 6 12 34 56 78", "phone", "+33 6 12 34 56 78"),
        ("call 07911 123456", "phone", "07911 123456"),
        ("or (555) 234-5678", "phone", "(555) 234-5678"),
        ("virez sur FR76 3000 6000 0112 3456 7890 189 svp", "iban", "FR76 3000 6000 0112 3456 7890 189"),
        ("ma carte 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("nir 2 69 05 49 588 157 80", "social_security", "2 69 05 49 588 157 80"),
        ("SSN 123-45-6789", "social_security", "123-45-6789"),
        ("née le 12/05/1980 à Lyon", "birth_date", "12/05/1980"),
        ("born on March 3, 1985", "birth_date", "March 3, 1985"),
        ("ma commande n° 4587123 n'arrive pas", "order_number", "4587123"),
        ("order #123-4567890-1234567", "order_number", "123-4567890-1234567"),
        ("cmd 4587123 toujours rien", "order_number", "4587123"),
        ("numéro client 00458712", "order_number", "00458712"),
        ("mon mail : jean.dupont [at] exemple.fr", "email", "jean.dupont [at] exemple.fr"),
        ("jean point dupont arobase exemple point fr", "email", "jean point dupont arobase exemple point fr"),
        ("connexion depuis l'IP 86.247.12.9", "ip_address", "86.247.12.9"),
        ("mon iban FR76 1234 5678 9012 3456 7890 123", "iban", "FR76 1234 5678 9012 3456 7890 123"),
        ("numéro de sécu 1 85 05 78 006 084 36", "social_security", "1 85 05 78 006 084 36"),
        ("j'habite 12 bis rue de la Paix 75002 Paris", "address", "12 bis rue de la Paix 75002 Paris"),
        ("at 123 Main Street, Springfield, IL 62701", "address", "123 Main Street, Springfield, IL 62701"),
    ],
)
def test_what_gives_a_person_away_is_found_where_it_stands(text: str, kind: str, part: str) -> None:
    assert found(text) == [(kind, part)]


@pytest.mark.parametrize(
    "text",
    [
        "1 299,00 € le 12.05.2024 à 10h30",
        "score 3-0, saison 1998-2018, #100000",
        "déjà 1 200 000 000 de vues",
        "commande 2024 arrivée",
        "le 01 02 2024 à 14h",
        "@MaisonBerthier merci @Karim",
        "carte 4111 1111 1111 1112",
        "FR76 3000 6000 0112 3456 7890 180",
        "version 1.2.3.4 de l'appli",
        "connexion 999.1.2.3",
        "1 85 05 78 006 084 35",
        "rendez-vous au point relais (at home)",
        "il reste 2 places de parking",
        "rue de la Paix",
        "",
    ],
)
def test_prices_dates_scores_and_wrong_keys_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_offsets_count_code_points_behind_emoji() -> None:
    text = "😡😡 écrivez à léa@exemple.fr ou lea@exemple.fr"
    assert ("email", "lea@exemple.fr") in found(text)


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    data = personal_data(text)
    ends = [0, *(datum.end for datum in data)]
    assert all(datum.start >= before for datum, before in zip(data, ends, strict=False))
    assert all(datum.start < datum.end <= len(text) for datum in data)


def test_personal_data_far_into_a_long_post_is_found_and_what_is_beyond_the_limit_is_not_read() -> None:
    address = " lea@exemple.fr "
    within = "a " * 40_000 + address
    beyond = "a " * SEARCH_AT_MOST + address
    assert found(within) == [("email", "lea@exemple.fr")]
    assert found(beyond) == []
