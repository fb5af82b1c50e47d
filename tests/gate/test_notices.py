"""Every notice is written in French and in English, and says the same in plain words and in HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation
from tocsin.alerts.notices import SAMPLE
from tocsin.gate import actions, notices
from tocsin.journal import actions as journal
from tocsin.journal.selectors import head
from tocsin.journal.verify import verify

LONGEST_SHORT = 320


@pytest.mark.parametrize("template", notices.registered(), ids=lambda template: template.name)
@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_each_notice_is_whole_in_each_language(template: notices.Template, language: str) -> None:
    notice = notices.render(template.name, language, template.sample)
    assert notice.subject
    assert "\n" not in notice.subject
    for mark in ("{{", "{%"):
        assert mark not in notice.subject + notice.body + notice.html
    assert f'lang="{language}"' in notice.html
    for said in (template.sample["link"], *template.sample.get("reasons", [])):  # type: ignore[misc]
        assert str(said) in notice.body
        assert str(said) in notice.html


@pytest.mark.parametrize("template", notices.registered(), ids=lambda template: template.name)
def test_the_two_languages_differ(template: notices.Template) -> None:
    french = notices.render(template.name, "fr", template.sample)
    english = notices.render(template.name, "en", template.sample)
    assert french.subject != english.subject
    assert french.body != english.body


@pytest.mark.parametrize("template", notices.registered(), ids=lambda template: template.name)
def test_french_signs_have_their_no_break_spaces(template: notices.Template) -> None:
    french = notices.render(template.name, "fr", template.sample)
    for text in (french.subject, french.body):
        for wrong in (" :", " ?", " !", " »", "« ", "'"):
            assert wrong not in text


@pytest.mark.parametrize("template", notices.registered(), ids=lambda template: template.name)
@pytest.mark.parametrize("language", notices.LANGUAGES)
@pytest.mark.parametrize("channel", sorted(notices.SMALL))
def test_on_a_small_screen_each_notice_is_short(
    template: notices.Template, language: str, channel: str
) -> None:
    notice = notices.render(template.name, language, template.sample, channel)
    assert 0 < len(notice.body) <= LONGEST_SHORT
    assert "\n" not in notice.body
    assert notice.html == ""
    for mark in ("{{", "{%", "&#", "  "):
        assert mark not in notice.body
    if channel in notices.LINK_APART:
        assert "http" not in notice.body


@pytest.mark.parametrize(
    "template", [one for one in notices.registered() if one.short], ids=lambda template: template.name
)
def test_short_texts_are_written_in_each_language(template: notices.Template) -> None:
    french, english = (
        notices.render(template.name, one, template.sample, "voice").body for one in ("fr", "en")
    )
    assert french != english
    for wrong in (" :", " ?", " !", " »", "« ", "'"):
        assert wrong not in french


@pytest.mark.parametrize("template", notices.registered(), ids=lambda template: template.name)
@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_a_mail_says_where_its_link_goes(template: notices.Template, language: str) -> None:
    html = notices.render(template.name, language, template.sample).html
    assert f">{template.sample['link']}</a>" in html
    without = notices.render(template.name, language, {**template.sample, "link": ""}).html
    assert 'class="where"' not in without


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_whatever_a_watch_is_called_no_markup_gets_through(name: str) -> None:
    notice = notices.render("alerts.raised", "en", {"name": f"<b>{name}</b>", "reasons": [f"<i>{name}"]})
    assert "<b>" not in notice.html
    assert "<i>" not in notice.html
    assert f"<b>{name}</b>" in notice.body


def test_an_unregistered_notice_is_refused() -> None:
    with pytest.raises(notices.UnknownNotice):
        notices.render("alerts.gossip", "fr", {})


def test_an_unknown_language_gets_english() -> None:
    template = notices.registered()[0]
    assert notices.render(template.name, "de", template.sample) == notices.render(
        template.name, "en", template.sample
    )


@pytest.mark.django_db
@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_an_alert_carries_out_of_the_house_what_proves_the_journal_later(
    organisation: Organisation, language: str
) -> None:
    journal.record("gate.thawed", actor=None, organisation=organisation)
    place, anchor = head(organisation)
    sent = actions.notice(
        organisation,
        addressee="claire@maison-berthier.test",
        template="alerts.raised",
        context=SAMPLE,
        key="alerts.raised:12",
        language=language,
    )
    for text in (sent.body, sent.html):
        assert f"{place}, {anchor}" in text
        assert str(SAMPLE["journal_anchor"]) not in text
    assert verify(organisation, anchor) == []
    assert verify(organisation, "0" * 64) != []


@pytest.mark.django_db
def test_where_nothing_is_journaled_nothing_is_said_of_it(organisation: Organisation) -> None:
    sent = actions.notice(
        organisation,
        addressee="claire@maison-berthier.test",
        template="alerts.raised",
        context=SAMPLE,
        key="alerts.raised:12",
        language="en",
    )
    assert "Journal" not in sent.body + sent.html
