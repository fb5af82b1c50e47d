"""Any single change to any column of any row is found; nothing is found where nothing was changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.conftest import VERB
from tocsin.accounts.models import Organisation
from tocsin.journal import actions, hashing
from tocsin.journal.models import Entry, Payload
from tocsin.journal.verify import verify

LENGTH = 6
within_a_test = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
any_text = st.text(st.characters(), max_size=60)  # halves of pairs and NUL too
payloads = st.dictionaries(
    st.text(max_size=12), st.one_of(any_text, st.integers(), st.booleans(), st.none()), max_size=4
)


@pytest.fixture(autouse=True)
def no_scope() -> Iterator[None]:
    """These tests act as someone who holds the database."""
    with scopes_disabled():
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Take one example's rows back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@within_a_test
@given(data=st.lists(payloads, min_size=1, max_size=6))
def test_whatever_is_said_an_untouched_chain_holds(
    organisation: Organisation, data: list[dict[str, object]]
) -> None:
    with undone():
        for payload in data:
            entry = actions.record(VERB, actor=None, organisation=organisation, data=payload)
            assert Entry.objects.get(pk=entry.pk).data == payload
        assert verify(organisation) == []


@within_a_test
@given(
    place=st.integers(1, LENGTH),
    column=st.sampled_from(["verb", "actor", "target", "payload_hash", "previous", "hash"]),
    value=st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=40),
)
def test_any_altered_text_is_found(organisation: Organisation, place: int, column: str, value: str) -> None:
    with undone():
        _chain(organisation)
        before = getattr(Entry.objects.get(sequence=place), column)
        Entry.objects.filter(sequence=place).update(**{column: value})
        assert bool(verify(organisation)) == (value != before)


@within_a_test
@given(
    place=st.integers(1, LENGTH),
    column=st.sampled_from(["recorded_at", "occurred_at"]),
    microseconds=st.integers(-(10**9), 10**9),
)
def test_any_altered_time_is_found(
    organisation: Organisation, place: int, column: str, microseconds: int
) -> None:
    with undone():
        _chain(organisation)
        before = getattr(Entry.objects.get(sequence=place), column)
        Entry.objects.filter(sequence=place).update(**{column: before + timedelta(microseconds=microseconds)})
        assert bool(verify(organisation)) == (microseconds != 0)


@within_a_test
@given(order=st.permutations(range(1, LENGTH + 1)))
def test_any_other_order_is_found(organisation: Organisation, order: list[int]) -> None:
    with undone():
        entries = _chain(organisation)
        for entry in entries:
            Entry.objects.filter(pk=entry.pk).update(sequence=entry.sequence + 1000)
        for entry, place in zip(entries, order, strict=True):
            Entry.objects.filter(pk=entry.pk).update(sequence=place)
        assert bool(verify(organisation)) == (order != sorted(order))


@within_a_test
@given(gone=st.sets(st.integers(1, LENGTH)))
def test_any_removed_rows_are_found(organisation: Organisation, gone: set[int]) -> None:
    with undone():
        _chain(organisation)
        Payload.objects.filter(entry__sequence__in=gone).delete()
        Entry.objects.filter(sequence__in=gone).delete()
        assert bool(verify(organisation)) == bool(gone)


@given(
    one=st.tuples(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
    other=st.tuples(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
)
def test_columns_never_run_into_each_other(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (_hash(*one) == _hash(*other)) == (one == other)


def _hash(verb: str, actor: str, target: str) -> str:
    moment = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    return hashing.entry_hash(hashing.Link(1, 1, moment, moment, verb, actor, target, "aa", ""))


def _chain(organisation: Organisation) -> list[Entry]:
    return [
        actions.record(VERB, actor=None, organisation=organisation, data={"loaf": f"pain {place}"})
        for place in range(LENGTH)
    ]
