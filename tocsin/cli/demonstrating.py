"""What ``tocsin demo`` does once Django is set up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.alerts.actions import take_raised
from tocsin.cli.migrating import migrate
from tocsin.cli.progress import Progress
from tocsin.listen.demo import DAYS, Demo, declare, tell_history
from tocsin.plan.demo import declare_plan
from tocsin.river.drain import drain
from tocsin.river.ingest import TOPIC, the_bus
from tocsin.simulate import COMPANY

LOOK_SECONDS = 0.5


def prepare(password: str, progress: Progress) -> None:
    """Make the demonstration, or find it made."""
    progress.step(_("Making the databases…"))
    for _line in migrate():
        progress.since()
    progress.step(_("Declaring %(company)s, its people, watches and sources…") % {"company": COMPANY.name})
    organisation = declare(timezone.now(), password)
    progress.step(_("Writing its crisis plan…"))
    declare_plan(organisation)
    progress.step(_("Telling %(days)d days of what people said…") % {"days": DAYS})
    posts = tell_history(organisation, told=lambda day: progress.reached(day, DAYS))
    if posts:
        posts += Demo().tick(timezone.now())
    if posts or _waiting():  # told by an earlier command that was stopped
        progress.step(_("Taking the posts through the river…"))
        with _shown_while(lambda: _show_river(progress, posts)):
            drain(the_bus().last(TOPIC))
        take_raised()
    progress.done()


@contextmanager
def _shown_while(show: Callable[[], None]) -> Iterator[None]:
    """Call `show` now and then while the block runs, in a thread of its own."""
    over, language = threading.Event(), translation.get_language()

    def look() -> None:
        with translation.override(language):
            while not over.wait(LOOK_SECONDS):
                show()
        connections.close_all()

    thread = threading.Thread(target=look, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _show_river(progress: Progress, posts: int) -> None:
    taken = _taken()
    if not posts:
        progress.since()
    elif taken < posts:
        progress.reached(taken, posts)
    elif taken == posts:
        progress.step_once(_("Learning what is usual at each hour of the week…"))
        progress.since()


def _waiting() -> bool:
    """Return whether the bus holds posts that the river has not taken."""
    try:
        with connections["river"].cursor() as cursor:
            cursor.execute("SELECT min(sequence) FROM consumer WHERE name LIKE 'river%%'")
            passed = cursor.fetchone()[0] or 0
    except DatabaseError:
        return False
    return the_bus().last(TOPIC) > passed


def _taken() -> int:
    """Return how many posts the river has stored or left aside."""
    try:
        with connections["river"].cursor() as cursor:
            cursor.execute("SELECT sum(amount) FROM tally WHERE name = 'received' AND scope LIKE 'source:%%'")
            return int(cursor.fetchone()[0] or 0)
    except DatabaseError:
        return 0  # it has not begun
