"""What templates of plans say of roles, tasks and messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import phonenumbers
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tocsin.plan import words
from tocsin.plan.document.checking import Fault
from tocsin.plan.document.slots import SLOT
from tocsin.plan.document.structure import Document, Text
from tocsin.plan.models import Contact, Line, Means, Probe, Seat
from tocsin.plan.readiness import Gap
from tocsin.plan.rota import words as rota_words

register = template.Library()
register.filter("audience", words.audience)
register.filter("channel", words.channel)
register.filter("delay", words.delay)
register.filter("message_name", words.message)
register.filter("month", words.month)
register.filter("phase", words.phase)
register.filter("responsibility", words.responsibility)


@register.filter
def said(text: Text | None) -> str:
    """Say the words of a plan in the reader's language, or in another that has them."""
    return words.here(text or {})


@register.filter
def said_in(text: Text, language: str) -> str:
    """Say the words of a plan in one language, nothing when it has none in it."""
    return text.get(language, "")


@register.filter
def role_title(document: Document, name: str) -> str:
    """Name a role; one that the plan does not know keeps its short name."""
    role = document.role(name)
    return words.here(role.title) if role else name


@register.filter
def held(team: Mapping[str, Sequence[Seat]], role: str) -> Sequence[Seat]:
    """Return who holds a role, first who is called first."""
    return team.get(role, ())


@register.filter
def of_line(probes: Mapping[int, Probe], line: int) -> Probe | None:
    """Return what was asked last on a line, None when nothing was."""
    return probes.get(line)


@register.filter
def moment(when: datetime, now: datetime) -> str:
    """Say when a shift begins or ends, as one says it today."""
    return rota_words.moment(when, now)


@register.filter
def phone(contact: Contact) -> str:
    """Return the first number of a contact, as it is dialled; empty without one."""
    line = _number(contact)
    return line.address if line else ""


@register.filter
def phone_words(number: str) -> str:
    """Write a number as people read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style).replace(" ", "\u00a0")


@register.filter
def slotted(text: str) -> SafeString:
    """Show a message with its open slots marked; lines stay lines."""
    return mark_safe(SLOT.sub(_slot, escape(text)))  # noqa: S308 - escaped before slots are marked


@register.filter
def fault_words(fault: Fault) -> str:
    """Say what is missing or wrong."""
    return words.fault(fault)


@register.filter
def gap_words(gap: Gap, document: Document) -> str:
    """Say what would fail tonight."""
    return words.gap(gap.code, gap.about, document)


@register.filter
def grade(value: int, of: str) -> str:
    """Say a likelihood or an impact, from 1 to 5."""
    names = words.LIKELIHOOD if of == "likelihood" else words.IMPACT
    return str(names[min(max(value, 1), len(names)) - 1])


@register.filter
def in_language(code: str) -> str:
    """Say in which language something is written."""
    return str(words.LANGUAGE.get(code, code))


def _number(contact: Contact) -> Line | None:
    numbers = [line for line in contact.lines.all() if line.means in {Means.VOICE, Means.SMS}]
    numbers.sort(key=lambda line: line.means != Means.VOICE)
    return numbers[0] if numbers else None


def _slot(found: re.Match[str]) -> str:
    """Mark an open slot; its brackets are unseen and copied, so that words taken from here show it."""
    return (
        '<mark class="slot"><span class="slot__edge">[[</span>'
        f'{found[1]}<span class="slot__edge">]]</span></mark>'
    )
