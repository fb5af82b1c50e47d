"""The programs that are called: added with a secret shown once, tried, removed."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin.accounts.models import Organisation, User
from tocsin.clock.time import house_now
from tocsin.gate import actions
from tocsin.gate.addresses import checked
from tocsin.gate.models import Hook, Outgoing
from tocsin.gate.rows import one_line
from tocsin.gate.sealing import seal
from tocsin.journal import actions as journal
from tocsin.watch.models import Brand


@transaction.atomic
def add(
    organisation: Organisation, user: User, *, name: str, url: str, brand: Brand | None
) -> tuple[Hook, str]:
    """Add a program, and return it with its secret, which is shown this once.

    Raises
    ------
    AddressForbidden
        When the address is not one that the gate calls.
    """
    secret = secrets.token_urlsafe(32)
    with scope(organisation=organisation):
        hook = Hook.objects.create(
            organisation=organisation,
            brand=brand,
            name=one_line(name)[:80],
            url=checked(url),
            secret=seal(secret),
            created_at=house_now(),
        )
    _journal("gate.hook_added", hook, user)
    return hook, secret


@transaction.atomic
def remove(organisation: Organisation, user: User, pk: int) -> None:
    """Call a program no more, and forget its secret; nothing happens when it is not there."""
    with scope(organisation=organisation):
        hook = Hook.objects.filter(pk=pk).first()
        if hook is not None:
            _journal("gate.hook_removed", hook, user)
            hook.delete()


def try_out(hook: Hook, user: User) -> Outgoing:
    """Call a program with an event that says it is only a trial."""
    said = {"by": user.name, "words": str(_("This is a trial: nothing happened."))}
    return actions.call_hook(hook, "tocsin.trial", said, key=f"gate.trial:hook:{secrets.token_hex(8)}")


def _journal(verb: str, hook: Hook, user: User) -> None:
    journal.record(
        verb,
        actor=user,
        organisation=hook.organisation_id,
        target=f"gate.hook:{hook.pk}",
        # of its address the host alone: many carry a secret in their path, and the journal is for ever
        data={"name": hook.name, "host": urlsplit(hook.url).hostname or ""},
    )
