"""Entries are added to a chain, shown in words, and their payloads erased."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django_scopes import scope, scopes_disabled

from tests.journal.conftest import VERB
from tocsin.accounts.models import Organisation, User
from tocsin.journal import actions, selectors, verbs
from tocsin.journal.models import Entry, Payload
from tocsin.journal.people import actor_name
from tocsin.journal.verify import verify


def test_each_entry_follows_the_one_before(chain_of: Callable[[int], list[Entry]]) -> None:
    first, second, third = chain_of(3)
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert (first.previous, second.previous, third.previous) == ("", first.hash, second.hash)


def test_each_organisation_has_a_chain_of_its_own(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    actions.record(VERB, actor=None, organisation=organisation)
    entry = actions.record(VERB, actor=None, organisation=other_organisation)
    assert (entry.sequence, entry.previous) == (1, "")
    with scope(organisation=organisation):
        assert Entry.objects.count() == 1


def test_an_unregistered_verb_records_nothing(organisation: Organisation) -> None:
    with pytest.raises(verbs.UnknownVerb, match=r"verbs\.py"):
        actions.record("tests.burnt", actor=None, organisation=organisation)
    assert selectors.head(organisation) == (0, "")


def test_an_entry_goes_with_the_transaction_that_recorded_it(organisation: Organisation) -> None:
    def bake_and_drop() -> None:
        with transaction.atomic():
            actions.record(VERB, actor=None, organisation=organisation)
            raise RuntimeError("the tray fell")

    with pytest.raises(RuntimeError):
        bake_and_drop()
    assert selectors.head(organisation) == (0, "")
    assert actions.record(VERB, actor=None, organisation=organisation).sequence == 1


def test_entries_of_a_target_after_a_place(organisation: Organisation, claire: User) -> None:
    actions.record(VERB, actor=claire, organisation=organisation, target="bakery.oven:1")
    second = actions.record(VERB, actor=claire, organisation=organisation, target="bakery.oven:1")
    actions.record(VERB, actor=claire, organisation=organisation, target="bakery.oven:2")
    assert list(selectors.entries(organisation, target="bakery.oven:1", after=1)) == [second]


def test_an_erased_payload_leaves_who_when_and_why(organisation: Organisation, claire: User) -> None:
    entry = actions.record(VERB, actor=None, organisation=organisation, data={"loaf": "brioche"})
    trace = actions.erase(entry, actor=claire, reason="asked by the customer")
    payload = Payload.objects.get(pk=entry.pk)
    assert (payload.data, payload.salt) == ("", "")
    assert payload.erased_at is not None
    assert payload.erased_reason == "asked by the customer"
    assert trace.data["reason"] == "asked by the customer"
    assert "Claire Vasseur" in trace.sentence
    assert verify(organisation) == []


def test_an_entry_without_payload_still_makes_a_sentence(organisation: Organisation, claire: User) -> None:
    entry = actions.record(VERB, actor=None, organisation=organisation, data={"loaf": "brioche"})
    assert entry.sentence == "baked brioche"
    actions.erase(entry, actor=claire, reason="over")
    with scopes_disabled():
        assert Entry.objects.get(pk=entry.pk).sentence == "baked something"


def test_a_payload_is_erased_once(organisation: Organisation, claire: User, ines: User) -> None:
    entry = actions.record(VERB, actor=None, organisation=organisation)
    actions.erase(entry, actor=claire, reason="first")
    with pytest.raises(actions.AlreadyErased):
        actions.erase(entry, actor=ines, reason="second")
    assert Payload.objects.get(pk=entry.pk).erased_reason == "first"


def test_the_name_of_who_acted_outlives_the_person(organisation: Organisation, claire: User) -> None:
    entry = actions.record(VERB, actor=claire, organisation=organisation)
    system = actions.record(VERB, actor=None, organisation=organisation)
    assert (actor_name(entry), actor_name(system)) == ("Claire Vasseur", "Tocsin")
    claire.delete()
    assert actor_name(entry)
    assert "Claire" not in actor_name(entry)
