"""A part of a plan while it is edited: its form or rows, what is wrong, what others changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import words
from tocsin.plan.compared import Group, compared
from tocsin.plan.document.checking import Fault, faults
from tocsin.plan.document.slots import fact_of, slots
from tocsin.plan.document.structure import Document, Scenario, said
from tocsin.plan.document.wording import weaknesses
from tocsin.plan.forms_editing import RowForm, row_set
from tocsin.plan.parts import Part, beside, part_of
from tocsin.plan.telling import LANGUAGES, remedy
from tocsin.plan.views.drafting import Written, keep, language_of


class PartPage:
    """A part that is being edited: its form or rows, what was wrong, and what others changed meanwhile."""

    def __init__(self, request: MemberRequest, now: Written, part: Part, scenario: Scenario | None) -> None:
        self.request, self.now, self.part, self.scenario = request, now, part, scenario
        self.language = language_of(request, now)
        self.refused = ""
        self.changes: list[Group] = []
        self.form = self._form()

    def _form(self) -> Any:  # noqa: ANN401 - a form, or many
        whole: Any = self.scenario if self.scenario is not None else self.now.document
        data = self.request.POST if self.request.method == "POST" else None
        known: dict[str, Any] = {
            "document": self.now.document,
            "scenario": self.scenario,
            "language": self.language,
            "beside": beside(whole, self.part, self.now.languages, self.language),
        }
        first = self.part.first(whole, self.language)
        if not self.part.field:
            return self.part.form(data, initial=first, **known)
        kind = self.part.form
        assert issubclass(kind, RowForm)
        return row_set(kind)(data, initial=first, form_kwargs=known)

    def said(self) -> Any:  # noqa: ANN401 - values of a form, or of rows in their order
        """Return what the form says, or what its rows say in the order that was asked for."""
        if not self.part.field:
            return self.form.cleaned_data
        rows = [form.cleaned_data for form in self.form.forms if form.cleaned_data]
        place, _colon, way = self.request.POST.get("move", "").partition(":")
        if self.part.ordered and place.isdecimal() and len(place) < 4:
            _move(rows, int(place), 1 if way == "down" else -1)
        return rows

    def save(self, document: Document, what: str) -> HttpResponse | None:
        """Keep the change and show the part again; None when it could not be kept, with what to compare."""
        try:
            keep(self.now, document, self.request.user, mark=self.request.POST.get("mark", ""), what=what)
        except TocsinError as refused:
            self.refused = str(refused)
            self.changes = compared(self.now.document, document)
            return None
        messages.success(self.request, _("Kept in the draft."))
        return redirect(self.request.get_full_path())

    def context(self) -> dict[str, Any]:
        """Return what the page shows."""
        found = faults(self.now.document)
        name = self.scenario.id if self.scenario else ""
        own = [fault for fault in found if fault.scenario == name]
        return {
            **common(self.request, self.now),
            "scenario": self.scenario,
            "part": self.part,
            "form": self.form,
            "rows": list(self._rows(own)) if self.part.field else [],
            "counts": _counts(own) if self.scenario else {},
            "faults": [fault for fault in map(_shown, own) if self._is_general(fault["fault"])],
            "refused": self.refused,
            "changes": self.changes,
        }

    def _is_general(self, fault: Fault) -> bool:
        if self.scenario is None:
            return not fault.scenario
        ids = {row["id"] for row in self.part.first(self.scenario, self.language)} if self.part.field else ()
        return part_of(fault) == self.part.code and fault.part not in ids

    def _rows(self, own: list[Fault]) -> Iterator[dict[str, Any]]:
        for place, form in enumerate(self.form.forms):
            mine = [fault for fault in own if fault.part and fault.part == form.part_id]
            yield {
                "form": form,
                "place": place,
                "title": self._title(form),
                "when": self._when(form),
                "who": self._who(form),
                "faults": [_shown(fault) for fault in mine if part_of(fault) == self.part.code],
                "open": bool(form.errors),
                "checked": self._checked(form),
            }

    def _title(self, form: RowForm) -> str:
        said_there = form[form.needs].value() or next(
            iter(form.beside.get(form.needs, {}).values()), form.part_id
        )
        return str(said_there)

    def _when(self, form: RowForm) -> str:
        if self.part.code == "messages":
            return words.message(form.part_id)
        tasks = self.scenario.protocol if self.scenario and self.part.code == "protocol" else ()
        return next((words.delay(task.minutes) for task in tasks if task.id == form.part_id), "")

    def _who(self, form: RowForm) -> str:
        role = self.now.document.role(str(form["role"].value())) if self.part.code == "protocol" else None
        return said(role.title, self.language) if role else _("nobody yet")

    def _checked(self, form: RowForm) -> Mapping[str, Any]:
        if self.part.code != "messages" or self.scenario is None:
            return {}
        subject, typed = (str(form[name].value() or "") for name in ("subject", "words"))
        return wording(self.scenario, subject, typed, self.language)


def wording(scenario: Scenario, subject: str, typed: str, language: str) -> dict[str, Any]:
    """Return the slots of a message with the facts that fill them, and what is weak in its words."""
    found = slots(f"{subject} {typed}")
    weak = [Fault(each.code, scenario.id, about=each.words) for each in weaknesses(typed, language)]
    return {
        "empty": not typed.strip(),
        "slots": [{"name": name, "fact": fact_of(scenario, name)} for name in found],
        "weak": [remedy(fault) for fault in weak],
    }


def _move(rows: list[Any], place: int, by: int) -> None:
    if 0 <= place < len(rows) and 0 <= place + by < len(rows):
        rows.insert(place + by, rows.pop(place))


def _counts(own: list[Fault]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fault in own:
        counts[part_of(fault)] = counts.get(part_of(fault), 0) + 1
    return counts


def _shown(fault: Fault) -> dict[str, Any]:
    return {"fault": fault, "words": remedy(fault), "blocks": fault.blocks}


def common(request: MemberRequest, now: Written) -> dict[str, Any]:
    """Return what every page on the draft shows."""
    language = language_of(request, now)
    return {
        "plan": now.plan,
        "written": now,
        "document": now.document,
        "writing": language,
        "tabs": [(code, LANGUAGES[code]) for code in now.languages if code in LANGUAGES],
        "may_lead": request.membership.may(Role.LEAD),
    }
