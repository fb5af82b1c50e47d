"""Every verb of every app makes a sentence, in French and in English, even once its payload is erased."""

import pytest
from django.utils import translation

from tocsin.accounts.models import Organisation, User
from tocsin.journal import actions, verbs
from tocsin.journal.models import Entry

SAMPLE: dict[str, object] = {
    "name": "Maison Berthier",
    "brand": "Maison Berthier",
    "level": "orange",
    "role": "lead",
    "reason": "false_alarm",
    "addressee": "lucie@client.test",
    "sequence": 12,
    "from": "22:00:00",
    "until": "07:00:00",
    "wanted": True,
    "arrived": True,
}
REGISTERED = [verb for verb in verbs.names() if not verb.startswith("tests.")]


def said(entry: Entry, language: str) -> str:
    with translation.override(language):
        return entry.sentence


def test_the_apps_registered_their_verbs() -> None:
    apps = {verb.partition(".")[0] for verb in REGISTERED}
    assert {"accounts", "alerts", "gate", "journal", "watch"} <= apps


@pytest.mark.parametrize("verb", REGISTERED)
@pytest.mark.parametrize("data", [SAMPLE, {}], ids=["whole", "erased"])
def test_every_verb_is_shown_in_both_languages(
    organisation: Organisation, claire: User, verb: str, data: dict[str, object]
) -> None:
    entry = actions.record(verb, actor=claire, organisation=organisation, data=data)
    french, english = said(entry, "fr"), said(entry, "en")
    assert french
    assert english
    assert french != english, f"{verb} is not translated into French"
    assert "%(" not in french + english


def test_a_verb_of_another_version_is_still_shown(organisation: Organisation) -> None:
    entry = actions.record("alerts.raised", actor=None, organisation=organisation)
    entry.verb = "weather.turned"
    assert "weather.turned" in said(entry, "en")


@pytest.mark.parametrize("name", ["raised", "alerts.", ".raised", "alerts raised", ""])
def test_a_verb_is_named_after_its_app(name: str) -> None:
    with pytest.raises(verbs.UnknownVerb):
        verbs.register(name, str)


def test_a_verb_is_registered_by_one_app_only() -> None:
    with pytest.raises(verbs.UnknownVerb):
        verbs.register("alerts.raised", lambda entry: "mine")
