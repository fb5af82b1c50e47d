"""Whatever is done to the rows behind the journal's back is found, and said in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import translation
from django_scopes import scopes_disabled

from tests.journal.conftest import VERB
from tocsin.accounts.models import Organisation
from tocsin.journal import actions, hashing
from tocsin.journal.models import Chain, Entry, Payload, Seal
from tocsin.journal.verify import Fault, verify

ChainOf = Callable[[int], list[Entry]]


@pytest.fixture(autouse=True)
def no_scope() -> object:
    """These tests act as someone who holds the database."""
    with scopes_disabled(), translation.override("en"):
        yield


def words(faults: list[Fault]) -> str:
    return " | ".join(fault.words for fault in faults)


def test_an_untouched_chain_has_no_fault(chain_of: ChainOf, organisation: Organisation) -> None:
    chain_of(12)
    actions.seal_heads()
    assert verify(organisation) == []


def test_an_altered_row_is_named(chain_of: ChainOf, organisation: Organisation) -> None:
    chain_of(5)
    Entry.objects.filter(sequence=3).update(
        occurred_at=Entry.objects.get(sequence=3).occurred_at - timedelta(1)
    )
    assert words(verify(organisation)) == f"entry 3 ({VERB}) was altered"


def test_an_altered_payload_is_named(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(5)
    Payload.objects.filter(pk=entries[1].pk).update(data='{"loaf":"poison"}')
    assert words(verify(organisation)) == "what entry 2 said was altered"


def test_a_payload_made_to_look_erased_is_named(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(3)
    Payload.objects.filter(pk=entries[1].pk).update(data="", salt="", erased_at=entries[1].recorded_at)
    assert words(verify(organisation)) == "what entry 2 said was erased, and no entry says by whom"


def test_a_removed_payload_is_named(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(3)
    Payload.objects.filter(pk=entries[1].pk).delete()
    assert words(verify(organisation)) == "what entry 2 said was removed"


def test_removed_rows_are_named(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(8)
    _drop(entries[2:5])
    assert "entries 3 to 5 were removed" in words(verify(organisation))


def test_a_removed_tail_is_named(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(4)
    _drop(entries[3:])
    assert words(verify(organisation)) == "entry 4 was removed"


def test_a_tail_removed_with_its_head_is_found_by_the_seal(
    chain_of: ChainOf, organisation: Organisation
) -> None:
    entries = chain_of(4)
    actions.seal_heads()
    _drop(entries[3:])
    Chain.objects.update(sequence=3, head=entries[2].hash)
    assert words(verify(organisation)) == "entry 4 was signed and is not there any more"


def test_swapped_rows_are_said_to_be_moved(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(6)
    _swap(entries[1], entries[4])
    found = words(verify(organisation))
    assert "entry 2 was moved: it was written as entry 5" in found
    assert "entry 5 was moved: it was written as entry 2" in found


def test_a_row_added_at_the_end_is_said_to_be_inserted(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(3)
    _forge(entries[-1], sequence=4, previous=entries[-1].hash)
    assert "entries after 3 were inserted" in words(verify(organisation))


def test_a_row_forged_in_the_middle_breaks_its_neighbour(
    chain_of: ChainOf, organisation: Organisation
) -> None:
    entries = chain_of(4)
    _drop(entries[1:2])
    _forge(entries[0], sequence=2, previous=entries[0].hash)
    assert "entry 3 does not follow the entry before it" in words(verify(organisation))


def test_a_chain_rewritten_whole_is_found_by_the_seals(chain_of: ChainOf, organisation: Organisation) -> None:
    entries = chain_of(3)
    actions.seal_heads()
    _rewrite(entries)
    assert words(verify(organisation)) == "entry 3 is not the one that was signed"


def test_a_chain_rewritten_with_its_seals_is_found_by_the_anchor(
    chain_of: ChainOf, organisation: Organisation
) -> None:
    entries = chain_of(3)
    anchor = entries[1].hash
    _rewrite(entries)
    assert verify(organisation) == []
    assert "the chain was rewritten" in words(verify(organisation, anchor))


def test_a_seal_of_another_key_is_not_ours(chain_of: ChainOf, organisation: Organisation) -> None:
    chain_of(2)
    actions.seal_heads()
    seal = Seal.objects.get()
    Seal.objects.update(signature=("00" * 64) if seal.signature[:2] != "00" else ("11" * 64))
    assert words(verify(organisation)) == "the signature of the head at entry 2 is not ours"


def test_a_missing_key_is_said_and_never_made_by_checking(
    chain_of: ChainOf, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    chain_of(2)
    actions.seal_heads()
    elsewhere = f"{tmp_path}/elsewhere/key"
    monkeypatch.setattr(settings, "JOURNAL_KEY", elsewhere)
    assert "signing key is missing" in words(verify(organisation))
    assert "signing key is missing" in words(verify(organisation))


def test_a_head_is_sealed_once(chain_of: ChainOf, organisation: Organisation) -> None:
    chain_of(2)
    assert [actions.seal_heads(), actions.seal_heads()] == [1, 0]
    chain_of(1)
    assert actions.seal_heads() == 1


def _drop(entries: list[Entry]) -> None:
    places = [entry.pk for entry in entries]
    Payload.objects.filter(pk__in=places).delete()
    Entry.objects.filter(pk__in=places).delete()


def _swap(one: Entry, other: Entry) -> None:
    Entry.objects.filter(pk=one.pk).update(sequence=0)
    Entry.objects.filter(pk=other.pk).update(sequence=one.sequence)
    Entry.objects.filter(pk=one.pk).update(sequence=other.sequence)


def _forge(like: Entry, *, sequence: int, previous: str) -> Entry:
    link = hashing.Link(
        organisation=like.organisation_id,
        sequence=sequence,
        recorded_at=like.recorded_at,
        occurred_at=like.occurred_at,
        verb=like.verb,
        actor="",
        target="",
        payload_hash=hashing.payload_hash("aa", "{}"),
        previous=previous,
    )
    entry = actions._append(link)
    Payload.objects.create(entry=entry, salt="aa", data="{}")
    return entry


def _rewrite(entries: list[Entry]) -> None:
    _drop(entries)
    previous = ""
    for entry in entries:
        forged = _forge(entry, sequence=entry.sequence, previous=previous)
        previous = forged.hash
    Chain.objects.update(sequence=len(entries), head=previous)
