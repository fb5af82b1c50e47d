"""What is done to brands, watches and accounts. The river sees each change within a second."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.stream.query.parser import parse
from tocsin.watch.models import Account, Brand, Watch, WatchKind
from tocsin.watch.suggesting import suggest_query

CHANGEABLE = ("kind", "name", "query", "languages", "networks", "false_alarms_a_month")


class NotAWatch(TocsinError):
    """What was asked for cannot be a watch; nothing was changed."""


class AccountTaken(TocsinError):
    """The account is already one of the brand's; nothing was changed."""


@transaction.atomic
def create_brand(
    organisation: Organisation, name: str, *, actor: User | None, query: str | None = None
) -> Brand:
    """Declare a brand, with a first watch of its name.

    Parameters
    ----------
    query
        Of the first watch; suggested from the name when not given.

    Raises
    ------
    QueryError
        When the query cannot be understood.
    """
    name = " ".join(name.split())
    if not name:
        raise NotAWatch(_("A brand needs a name."))
    with scope(organisation=organisation):
        brand: Brand = Brand.objects.create(
            organisation=organisation, name=name[:120], slug=_free_slug(organisation, name)
        )
    _record("watch.brand_created", brand, actor, {"name": brand.name})
    first = suggest_query(brand.name) if query is None else query
    create_watch(brand, kind=WatchKind.BRAND, name=brand.name, query=first, actor=actor)
    return brand


@transaction.atomic
def create_watch(
    brand: Brand,
    *,
    name: str,
    query: str,
    actor: User | None,
    kind: str = WatchKind.BRAND,
    languages: Sequence[str] = (),
    networks: Sequence[str] = (),
    false_alarms_a_month: float = 2.0,
) -> Watch:
    """Save a query of a brand. An empty query is for what owned sources and whole files bring.

    Raises
    ------
    QueryError
        When the query cannot be understood.
    NotAWatch
        When another field is not what it must be.
    """
    with scope(organisation=brand.organisation_id):
        watch = Watch(
            brand=brand,
            organisation_id=brand.organisation_id,
            kind=kind,
            name=" ".join(name.split())[:120],
            query=query.strip(),
            languages=list(languages),
            networks=list(networks),
            false_alarms_a_month=false_alarms_a_month,
        )
        _check(watch)
        watch.save()
    _record("watch.watch_created", watch, actor, _content(watch))
    return watch


@transaction.atomic
def change_watch(watch: Watch, *, actor: User, **changes: object) -> Watch:
    """Change fields of a watch; posts already kept stay as they are.

    Parameters
    ----------
    **changes
        Any of `CHANGEABLE`.

    Raises
    ------
    QueryError
        When the query cannot be understood.
    NotAWatch
        When a field cannot be changed, or not to this.
    """
    unknown = [field for field in changes if field not in CHANGEABLE]
    if unknown:
        raise NotAWatch(_("%(field)s of a watch cannot be changed.") % {"field": ", ".join(unknown)})
    row = _locked(watch)
    before = _content(row)
    for field, value in changes.items():
        setattr(row, field, value.strip() if isinstance(value, str) else value)
    _check(row)
    row.save()
    after = _content(row)
    differing = [field for field in CHANGEABLE if before[field] != after[field]]
    if differing:
        data: dict[str, object] = {"name": row.name}
        data |= {field: [before[field], after[field]] for field in differing}
        _record("watch.watch_changed", row, actor, data)
    return row


@transaction.atomic
def pause_watch(watch: Watch, *, actor: User) -> Watch:
    """Stop a watch: what is published meanwhile is not kept for it."""
    return _switch(watch, actor, active=False, verb="watch.watch_paused")


@transaction.atomic
def resume_watch(watch: Watch, *, actor: User) -> Watch:
    """Let a paused watch see posts again."""
    return _switch(watch, actor, active=True, verb="watch.watch_resumed")


@transaction.atomic
def add_account(brand: Brand, *, network: str, handle: str, actor: User | None) -> Account:
    """Say that an account is the brand's own: what it publishes is never counted as a mention.

    Raises
    ------
    AccountTaken
        When it already is one of the brand's.
    """
    network, handle = network.strip().lower(), handle.strip().removeprefix("@")
    if not network or not handle:
        raise NotAWatch(_("An account needs a network and a handle."))
    try:
        with transaction.atomic(), scope(organisation=brand.organisation_id):
            account: Account = Account.objects.create(
                brand=brand, organisation_id=brand.organisation_id, network=network, handle=handle
            )
    except IntegrityError as error:
        words = _("%(handle)s is already an account of this brand.")
        raise AccountTaken(words % {"handle": handle}) from error
    _record("watch.account_added", account, actor, {"name": str(account)})
    return account


@transaction.atomic
def remove_account(account: Account, *, actor: User) -> None:
    """Say that an account is not the brand's any more; posts already kept stay as they are."""
    _record("watch.account_removed", account, actor, {"name": str(account)})
    account.delete()


def _switch(watch: Watch, actor: User, *, active: bool, verb: str) -> Watch:
    row = _locked(watch)
    if row.active != active:
        row.active = active
        row.save()
        _record(verb, row, actor, {"name": row.name})
    return row


def _check(watch: Watch) -> None:
    if watch.query:
        parse(watch.query)
    try:
        watch.clean_fields(exclude=["brand", "organisation", "query"])
    except ValidationError as error:
        raise NotAWatch(" ".join(error.messages)) from error


def _content(watch: Watch) -> dict[str, object]:
    return {field: getattr(watch, field) for field in CHANGEABLE}


def _locked(watch: Watch) -> Watch:
    with scope(organisation=watch.organisation_id):
        row: Watch = Watch.objects.select_for_update().get(pk=watch.pk)
    return row


def _free_slug(organisation: Organisation, name: str) -> str:
    stem = slugify(name)[:50] or "brand"
    taken = set(Brand.objects.filter(organisation=organisation).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _record(verb: str, row: Brand | Watch | Account, actor: User | None, data: dict[str, object]) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=row.organisation_id,
        target=f"watch.{row._meta.model_name}:{row.pk}",
        data=data,
    )
