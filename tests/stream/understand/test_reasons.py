"""Every score opens to why."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.understand.reader import default_reader
from tocsin.stream.understand.reasons import Score, why
from tocsin.stream.understand.words import OUTPUTS

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


def test_the_words_that_carry_a_score_are_shown_where_they_stand() -> None:
    text = "Bonjour 😡 votre pain est DÉGUEULASSE, quelle honte"
    reasons = why(text, "fr")["sentiment.negative"].reasons
    words = [text[reason.start : reason.end] for reason in reasons]
    assert {"DÉGUEULASSE", "honte", "😡"} & set(words)
    assert "Bonjour" not in words[:2]


def test_the_score_that_is_explained_is_the_one_that_is_shown() -> None:
    text = "Merci infiniment pour votre gentillesse"
    understood = default_reader().read([text], ["fr"])
    scores = why(text, "fr")
    shown = scores["sentiment.positive"].chance - scores["sentiment.negative"].chance
    assert abs(shown - float(understood.score[0])) < 1e-5


def shown(text: str, output: str, *names: str) -> list[str]:
    return [text[one.start : one.end] for one in why(text, "fr", names=names)[output].reasons]


def test_names_signs_and_empty_words_are_no_reason() -> None:
    text = "Chez Maison Berthier, c’est une honte !!! J’ai trouvé du verre dans la galette, et rien"
    words = {
        word for score in why(text, "fr", names=["Maison Berthier"]).values() for word in _words(text, score)
    }
    assert "verre" in words
    assert not words & {"Maison", "Berthier", "Chez", "est", "une", "la", "dans", "!", ",", "’", "c", "J"}


def _words(text: str, score: Score) -> list[str]:
    return [text[one.start : one.end] for one in score.reasons]


def test_a_negation_is_shown_with_the_word_that_it_turns() -> None:
    assert "pas mal" in shown("C’était pas mal, merci", "sentiment.positive")


def test_a_word_that_is_shown_moved_the_score() -> None:
    text = "Bonjour, remboursez-moi ce colis cassé"
    for output in ("expectation.refund", "topic.delivery"):
        whole = why(text, "fr")[output].chance
        for word in shown(text, output):
            assert why(text.replace(word, " "), "fr")[output].chance < whole


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT)
def test_reasons_lie_in_the_text_and_share_out_at_most_the_whole(text: str) -> None:
    scores = why(text)
    assert tuple(scores) == OUTPUTS
    for score in scores.values():
        assert sum(reason.share for reason in score.reasons) <= 1.01
        assert all(0 <= reason.start < reason.end <= len(text) for reason in score.reasons)
