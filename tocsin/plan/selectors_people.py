"""What is asked about contacts and the roles they hold."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from tocsin import clock
from tocsin.accounts import selectors as accounts
from tocsin.accounts.models import Membership, Organisation
from tocsin.plan import selectors
from tocsin.plan.document.structure import Document, said
from tocsin.plan.models import WRITTEN, Contact, Plan, Version, VersionState
from tocsin.plan.roster import ShownContact, ShownRole, roles_of, shown_contact


def shown(organisation: Organisation, language: str) -> list[ShownContact]:
    """Return every contact with their lines and the roles they hold, by name."""
    now, titles = clock.now(organisation), titles_of_roles(organisation, language)
    return [shown_contact(contact, now, titles) for contact in selectors.contacts(organisation)]


def titles_of_roles(organisation: Organisation, language: str) -> Mapping[tuple[int, str], str]:
    """Return the title of each role of each plan, by the plan's key and the role's id."""
    states = (*WRITTEN, VersionState.IN_FORCE)
    titles: dict[tuple[int, str], str] = {}
    versions = Version.objects.filter(organisation=organisation, state__in=states).order_by("pk")
    for version in versions:
        for role in version.document.roles:
            titles.setdefault((version.plan_id, role.id), said(role.title, language))
    return titles


def role_titles(plan: Plan) -> dict[str, str]:
    """Return the title of each role of a plan in the active language, by the role's id."""
    language, titles = get_language() or "fr", dict[str, str]()
    for document in documents(plan):
        for role in document.roles:
            titles.setdefault(role.id, said(role.title, language) or role.id)
    return titles


def documents(plan: Plan) -> list[Document]:
    """Return what a plan says: in force, then what is being written."""
    found = (selectors.in_force(plan), selectors.written(plan))
    return [version.document for version in found if version is not None]


def shown_roles(plan: Plan, language: str) -> list[ShownRole]:
    """Return the roles of a plan with who holds them, in force first, then those that are being written."""
    contacts = {contact.pk: contact for contact in selectors.contacts(plan.organisation)}
    seats, now = selectors.team(plan), clock.now(plan.organisation_id)
    return roles_of(documents(plan), seats, contacts, now=now, language=language)


def members_without_contact(organisation: Organisation) -> list[Membership]:
    """Return the members who are in no contact yet, by name."""
    known = Contact.objects.filter(organisation=organisation).exclude(user=None).values("user")
    members = accounts.members(organisation).filter(user__is_active=True)
    return list(members.exclude(user__in=known))
