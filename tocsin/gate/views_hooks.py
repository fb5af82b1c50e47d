"""The programs that are called: added, tried and removed by an administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.gate import hooks
from tocsin.gate.addresses import AddressForbidden
from tocsin.gate.forms import HookForm
from tocsin.gate.models import Hook
from tocsin.watch.models import Brand


@never_cache
@require(Role.ADMINISTRATOR)
def add(request: MemberRequest) -> HttpResponse:
    """Add a program; its secret is shown on the answer, this once."""
    brands = Brand.objects.filter(organisation=request.organisation)
    form = HookForm(request.POST or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = hooks.add(request.organisation, request.user, **form.cleaned_data)
        except AddressForbidden as problem:
            form.add_error("url", str(problem))
        else:
            return render(request, "gate/hooks/added.html", {"hook": hook, "secret": secret})
    return render(request, "gate/hooks/add.html", {"form": form})


@require_POST
@require(Role.ADMINISTRATOR)
def try_out(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Call a program with an event that says it is only a trial."""
    hooks.try_out(get_object_or_404(Hook, pk=pk, organisation=request.organisation), request.user)
    return redirect("gate:messages")


@require_POST
@require(Role.ADMINISTRATOR)
def remove(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Call a program no more."""
    hook = get_object_or_404(Hook, pk=pk, organisation=request.organisation)
    hooks.remove(request.organisation, request.user, hook.pk)
    messages.success(request, _("%(name)s is not called any more.") % {"name": hook.name})
    return redirect("gate:messages")
