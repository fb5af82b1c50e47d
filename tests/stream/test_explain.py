"""Reasons: what is said of a signal, with which figures, and in which words."""

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from tocsin.stream.detect import TESTED, Signal
from tocsin.stream.explain import Reason, Window, excerpt, explain
from tocsin.stream.explain_words import number, phrase
from tocsin.stream.fold import fold_batch
from tocsin.stream.risen import words_that_rose
from tocsin.stream.understand.words import EMOTIONS, TOPICS

NOW = 28_935_360
SIGNAL = Signal(
    watch=3,
    event="begin",
    minute=NOW,
    level=2,
    score=1.4,
    horizon_minutes=15,
    measure="negative",
    observed=13.2,
    expected=2.04,
    since_minute=NOW,
)


def window(posts: int = 14) -> Window:
    """Return angry posts about a late delivery of Maison Berthier, by nine people."""
    emotions = np.zeros((posts, len(EMOTIONS)))
    emotions[: posts // 2, EMOTIONS.index("anger")] = 0.9
    topics = np.zeros(posts, np.int64)
    topics[: round(0.71 * posts)] = 1 << TOPICS.index("delivery")
    return Window(
        key=np.arange(1, posts + 1),
        author_key=np.arange(posts) % 9 + 100,
        author=[f"client{n % 9}" for n in range(posts)],
        network=["x"] * posts,
        followers=np.full(posts, 200),
        reposts=np.array([5, *[0] * (posts - 1)]),
        engagement=np.array([40, *[1] * (posts - 1)]),
        sentiment=np.full(posts, -1),
        emotions=emotions,
        topics=topics,
        narrative=np.arange(1, posts + 1),
    )


def found(signal: Signal, seen: Window) -> dict[str, dict[str, Any]]:
    return {reason.code: reason.figures for reason in explain(signal, seen)}


def test_the_first_reason_is_the_count_beside_what_is_usual() -> None:
    first = explain(SIGNAL, window())[0]
    assert first.code == "count_above_usual"
    assert first.figures == {
        "measure": "negative",
        "observed": 14,
        "minutes": 15,
        "usual": 2.0,
        "minute": NOW,
    }


def test_a_wave_of_complaints_is_explained() -> None:
    reasons = found(SIGNAL, window())
    assert reasons["authors"] == {"count": 9, "posts": 14}
    assert reasons["topic_share"] == {"topic": "delivery", "share": 71}
    assert reasons["emotion_share"] == {"emotion": "anger", "share": 50}
    assert reasons["negative_share"] == {"share": 100}
    assert reasons["most_shared"] == {"post": 1, "author": "client0", "reposts": 5, "engagement": 40}
    assert not {"new_narrative", "coordinated", "reach", "network_concentration"} & set(reasons)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Du verre\u00a0!", "Du verre\u00a0!"),
        ("pain " * 40, "pain " * 23 + "pain…"),
        ("x" * 300, "x" * 119 + "…"),
        ("", ""),
    ],
)
def test_a_long_text_is_quoted_up_to_a_word(text: str, shown: str) -> None:
    assert excerpt(text) == shown
    assert len(excerpt(text)) <= 121


def test_a_story_that_begins_in_the_window_is_a_new_narrative() -> None:
    seen = replace(window(), narrative=np.array([2] * 8 + list(range(9, 15))))
    assert found(SIGNAL, seen)["new_narrative"] == {"narrative": 2, "posts": 8, "authors": 8, "share": 57}
    told = replace(seen, text=[f"Du verre dans le pain\n\nde Nantes, {n} personnes" for n in range(14)])
    assert found(SIGNAL, told)["new_narrative"]["excerpt"] == "Du verre dans le pain de Nantes, 1 personnes"
    old = replace(window(), narrative=np.array([-50] * 8 + list(range(9, 15))))
    assert "narrative" in found(SIGNAL, old)


def test_two_accounts_that_post_ten_times_look_concerted() -> None:
    seen = replace(window(), author_key=np.arange(14) % 2 + 1)
    assert found(SIGNAL, seen)["coordinated"] == {"authors": 2, "posts": 14}


def test_posts_without_known_author_say_nothing_of_people() -> None:
    assert "authors" not in found(SIGNAL, replace(window(), author_key=np.zeros(14, np.int64)))


def test_one_great_voice_is_named_even_when_alone() -> None:
    alone = replace(
        window(1), followers=np.array([2_500_000]), author=["Le Grand Journal"], topics=np.zeros(1, np.int64)
    )
    assert found(SIGNAL, alone)["reach"] == {"author": "Le Grand Journal", "followers": 2_500_000}


def test_a_network_is_named_when_others_are_nearly_silent() -> None:
    seen = replace(window(), network=["tiktok"] * 12 + ["x", "forum"])
    assert found(SIGNAL, seen)["network_concentration"] == {"network": "tiktok", "share": 86}


def test_an_empty_window_still_has_its_first_reason() -> None:
    assert [reason.code for reason in explain(SIGNAL, window(0))] == ["count_above_usual"]


def test_words_that_rose_stand_among_the_reasons() -> None:
    seen = replace(
        window(),
        folded=fold_batch([f"encore du verre dans la baguette {n}" for n in range(14)]),
        before=fold_batch([f"la baguette du samedi {n}" for n in range(200)]),
    )
    assert found(SIGNAL, seen)["words"]["words"][0] == "verre"


def test_common_words_and_words_as_frequent_as_before_do_not_rise() -> None:
    before = fold_batch([f"la baguette et le pain sont bons aujourd’hui {n}" for n in range(100)])
    now = fold_batch(
        [f"la baguette et le pain et une vis {n} https://exemple.fr/vis @berthier" for n in range(10)]
    )
    assert [word for word, _, _ in words_that_rose(now, before)] == ["vis"]


def test_a_text_pasted_a_hundred_times_counts_once() -> None:
    assert (
        words_that_rose(fold_batch(["boycott berthier maintenant"] * 100), fold_batch(["du pain"] * 50)) == []
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("measure", TESTED)
def test_every_measure_has_words(lang: str, measure: str) -> None:
    words = phrase(explain(replace(SIGNAL, measure=measure), window())[0], lang)
    assert words
    assert "_" not in words


def every_reason() -> list[Reason]:
    loud = replace(
        window(),
        narrative=np.array([2] * 14),
        network=["tiktok"] * 13 + ["x"],
        followers=np.array([90_000] + [10] * 13),
        folded=fold_batch([f"du verre {n}" for n in range(14)]),
        before=fold_batch([f"du pain {n}" for n in range(99)]),
    )
    return explain(SIGNAL, loud)


def test_reasons_are_said_in_good_french() -> None:
    said = {reason.code: phrase(reason, "fr") for reason in every_reason()}
    assert said["count_above_usual"] == (
        "14 mentions négatives en 15\u00a0min où 2 sont habituelles à cette heure"
    )
    assert said["authors"] == "9 auteurs différents"
    assert said["topic_share"] == "71\u00a0% parlent de la livraison"
    assert said["emotion_share"] == "50\u00a0% expriment de la colère"
    assert said["new_narrative"] == "un nouveau récit\u00a0: 14 publications de 9 auteurs (100\u00a0%)"
    assert said["reach"] == "client0, suivi par 90\u202f000 personnes, en parle"
    assert said["words"] == "mot en forte hausse\u00a0: «\u00a0verre\u00a0»"
    assert said["most_shared"] == "la publication la plus partagée est de client0 (5 partages)"


@pytest.mark.parametrize("code", ["new_narrative", "narrative"])
def test_what_is_told_is_quoted_in_the_manner_of_the_language(code: str) -> None:
    said = "Du verre dans « la Parisienne », “encore” ! https://t.example/x"
    told = {"code": code, "figures": {"posts": 8, "authors": 7, "share": 57, "excerpt": said}}
    french, english = {
        "new_narrative": ("un nouveau récit", "a new narrative"),
        "narrative": ("un récit domine", "one narrative dominates"),
    }[code]
    assert phrase(told, "fr") == (
        f"{french}, «\u00a0Du verre dans “ la Parisienne ”, “encore” !\u00a0»\u00a0: "
        "8 publications de 7 auteurs (57\u00a0%)"
    )
    assert phrase(told, "en") == (
        f"{english}, “Du verre dans « la Parisienne », ‘encore’ !”: 8 posts by 7 authors (57%)"
    )


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Du verre " * 20, "“" + "Du verre " * 8 + "Du…”"),
        ("verre\u202egnirts\u0000 !", "“verre gnirts !”"),
        ("https://t.example/only", None),
        ("", None),
    ],
)
def test_a_quote_is_short_and_cannot_disturb_the_reason(said: str, quoted: str | None) -> None:
    figures = {"posts": 8, "authors": 7, "share": 57, "excerpt": said}
    words = phrase({"code": "new_narrative", "figures": figures}, "en")
    before = "a new narrative" + (f", {quoted}" if quoted else "")
    assert words == f"{before}: 8 posts by 7 authors (57%)"


def test_reasons_are_said_in_good_english() -> None:
    said = {reason.code: phrase(reason, "en") for reason in every_reason()}
    assert said["count_above_usual"] == "14 negative mentions in 15\u00a0min where 2 are usual at this hour"
    assert said["topic_share"] == "71% about delivery"
    assert said["new_narrative"] == "a new narrative: 14 posts by 9 authors (100%)"
    assert said["most_shared"] == "most-shared post by client0 (5 shares)"


def test_a_stored_reason_reads_like_a_fresh_one() -> None:
    for reason in every_reason():
        stored = msgspec.json.decode(msgspec.json.encode({"code": reason.code, "figures": reason.figures}))
        assert phrase(stored, "fr") == phrase(reason, "fr")


def test_articles_contract_in_french() -> None:
    assert phrase(Reason("topic_share", {"topic": "price", "share": 40}), "fr") == "40\u00a0% parlent du prix"
    words = phrase(Reason("topic_share", {"topic": "data", "share": 40}), "fr")
    assert words == "40\u00a0% parlent des données personnelles"


def test_numbers_are_read_as_each_language_writes_them() -> None:
    assert number(1234.5, "fr") == "1\u202f234,5"
    assert number(1234.5, "en") == "1,234.5"
    assert number(2.0, "fr") == "2"


def test_a_reason_of_a_later_version_is_still_shown() -> None:
    assert phrase({"code": "moon_phase", "figures": {"share": 3}}, "fr") == "share 3"
