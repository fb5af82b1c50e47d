"""The packaged reader on posts that a person can judge."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.understand.reader import Understanding, default_reader
from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, TOPICS, mask_of, names_of

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=80)


def read(*texts: str) -> Understanding:
    return default_reader().read(list(texts), [""] * len(texts))


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Service client lamentable, je suis furieuse, plus jamais chez vous", -1),
        ("c une honte, 3 semaines de retard et personne repond", -1),
        ("This is the worst service I have ever had, absolutely terrible", -1),
        ("Merci Maison Berthier, votre gâteau était délicieux, un vrai bonheur", 1),
        ("Thank you so much, the cake was wonderful and everyone loved it!", 1),
        ("Intoxication chez Berthier, je suis malade", -1),
        ("Je ne suis pas déçu, bien au contraire", 1),
        ("Super, encore un colis perdu", -1),
        ("Ich bin sehr enttäuscht, das ist einfach schlecht und traurig", -1),
    ],
)
def test_plain_feelings_are_read(text: str, sentiment: int) -> None:
    understood = read(text)
    assert understood.sentiment[0] == sentiment
    assert np.sign(understood.score[0]) == sentiment


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Je suis furieux, c'est scandaleux et inadmissible", "anger"),
        ("Merci beaucoup pour votre aide, un grand merci", "gratitude"),
        ("Quelle déception, je suis très déçue", "disappointment"),
        ("Thank you so much for your help", "gratitude"),
    ],
)
def test_the_strongest_emotion_is_the_one_that_is_said(text: str, emotion: str) -> None:
    assert EMOTIONS[int(read(text).emotions[0].argmax())] == emotion


@pytest.mark.parametrize(
    ("text", "expectation", "topic"),
    [
        ("Remboursez-moi, mon colis n'est jamais arrivé", "refund", "delivery"),
        ("I want a refund, my parcel never arrived", "refund", "delivery"),
        ("Bonjour, à quelle heure ouvrez-vous le dimanche ?", "information", "availability"),
    ],
)
def test_what_people_expect_and_speak_of_is_named(text: str, expectation: str, topic: str) -> None:
    understood = read(text)
    assert expectation in names_of(int(understood.expectations[0]), EXPECTATIONS)
    assert topic in names_of(int(understood.topics[0]), TOPICS)


def test_a_cry_for_help_is_more_urgent_and_vulnerable_than_a_question() -> None:
    understood = read(
        "Ma grand-mère malade est bloquée sans oxygène, c'est urgent, aidez-nous vite !",
        "Bonjour, vendez-vous du pain de seigle ?",
    )
    assert understood.urgency[0] > understood.urgency[1]
    assert understood.vulnerable[0] > understood.vulnerable[1]


@pytest.mark.parametrize(
    "text",
    [
        "Intoxication chez Berthier, je suis malade",
        "J'ai trouvé du métal dans ma galette, j'ai failli m'étouffer",
        "My account has been hacked, somebody is using my card right now",
    ],
)
def test_danger_is_urgent_and_frightens(text: str) -> None:
    understood = read(text)
    assert understood.urgency[0] >= 0.5
    assert understood.emotions[0, EMOTIONS.index("fear")] >= 0.5
    assert understood.emotions[0, EMOTIONS.index("joy")] < 0.2


@pytest.mark.parametrize("text", ["rien", "ok", "?", "Bonjour", "Ma mère m’appelle tous les soirs"])
def test_what_says_nothing_is_neither_ironic_nor_urgent(text: str) -> None:
    understood = read(text)
    assert understood.sentiment[0] == 0
    assert understood.irony[0] < 0.5
    assert understood.urgency[0] < 0.5


@pytest.mark.parametrize(
    "said",
    [
        "Rendez-vous chez {} dans dix minutes",
        "Petit détour à {} avant le cours de yoga",
        "Un pain suisse chez {} et on repart",
        "Does anybody know if {} in Grenoble is open on Mondays?",
    ],
)
def test_the_name_of_a_company_says_nothing_against_it(said: str) -> None:
    names = ("Maison Berthier", "Maison Corvandel", "L’Épi d’Orsimont", "Fournil Vastrelle", "Carrefour")
    assert (read(*(said.format(name) for name in names)).sentiment >= 0).all()


def test_a_mother_on_the_phone_makes_nobody_angry() -> None:
    understood = read("Ma mère m’appelle tous les jours pour parler de vos éclairs.", "Mon père m’appelle")
    angers = understood.emotions[:, [EMOTIONS.index("anger"), EMOTIONS.index("disgust")]]
    assert (angers < 0.5).all()
    assert (understood.urgency < 0.5).all()


def test_somebody_poisoned_who_asks_to_be_called_is_urgent() -> None:
    understood = read("Intoxication après votre éclair, rappelez-moi au 06 12 34 56 78")
    assert understood.urgency[0] >= 0.8
    assert understood.emotions[0, EMOTIONS.index("fear")] >= 0.5


def test_praise_beside_a_mishap_is_ironic_and_plain_praise_is_not() -> None:
    understood = read("Super, encore un colis perdu", "Super, mon colis est déjà là")
    assert understood.irony[0] >= 0.5 > understood.irony[1]
    assert understood.sentiment.tolist() == [-1, 1]


@settings(max_examples=50, deadline=None)
@given(st.lists(ANY_TEXT, max_size=5))
def test_no_feeling_contradicts_the_sentiment(texts: list[str]) -> None:
    understood = read(*texts)
    glad = understood.emotions[:, EMOTIONS.index("joy") :].max(axis=1, initial=0)
    hurt = understood.emotions[:, : EMOTIONS.index("joy")].max(axis=1, initial=0)
    for row in range(len(texts)):
        assert glad[row] <= 1 - max(-understood.score[row], 0) + 1e-5
        assert hurt[row] <= 1 - max(understood.score[row], 0) + 1e-5


def test_every_post_has_a_topic_and_other_only_stands_alone() -> None:
    understood = read("", "😡", "Votre livreur a jeté le colis", "Il fait beau")
    other = mask_of(["other"], TOPICS)
    for mask in understood.topics.tolist():
        assert mask
        assert mask == other or not mask & other


@settings(max_examples=50, deadline=None)
@given(st.lists(ANY_TEXT, max_size=5))
def test_any_texts_give_chances_and_no_post_changes_another(texts: list[str]) -> None:
    together = read(*texts)
    assert len(together.lang) == len(together.score) == len(texts)
    columns = [together.emotions, together.urgency, together.irony, together.vulnerable]
    assert all(np.all((column >= 0) & (column <= 1)) for column in columns)
    assert np.all(np.abs(together.score) <= 1)
    for row, text in enumerate(texts):
        alone = read(text)
        assert alone.lang[0] == together.lang[row]
        assert alone.score[0] == pytest.approx(together.score[row], abs=1e-5)
        assert alone.topics[0] == together.topics[row]


def test_monstrous_texts_are_read() -> None:
    texts = [
        "a" * 1_000_000,
        "\0" * 50_000,
        "😡" * 100_000,
        "mot " * 250_000,
        "مرحبا " * 10_000,
        "!" * 100_000,
        "\ud800" * 9,
    ]
    understood = read(*texts)
    assert np.isfinite(understood.score).all()
    assert len(understood.lang) == len(texts)
