"""A brand's own accounts: what they publish is its own voice, never counted as a mention."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.errors import TocsinError
from tocsin.watch import actions
from tocsin.watch.forms import AccountForm
from tocsin.watch.models import Account, Brand


@require_POST
@require(Role.LEAD)
def add(request: MemberRequest, slug: str) -> HttpResponseRedirect:
    """Say that an account is the brand's own; who takes back a removal has it named in the address."""
    brand = get_object_or_404(Brand, slug=slug)
    form = AccountForm(request.GET if "handle" in request.GET else request.POST)
    if not form.is_valid():
        reasons = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, _("Nothing was saved. %(reasons)s") % {"reasons": reasons})
        return _back(brand)
    try:
        account = actions.add_account(brand, actor=request.user, **form.cleaned_data)
    except TocsinError as error:
        messages.error(request, str(error))
        return _back(brand)
    said = _("What %(account)s publishes from now on is your own voice, never a mention.")
    undo = reverse("watch:remove-account", args=[account.pk])
    messages.success(request, said % {"account": account}, extra_tags=undo)
    return _back(brand)


@require_POST
@require(Role.LEAD)
def remove(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Say that an account is not the brand's any more."""
    account: Account = get_object_or_404(Account.objects.select_related("brand"), pk=pk)
    said = _("%(account)s is no longer an account of the brand.") % {"account": account}
    again = urlencode({"network": account.network, "handle": account.handle})
    actions.remove_account(account, actor=request.user)
    undo = f"{reverse('watch:add-account', args=[account.brand.slug])}?{again}"
    messages.success(request, said, extra_tags=undo)
    return _back(account.brand)


def _back(brand: Brand) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('watch:watches')}#brand-{brand.slug}")
