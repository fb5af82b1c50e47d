"""Contacts as files: taken out, and brought in after a look at what would be taken."""

from __future__ import annotations

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.plan import contact_export, contact_import, people, selectors_people
from tocsin.plan.forms_people import ContactFileForm
from tocsin.plan.regions import REGIONS, region_of
from tocsin.ui.pages import answer

SHOWN = 200


@require(Role.RESPONDER)
def export(request: MemberRequest) -> HttpResponse:
    """Give every contact as CSV; the journal says who took them."""
    contacts = selectors_people.shown(request.organisation, get_language() or "fr")
    people.exported(request.organisation, request.user, len(contacts))
    response = HttpResponse(contact_export.table(contacts), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contacts.csv"'
    return response


@require(Role.RESPONDER)
def bring_in(request: MemberRequest) -> HttpResponse:
    """Read a file of contacts, show what would be taken, then take it."""
    if request.method == "POST" and "rows" in request.POST:
        return _take(request)
    region = region_of(request.organisation.time_zone)
    form = ContactFileForm(request.POST or None, request.FILES or None, initial={"region": region})
    if request.method != "POST" or not form.is_valid():
        return answer(request, "plan/contacts/import.html", {"form": form})
    try:
        rows = contact_import.read_file(form.cleaned_data["file"])
    except contact_import.NoContacts as refused:
        form.add_error("file", str(refused))
        return answer(request, "plan/contacts/import.html", {"form": form})
    chosen = form.cleaned_data["region"]
    checked = contact_import.check(rows, request.organisation, chosen)
    context = {
        "form": form,
        "checked": checked,
        "shown": checked.taken[:SHOWN],
        "changed": checked.changed[:SHOWN],
        "rows": msgspec.json.encode(rows).decode(),
        "region": chosen,
    }
    return answer(request, "plan/contacts/import.html", context)


def _take(request: MemberRequest) -> HttpResponse:
    region = request.POST.get("region", "")
    try:
        rows = msgspec.json.decode(request.POST["rows"].replace("\\u0000", ""), type=list[contact_import.Row])
    except msgspec.DecodeError:
        messages.error(request, _("The file was not kept. Choose it again."))
        return redirect("plan:import-contacts")
    rows = rows[: contact_import.MOST]
    checked = contact_import.check(rows, request.organisation, region if region in REGIONS else "FR")
    try:
        problems = contact_import.take(checked, request.organisation, request.user)
    except TocsinError as refused:
        messages.error(request, str(refused))
        return redirect("plan:import-contacts")
    if checked.taken:
        messages.success(request, _("Contacts added: %(count)s.") % {"count": len(checked.taken)})
    if checked.changed:
        messages.success(request, _("Contacts changed: %(count)s.") % {"count": len(checked.changed)})
    for problem in problems[:5]:
        messages.warning(request, problem)
    return redirect("plan:contacts")
