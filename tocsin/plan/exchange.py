"""A plan as files that any editor opens: written as one archive, read back with what each file changes.

Names inside an archive are never used as paths: nothing of it is unpacked to a disk.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, TypeVar

import msgspec
import yaml
from msgspec.structs import replace

from tocsin.errors import TocsinError
from tocsin.plan.composing import with_read
from tocsin.plan.document.languages import texts
from tocsin.plan.document.markdown.blocks import LONGEST, NotAPlan, front_and_body
from tocsin.plan.document.markdown.names import slug
from tocsin.plan.document.markdown.reading import Remark, read_scenario
from tocsin.plan.document.markdown.writing import write_scenario
from tocsin.plan.document.order import cycle, ring_words
from tocsin.plan.document.structure import GRADES, LANGUAGES, Document, Risk, Role, Scenario, encode, said

LARGEST: Final = 4 << 20
"""Bytes that a file brought in may have."""

MOST_FILES: Final = 200
MOST_UNPACKED: Final = 4 << 20

_LANGUAGE: Final = re.compile(rf"(?:^|[/._-])({'|'.join(LANGUAGES)})(?=[/._-])", re.IGNORECASE)
Named = TypeVar("Named", Role, Risk)

_WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file in an archive, so that the same plan gives the same bytes."""


class NotAnArchive(TocsinError):
    """The archive was not opened; nothing was changed.

    Parameters
    ----------
    code
        ``broken``, ``large``, ``many``, ``harmful`` or ``locked``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the archive was not opened ({code}); nothing was changed")
        self.code = code


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was brought in.

    Attributes
    ----------
    name
        As its sender called it, to be shown only.
    scenario
        Id of the scenario that it says; empty for the file on the plan as a whole, or when it was not taken.
    error
        Why it was not taken, None when it was.
    """

    name: str
    scenario: str = ""
    language: str = ""
    remarks: tuple[Remark, ...] = ()
    error: NotAPlan | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A plan with what files say put into it."""

    document: Document
    files: tuple[Brought, ...] = field(default=())


def write_plan(document: Document, name: str) -> bytes:
    """Return a plan as an archive: a file for each scenario and language, and one with roles and risks."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in _files(document, name):
            archive.writestr(zipfile.ZipInfo(path, _WHEN), text.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(document: Document, name: str) -> Iterator[tuple[str, str]]:
    yield "plan.md", write_whole(document, name)
    for scenario in document.scenarios:
        for language in _said_in(scenario):
            yield f"{language}/{slug(scenario.id)}.md", write_one(scenario, language)


def _said_in(scenario: Scenario) -> list[str]:
    known = {code for text in texts(scenario) for code, words in text.items() if words}
    return [code for code in LANGUAGES if code in known]


def write_one(scenario: Scenario, language: str) -> str:
    """Return a scenario in a language as a file; its title in another one when it has none in this."""
    title = {**scenario.title, language: said(scenario.title, language) or scenario.id}
    return write_scenario(replace(scenario, title=title), language)


def write_whole(document: Document, name: str) -> str:
    """Return the roles and risks of a plan as a file, the words of every language beside each other."""
    front = {
        "plan": name,
        "languages": list(document.languages),
        "roles": msgspec.to_builtins(document.roles),
        "risks": msgspec.to_builtins(document.risks),
    }
    written = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=100)
    first = document.languages[0] if document.languages else LANGUAGES[0]
    roles = "\n".join(_line(said(role.title, first), said(role.task, first)) for role in document.roles)
    risks = "\n".join(_line(said(risk.title, first), said(risk.note, first)) for risk in document.risks)
    return "\n\n".join(filter(None, (f"---\n{written}---", f"# {name}", roles, risks))) + "\n"


def _line(title: str, words: str) -> str:
    return f"- {title}" + (f": {' '.join(words.split())}" if words else "")


def opened(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return the Markdown files that an upload holds, by the names that their sender gave them.

    Raises
    ------
    NotAnArchive
        When it is an archive that cannot be opened, or that would unpack to too much.
    """
    if len(data) > LARGEST:
        raise NotAnArchive("large")
    if not zipfile.is_zipfile(BytesIO(data)) and not name.lower().endswith(".zip"):
        return [(name, data)]
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error) as error:
        # a compression that Python lacks, or a password, is a RuntimeError
        raise NotAnArchive("broken") from error


def _unpacked(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if _is_text(entry.filename)]
    if len(entries) > MOST_FILES:
        raise NotAnArchive("many")
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotAnArchive("locked")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise NotAnArchive("harmful")
    return list(_read(archive, entries))


def _read(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left = MOST_UNPACKED
    for entry in entries:
        with archive.open(entry) as file:
            # what an archive says of its sizes need not be true
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise NotAnArchive("harmful")
        yield entry.filename[-200:], data


def _is_text(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return last.lower().endswith((".md", ".markdown")) and not last.startswith(".") and "__MACOSX" not in name


def merged(document: Document, files: Iterable[tuple[str, bytes]], *, language: str = "fr") -> Merged:
    """Return a plan with what files say put into it, file by file; one that cannot be read stops no other.

    Parameters
    ----------
    language
        Of a file that doesn't say it, in its front matter or its name.
    """
    taken: set[tuple[str, str]] = set()
    brought = []
    for name, data in files:
        try:
            document, one = _take(document, name, data, language, taken)
        except NotAPlan as error:
            one = Brought(name, error=error)
        brought.append(one)
    return Merged(document, tuple(brought))


def _take(
    document: Document, name: str, data: bytes, language: str, taken: set[tuple[str, str]]
) -> tuple[Document, Brought]:
    text = _text(data)
    front, _body = front_and_body(text)
    if "plan" in front and "scenario" not in front:
        return _sound(_with_whole(document, front)), Brought(name)
    named = _LANGUAGE.search(name)
    read = read_scenario(text, language=named[1].lower() if named else language)
    if (read.scenario.id, read.language) in taken:
        raise NotAPlan("twice", read.scenario.id)
    after = _sound(with_read(document, read.scenario, read.language))
    _require_a_beginning(after.scenario(read.scenario.id), read.language)
    taken.add((read.scenario.id, read.language))
    return after, Brought(name, read.scenario.id, read.language, read.remarks)


def _require_a_beginning(scenario: Scenario | None, language: str) -> None:
    ring = cycle(scenario.protocol) if scenario is not None else ()
    if scenario is not None and ring:
        raise NotAPlan("cycle", ring_words(scenario, ring, language))


def _text(data: bytes) -> str:
    if len(data) > 4 * LONGEST:
        raise NotAPlan("long", str(LONGEST))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAPlan("encoding", str(error)) from error
    if "\x00" in text:
        raise NotAPlan("encoding", "U+0000")
    return text


def _sound(document: Document) -> Document:
    """Return a plan that can be stored: front matter may spell halves of characters."""
    try:
        encode(document)
    except (UnicodeEncodeError, ValueError, msgspec.MsgspecError) as error:
        raise NotAPlan("encoding", str(error)) from error
    return document


def _with_whole(document: Document, front: Mapping[str, Any]) -> Document:
    try:
        roles = msgspec.convert(front.get("roles") or [], tuple[Role, ...])
        risks = msgspec.convert(front.get("risks") or [], tuple[Risk, ...])
    except (msgspec.ValidationError, RecursionError) as error:
        raise NotAPlan("roles", str(error)) from error
    said_in = front.get("languages")
    chosen = [code for code in LANGUAGES if isinstance(said_in, list) and code in said_in]
    return replace(
        document,
        languages=tuple(dict.fromkeys((*document.languages, *chosen))),
        roles=_over(document.roles, [replace(role, id=slug(role.id)) for role in roles]),
        risks=_over(document.risks, [_graded(risk) for risk in risks]),
    )


def _graded(risk: Risk) -> Risk:
    likelihood = risk.likelihood if risk.likelihood in GRADES else 3
    impact = risk.impact if risk.impact in GRADES else 3
    return replace(risk, id=slug(risk.id), likelihood=likelihood, impact=impact)


def _over(old: tuple[Named, ...], new: list[Named]) -> tuple[Named, ...]:
    found = {part.id: part for part in old}
    return tuple({**found, **{part.id: part for part in new}}.values())
