"""What people ask most in public and have not been told: posts that ask, by the narrative they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tocsin.crisis.models import Crisis, Question
from tocsin.stream.understand.words import EXPECTATIONS
from tocsin.watch.selectors import mentions, posts
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.posts import Post
from tocsin.watch.shown import Mention, shown

LOOKED_AT, SHOWN = 400, 5
ASKING = sum(1 << EXPECTATIONS.index(name) for name in ("information", "explanation"))
MARKS = ("?", "\uff1f", "\u061f")


@dataclass(frozen=True)
class Asked:
    """Posts of one narrative in which people ask something.

    Attributes
    ----------
    narrative
        Number of the narrative.
    count
        How many of the posts that were looked at ask it.
    mention
        The newest of them.
    question
        The question of the room that was noted for it; None for none.
    """

    narrative: int
    count: int
    mention: Mention
    question: Question | None

    @property
    def told(self) -> bool:
        """Return whether the room has an answer to it."""
        return self.question is not None and bool(self.question.answer)


def asked(wanted: Wanted, questions: Sequence[Question]) -> list[Asked]:
    """Return what people ask, what most posts ask first; of the newest posts, never of all.

    Parameters
    ----------
    wanted
        The brand's own watches, from the onset on.
    """
    if not wanted.watch_ids:
        return []
    known = {question.narrative: question for question in questions if question.narrative}
    groups: dict[int, list[Post]] = {}
    for post in _asking(wanted):
        groups.setdefault(post.narrative or -post.n, []).append(post)
    ranked = sorted(groups.items(), key=lambda pair: (-len(pair[1]), -pair[1][0].n))
    found = [
        Asked(key, len(group), shown(group[0], ()), known.get(key)) for key, group in ranked[: 3 * SHOWN]
    ]
    return sorted(found, key=lambda one: one.told)[:SHOWN]


def one(crisis: Crisis, wanted: Wanted, narrative: int) -> Post | None:
    """Return the newest post that asks something in a narrative; None when none does."""
    if narrative < 0:
        return posts.one(crisis.organisation_id, -narrative)
    found = mentions.page(replace(wanted, narrative=narrative), size=50).posts
    return next((post for post in found if asks(post)), next(iter(found), None))


def asks(post: Post) -> bool:
    """Return whether a post asks something: it expects an answer, or ends a sentence with a question mark."""
    return bool(post.expectations & ASKING) or any(mark in post.text for mark in MARKS)


def _asking(wanted: Wanted) -> list[Post]:
    """Return the newest posts that ask something, the newest first, each once."""
    expecting = mentions.page(replace(wanted, expectations=ASKING), size=LOOKED_AT).posts
    newest = mentions.page(wanted, size=LOOKED_AT).posts
    found = {post.n: post for post in (*expecting, *newest) if asks(post) and not post.is_own_voice}
    return sorted(found.values(), key=lambda post: -post.n)
