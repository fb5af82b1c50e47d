"""The log of a room as a file: CSV, Markdown or PDF, with the place and hash of each line in the chain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.models import Level
from tocsin.crisis import evidence, handing
from tocsin.crisis.lines import Line, lines
from tocsin.crisis.models import Crisis, Evidence, RoomTask
from tocsin.crisis.recording import record
from tocsin.crisis.selectors import tasks
from tocsin.crisis.sheets.setting import Values, pages
from tocsin.journal import selectors as journal
from tocsin.plan.document.structure import said
from tocsin.ui.words import exact

CSV, MARKDOWN, PDF = "csv", "md", "pdf"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMS: Final = (CSV, MARKDOWN, PDF)
TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    MARKDOWN: "text/markdown; charset=utf-8",
    PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the export: what it is, the names of its columns, its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def exported(crisis: Crisis, actor: User, form: str) -> tuple[str, bytes]:
    """Return the name and the content of the file; the journal notes who exported.

    What the file holds ends before that note, so that its anchor is one of what it tells.
    """
    zone = ZoneInfo(crisis.organisation.time_zone)
    language = translation.get_language() or crisis.organisation.language
    with timezone.override(zone):
        make = {CSV: as_csv, MARKDOWN: as_markdown, PDF: as_pdf}[form]
        content = make(crisis, language)
    record("crisis.log_exported", crisis, actor, form=form)
    stamp = clock.now(crisis.organisation_id).astimezone(zone)
    name = slugify(crisis.title)[:60] or "log"
    return f"tocsin-{name}-{stamp:%Y%m%d-%H%M}.{form}", content


def as_csv(crisis: Crisis, _language: str) -> bytes:
    """Return the log, one line a row; text that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "place",
            "occurred_at",
            "recorded_at",
            "kind",
            "verb",
            "who",
            "text",
            "state",
            "source",
            "hash",
            "whole",
        ]
    )
    for line in lines(crisis):
        writer.writerow([_plain(cell) for cell in _cells(line)])
    return out.getvalue().encode("utf-8-sig")


def as_markdown(crisis: Crisis, language: str) -> bytes:
    """Return everything as Markdown: what people wrote stands in it as text, never as markup."""
    parts = [f"# {_escaped(crisis.title)}", *(_escaped(line) for line in head(crisis))]
    for table in tables(crisis, language):
        parts.append(f"## {table.title}")
        parts.append(_markdown(table) if table.rows else _("none"))
    for note in handing.handovers(crisis):
        parts.append(f"## {_('Handover')} · {exact(note.given_at)}")
        parts.append("\n".join(f"    {line}" for line in note.text.split("\n")))
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def as_pdf(crisis: Crisis, language: str) -> bytes:
    """Return everything as PDF."""
    values: Values = {
        "language": language,
        "house": crisis.organisation.name,
        "title": crisis.title,
        "kind": _("Log of the room"),
        "head": head(crisis),
        "none": _("none"),
        "tables": [
            {"title": one.title, "columns": list(one.columns), "rows": [list(row) for row in one.rows]}
            for one in tables(crisis, language)
        ],
        "notes_title": _("Handover notes"),
        "notes": [_note(note.text, note.given_at, note.sha256) for note in handing.handovers(crisis)],
        "anchor": anchor(crisis),
    }
    return pages("log.typ", values)[0]


def head(crisis: Crisis) -> list[str]:
    """Return what is said of the crisis before its lists."""
    opened = _("Brand: %(brand)s. Level: %(level)s. Began %(onset)s, room opened %(opened)s.") % {
        "brand": crisis.brand.name,
        "level": Level(crisis.level).label,
        "onset": exact(crisis.onset_at),
        "opened": exact(crisis.opened_at),
    }
    closed = (
        _("Closed %(when)s.") % {"when": exact(crisis.closed_at)} if crisis.closed_at else _("Still open.")
    )
    made = _("Exported %(when)s.") % {"when": exact(clock.now(crisis.organisation_id))}
    return [f"{opened} {closed} {made}", anchor(crisis)]


def anchor(crisis: Crisis) -> str:
    """Return where the journal stands: whoever keeps the file holds an anchor that nobody can change."""
    place, head_ = journal.head(crisis.organisation)
    return _(
        "The journal stands at entry %(place)s, hash %(hash)s. `tocsin journal verify --anchor %(hash)s` "
        "checks that nothing written before was changed."
    ) % {"place": place, "hash": head_}


def tables(crisis: Crisis, language: str) -> list[Table]:
    """Return the lists of the export: facts, questions, decisions, tasks, evidence, the whole log."""
    every = lines(crisis)
    return [
        _facts(crisis),
        _questions(crisis),
        _tasks(crisis, language),
        _evidence(crisis),
        _log(every),
    ]


def _facts(crisis: Crisis) -> Table:
    rows = [
        [exact(one.stated_at), str(one.get_state_display()), one.text, one.source]
        for one in crisis.facts.all()
    ]
    return Table(_("Facts"), [_("Stated"), _("State"), _("Fact"), _("Source")], rows)


def _questions(crisis: Crisis) -> Table:
    rows = [[exact(one.asked_at), one.text, one.answer or "–"] for one in crisis.questions.all()]
    return Table(_("Questions"), [_("Asked"), _("Question"), pgettext("column", "Answer")], rows)


def _tasks(crisis: Crisis, language: str) -> Table:
    rows = [_task(one, language) for one in tasks(crisis)]
    return Table(_("Tasks"), [_("Due"), _("State"), _("Task"), _("Who"), _("Settled")], rows)


def _task(row: RoomTask, language: str) -> list[str]:
    who = row.settled_by or row.taken_by or row.owner
    state = str(row.get_state_display())
    return [
        exact(row.due_at) if row.due_at else "–",
        f"{state}: {row.reason}" if row.reason else state,
        said(row.words, language),
        str(who.name if who is not None and hasattr(who, "name") else who or "–"),
        exact(row.settled_at) if row.settled_at else "–",
    ]


def _evidence(crisis: Crisis) -> Table:
    rows = [_piece(one) for one in evidence.of(crisis).order_by("pk")]
    columns = [_("Piece"), _("Secured"), _("Author"), _("Why"), "SHA-256", _("Entry of the journal")]
    return Table(_("Evidence"), columns, rows)


def _piece(one: Evidence) -> list[str]:
    return [
        str(one.pk),
        f"{exact(one.secured_at)} · {one.secured_by or '–'}",
        one.author or "–",
        one.why or "–",
        one.sha256,
        str(one.journal_place),
    ]


def _log(every: Sequence[Line]) -> Table:
    rows = [[str(line.place), exact(line.at), line.who, _words(line), line.hash] for line in every]
    return Table(_("Log"), [_("Entry"), _("When"), _("Who"), _("What"), _("Hash of the entry")], rows)


def _words(line: Line) -> str:
    about = [line.sentence]
    if line.text and line.text not in line.sentence:
        about.append(line.text)
    if line.source:
        about.append(_("source: %(source)s") % {"source": line.source})
    about += [
        _("corrected by %(who)s, %(when)s: %(text)s")
        % {"who": one.who, "when": exact(one.at), "text": one.text}
        for one in line.corrections
    ]
    if not line.whole:
        about.append(_("NOT AS IT WAS WRITTEN"))
    return " — ".join(about)


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(line: Line) -> Iterator[str]:
    yield from (str(line.place), line.at.isoformat(), line.entry.recorded_at.isoformat())
    yield from (line.kind, line.verb, line.who, _words(line), line.state, line.source, line.hash)
    yield "yes" if line.whole else "no"


def _note(text: str, given_at: datetime, sha256: str) -> dict[str, str]:
    return {"at": exact(given_at), "text": text, "sha256": sha256}


def _markdown(table: Table) -> str:
    rows = [table.columns, ["---"] * len(table.columns), *table.rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows)


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split())) if text != "---" else text


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!~" else sign for sign in text)
