"""The catalogues of translations: gathered from the code, checked for completeness, compiled.

``python -m tocsin.ui.translations`` compiles; ``--collect`` gathers new messages into the catalogues first;
``--complete`` fails when one is missing or not translated.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
LANGUAGES = ("fr", "en")
SOURCE_LANGUAGE = "en"
HEADER = "# Tocsin: what the pages say. Gathered by `python -m tocsin.ui.translations --collect`."
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_STRING = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"(?<!\w)(?:_|gettext|ngettext|pgettext|npgettext)\(\s*{_STRING}(?:\s*,\s*(?:{_STRING}|count))*\s*\)"
)


def messages() -> Catalog:
    """Return every message of the code and the templates, with where it stands."""
    catalog = Catalog()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(catalog, path, path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".subject"}:
            _add(catalog, path, "\n".join(_calls(path)))
    return catalog


def _calls(path: Path) -> Iterator[str]:
    """Give the translation calls that stand for a template's tags, one a line."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - only to gather, not to compile

    for match in _CALL.finditer(templatize(path.read_text(encoding="utf-8"), origin=path.name)):
        yield match[0].replace("\n", " ")


def _add(catalog: Catalog, path: Path, source: str) -> None:
    where = path.relative_to(PACKAGE.parent).as_posix()
    for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        catalog.add(found, locations=[(where, 0)], context=context)


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Tocsin", fuzzy=False, header_comment=HEADER)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def collect() -> None:
    """Bring each catalogue up to date with the code; translations that stand stay."""
    template = messages()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if language == SOURCE_LANGUAGE:
            _say_as_written(catalog)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)


def _say_as_written(catalog: Catalog) -> None:
    """Give each message of the source language its own words, so that no tool takes it for untranslated."""
    for message in catalog:
        if message.id and not _said(message):
            message.string = message.id


def compile_all() -> None:
    """Write the compiled catalogue beside each that is newer than it."""
    for language in LANGUAGES:
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        with target.open("wb") as file:
            write_mo(file, read(language))


def missing(language: str) -> list[str]:
    """Return the messages of the code that a catalogue lacks or does not translate."""
    catalog = read(language)
    return [_shown(one) for one in messages() if one.id and not _is_there(catalog, one, language)]


def _is_there(catalog: Catalog, message: Message, language: str) -> bool:
    known = catalog.get(message.id, message.context)
    if known is None:
        return False
    if language == SOURCE_LANGUAGE:
        return True
    return _said(known)


def _said(message: Message) -> bool:
    """Return whether a message has all its words."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def placeholders(text: str) -> list[str]:
    """Return the names that a message leaves to be filled in."""
    return re.findall(r"%\((\w+)\)", text)


def _shown(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit status."""
    if "--collect" in arguments:
        collect()
    if "--complete" in arguments:
        lacking = [(language, message) for language in LANGUAGES for message in missing(language)]
        for language, message in lacking:
            sys.stderr.write(f"{language}: not translated: {message!r}\n")
        if lacking:
            return 1
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
