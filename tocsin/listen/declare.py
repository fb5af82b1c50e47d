"""Finding or making what posts need to belong to: organisation, brand, watch, source."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.text import slugify
from django_scopes import scope

from tocsin.accounts.actions import create_organisation
from tocsin.accounts.models import Organisation
from tocsin.errors import UnusableInput
from tocsin.listen.models import Source, SourceKind
from tocsin.stream.query.errors import QueryError
from tocsin.watch.actions import create_brand, create_watch
from tocsin.watch.models import Brand, Watch, WatchKind

DEFAULT_ORGANISATION: Final = "Tocsin"


class AmbiguousOrganisation(UnusableInput):
    """There are several organisations, and none was named; nothing was made."""


class QueryUnusable(UnusableInput):
    """The query of a watch cannot be read; nothing was made."""


@transaction.atomic
def organisation_named(name: str = "") -> Organisation:
    """Return the organisation of this name, made if it is missing; without a name, the only one there is.

    Raises
    ------
    AmbiguousOrganisation
        When no name is given and there are several.
    """
    if not name:
        existing = list(Organisation.objects.all()[:2])
        if len(existing) > 1:
            raise AmbiguousOrganisation("there are several organisations; say which with --organisation NAME")
        return existing[0] if existing else create_organisation(DEFAULT_ORGANISATION, actor=None)
    by_name = Organisation.objects.filter(name__iexact=name).first()
    found = by_name or Organisation.objects.filter(slug=slugify(name)).first()
    return found or create_organisation(name, actor=None)


@transaction.atomic
def brand_and_watch(organisation: Organisation, name: str, query: str = "") -> tuple[Brand, Watch]:
    """Return an organisation's brand of this name and its watch for a query, both made if they are missing.

    Without a query, the watch is the one that whole files and owned sources bring mentions to: the brand's
    first own-brand watch, or one with an empty query.

    Raises
    ------
    QueryUnusable
    """
    try:
        with scope(organisation=organisation):
            brand = _brand(organisation, name) or create_brand(organisation, name, actor=None, query=query)
            return brand, _watch(brand, query) or create_watch(
                brand, name=query[:120] or brand.name, query=query, actor=None
            )
    except QueryError as error:
        raise QueryUnusable(f"the query cannot be read: {error}") from error


@transaction.atomic
def source_of_files(brand: Brand, name: str) -> Source:
    """Return the source under which a brand's files of this name are counted, made if it is missing."""
    with scope(organisation=brand.organisation_id):
        source, _ = Source.objects.get_or_create(
            organisation=brand.organisation, brand=brand, kind=SourceKind.FILE, name=name[:120]
        )
    found: Source = source
    return found


def _brand(organisation: Organisation, name: str) -> Brand | None:
    brands = Brand.objects.filter(organisation=organisation)
    found: Brand | None = (
        brands.filter(name__iexact=name).first() or brands.filter(slug=slugify(name)).first()
    )
    return found


def _watch(brand: Brand, query: str) -> Watch | None:
    active = Watch.objects.filter(brand=brand, active=True).order_by("pk")
    chosen = active.filter(query=query.strip()) if query.strip() else active.filter(kind=WatchKind.BRAND)
    found: Watch | None = chosen.first()
    return found
