"""Every score opens to why."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stream.understand.reader import default_reader
from tocsin.stream.understand.reasons import why
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


@settings(max_examples=50, deadline=None)
@given(ANY_TEXT)
def test_reasons_lie_in_the_text_and_share_out_at_most_the_whole(text: str) -> None:
    scores = why(text)
    assert tuple(scores) == OUTPUTS
    for score in scores.values():
        assert sum(reason.share for reason in score.reasons) <= 1.01
        assert all(0 <= reason.start < reason.end <= len(text) for reason in score.reasons)
