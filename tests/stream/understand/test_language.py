"""The language of a post."""

import pytest

from tocsin.stream.understand.features import read_features
from tocsin.stream.understand.language import languages, settled_by_common_words, told


def language(text: str, tag: str = "") -> str:
    return languages([text], [tag], settled_by_common_words(read_features([text]).tokens))[0]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Votre livreur n'est pas passé et je vous attends depuis ce matin", "fr"),
        ("I have been waiting for you since this morning and nobody came", "en"),
        ("Ich warte seit heute Morgen auf die Lieferung und es ist niemand gekommen", "de"),
        ("Llevo toda la mañana esperando el paquete pero no ha venido nadie", "es"),
        ("Aspetto il pacco da questa mattina ma non è ancora arrivato nessuno", "it"),
        ("Estou esperando a encomenda desde manhã e ninguém apareceu, não é possível", "pt"),
        ("merci", "fr"),
        ("trop cher", "fr"),
        ("refund please", "en"),
        ("Привет, где мой заказ", "ru"),
        ("هذا المطعم سيء جدا", "ar"),
        ("店員がとても親切でした", "ja"),
    ],
)
def test_the_language_is_told_from_the_words(text: str, lang: str) -> None:
    assert language(text) == lang


@pytest.mark.parametrize(
    "text", ["", " ", "😡😡😡", "123 456", "@MaisonBerthier", "https://exemple.fr/pain", "...", "\0"]
)
def test_without_words_there_is_no_language(text: str) -> None:
    assert language(text) == "und"


def test_the_networks_tag_is_believed_when_plausible() -> None:
    assert language("Super", "de") == "de"


def test_a_tag_against_the_script_or_the_words_is_not_believed() -> None:
    assert language("Привет, где мой заказ", "fr") == "ru"
    assert language("Votre livreur n'est pas passé et je vous attends depuis ce matin", "en") == "fr"


@pytest.mark.parametrize(
    ("tag", "code"), [("fr-CA", "fr"), ("EN_us", "en"), ("und", ""), ("", ""), ("Français", "")]
)
def test_language_tags_are_cut_to_their_code(tag: str, code: str) -> None:
    assert told(tag) == code


def test_a_lone_surrogate_does_not_stop_detection() -> None:
    assert language("Bonjour, je suis très content de votre pain \ud83d") == "fr"
