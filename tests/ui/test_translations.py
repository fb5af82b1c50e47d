"""Every message of the code and the templates is found, and is said in both languages."""

from pathlib import Path

import pytest

from tocsin.ui import translations


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_nothing_is_left_untranslated(language: str) -> None:
    assert translations.missing(language) == []


def test_messages_of_templates_and_of_code_are_gathered() -> None:
    found = translations.messages()
    assert found.get("Skip to the content")
    assert found.get("Green", context="vigilance")
    assert found.get(("%(n)s author", "%(n)s authors"))


def test_placeholders_survive_translation() -> None:
    for message in translations.read("fr"):
        both = [*message.string] if isinstance(message.string, tuple | list) else [message.string]
        for said in both:
            names = set(translations.placeholders(said))
            first = message.id[-1] if isinstance(message.id, tuple | list) else message.id
            assert names <= set(translations.placeholders(first)), message.id


def test_a_catalogue_is_compiled_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr ""\n\nmsgid "bread"\nmsgstr "pain"\n', encoding="utf-8"
    )
    translations.compile_all()
    compiled = folder / "django.mo"
    assert b"pain" in compiled.read_bytes()
    before = compiled.stat().st_mtime_ns
    translations.compile_all()
    assert compiled.stat().st_mtime_ns == before
