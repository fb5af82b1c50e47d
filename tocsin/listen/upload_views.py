"""Importing a file of posts: send it, check its columns, follow it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import UnusableInput
from tocsin.listen import actions, problems, selectors, uploads
from tocsin.listen.forms import MappingForm, UploadForm, whole_file_watch
from tocsin.listen.models import Import
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand

PARTS = {"import": "listen/_import.html"}
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
    try:
        path = uploads.path_of(request.organisation, name)
        seen = uploads.glance(path, {})
    except UnusableInput as error:
        messages.error(request, _("The file cannot be imported: %(problem)s") % {"problem": error})
        return redirect("listen:add-file")
    form = MappingForm(request.POST or None, columns=seen.columns, found=seen.found, initial={"whole": True})
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        again = uploads.glance(path, chosen)
        if not again.problem:
            row = actions.start_import(
                brand,
                path,
                actor=request.user,
                name=title,
                watch=whole_file_watch(brand) if form.cleaned_data["whole"] else None,
                columns=chosen,
                network=form.cleaned_data["network"],
            )
            return redirect("listen:import", pk=row.pk)
        form.add_error(None, again.problem)
    context = {"form": form, "seen": seen, "brand": brand, "title": title}
    return answer(request, "listen/map_columns.html", context)


@require(Role.OBSERVER)
def show_import(request: MemberRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and what it could not take."""
    row: Import = get_object_or_404(Import.objects.select_related("source__brand", "started_by"), pk=pk)
    rejections = [
        {"line": one.get("line"), "words": problems.words(one.get("code", ""), one.get("figures"))}
        for one in row.rejections[:REJECTIONS]
    ]
    context = {
        "progress": selectors.progress(row),
        "row": row,
        "rejections": rejections,
        "running": row.state in {"waiting", "running"},
        "may_change": request.membership.may(Role.LEAD),
    }
    return answer(request, "listen/import.html", context, PARTS)


@require_POST
@require(Role.LEAD)
def restart_import(request: MemberRequest, pk: int) -> HttpResponse:
    """Let an import that failed go on from where it stopped."""
    actions.restart_import(get_object_or_404(Import, pk=pk), actor=request.user)
    return redirect("listen:import", pk=pk)
