"""What is done to the journal: entries are added, payloads erased, heads sealed. Nothing else."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.journal import hashing, keys, verbs
from tocsin.journal.models import Chain, Entry, Payload, Seal
from tocsin.journal.people import actor_id


class AlreadyErased(TocsinError):
    """The payload was erased before; who did it first is kept."""


@transaction.atomic
def record(
    verb: str,
    *,
    actor: User | None,
    organisation: Organisation | int,
    target: str = "",
    data: dict[str, object] | None = None,
    occurred_at: datetime | None = None,
) -> Entry:
    """Add one entry to an organisation's chain, within the caller's transaction.

    Parameters
    ----------
    verb
        A registered verb.
    actor
        Who decided; None for Tocsin itself.
    target
        What it was done to, as ``app.model:pk``.
    data
        What the entry says in full; may be erased later, so personal data belongs here and nowhere else.
    occurred_at
        When it happened, in the organisation's time; now when not given.

    Raises
    ------
    UnknownVerb
        When no app registered the verb.
    """
    verbs.require(verb)
    pk = organisation if isinstance(organisation, int) else organisation.pk
    text = hashing.payload_text(data or {})
    salt = secrets.token_hex(16)
    with scopes_disabled():
        chain = _locked_chain(pk)
        link = hashing.Link(
            organisation=pk,
            sequence=chain.sequence + 1,
            recorded_at=timezone.now(),
            occurred_at=occurred_at or clock.now(pk),
            verb=verb,
            actor=actor_id(actor),
            target=target,
            payload_hash=hashing.payload_hash(salt, text),
            previous=chain.head,
        )
        entry = _append(link)
        Payload.objects.create(entry=entry, salt=salt, data=text)
        Chain.objects.filter(pk=pk).update(sequence=entry.sequence, head=entry.hash)
    return entry


def _locked_chain(organisation: int) -> Chain:
    # SQLite's transactions are IMMEDIATE, so the whole database is already ours there.
    Chain.objects.get_or_create(organisation_id=organisation)
    chain: Chain = Chain.objects.select_for_update().get(pk=organisation)
    return chain


def _append(link: hashing.Link) -> Entry:
    entry: Entry = Entry.objects.create(
        organisation_id=link.organisation,
        sequence=link.sequence,
        recorded_at=link.recorded_at,
        occurred_at=link.occurred_at,
        verb=link.verb,
        actor=link.actor,
        target=link.target,
        payload_hash=link.payload_hash,
        previous=link.previous,
        hash=hashing.entry_hash(link),
    )
    return entry


@transaction.atomic
def erase(entry: Entry, *, actor: User, reason: str) -> Entry:
    """Erase what an entry says; the chain still holds, and an entry of its own says who erased it and why.

    Raises
    ------
    AlreadyErased
        When it was erased before.
    """
    who = actor_id(actor)
    erased = Payload.objects.filter(entry=entry, erased_at=None).update(
        salt="", data="", erased_at=timezone.now(), erased_by=who, erased_reason=reason[:300]
    )
    if not erased:
        raise AlreadyErased(f"what entry {entry.sequence} said was already erased; nothing was changed")
    return record(
        "journal.payload_erased",
        actor=actor,
        organisation=entry.organisation_id,
        target=f"journal.entry:{entry.pk}",
        data={"sequence": entry.sequence, "verb": entry.verb, "reason": reason[:300]},
    )


def seal_heads() -> int:
    """Sign the head of every chain that grew since its last seal, and return how many were signed."""
    with scopes_disabled(), transaction.atomic():
        chains = list(Chain.objects.filter(sequence__gt=0))
        return sum(_seal(chain) for chain in chains)


def _seal(chain: Chain) -> bool:
    if Seal.objects.filter(organisation_id=chain.pk, sequence=chain.sequence).exists():
        return False
    sealed_at = timezone.now()
    message = hashing.seal_message(chain.pk, chain.sequence, chain.head, sealed_at)
    Seal.objects.create(
        organisation_id=chain.pk,
        sequence=chain.sequence,
        head=chain.head,
        sealed_at=sealed_at,
        signature=keys.signing_key().sign(message).hex(),
    )
    return True
