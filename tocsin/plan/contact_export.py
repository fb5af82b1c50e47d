"""Contacts as a table that a spreadsheet reads, and that can be brought back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from tocsin.plan.models import Means
from tocsin.plan.roster import ShownContact
from tocsin.watch.vocabulary import language_name

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(contacts: Sequence[ShownContact]) -> bytes:
    """Return contacts as CSV in UTF-8, the heads in the active language; no cell is taken for a formula."""
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(_heads())
    rows.writerows(_row(contact) for contact in contacts)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def _heads() -> list[str]:
    heads = (
        _("Name"), _("Function"), _("Company or authority"), _("Side"), _("Phone call"), _("Text message"),
        _("E-mail"), _("Matrix"), _("Languages spoken"), _("Time zone"), _("Deputy"), _("Note"), _("Roles"),
    )  # fmt: skip
    return [str(head) for head in heads]


def _row(contact: ShownContact) -> list[str]:
    row = contact.row
    return [
        _plain(row.name),
        _plain(row.function),
        _plain(row.company),
        str(row.get_side_display()),
        *(_ways(contact, means) for means in (Means.VOICE, Means.SMS, Means.EMAIL, Means.MATRIX)),
        ", ".join(language_name(code) for code in row.languages),
        row.time_zone,
        _plain(row.deputy.name if row.deputy else ""),
        _plain(row.note),
        _plain(", ".join(f"{title} ({plan.brand.name})" for plan, title in contact.roles)),
    ]


def _ways(contact: ShownContact, means: Means) -> str:
    """Return the numbers or addresses of a kind; a number in groups is no formula, and no sum of digits."""
    written = " / ".join(
        line.words.replace("\u00a0", " ") for line in contact.lines if line.row.means == means
    )
    return written if means in {Means.VOICE, Means.SMS} else _plain(written)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
