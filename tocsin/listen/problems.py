"""What goes wrong when posts come in: codes are kept, sentences are made in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_FETCHING: Final[dict[str, Promise]] = {
    "address_refused": gettext_lazy(
        "The address %(host)s is refused: it is not on the public internet, or not one of http or https."
    ),
    "name_unknown": gettext_lazy("Nobody knows a host named %(host)s. Check the address."),
    "unreachable": gettext_lazy("The server cannot be reached (%(problem)s)."),
    "too_slow": gettext_lazy("The server did not answer completely within the time allowed."),
    "too_large": gettext_lazy("The answer is larger than %(limit)s MB, the most that is read."),
    "too_many_redirects": gettext_lazy("The address redirects more than %(limit)s times."),
    "bad_answer": gettext_lazy("The server’s answer cannot be understood (%(problem)s)."),
    "status": gettext_lazy("The server answered with error %(status)s."),
    "postponed": gettext_lazy("The server asked to be left alone for a while."),
    "not_a_feed": gettext_lazy("What is at this address is not an RSS or Atom feed."),
    "not_a_sitemap": gettext_lazy("What is at this address is not a sitemap."),
    "harmful_document": gettext_lazy(
        "The document declares entities, as documents made to exhaust memory do; it was not read."
    ),
    "bus_unavailable": gettext_lazy("The posts could not be stored; they will be fetched again."),
    "failed": gettext_lazy("An unexpected error happened (%(problem)s)."),
}
_ROWS: Final[dict[str, Promise]] = {
    "no_text": gettext_lazy("It has no text."),
    "text_too_long": gettext_lazy("Its text has %(length)s characters; at most %(limit)s are taken."),
    "field_too_long": gettext_lazy("Its field “%(field)s” is longer than %(limit)s."),
    "number": gettext_lazy("Its field “%(field)s” is not a number that makes sense."),
    "no_date": gettext_lazy("It has no date."),
    "date": gettext_lazy("Its date “%(value)s” cannot be read."),
    "too_early": gettext_lazy("Its date, %(value)s, is before 1990."),
    "in_the_future": gettext_lazy("Its date, %(value)s, is in the future."),
    "ragged": gettext_lazy("It has %(columns)s values where the file has %(expected)s columns."),
    "quotes": gettext_lazy("Its quotation marks do not close."),
    "line_too_long": gettext_lazy("It is longer than %(limit)s MB."),
    "not_json": gettext_lazy("It is not JSON: %(problem)s"),
    "not_an_object": gettext_lazy("It is not a JSON object."),
    "no_id": gettext_lazy("It has neither “id” nor “native_id”."),
    "wrong_field": gettext_lazy("It is not a post: %(problem)s"),
}
_FILES: Final[dict[str, Promise]] = {
    "file_unusable": gettext_lazy("The file cannot be read: %(problem)s"),
    "file_gone": gettext_lazy("The file is no longer where it was, or has changed since the import began."),
    "import_failed": gettext_lazy(
        "The import stopped (%(problem)s). What was read is kept; start it again and it goes on from there."
    ),
}
_SENTENCES: Final[dict[str, Promise]] = _FETCHING | _ROWS | _FILES


class _Figures(dict[str, object]):
    """Figures of a code; one that is missing is shown as a question mark rather than as an error."""

    def __missing__(self, key: str) -> object:
        return "?"


def words(code: str, figures: Mapping[str, object] | None = None) -> str:
    """Return the sentence of a code in the active language; empty for no code."""
    if not code:
        return ""
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return _("Something went wrong (%(code)s).") % {"code": code}
    return str(sentence) % _Figures(figures or {})


def codes() -> list[str]:
    """Return every code that has words."""
    return sorted(_SENTENCES)
