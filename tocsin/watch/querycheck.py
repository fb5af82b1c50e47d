"""What a query means before it is saved: its fault, or what it matches in the newest posts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.accounts.models import Organisation
from tocsin.stream.query.errors import Language, QueryError
from tocsin.stream.query.parser import parse
from tocsin.stream.query.spans import Highlighter
from tocsin.ui.highlight import marked
from tocsin.watch.forms import WatchForm
from tocsin.watch.highlights import as_posted
from tocsin.watch.selectors import posts
from tocsin.watch.selectors.watches import watches
from tocsin.watch.shown import Mention

LOOKED_AT = 300
SHOWN = 3


@dataclass(frozen=True)
class Fault:
    """What is wrong with a query, where, and what would work."""

    message: str
    expected: str
    before: str
    at: str
    after: str
    proposal: str


@dataclass(frozen=True)
class Checked:
    """The answer to a query."""

    empty: bool = False
    fault: Fault | None = None
    looked_at: int = 0
    matched: int = 0
    examples: list[Mention] = field(default_factory=list)


def check(query: str, organisation: Organisation) -> Checked:
    """Return the fault of a query, or what it matches in the newest stored posts."""
    if not query.strip():
        return Checked(empty=True)
    try:
        node = parse(query)
    except QueryError as error:
        return Checked(fault=_fault(query, error))
    ids = [watch.pk for watch in watches(organisation)]
    newest = [(post, as_posted(post)) for post in posts.newest(organisation.pk, ids, LOOKED_AT)]
    highlighter = Highlighter(node)
    matched = [
        row for row, (post, seen) in enumerate(newest) if highlighter.matches(seen, language=post.lang)
    ]
    examples = [
        Mention(post, marked(post.text, highlighter.spans(seen, language=post.lang)), blurred=False)
        for post, seen in (newest[row] for row in matched[:SHOWN])
    ]
    return Checked(looked_at=len(newest), matched=len(matched), examples=examples)


def accept(form: WatchForm, *, may_be_empty: bool = False) -> bool:
    """Return whether the form's query can be saved, and say on the form why not."""
    query = form.cleaned_data.get("query", "")
    if not query.strip():
        if not may_be_empty:
            form.add_error("query", _("Write what to look for: at least one word."))
        return may_be_empty
    try:
        parse(query)
    except QueryError as error:
        form.add_error("query", _fault(query, error).message)
        return False
    return True


def _fault(query: str, error: QueryError) -> Fault:
    lang: Language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    start = query.rfind("\n", 0, error.position) + 1
    end = query.find("\n", error.position)
    line = query[start : end if end >= 0 else None]
    place = error.position - start
    return Fault(
        message=error.message[lang],
        expected=error.expected_in[lang],
        before=line[max(0, place - 60) : place],
        at=line[place : place + 1] or " ",
        after=line[place + 1 : place + 60],
        proposal=error.proposal,
    )
