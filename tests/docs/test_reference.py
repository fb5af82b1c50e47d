"""Every setting, command, option and API route is documented, in French and English."""

import re
from pathlib import Path

import click
import pytest

from tocsin.api.routes import api
from tocsin.cli.main import COMMANDS, cli
from tocsin.settings import environment

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {language: ROOT / "docs" / "guide" / language for language in ("fr", "en")}


def page(language: str, name: str) -> str:
    return (GUIDES[language] / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize("setting", environment.names())
def test_every_setting_is_documented(setting: str, language: str) -> None:
    assert f"`TOCSIN_{setting}`" in page(language, "reference.md")


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str, language: str) -> None:
    text = page(language, "reference.md")
    assert f"`tocsin {name}" in text
    section = text.split(f"`tocsin {name}", 1)[1].split("### ", 1)[0]
    for option in options_of(name):
        assert f"`{option}" in section, f"{option} of tocsin {name}"


def options_of(name: str) -> list[str]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    found = [command, *getattr(command, "commands", {}).values()]
    return sorted(
        {
            option
            for each in found
            for parameter in each.params
            if isinstance(parameter, click.Option) and not parameter.hidden
            for option in parameter.opts
            if option.startswith("--")
        }
    )


@pytest.mark.parametrize("language", GUIDES)
def test_every_api_route_is_documented(language: str) -> None:
    text = page(language, "reference.md")
    for path in api.get_openapi_schema()["paths"]:
        assert path in text


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]:
        targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
        broken += [
            f"{document.relative_to(ROOT)} → {target}"
            for target in targets
            if "://" not in target and not (document.parent / target).exists()
        ]
    assert broken == []


@pytest.mark.parametrize(
    "document", sorted((ROOT / "docs" / "guide" / "fr").glob("*.md")), ids=lambda p: p.name
)
def test_french_pages_of_the_guide_use_french_typography(document: Path) -> None:
    prose = re.sub(
        r"```.*?```|`[^`]*`|\]\([^)]*\)|^ {4}.*$|https?://\S+",
        "",
        document.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    assert re.findall(r"\w'\w", prose) == [], "a straight apostrophe stands where ’ should"
    assert re.findall(r'"\w', prose) == [], "straight quotes stand where « » should"
