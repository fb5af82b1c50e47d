"""What people do with sources, imports and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.journal.actions import record
from tocsin.listen.declare import source_of_files
from tocsin.listen.fetch.addresses import check_url
from tocsin.listen.fetch.exceptions import AddressRefused
from tocsin.listen.health import state_before_pause
from tocsin.listen.imports import digest_of
from tocsin.listen.models import Import, ImportState, Source, SourceKind, SourceState, Token
from tocsin.listen.tokens import new_token, token_digest
from tocsin.watch.models import Brand, Watch

FETCHED_KINDS = (SourceKind.FEED, SourceKind.SITEMAP)
RUN_KINDS = (*FETCHED_KINDS, SourceKind.DEMO)
_CHANGEABLE = frozenset({"name", "address", "network", "owned", "every_minutes", "article_text", "brand"})


class SourceUnusable(TocsinError):
    """The source cannot be as it was asked for; nothing was changed."""


@transaction.atomic
def create_source(
    organisation: Organisation,
    *,
    actor: User | None,
    kind: str,
    name: str,
    address: str = "",
    brand: Brand | None = None,
    network: str = "",
    owned: bool = False,
    every_minutes: int = 10,
    article_text: bool = False,
) -> Source:
    """Add a source; a feed or sitemap is fetched at once.

    Raises
    ------
    SourceUnusable
        When its address is none, it is owned by no brand, or it is fetched too often.
    """
    source = Source(
        organisation=organisation,
        kind=SourceKind(kind),
        name=name.strip() or address[:120],
        address=address.strip(),
        brand=brand,
        network=network.strip().lower(),
        owned=owned,
        every_minutes=every_minutes,
        article_text=article_text,
    )
    _check(source)
    source.next_run_at = timezone.now() if source.kind in RUN_KINDS else None
    source.save()
    _record("listen.source_created", source, actor)
    return source


@transaction.atomic
def change_source(source: Source, *, actor: User | None, **changes: object) -> Source:
    """Change what a source is; a new address starts from nothing known.

    Raises
    ------
    SourceUnusable
    """
    if unknown := set(changes) - _CHANGEABLE:
        raise SourceUnusable(f"a source has no {', '.join(sorted(unknown))} to change; nothing was changed")
    row = _locked(source)
    moved = changes.get("address", row.address) != row.address
    for name, value in changes.items():
        setattr(row, name, value)
    _check(row)
    if moved:
        row.validators, row.next_run_at = {}, timezone.now()
        row.problem, row.problem_data = "", {}
        if row.state == SourceState.FAILING:
            row.state, row.failures = SourceState.NEW, 0
    row.save()
    _record("listen.source_changed", row, actor)
    return row


@transaction.atomic
def pause_source(source: Source, *, actor: User | None) -> Source:
    """Stop fetching a source until it is resumed; pages say that it is not watched."""
    row = _locked(source)
    if row.state != SourceState.PAUSED:
        row.state, row.next_run_at = SourceState.PAUSED, None
        row.save(update_fields=["state", "next_run_at"])
        _record("listen.source_paused", row, actor)
    return row


@transaction.atomic
def resume_source(source: Source, *, actor: User | None) -> Source:
    """Fetch a paused source again, at once; until then it is as it was before the pause."""
    row = _locked(source)
    if row.state == SourceState.PAUSED:
        row.state = state_before_pause(row, timezone.now())
        row.next_run_at = timezone.now() if row.kind in RUN_KINDS else None
        row.save(update_fields=["state", "next_run_at"])
        _record("listen.source_resumed", row, actor)
    return row


@transaction.atomic
def fetch_now(source: Source) -> Source:
    """Put the next fetch of a source at once, whatever its back-off; nothing for one that is paused."""
    row = _locked(source)
    if row.state != SourceState.PAUSED and row.kind in RUN_KINDS:
        row.next_run_at = timezone.now()
        row.save(update_fields=["next_run_at"])
    return row


@transaction.atomic
def remove_source(source: Source, *, actor: User | None) -> None:
    """Remove a source with its tokens and the record of its imports; its posts stay."""
    row = _locked(source)
    _record("listen.source_removed", row, actor)
    with scope(organisation=row.organisation):
        row.delete()


@transaction.atomic
def start_import(
    brand: Brand,
    path: Path,
    *,
    actor: User | None,
    name: str = "",
    watch: Watch | None = None,
    columns: Mapping[str, str] | None = None,
    only: Mapping[str, str] | None = None,
    zone: str = "",
    network: str = "",
    header: str = "",
) -> Import:
    """Declare the import of a file; the river's schedule, or `imports.run`, then runs it.

    Parameters
    ----------
    watch : Watch, optional
        The watch that every row is a mention of; without one, the brand's watches choose.
    columns : mapping of field to column, optional
    only : mapping of column to value, optional
        Rows with other values are left out.
    zone : str, optional
        Zone of times that name none; the organisation's without it.
    header : str, optional
        Fingerprint of the columns' names, under which what was chosen is remembered for the next file.

    Returns
    -------
    Import
        An unfinished import of the same file with the same options, where there is one: it goes on.
    """
    options = {"columns": dict(columns or {}), "only": dict(only or {}), "zone": zone, "network": network}
    source = source_of_files(brand, name or path.name)
    digest = digest_of(path)
    unfinished = {ImportState.WAITING, ImportState.RUNNING, ImportState.FAILED}
    with scopes_disabled():
        same = Import.objects.filter(
            source=source, digest=digest, watch=watch, state__in=unfinished, options=options
        ).first()
        if same is not None:
            Import.objects.filter(pk=same.pk).update(path=str(path.resolve()))
            same.refresh_from_db()
            earlier: Import = same
            return earlier
        row: Import = Import.objects.create(
            organisation=brand.organisation,
            source=source,
            watch=watch,
            path=str(path.resolve()),
            name=(name or path.name)[:255],
            size=path.stat().st_size,
            digest=digest,
            options=options,
            header=header,
            started_by=actor,
        )
    _record_import("listen.import_started", row, actor)
    return row


@transaction.atomic
def restart_import(row: Import, *, actor: User | None) -> Import:
    """Let an import that failed go on from where it stopped."""
    with scopes_disabled():
        restarted = Import.objects.filter(pk=row.pk, state=ImportState.FAILED).update(
            state=ImportState.WAITING
        )
    if restarted:
        _record_import("listen.import_restarted", row, actor)
    row.refresh_from_db()
    return row


@transaction.atomic
def create_token(source: Source, *, actor: User | None, name: str) -> tuple[Token, str]:
    """Make a token for a source of kind API, and return it with its secret, which is shown once.

    Raises
    ------
    SourceUnusable
        When the source is not one of the API.
    """
    if source.kind != SourceKind.API:
        raise SourceUnusable("tokens are for sources of kind “HTTP API”; nothing was made")
    secret = new_token()
    with scopes_disabled():
        token: Token = Token.objects.create(
            organisation=source.organisation,
            source=source,
            name=name.strip() or source.name,
            digest=token_digest(secret),
            made_by=actor,
        )
    _record_token("listen.token_created", token, actor)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, actor: User | None) -> Token:
    """Make a token useless from now on."""
    with scopes_disabled():
        revoked = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        _record_token("listen.token_revoked", token, actor)
    token.refresh_from_db()
    return token


def page_opened(organisation: Organisation | int) -> None:
    """Tell a demonstration that somebody looks at it: its crisis begins. Nothing for real organisations."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    with scope(organisation=pk):
        unseen = Source.objects.filter(kind=SourceKind.DEMO, validators__opened_at__isnull=True)
        # asked first by itself: on SQLite a transaction waits for all who write, and every page comes by here
        if unseen.exists():
            _begin(unseen)


@transaction.atomic
def _begin(unseen: QuerySet[Source]) -> None:
    for source in unseen.select_for_update(of=("self",)):
        source.validators = {**source.validators, "opened_at": timezone.now().isoformat()}
        source.save(update_fields=["validators"])


def _check(source: Source) -> None:
    if source.kind in FETCHED_KINDS:
        try:
            source.address = check_url(source.address)
        except AddressRefused as error:
            raise SourceUnusable(
                f"“{source.address[:200]}” is not an address of the web; it begins with https:// or http://"
            ) from error
    if source.owned and source.brand is None:
        raise SourceUnusable(
            "a source whose posts are all mentions needs the brand that they are mentions of"
        )
    if not 1 <= source.every_minutes <= 7 * 24 * 60:
        raise SourceUnusable("a source is fetched every 1 to 10,080 minutes")


def _locked(source: Source) -> Source:
    with scope(organisation=source.organisation_id):
        row: Source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    return row


def _record(verb: str, source: Source, actor: User | None) -> None:
    data: dict[str, object] = {"name": source.name, "kind": source.kind, "address": source.address}
    target = f"listen.source:{source.pk}"
    record(verb, actor=actor, organisation=source.organisation_id, target=target, data=data)


def _record_import(verb: str, row: Import, actor: User | None) -> None:
    data: dict[str, object] = {"name": row.name, "size": row.size, "digest": row.digest}
    target = f"listen.import:{row.pk}"
    record(verb, actor=actor, organisation=row.organisation_id, target=target, data=data)


def _record_token(verb: str, token: Token, actor: User | None) -> None:
    data: dict[str, object] = {"name": token.name, "source": token.source_id}
    target = f"listen.token:{token.pk}"
    record(verb, actor=actor, organisation=token.organisation_id, target=target, data=data)
