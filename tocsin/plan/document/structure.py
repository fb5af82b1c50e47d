"""What a crisis plan says: values that are compared, checked, written, read, and never changed in place."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Text = dict[str, str]
"""Words by language code, such as ``{"fr": "Appeler le magasin", "en": "Call the shop"}``."""

LANGUAGES: Final = ("fr", "en")
RESPONSIBILITIES: Final = ("victim", "accidental", "preventable")
AUDIENCES: Final = ("victims", "employees", "frontline", "partners", "authorities", "press", "public")
"""Whom a message is for, in the order in which they are to hear it."""

CHANNELS: Final = (
    "reply",
    "private",
    "email",
    "phone",
    "sms",
    "sheet",
    "intranet",
    "website",
    "post",
    "press",
)
"""Where a message goes: a reply under a post, a private message, …, a sheet for shop and call centre, …"""

LEVELS: Final = ("yellow", "orange", "red")
GRADES: Final = (1, 2, 3, 4, 5)

Responsibility = Literal["", "victim", "accidental", "preventable"]
"""Of the company for what happened, as situational crisis communication theory tells clusters apart."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Anything of a plan that has a name of its own in it.

    Attributes
    ----------
    id
        Short name, unique among its siblings, the same in every language.
    """

    id: str


class Item(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One sentence of a list."""

    words: Text


class Role(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A seat of the crisis team, whoever holds it."""

    title: Text
    task: Text = {}


class Task(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a protocol.

    Attributes
    ----------
    role
        Id of the role that does it.
    minutes
        After the activation, when it is to be done.
    after
        Ids of tasks that come before it; tasks that don't wait for each other are done in parallel.
    condition
        When it applies, in words; always when empty.
    message
        Id of the message that it sends, ``audience/channel``; empty for none.
    """

    role: str
    minutes: int
    words: Text
    checklist: tuple[Item, ...] = ()
    after: tuple[str, ...] = ()
    condition: Text = {}
    message: str = ""


class Fact(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Something to be established once, in the words that every message then takes.

    Attributes
    ----------
    name
        How slots call it: ``[[product]]``.
    words
        What it must say.
    """

    name: Text
    words: Text = {}


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said to an audience on a channel, with slots that must be filled: ``[[product]]``."""

    audience: str
    channel: str
    words: Text
    subject: Text = {}

    @property
    def id(self) -> str:
        """Return ``audience/channel``, of which a scenario has one."""
        return f"{self.audience}/{self.channel}"


class Question(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What people will ask, and what the answer needs."""

    words: Text
    answer: Text


class Severity(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A degree of the scenario: how it is known, and what it changes."""

    title: Text
    changes: Text


class Criteria(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a scenario is proposed. A person may always call it.

    Attributes
    ----------
    level
        The least vigilance that calls for it; empty when only a person does.
    topics
        Topics of mentions, any of which calls for it; all topics when empty.
    mentions
        Negative mentions an hour from which it is proposed, 0 for any number.
    signs
        What a person would notice.
    """

    level: str = ""
    topics: tuple[str, ...] = ()
    mentions: int = 0
    signs: tuple[Item, ...] = ()


class Grade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Likelihood and impact, from 1 to 5."""

    likelihood: int = 3
    impact: int = 3


class Scenario(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of crisis: when it is called, what is done, what is said, and how it ends.

    Attributes
    ----------
    decides
        Id of the role that decides.
    calls
        Ids of the roles that are called out, in order.
    facts
        What the agreed version of the facts must settle: each fills the slots that bear its name.
    duties
        Ids of legal duties whose deadlines begin with the discovery of the facts.
    notes
        What an imported plan said that has no place of its own here, as Markdown.
    """

    title: Text
    summary: Text = {}
    criteria: Criteria = Criteria()
    risk: Grade = Grade()
    responsibility: Responsibility = ""
    responsibility_note: Text = {}
    decides: str = ""
    calls: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    protocol: tuple[Task, ...] = ()
    facts: tuple[Fact, ...] = ()
    messages: tuple[Message, ...] = ()
    questions: tuple[Question, ...] = ()
    avoid: tuple[Item, ...] = ()
    ends: tuple[Item, ...] = ()
    notes: Text = {}


class Risk(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What could happen.

    Attributes
    ----------
    likelihood, impact
        From 1 to 5.
    scenario
        Id of the scenario that prepares for it; empty for none yet.
    """

    title: Text
    likelihood: int = 3
    impact: int = 3
    scenario: str = ""
    note: Text = {}


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole plan, in one or more languages."""

    languages: tuple[str, ...] = ("fr",)
    roles: tuple[Role, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    risks: tuple[Risk, ...] = ()

    def scenario(self, name: str) -> Scenario | None:
        """Return the scenario with this id, None when the plan has none."""
        return next((scenario for scenario in self.scenarios if scenario.id == name), None)

    def role(self, name: str) -> Role | None:
        """Return the role with this id, None when the plan has none."""
        return next((role for role in self.roles if role.id == name), None)


def said(text: Text, language: str) -> str:
    """Return the words in a language, or else in the first that has any.

    >>> said({"fr": "Bonjour"}, "en")
    'Bonjour'
    """
    return text.get(language) or next((words for words in text.values() if words), "")


def encode(document: Document) -> bytes:
    """Return a plan as JSON."""
    return msgspec.json.encode(document)


def decode(data: bytes | str) -> Document:
    """Return the plan that JSON holds.

    Raises
    ------
    msgspec.ValidationError
        When it is no plan.
    """
    return msgspec.json.decode(data, type=Document)
