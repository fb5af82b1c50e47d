"""Many at once: every entry has a place of its own, and the chain holds."""

import threading

import pytest
from django.db import connections, transaction

from tests.journal.conftest import VERB
from tocsin.accounts.models import Organisation
from tocsin.journal import actions, selectors
from tocsin.journal.verify import verify

WRITERS, EACH, WAIT = 5, 8, 60


@pytest.mark.django_db(transaction=True)
def test_entries_recorded_at_once_make_one_chain() -> None:
    houses = [Organisation.objects.create(name=name, slug=name) for name in ("berthier", "lacaze")]
    start = threading.Barrier(WRITERS)
    problems: list[Exception] = []

    def write(writer: int) -> None:
        start.wait(WAIT)
        try:
            for number in range(EACH):
                with transaction.atomic():
                    for house in houses:
                        actions.record(
                            VERB, actor=None, organisation=house, data={"loaf": f"{writer}.{number}"}
                        )
                    if number % 4 == 3:
                        transaction.set_rollback(True)
        except Exception as error:
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert problems == []
    for house in houses:
        assert selectors.head(house)[0] == WRITERS * EACH * 3 // 4
        assert verify(house) == []
