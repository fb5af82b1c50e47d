"""The log of a room as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import exporting
from tocsin.crisis.views.asked import asked_crisis
from tocsin.ui.pages import answer


@require_http_methods(["GET", "POST"])
@require(Role.OBSERVER)
def export(request: MemberRequest, pk: int) -> HttpResponse:
    """Offer the forms in which the log goes out; posted, give it: that is written in the log too."""
    crisis = asked_crisis(request, pk)
    form = request.POST.get("form", "")
    if request.method == "POST" and form in exporting.FORMS:
        name, content = exporting.exported(crisis, request.user, form)
        response = HttpResponse(content, content_type=exporting.TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response
    context = {"crisis": crisis, "brand": crisis.brand, "anchor": exporting.anchor(crisis)}
    return answer(request, "crisis/export.html", context)
