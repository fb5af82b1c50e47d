"""The tools that publish, and what the organisation knows of its freezes beforehand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import tools
from tocsin.crisis.forms_record import TermsForm, ToolForm
from tocsin.crisis.models import Tool
from tocsin.ui.pages import answer


@require(Role.OBSERVER)
def listed(request: MemberRequest) -> HttpResponse:
    """List the tools that publish, and what no freeze stops."""
    organisation = request.organisation
    context = {
        "tools": tools.tools(organisation),
        "beyond": tools.beyond(organisation),
        "may_post": tools.may_post(organisation),
        "may_change": request.membership.may(Role.LEAD),
    }
    return answer(request, "crisis/tools/list.html", context)


@require(Role.LEAD)
def edit(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Add a tool, or change one."""
    organisation = request.organisation
    tool = get_object_or_404(tools.tools(organisation), pk=pk) if pk else Tool(organisation=organisation)
    form = ToolForm(request.POST or None, tool=tool)
    if request.method == "POST" and form.is_valid():
        kept = tools.save(form.filled(), request.user)
        messages.success(request, _("%(tool)s is kept.") % {"tool": kept.name})
        return redirect("crisis:tools")
    context = {"form": form, "tool": tool if pk else None, "hooks": tools.hooks(organisation).exists()}
    return answer(request, "crisis/tools/edit.html", context)


@require_POST
@require(Role.LEAD)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a tool."""
    tool = get_object_or_404(tools.tools(request.organisation), pk=pk)
    tools.remove(tool, request.user)
    messages.success(request, _("%(tool)s is removed.") % {"tool": tool.name})
    return redirect("crisis:tools")


@require(Role.LEAD)
def terms(request: MemberRequest) -> HttpResponse:
    """Change what no freeze stops, and who usually may still publish."""
    organisation = request.organisation
    first = {
        "beyond": "\n".join(tools.beyond(organisation)),
        "may_post": "\n".join(tools.may_post(organisation)),
    }
    form = TermsForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        tools.set_terms(
            organisation,
            request.user,
            beyond=said["beyond"].splitlines(),
            may_post=said["may_post"].splitlines(),
        )
        messages.success(request, _("The lists are kept."))
        return redirect("crisis:tools")
    return answer(request, "crisis/tools/terms.html", {"form": form})
