"""Finds every altered, removed, reordered or inserted row of a chain, and says which in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.journal import hashing, keys
from tocsin.journal.models import Chain, Entry, Payload, Seal


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written; `sequence` is its place in the chain, 0 for the whole."""

    sequence: int
    words: str


def verify(organisation: Organisation, anchor: str = "") -> list[Fault]:
    """Check a chain against itself, its seals and an anchor printed earlier.

    Parameters
    ----------
    anchor
        Hash of an entry, as printed in a digest or report; a chain rewritten whole, by someone who also
        holds the signing key, is found by this alone.

    Returns
    -------
    list[Fault]
        Empty when every row is as it was written.
    """
    with scopes_disabled():
        faults = list(_check_entries(organisation))
        faults += _check_head(organisation)
        faults += _check_seals(organisation)
        if anchor and not Entry.objects.filter(organisation=organisation, hash=anchor.lower()).exists():
            faults.append(Fault(0, _("no entry has the hash of the anchor: the chain was rewritten")))
    return sorted(faults, key=lambda fault: fault.sequence)


def whole(entry: Entry) -> bool:
    """Return whether one entry is as it was written: its hash, and that of what it says unless erased."""
    if hashing.entry_hash(_link(entry)) != entry.hash:
        return False
    return entry.payload.erased_at is not None or _is_intact(entry.payload, entry)


def _check_entries(organisation: Organisation) -> Iterator[Fault]:
    expected, previous = 1, ""
    erasures = set(
        Entry.objects.filter(organisation=organisation, verb="journal.payload_erased").values_list(
            "target", flat=True
        )
    )
    rows = Entry.objects.filter(organisation=organisation).order_by("sequence").select_related("payload")
    for entry in rows.iterator(chunk_size=2000):
        if entry.sequence != expected:
            yield _missing(expected, entry.sequence - 1)
        intact = entry.hash == hashing.entry_hash(_link(entry))
        if not intact:
            yield _altered_or_moved(entry)
        elif entry.sequence == expected and entry.previous != previous:
            yield Fault(
                entry.sequence,
                _("entry %(place)s does not follow the entry before it: one was replaced or inserted")
                % {"place": entry.sequence},
            )
        yield from _check_payload(entry, erasures)
        expected, previous = entry.sequence + 1, entry.hash


def _missing(first: int, last: int) -> Fault:
    if last > first:
        words = _("entries %(first)s to %(last)s were removed") % {"first": first, "last": last}
    else:
        words = _("entry %(place)s was removed") % {"place": first}
    return Fault(first, words)


def _altered_or_moved(entry: Entry) -> Fault:
    before = Entry.objects.filter(organisation=entry.organisation_id, hash=entry.previous).first()
    link = _link(entry)
    candidates = {1} if not entry.previous else set()
    if before is not None:
        candidates |= {before.sequence + 1}
    candidates |= set(range(max(1, entry.sequence - 3), entry.sequence + 4))
    for place in candidates - {entry.sequence}:
        if hashing.entry_hash(_link(entry, sequence=place)) == entry.hash:
            words = _("entry %(place)s was moved: it was written as entry %(written)s")
            return Fault(entry.sequence, words % {"place": entry.sequence, "written": place})
    words = _("entry %(place)s (%(verb)s) was altered")
    return Fault(entry.sequence, words % {"place": entry.sequence, "verb": link.verb})


def _check_payload(entry: Entry, erasures: set[str]) -> Iterator[Fault]:
    try:
        payload = entry.payload
    except Payload.DoesNotExist:
        yield Fault(entry.sequence, _("what entry %(place)s said was removed") % {"place": entry.sequence})
        return
    if payload.erased_at is not None:
        if f"journal.entry:{entry.pk}" not in erasures:
            words = _("what entry %(place)s said was erased, and no entry says by whom")
            yield Fault(entry.sequence, words % {"place": entry.sequence})
    elif not _is_intact(payload, entry):
        words = _("what entry %(place)s said was altered")
        yield Fault(entry.sequence, words % {"place": entry.sequence})


def _is_intact(payload: Payload, entry: Entry) -> bool:
    try:
        return hashing.payload_hash(payload.salt, payload.data) == entry.payload_hash
    except ValueError:  # a salt that is not hexadecimal any more
        return False


def _check_head(organisation: Organisation) -> Iterator[Fault]:
    last = Entry.objects.filter(organisation=organisation).order_by("-sequence").first()
    chain = Chain.objects.filter(pk=organisation.pk).first()
    sequence, head = (chain.sequence, chain.head) if chain else (0, "")
    if last is None:
        if sequence:
            yield _missing(1, sequence)
    elif sequence > last.sequence:
        yield _missing(last.sequence + 1, sequence)
    elif sequence < last.sequence:
        words = _("entries after %(place)s were inserted: the head of the chain does not know them")
        yield Fault(sequence + 1, words % {"place": sequence})
    elif head != last.hash:
        yield Fault(last.sequence, _("the last entry is not the one that the head of the chain names"))


def _check_seals(organisation: Organisation) -> Iterator[Fault]:
    seals = Seal.objects.filter(organisation=organisation).order_by("sequence")
    key = keys.public_key()
    if key is None:
        if seals.exists():
            yield Fault(0, _("the signing key is missing, so the signed heads cannot be checked"))
        return
    hashes = dict(
        Entry.objects.filter(organisation=organisation, sequence__in=seals.values("sequence")).values_list(
            "sequence", "hash"
        )
    )
    for seal in seals.iterator(chunk_size=2000):
        message = hashing.seal_message(organisation.pk, seal.sequence, seal.head, seal.sealed_at)
        place = {"place": seal.sequence}
        if not keys.is_signed(key, seal.signature, message):
            yield Fault(seal.sequence, _("the signature of the head at entry %(place)s is not ours") % place)
        elif seal.sequence not in hashes:
            yield Fault(seal.sequence, _("entry %(place)s was signed and is not there any more") % place)
        elif hashes[seal.sequence] != seal.head:
            yield Fault(seal.sequence, _("entry %(place)s is not the one that was signed") % place)


def _link(entry: Entry, *, sequence: int | None = None) -> hashing.Link:
    return hashing.Link(
        organisation=entry.organisation_id,
        sequence=entry.sequence if sequence is None else sequence,
        recorded_at=entry.recorded_at,
        occurred_at=entry.occurred_at,
        verb=entry.verb,
        actor=entry.actor,
        target=entry.target,
        payload_hash=entry.payload_hash,
        previous=entry.previous,
    )
