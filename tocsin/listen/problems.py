"""What goes wrong when posts come in: codes are kept, sentences are made in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_FETCHING: Final[dict[str, Promise]] = {
    "address_refused": gettext_lazy(
        "The address %(host)s is refused: only http and https are fetched, without a name or password inside."
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
    "network": gettext_lazy(
        "Its network “%(value)s” is no short name of letters, figures, hyphens, dots or underscores."
    ),
    "no_date": gettext_lazy("It has no date."),
    "date": gettext_lazy("Its date “%(value)s” cannot be read."),
    "too_early": gettext_lazy("Its date, %(value)s, is before 1990."),
    "in_the_future": gettext_lazy("Its date, %(value)s, is in the future."),
    "ragged": gettext_lazy("It has %(columns)s values where the file has %(expected)s columns."),
    "quotes": gettext_lazy("Its quotation marks do not close."),
    "line_too_long": gettext_lazy("It is longer than %(limit)s MB."),
    "not_json": gettext_lazy("It is not JSON."),
    "not_an_object": gettext_lazy("It is not a JSON object."),
    "no_id": gettext_lazy("It has neither “id” nor “native_id”."),
    "wrong_field": gettext_lazy("Its field “%(field)s” holds what no post has there."),
    "bus_unavailable_now": gettext_lazy("It could not be stored; send it again."),
}
_DETAILS: Final[dict[str, Promise]] = {
    "page_without_feed": gettext_lazy(
        "This is the address of a page, not of a feed, and the page names none. Look for “RSS” at its foot."
    ),
    "page_with_feeds": gettext_lazy("This is the address of a page, not of a feed. The page names these:"),
    "address_private": gettext_lazy(
        "%(host)s is on a private network (an intranet, this machine), which is refused. If it is yours, the "
        "administrator allows it with the setting TOCSIN_FETCH_PRIVATE=yes and starts Tocsin again."
    ),
    "not_json_at": gettext_lazy("It is not JSON: something is wrong at byte %(place)s."),
    "not_json_cut": gettext_lazy("It is not JSON: it ends too early."),
    "not_utf_8": gettext_lazy("It is not written in UTF-8."),
    "wrong_type": gettext_lazy("Its field “%(field)s” should be %(expected)s."),
    "not_a_moment": gettext_lazy(
        "Its field “%(field)s” is not a time as RFC 3339 writes it, such as 2026-03-14T08:30:00Z."
    ),
    "not_a_choice": gettext_lazy("Its field “%(field)s” is none of %(choices)s."),
    "unknown_field": gettext_lazy(
        "No post has a field “%(field)s”: it was left out, the rest of the post was taken."
    ),
    "unknown_field_near": gettext_lazy(
        "No post has a field “%(field)s”: it was left out, the rest of the post was taken. Did you mean "
        "“%(near)s”?"
    ),
    "file_empty": gettext_lazy("The file is empty."),
    "file_old_excel": gettext_lazy(
        "This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx or .csv."
    ),
    "file_packed": gettext_lazy("The file is compressed. Unpack it first."),
    "file_no_table": gettext_lazy("This is not a table of posts. Export CSV, XLSX or JSON lines instead."),
    "file_no_object": gettext_lazy("No line of the file is a JSON object."),
    "file_unopened": gettext_lazy("The file cannot be opened."),
    "workbook_broken": gettext_lazy("The workbook cannot be read: it is damaged, or no .xlsx workbook."),
    "workbook_empty": gettext_lazy(
        "The workbook holds no table: a row of names and at least one row of values."
    ),
    "workbook_too_large": gettext_lazy(
        "The workbook unpacks to more than is read. Save it as CSV and import that."
    ),
    "workbook_harmful": gettext_lazy(
        "The workbook unpacks to many times its size, as harmful ones do; nothing was read. If it is yours, "
        "save it as CSV and import that."
    ),
    "workbook_locked": gettext_lazy("The workbook is protected by a password. Save it without one."),
    "file_changed": gettext_lazy(
        "The file is no longer where it was, or has changed since the import began. Import it again."
    ),
    "column_missing": gettext_lazy("The file has no column “%(column)s”."),
}
_EXPECTED: Final[dict[str, Promise]] = {
    "str": gettext_lazy("a text"),
    "int": gettext_lazy("a whole number"),
    "float": gettext_lazy("a number"),
    "bool": gettext_lazy("true or false"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("an object"),
}
_FILES: Final[dict[str, Promise]] = {
    "file_unusable": gettext_lazy("The file cannot be read: %(problem)s"),
    "file_gone": gettext_lazy("The file is no longer where it was, or has changed since the import began."),
    "import_failed": gettext_lazy(
        "The import stopped (%(problem)s). What was read is kept; start it again and it goes on from there."
    ),
}
_SENTENCES: Final[dict[str, Promise]] = _FETCHING | _ROWS | _FILES | _DETAILS


class _Figures(dict[str, object]):
    """Figures of a code; one that is missing is shown as a question mark rather than as an error."""

    def __missing__(self, key: str) -> object:
        return "?"


def words(code: str, figures: Mapping[str, object] | None = None) -> str:
    """Return the sentence of a code in the active language; empty for no code.

    Where the figures hold a ``detail``, its sentence is given: codes are few, so that programs can rely on
    them, and sentences say more.
    """
    if not code:
        return ""
    found = _Figures(figures or {})
    sentence = _SENTENCES.get(str(found.get("detail", ""))) or _SENTENCES.get(code)
    if sentence is None:
        return _("Something went wrong (%(code)s).") % {"code": code}
    if "expected" in found:
        found["expected"] = _EXPECTED.get(str(found["expected"]), found["expected"])
    return str(sentence) % found


def codes() -> list[str]:
    """Return every code that has words."""
    return sorted(_SENTENCES)
