"""The verbs that the journal knows, each with the sentence that shows it in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.journal.models import Entry

Display = Callable[["Entry"], str]

_displays: dict[str, Display] = {}


class UnknownVerb(TocsinError):
    """A verb that no app registered: nothing was recorded, and the transaction is undone."""


def register(verb: str, display: Display) -> None:
    """Add a verb, written ``app.past_participle``.

    Parameters
    ----------
    verb
        Its name, which stays in the chain for ever.
    display
        Makes the sentence of an entry, in the language active when it is called. The entry's `data` is
        empty once its payload was erased: the sentence must still be one.

    Raises
    ------
    UnknownVerb
        When the name is not ``app.verb`` or is already taken by another display.
    """
    app, _dot, name = verb.partition(".")
    if not (app.isidentifier() and name.isidentifier()):
        raise UnknownVerb(f"a verb is written app.verb, not {verb!r}; nothing was registered")
    if _displays.get(verb, display) is not display:
        raise UnknownVerb(f"the verb {verb} is already registered; each app uses its own name as a prefix")
    _displays[verb] = display


def register_sentences(sentences: Mapping[str, str], values: Callable[[Entry], Mapping[str, str]]) -> None:
    """Add verbs that are each shown by one sentence, translated when it is shown.

    Parameters
    ----------
    sentences
        By verb, with ``%(name)s`` where a value stands.
    values
        What an entry fills the sentences with; all of it must be there once the payload was erased.

    Raises
    ------
    UnknownVerb
        As `register`.
    """
    for verb, sentence in sentences.items():
        register(verb, _filled(sentence, values))


def _filled(sentence: str, values: Callable[[Entry], Mapping[str, str]]) -> Display:
    def display(entry: Entry) -> str:
        return _(sentence) % values(entry)

    return display


def require(verb: str) -> None:
    """Raise `UnknownVerb` when nobody registered the verb."""
    if verb not in _displays:
        raise UnknownVerb(f"the verb {verb} is not registered in its app's verbs.py; nothing was recorded")


def names() -> list[str]:
    """Return every verb, sorted."""
    return sorted(_displays)


def display(entry: Entry) -> str:
    """Return the sentence that shows an entry, in the active language."""
    if entry.verb not in _displays:
        return _("%(verb)s (unknown to this version)") % {"verb": entry.verb}
    return _displays[entry.verb](entry)
