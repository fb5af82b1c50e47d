"""What ``tocsin demo`` does once Django is set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils import timezone

from tocsin.alerts.actions import take_raised
from tocsin.cli.migrating import migrate
from tocsin.listen.demo import DAYS, Demo, declare, tell_history
from tocsin.river.ingest import TOPIC, the_bus
from tocsin.river.service import drain
from tocsin.simulate import COMPANY


def prepare(password: str, tell: Callable[[str], None]) -> Iterator[str]:
    """Make the demonstration, or find it made, and yield the lines of its sign-in.

    Parameters
    ----------
    tell : callable
        Given what is being done, before it is.
    """
    for line in migrate():
        tell(line)
    tell(f"Declaring {COMPANY.name}, its people, watches and sources…")
    organisation = declare(timezone.now(), password)
    tell(f"Telling {DAYS} days of what people said…")
    if posts := tell_history(organisation):
        tell(f"Taking {posts:,} posts through the river…")
        drain(the_bus().last(TOPIC))
        Demo().tick(timezone.now())
        drain(the_bus().last(TOPIC))
        take_raised()
    person = next(person for person in COMPANY.people if person.role == "lead")
    yield f"Sign in as {person.name} ({person.title}):"
    yield f"  e-mail    {person.email}"
    yield f"  password  {password}"
    yield "Everybody else of the company has the same password; the administrator is " + next(
        other.email for other in COMPANY.people if other.role == "administrator"
    )
