"""The tools that publish for a company, and what it knows beforehand of what no freeze can stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.crisis.models import FreezeTerms, Tool
from tocsin.gate.models import Hook
from tocsin.journal import actions as journal
from tocsin.watch.models import Brand

MOST_LINES: Final = 20
LONGEST_LINE: Final = 160


def tools(organisation: Organisation, brand: Brand | None = None) -> QuerySet[Tool]:
    """Return the tools of an organisation; with a brand, those that publish for it or for every brand."""
    with scope(organisation=organisation):
        rows: QuerySet[Tool] = Tool.objects.filter(organisation=organisation).select_related("hook", "brand")
    return rows.filter(Q(brand=None) | Q(brand=brand)) if brand is not None else rows


@transaction.atomic
def save(tool: Tool, actor: User) -> Tool:
    """Keep a new or changed tool."""
    new = tool.pk is None
    tool.save()
    _record("crisis.tool_added" if new else "crisis.tool_changed", tool, actor)
    return tool


@transaction.atomic
def remove(tool: Tool, actor: User) -> None:
    """Remove a tool; freezes that stopped it keep its name."""
    _record("crisis.tool_removed", tool, actor)
    tool.delete()


def hooks(organisation: Organisation) -> QuerySet[Hook]:
    """Return the webhooks that a tool may be told by."""
    with scope(organisation=organisation):
        rows: QuerySet[Hook] = Hook.objects.filter(organisation=organisation, active=True)
    return rows


def beyond(organisation: Organisation) -> list[str]:
    """Return what no freeze stops: the organisation's own list, or what holds for most."""
    return _terms(organisation).beyond or [
        _("Posts scheduled in the networks themselves (Meta Business Suite, LinkedIn, TikTok…)"),
        _("Advertising campaigns that are running"),
        _("Agencies, influencers and partners who post for the brand"),
        _("Newsletters and text messages that are scheduled"),
        _("Accounts of shops and of employees"),
    ]


def may_post(organisation: Organisation) -> list[str]:
    """Return who usually may still publish: the organisation's own list, or its approvers and leads."""
    own: list[str] = _terms(organisation).may_post
    if own:
        return own
    rows = Membership.objects.filter(organisation=organisation, user__is_active=True).select_related("user")
    named = [str(row.user) for row in rows if row.role in {Role.APPROVER, Role.LEAD}]
    return sorted(named)[:MOST_LINES]


@transaction.atomic
def set_terms(
    organisation: Organisation, actor: User, *, beyond: Sequence[str], may_post: Sequence[str]
) -> None:
    """Keep what no freeze stops, and who usually may still publish; an empty list is the usual one."""
    with scope(organisation=organisation):
        FreezeTerms.objects.update_or_create(
            organisation=organisation, defaults={"beyond": tidy(beyond), "may_post": tidy(may_post)}
        )
    journal.record("crisis.freeze_terms_changed", actor=actor, organisation=organisation)


def tidy(lines: Sequence[str]) -> list[str]:
    """Return lines without blank ones and repetitions, none longer than `LONGEST_LINE`."""
    said = (" ".join(line.split())[:LONGEST_LINE] for line in lines)
    return list(dict.fromkeys(line for line in said if line))[:MOST_LINES]


def _terms(organisation: Organisation) -> FreezeTerms:
    with scope(organisation=organisation):
        row: FreezeTerms | None = FreezeTerms.objects.filter(pk=organisation.pk).first()
    return row or FreezeTerms(organisation=organisation)


def _record(verb: str, tool: Tool, actor: User) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=tool.organisation_id,
        target=f"crisis.tool:{tool.pk}",
        data={"tool": tool.name, "hook": tool.hook.name if tool.hook else ""},
    )
