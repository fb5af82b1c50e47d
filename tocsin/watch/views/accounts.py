"""A brand's own accounts: what they publish is its own voice, never counted as a mention."""

from __future__ import annotations

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
    """Say that an account is the brand's own."""
    brand = get_object_or_404(Brand, slug=slug)
    form = AccountForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved: an account needs a network and a handle."))
        return _back(brand)
    try:
        account = actions.add_account(brand, actor=request.user, **form.cleaned_data)
    except TocsinError as error:
        messages.error(request, str(error))
        return _back(brand)
    said = _("What %(account)s publishes from now on is your own voice, never a mention.")
    messages.success(request, said % {"account": account})
    return _back(brand)


@require_POST
@require(Role.LEAD)
def remove(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Say that an account is not the brand's any more."""
    account: Account = get_object_or_404(Account.objects.select_related("brand"), pk=pk)
    said = _("%(account)s is no longer an account of the brand.") % {"account": account}
    actions.remove_account(account, actor=request.user)
    messages.success(request, said)
    return _back(account.brand)


def _back(brand: Brand) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('watch:watches')}#brand-{brand.slug}")
