"""What is written of a plan, and the change of it: checked against what its author saw."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.accounts.models import User
from tocsin.accounts.requests import MemberRequest
from tocsin.plan import actions, selectors
from tocsin.plan.document.structure import LANGUAGES, Document
from tocsin.plan.models import Plan, Version


@dataclass(frozen=True, slots=True)
class Written:
    """A plan as it stands for its authors: the draft, or else what is in force, or nothing yet.

    Attributes
    ----------
    mark
        Tells this state from every later one; forms carry it.
    """

    plan: Plan
    version: Version | None
    document: Document
    is_draft: bool

    @property
    def mark(self) -> str:
        """Return the version and its revision in one word."""
        return f"{self.version.pk}-{self.version.revision}" if self.version else "0-0"

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the plan."""
        return self.document.languages or LANGUAGES[:1]


def written(plan: Plan) -> Written:
    """Return what the authors of a plan have before them."""
    draft = selectors.written(plan)
    version = draft or selectors.in_force(plan)
    document = version.document if version else Document(languages=(plan.organisation.language,))
    return Written(plan, version, document, draft is not None)


def keep(now: Written, document: Document, user: User, *, mark: str, what: str) -> Version:
    """Let the draft say something else; begin one when what is in force is being changed.

    Raises
    ------
    ChangedMeanwhile
        When the plan is not as the author saw it.
    NotNow
        When the draft is no more.
    """
    if mark != now.mark:
        who = now.version.author if now.version else None
        raise actions.ChangedMeanwhile(
            _("%(who)s changed the plan meanwhile. Your words are still here: compare, and save again.")
            % {"who": who or _("Somebody")}
        )
    begun = now.version is not None and now.is_draft
    draft = now.version if begun and now.version else actions.draft_of(now.plan, user)
    return actions.change(draft, document, user, revision=draft.revision, what=what)


def language_of(request: MemberRequest, now: Written) -> str:
    """Return the language that is edited: the one asked for, else the reader's, else the plan's first."""
    for code in (request.GET.get("language", ""), (get_language() or "")[:2]):
        if code in now.languages:
            return code
    return now.languages[0]
