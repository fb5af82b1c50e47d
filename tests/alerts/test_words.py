"""What an alert is called, and what is said of those before it."""

from typing import Any

import pytest

from tests.alerts.conftest import Raise, alerts_of
from tocsin.accounts.models import User
from tocsin.alerts import actions
from tocsin.alerts.models import Alert, CloseReason
from tocsin.alerts.words import false_alarm_words, title
from tocsin.listen.models import Source
from tocsin.stream.explain_title import title as explained
from tocsin.stream.explain_words import of_fr, phrase
from tocsin.watch.models import Watch


def counted(measure: str, observed: int, minutes: int, usual: float) -> dict[str, Any]:
    figures = {"measure": measure, "observed": observed, "minutes": minutes, "usual": usual}
    return {"code": "count_above_usual", "figures": figures}


@pytest.mark.parametrize(
    ("reason", "french", "english"),
    [
        (
            counted("negative", 14, 15, 2.0),
            "Mentions négatives : 14 en 15 min, 2 d’habitude",
            "Negative mentions: 14 in 15 min, 2 usually",
        ),
        (
            counted("volume", 1400, 360, 0.1),
            "Mentions : 1 400 en 6 h, presque aucune d’habitude",
            "Mentions: 1,400 in 6 h, hardly any usually",
        ),
        (
            counted("reach", 3, 5, 9.4),
            "Audience bien au-delà de l’habitude",
            "Audience far beyond what is usual",
        ),
    ],
)
def test_a_title_says_what_happens(reason: dict[str, Any], french: str, english: str) -> None:
    said = explained([{"code": "authors", "figures": {"count": 9}}, reason], "fr")
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == french
    assert explained([reason], "en").replace("\u00a0", " ") == english


def test_without_a_count_the_first_reason_is_the_title() -> None:
    assert explained([{"code": "negative_share", "figures": {"share": 71}}], "en") == "71% are negative"
    assert explained([], "fr") == ""


def test_a_tenth_of_a_post_is_not_said() -> None:
    assert "presque jamais" in phrase(counted("volume", 26, 5, 0.1), "fr")
    assert "une seule est habituelle" in phrase(counted("negative", 24, 5, 1.2), "fr")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Inès Caron", "d’Inès Caron"), ("Hélène", "d’Hélène"), ("Hassan", "de Hassan"), ("Karim", "de Karim")],
)
def test_french_elides(name: str, said: str) -> None:
    assert of_fr(name) == said


def test_a_dead_source_is_named_in_its_title(source: Source) -> None:
    assert title(actions.source_died(source), "en") == "Silent source: Le Courrier de la Loire"


def test_an_alert_without_a_reason_is_called_by_its_watch(watch: Watch) -> None:
    assert title(Alert(watch=watch), "fr") == "Maison Berthier"


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([CloseReason.FALSE_ALARM], "the only alert of this watch judged so far was false"),
        ([CloseReason.HANDLED], "the only alert of this watch judged so far was right"),
        ([CloseReason.HANDLED] * 2, "none of the 2 alerts of this watch judged so far was false"),
        (
            [CloseReason.HANDLED, CloseReason.FALSE_ALARM],
            "1 of the 2 alerts of this watch judged so far was false",
        ),
    ],
)
def test_alerts_that_were_false_are_counted_in_plain_words(
    raised: Raise, watch: Watch, claire: User, ways: list[CloseReason], said: str
) -> None:
    for number, reason in enumerate(ways):
        raised(watch, since=number, minute=number)
        actions.take_raised()
        actions.close(alerts_of(watch)[-1], claire, reason)
    raised(watch)
    actions.take_raised()
    assert false_alarm_words(alerts_of(watch)[-1], "en") == said
