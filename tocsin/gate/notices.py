"""Notice templates: texts that people approved beforehand, in French and in English.

A template ``alerts.raised`` is three files in each language, in ``templates/alerts/notices/``:
``raised.fr.subject.txt``, ``raised.fr.txt`` and ``raised.fr.html``. A fourth, ``raised.fr.short.txt``, says
it in one or two sentences to whoever reads it on a locked phone or hears it read aloud. Nothing but figures
and names changes from one notice to the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.template import Context, Engine

from tocsin.errors import TocsinError
from tocsin.gate import gsm

LANGUAGES = ("fr", "en")
SMALL = frozenset({"sms", "voice", "push"})
"""Channels that carry the short text."""
LINK_APART = frozenset({"voice", "push"})
"""Channels in whose text a link is no good: it cannot be read aloud, or is carried beside the text."""
_BLANKS = re.compile(r"[ \t\r\n]+")  # no-break spaces are the writer's
_GAPS = re.compile(r"\n{3,}")


class UnknownNotice(TocsinError):
    """A template that no app registered: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it leaves: plain words, and the same lightly laid out."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class Template:
    """A registered template.

    Attributes
    ----------
    purpose
        Why it is sent, for the person who approves it.
    sample
        A context with which tests, and whoever approves it, see it filled in.
    at_any_hour
        Whether it passes quiet hours: somebody is waiting for it.
    short
        Whether it has a short text of its own; else small channels get its subject and link.
    """

    name: str
    purpose: str
    sample: Mapping[str, object]
    at_any_hour: bool = False
    short: bool = False


_templates: dict[str, Template] = {}


def register(
    name: str,
    *,
    purpose: str,
    sample: Mapping[str, object],
    at_any_hour: bool = False,
    short: bool = False,
) -> None:
    """Register a template, named ``app.notice``."""
    _templates[name] = Template(name, purpose, sample, at_any_hour, short)


def passes_quiet_hours(name: str) -> bool:
    """Return whether a template is sent at any hour."""
    return name in _templates and _templates[name].at_any_hour


def registered() -> list[Template]:
    """Return every template, by name."""
    return [_templates[name] for name in sorted(_templates)]


def render(name: str, language: str, context: Mapping[str, object], channel: str = "email") -> Notice:
    """Fill in a template, for a channel.

    A template may ask for ``channel`` and ``language``. Where a link is no good in the text (push, voice),
    ``link`` is empty.

    Raises
    ------
    UnknownNotice
        When no app registered it.
    """
    if name not in _templates:
        raise UnknownNotice(f"the notice {name} is not registered by its app; nothing was sent")
    app, _dot, notice = name.partition(".")
    spoken = language if language in LANGUAGES else "en"
    stem = f"{app}/notices/{notice}.{spoken}"
    values = {**context, "channel": channel, "language": spoken}
    subject = _one_line(_plain(f"{stem}.subject.txt", values))
    if channel in SMALL:
        return Notice(subject, _short(stem, subject, values, own_text=_templates[name].short), "")
    html = _engine(escape=True).get_template(f"{stem}.html").render(Context(values))
    return Notice(subject, _GAPS.sub("\n\n", _plain(f"{stem}.txt", values)).strip() + "\n", html)


def _short(stem: str, subject: str, values: Mapping[str, object], *, own_text: bool) -> str:
    link = "" if values["channel"] in LINK_APART else values.get("link", "")
    text = f"{subject} {link}".strip()
    if own_text:
        text = _one_line(_plain(f"{stem}.short.txt", {**values, "link": link}))
    return gsm.written(text) if values["channel"] == "sms" else text


def _plain(path: str, values: Mapping[str, object]) -> str:
    return _engine(escape=False).get_template(path).render(Context(dict(values), autoescape=False))


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


@cache
def _engine(*, escape: bool) -> Engine:
    # An engine of its own: the text of a notice never depends on what pages add to theirs.
    return Engine(
        app_dirs=True, autoescape=escape, builtins=["django.templatetags.i18n", "django.templatetags.tz"]
    )
