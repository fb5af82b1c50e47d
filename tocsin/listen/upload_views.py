"""Importing a file of posts: send it, check its columns, follow it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import UnusableInput
from tocsin.listen import actions, problems, selectors, uploads
from tocsin.listen.forms import MappingForm, UploadForm, whole_file_watch
from tocsin.listen.models import Import
from tocsin.ui.pages import answer, target
from tocsin.watch.models import Brand

PARTS = {"import": "listen/_import.html"}
MAPPING_PARTS = {"preview": "listen/_preview.html"}
REJECTIONS = 20


@require(Role.LEAD)
def add_file(request: MemberRequest) -> HttpResponse:
    """Take a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = uploads.keep(request.organisation, file)
        query = urlencode({"brand": form.cleaned_data["brand"].pk, "as": file.name})
        return redirect(f"{reverse('listen:map-columns', args=[name])}?{query}")
    return answer(request, "listen/add_file.html", {"form": form, "any_brand": Brand.objects.exists()})


@require(Role.LEAD)
def map_columns(request: MemberRequest, name: str) -> HttpResponse:
    """Show what was found in a file, let it be corrected, and begin the import."""
    brand = get_object_or_404(Brand, pk=request.GET.get("brand"))
    title = request.GET.get("as", name)[:255]
    zone = request.organisation.time_zone
    try:
        path = uploads.path_of(request.organisation, name)
        seen = uploads.glance(path, {}, zone=zone)
    except UnusableInput as error:
        problem = {"problem": uploads.said(error)}
        messages.error(request, _("The file cannot be imported. %(problem)s") % problem)
        return redirect("listen:add-file")
    before = selectors.imported_before(request.organisation, seen.header)
    form = _mapping(request, seen, before)
    if request.method == "POST" and form.is_valid():
        seen = uploads.glance(path, form.chosen(), zone=zone, network=form.cleaned_data["network"])
        if not seen.problem and not target(request):
            row = actions.start_import(
                brand,
                path,
                actor=request.user,
                name=title,
                watch=whole_file_watch(brand) if form.cleaned_data["whole"] else None,
                columns=form.chosen(),
                network=form.cleaned_data["network"],
                header=seen.header,
            )
            return redirect("listen:import", pk=row.pk)
    elif before is not None:
        seen = uploads.glance(path, before.options["columns"], zone=zone, network=before.options["network"])
    here = request.get_full_path()
    context = {"form": form, "seen": seen, "brand": brand, "title": title, "before": before, "here": here}
    return answer(request, "listen/map_columns.html", context, MAPPING_PARTS)


def _mapping(request: MemberRequest, seen: uploads.Glance, before: Import | None) -> MappingForm:
    """Return the form, filled with what was chosen for the same tool's last file, else with what is found."""
    found = before.options["columns"] if before else seen.found
    initial: dict[str, Any] = {"whole": True}
    if before is not None:
        initial = {"whole": before.watch_id is not None, "network": before.options["network"]}
    return MappingForm(request.POST or None, columns=seen.columns, found=found, initial=initial)


@require(Role.OBSERVER)
def show_import(request: MemberRequest, pk: int) -> HttpResponse:
    """Show how far an import is, what it could not take, what was found in it, and what comes next."""
    row: Import = get_object_or_404(
        Import.objects.select_related("source__brand", "started_by", "organisation"), pk=pk
    )
    rejections = [
        {"line": one.get("line"), "words": problems.words(one.get("code", ""), one.get("figures"))}
        for one in row.rejections[:REJECTIONS]
    ]
    progress = selectors.progress(row)
    understanding = row.state == "done" and progress.pending > 0
    kept = progress.sums.mentions + progress.sums.known
    context = {
        "progress": progress,
        "row": row,
        "rejections": rejections,
        "running": row.state in {"waiting", "running"},
        "understanding": understanding,
        "nothing_matched": row.state == "done" and not understanding and not kept,
        "span": _span(row),
        "found": selectors.found_in(row) if row.state == "done" else [],
        "may_change": request.membership.may(Role.LEAD),
    }
    return answer(request, "listen/import.html", context, PARTS)


def _span(row: Import) -> str:
    """Return the part of an address that asks for the days of the import's posts."""
    if row.earliest is None or row.latest is None:
        return ""
    zone = ZoneInfo(row.organisation.time_zone)
    since, until = (moment.astimezone(zone).date().isoformat() for moment in (row.earliest, row.latest))
    return "?" + urlencode({"since": since, "until": until})


@require(Role.OBSERVER)
def rejected_rows(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the rows that were not taken as a table, with their lines and reasons."""
    row: Import = get_object_or_404(Import, pk=pk)
    header = [_("line"), _("code"), _("reason")]
    response = HttpResponse("".join(_table(row, header)), content_type="text/csv; charset=utf-8")
    name = f"{PurePath(row.name).stem}-{_('rejected')}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


class _Echo:
    """Gives back each line that the writer makes of a row."""

    def write(self, line: str) -> str:
        return line


def _table(row: Import, header: list[str]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # by which spreadsheets know that it is UTF-8
    yield writer.writerow(header)
    for one in selectors.rejected_rows(row):
        yield writer.writerow([one.line, one.code, problems.words(one.code, one.figures)])


@require_POST
@require(Role.LEAD)
def restart_import(request: MemberRequest, pk: int) -> HttpResponse:
    """Let an import that failed go on from where it stopped."""
    actions.restart_import(get_object_or_404(Import, pk=pk), actor=request.user)
    return redirect("listen:import", pk=pk)
