"""What the page of a piece of evidence says: the post as it was held, and how its hash is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.crisis import pictures
from tocsin.crisis.evidence import moment, values_of
from tocsin.crisis.models import Evidence, Picture, PictureState
from tocsin.crisis.sheets.setting import Form, Values, pages
from tocsin.ui.words import exact, number
from tocsin.watch.vocabulary import network_name

PRINTED: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
"""Kinds of pictures that stand on the page; others lie beside it in the archive."""
PRINTED_PIXELS: Final = 24_000_000
PRINTED_EACH: Final = 6


def printed(piece: Evidence, language: str, form: Form = "pdf") -> list[bytes]:
    """Return the page of a piece in a language, in the time zone of its organisation."""
    zone = ZoneInfo(piece.organisation.time_zone)
    rows = list(piece.pictures.all())
    with translation.override(language), timezone.override(zone):
        files, shown = _printed(rows)
        return pages("piece.typ", {**contents(piece, rows, language), "pictures": shown}, files, form)


def contents(piece: Evidence, rows: Sequence[Picture], language: str) -> Values:
    """Return what the page says, in the active language and time zone."""
    values = values_of(piece)
    post = values["post"]
    return {
        "language": language,
        "house": piece.organisation.name,
        "title": _("Piece %(number)s") % {"number": piece.pk},
        "sha256": piece.sha256,
        "intro": _intro(piece),
        "labels": _labels(),
        "post": {**_said(post), "handle": post["author_handle"], "title": post["title"]}
        | {"figures": figures(post)},
        "media": [{"url": one.url, "state": _state(one)} for one in rows],
        "facts": _facts(piece, values),
        "earlier": [
            {**_said(post), "text": one["text"], "at": _at(one["seen_at"])} for one in values["earlier_texts"]
        ],
        "thread": [_said(one) for one in values["answers_to"]],
        "answers": [_said(one) for one in values["answers"]],
        "proof": _proof(piece),
    }


def figures(post: Mapping[str, Any]) -> str:
    """Return the figures of a post that its network told, in words."""
    words = {
        "likes": _("%(n)s likes"),
        "reposts": _("%(n)s shares"),
        "replies": _("%(n)s replies"),
        "views": _("%(n)s views"),
    }
    told = [
        words[name] % {"n": number(count)} for name, count in post["figures"].items() if count is not None
    ]
    if post["rating"] is not None:
        told.append(_("rated %(n)s out of 5") % {"n": number(post["rating"], 1)})
    return " · ".join(told)


def _intro(piece: Evidence) -> str:
    words = _("Secured by %(who)s on %(when)s.") % {
        "who": piece.secured_by or _("a person who left"),
        "when": exact(piece.secured_at),
    }
    return f"{words} {piece.why}".strip()


def _labels() -> dict[str, str]:
    return {
        "empty": _("(no text)"),
        "media": _("Pictures and videos named by the post"),
        "known": _("What was known of it"),
        "earlier": _("Earlier versions of the text"),
        "thread": _("What it answers"),
        "answers": _("Answers that were held"),
        "proof": _("How it can be checked"),
        "verify": _(
            "The hash is the SHA-256 of the file snapshot.json, byte for byte. The journal of Tocsin holds "
            "it at the place above, in a chain of which every entry holds the hash of the one before; the "
            "heads of the chain are signed. `tocsin journal verify` checks the chain."
        ),
    }


def _facts(piece: Evidence, values: Mapping[str, Any]) -> list[list[str]]:
    post = values["post"]
    watches = ", ".join(f"{one['brand']} · {one['name']}" for one in values["watches"])
    pairs = [
        (_("Address"), post["url"]),
        (_("Identifier"), post["id"]),
        (_("Author"), _author(post)),
        (_("Followers"), number(post["followers"]) if post["followers"] is not None else ""),
        (_("Published"), _at(post["published_at"])),
        (_("Brought in"), _at(post["fetched_at"])),
        (_("Newest text seen"), _at(post["text_seen_at"])),
        (_("Language"), post["language"]),
        (_("Kept by the watches"), watches),
        (_("Understood as"), _understood(values["understood"])),
        (_("Room"), str(piece.crisis) if piece.crisis else ""),
    ]
    return [[name, said] for name, said in pairs if said]


def _author(post: Mapping[str, Any]) -> str:
    handle = f"@{post['author_handle']}" if post["author_handle"] else ""
    return " · ".join(filter(None, (post["author_name"], handle, post["author_id"])))


def _understood(found: Mapping[str, Any]) -> str:
    tone = {"negative": _("negative"), "neutral": _("neutral"), "positive": _("positive")}
    return f"{tone.get(found['sentiment'], found['sentiment'])} ({number(found['score'], 2)})"


def _proof(piece: Evidence) -> list[list[str]]:
    return [
        ["SHA-256", piece.sha256],
        [_("Secured on"), exact(piece.secured_at)],
        [_("Entry of the journal"), str(piece.journal_place)],
        [_("Hash of the entry"), piece.journal_hash],
    ]


def _printed(rows: Sequence[Picture]) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    """Return the files that the page shows, and what it says of each."""
    files: dict[str, bytes] = {}
    shown: list[dict[str, str]] = []
    for row in rows:
        format_ = PRINTED.get(row.media_type)
        fits = 0 < row.width * row.height <= PRINTED_PIXELS
        if row.state != PictureState.KEPT or format_ is None or not fits or len(shown) >= PRINTED_EACH:
            continue
        body = pictures.read(row)
        if body is None:
            continue
        name = f"{len(shown)}.{format_}"
        files[name] = body
        shown.append({"file": name, "format": format_, "note": f"SHA-256 {row.sha256}"})
    return files, shown


def _state(row: Picture) -> str:
    if row.state == PictureState.KEPT:
        return _("fetched %(when)s, SHA-256 %(hash)s") % {
            "when": exact(row.fetched_at) if row.fetched_at else "–",
            "hash": row.sha256,
        }
    if row.state == PictureState.GONE:
        return f"{pictures.words(row)} ({exact(row.tried_at) if row.tried_at else '–'})"
    return _("being fetched")


def _said(post: Mapping[str, Any]) -> dict[str, str]:
    return {
        "author": post["author_name"] or post["author_handle"] or _("Unknown author"),
        "network": str(network_name(post["network"])),
        "at": _at(post["published_at"]),
        "text": post["text"],
    }


def _at(text: str | None) -> str:
    found = moment(text)
    return exact(found) if found is not None else ""
