"""Readiness in words: what each gap means tonight, and the page on which it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tocsin.plan.document.structure import Document, Risk, Role, Scenario, said
from tocsin.plan.readiness import Gap, Readiness

TITLES: Final[Mapping[str, Any]] = {
    "not_in_force": _("No version is in force"),
    "no_scenario": _("The plan has no scenario"),
    "contradiction": _("Scenarios that contradict themselves"),
    "empty_role": _("Roles that nobody holds"),
    "one_person": _("Roles without a deputy"),
    "single_point": _("People on whom too much rests"),
    "unreachable": _("People who cannot be reached"),
    "left": _("People who no longer do this"),
    "former": _("People who are no member any more"),
    "mail_only": _("People reached by e-mail only"),
    "unconfirmed": _("Numbers not confirmed for six months"),
    "no_protocol": _("Scenarios without a protocol"),
    "slow_start": _("Scenarios that begin late"),
    "no_message": _("Scenarios without messages"),
    "could_be_sent": _("Messages that could leave as they stand"),
    "untranslated": _("Scenarios not translated"),
    "weak_wording": _("Words that weaken a message"),
    "risk_unprepared": _("Risks without a scenario"),
    "not_reviewed": _("The plan is to be gone through"),
    "unread": _("Members who have not read it"),
}

_SENTENCES: Final[Mapping[str, Any]] = {
    "not_in_force": _("Nothing is approved: tonight, nobody would know which words and steps hold."),
    "no_scenario": _("There is nothing to follow: choose scenarios of the library, then adapt them."),
    "contradiction": _("%(name)s: a step points to something that does not exist, or waits for itself."),
    "empty_role": _("%(name)s: nobody would do its tasks."),
    "one_person": _("%(name)s: one person only; ill, asleep or on a plane, nobody takes over."),
    "single_point": _("%(name)s is the only one in several roles, and cannot do them all at once."),
    "unreachable": _("%(name)s has neither number nor address."),
    "left": _("%(name)s said that they no longer do this: give their roles to somebody else."),
    "former": _("%(name)s can no longer sign in here: have they left? Confirm the role, or give it on."),
    "mail_only": _("%(name)s is reached by e-mail only; when the company’s mail is down, not at all."),
    "unconfirmed": _("%(name)s: nobody has checked for six months that the numbers are right."),
    "no_protocol": _("%(name)s: no step is written."),
    "slow_start": _("%(name)s: nothing is to be done in the first fifteen minutes."),
    "no_message": _("%(name)s: no message is prepared, for anybody."),
    "could_be_sent": _("%(name)s: a message has no blank to fill, so that it could be sent unchecked."),
    "untranslated": _("%(name)s: words are missing in one of the plan’s languages."),
    "weak_wording": _("%(name)s: a message makes an empty excuse, or a promise without a date."),
    "risk_unprepared": _("%(name)s: no scenario prepares for it."),
    "not_reviewed": _("The date is past: what it says may no longer hold."),
}

_REMEDIES: Final[Mapping[str, Any]] = {
    "not_in_force": _("Have it approved"),
    "no_scenario": _("Add a scenario"),
    "contradiction": _("Mend the protocol"),
    "empty_role": _("Say who holds it"),
    "one_person": _("Name a deputy"),
    "single_point": _("Share the roles"),
    "unreachable": _("Add a number"),
    "left": _("Find somebody else"),
    "former": _("See who takes over"),
    "mail_only": _("Add a number"),
    "unconfirmed": _("Confirm the numbers"),
    "no_protocol": _("Write the protocol"),
    "slow_start": _("Mend the protocol"),
    "no_message": _("Write the messages"),
    "could_be_sent": _("Mend the messages"),
    "untranslated": _("Translate"),
    "weak_wording": _("Mend the messages"),
    "risk_unprepared": _("Choose a scenario"),
    "not_reviewed": _("Go through it"),
    "unread": _("See who"),
}

_PARTS: Final[Mapping[str, str]] = {
    "contradiction": "protocol",
    "no_protocol": "protocol",
    "slow_start": "protocol",
    "no_message": "messages",
    "could_be_sent": "messages",
    "weak_wording": "messages",
    "untranslated": "scenario",
}
"""The part of a scenario in which each of its gaps is mended."""

_OF_ROLES: Final = frozenset({"empty_role", "one_person"})
_OF_CONTACTS: Final = frozenset({"left", "former", "unreachable", "mail_only", "unconfirmed"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A gap in words.

    Attributes
    ----------
    remedy, address
        What mends it, as a link says it, and where.
    """

    code: str
    sentence: str
    remedy: str
    address: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Every gap of a kind, with the points that it takes."""

    code: str
    title: str
    points: int
    reasons: tuple[Reason, ...]


def kinds(
    found: Readiness, document: Document, slug: str, language: str, *, may_change: bool = True
) -> list[Kind]:
    """Return what lowers a plan's score, by kind, the heaviest first.

    Parameters
    ----------
    slug
        Short name of the brand, for addresses.
    may_change
        Whether the reader may change drafts; else each gap leads to where it is seen.
    """
    by_code: dict[str, list[Gap]] = {}
    for gap in found.gaps:
        by_code.setdefault(gap.code, []).append(gap)
    return [
        Kind(
            code=code,
            title=str(TITLES[code]),
            points=found.points[code],
            reasons=tuple(reason(gap, document, slug, language, may_change=may_change) for gap in gaps),
        )
        for code, gaps in by_code.items()
    ]


def reason(gap: Gap, document: Document, slug: str, language: str, *, may_change: bool) -> Reason:
    """Return a gap in words, with what mends it."""
    return Reason(
        gap.code,
        _sentence(gap, _name(gap, document, language)),
        str(_REMEDIES[gap.code]),
        _address(gap, document, slug, may_change=may_change),
    )


def summary(found: Readiness) -> str:
    """Return what a score means, in a sentence."""
    if not found.gaps:
        return gettext("Nothing is missing that Tocsin can see.")
    return ngettext(
        "%(count)s thing would fail tonight.", "%(count)s things would fail tonight.", len(found.gaps)
    ) % {"count": len(found.gaps)}


def _sentence(gap: Gap, name: str) -> str:
    if gap.code == "unread":
        return ngettext(
            "%(count)s member has not read the version in force.",
            "%(count)s members have not read the version in force.",
            gap.number,
        ) % {"count": gap.number}
    return str(_SENTENCES[gap.code]) % {"name": name}


def _name(gap: Gap, document: Document, language: str) -> str:
    parts: Sequence[Role | Scenario | Risk] = document.scenarios
    if gap.code in _OF_ROLES:
        parts = document.roles
    elif gap.code == "risk_unprepared":
        parts = document.risks
    named = next((part for part in parts if part.id == gap.about), None)
    return (said(named.title, language) if named is not None else "") or gap.about


def _address(gap: Gap, document: Document, slug: str, *, may_change: bool) -> str:
    if gap.code in _OF_CONTACTS and gap.contact:
        return reverse("plan:contact", args=[gap.contact])
    if gap.code in _OF_ROLES:
        return reverse("plan:team", args=[slug]) + f"#role-{gap.about}"
    if gap.code == "risk_unprepared":
        return reverse("plan:risks", args=[slug]) + f"#risk-{gap.about}"
    if gap.code in _PARTS and document.scenario(gap.about) is not None:
        if may_change:
            return reverse("plan:edit-part", args=[slug, gap.about, _PARTS[gap.code]])
        return reverse("plan:scenario", args=[slug, gap.about])
    pages = {"single_point": "plan:team", "no_scenario": "plan:edit" if may_change else "plan:show"}
    return reverse(pages.get(gap.code, "plan:show"), args=[slug])
