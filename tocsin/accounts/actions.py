"""What is done to organisations and their people."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin.accounts import setup_token
from tocsin.accounts.middleware import SESSION_KEY
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.watch.actions import create_brand, create_watch
from tocsin.watch.models import Brand
from tocsin.watch.suggesting import suggest_query


class AlreadySetUp(TocsinError):
    """Somebody set Tocsin up meanwhile: nothing was changed."""


class LastAdministrator(TocsinError):
    """An organisation keeps at least one administrator: nothing was changed."""


@transaction.atomic
def set_up(
    *,
    name: str,
    email: str,
    password: str,
    organisation: str,
    brand: str,
    query: str | None = None,
    language: str = settings.LANGUAGE_CODE,
) -> tuple[User, Brand]:
    """Make the administrator, the organisation and its first brand with a watch; once.

    What an import made before anybody had an account is taken over: the administrator joins every
    organisation without members, and an organisation or brand of the given name is used as it is.

    Parameters
    ----------
    query
        Of the brand's watch; suggested from its name when not given.

    Raises
    ------
    AlreadySetUp
        When anybody has an account.
    django.core.exceptions.ValidationError
        When the password is too weak.
    QueryError
        When the query cannot be understood.
    """
    _one_at_a_time()
    if setup_token.is_set_up():
        raise AlreadySetUp(_("Tocsin is already set up; nothing was changed. Sign in instead."))
    validate_password(password, User(email=email, name=name))
    user = User.objects.create_user(email, password, name=name, language=language, is_staff=True)
    chosen = Organisation.objects.filter(name__iexact=organisation.strip()).first()
    made = chosen or create_organisation(organisation, actor=user, language=language)
    for each in {made, *Organisation.objects.filter(memberships=None)}:
        add_member(each, user, Role.ADMINISTRATOR, actor=user)
    first_brand = _first_brand(made, brand, query, actor=user)
    transaction.on_commit(setup_token.spend)
    return user, first_brand


def _first_brand(organisation: Organisation, name: str, query: str | None, *, actor: User) -> Brand:
    """Return the organisation's brand of this name with a watch that has a query, making what is missing."""
    with scope(organisation=organisation):
        brand: Brand | None = Brand.objects.filter(name__iexact=name.strip()).first()
        if brand is None:
            return create_brand(organisation, name, actor=actor, query=query)
        if not brand.watches.exclude(query="").exists():
            looked_for = suggest_query(brand.name) if query is None else query
            create_watch(brand, name=brand.name, query=looked_for, actor=actor)
        return brand


@transaction.atomic
def create_organisation(
    name: str,
    *,
    actor: User | None,
    slug: str = "",
    language: str = settings.LANGUAGE_CODE,
    time_zone: str = settings.TIME_ZONE,
    is_exercise: bool = False,
) -> Organisation:
    """Make an organisation, with a short name of its own."""
    organisation = Organisation.objects.create(
        name=name.strip()[:120],
        slug=_free_slug(slug or slugify(name)),
        language=language,
        time_zone=time_zone,
        is_exercise=is_exercise,
    )
    journal.record(
        "accounts.organisation_created",
        actor=actor,
        organisation=organisation,
        target=f"accounts.organisation:{organisation.pk}",
        data={"name": organisation.name},
    )
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, *, actor: User, name: str, time_zone: str, language: str
) -> bool:
    """Change an organisation's name, time zone and language of notices; return whether anything changed."""
    kept = Organisation.objects.select_for_update().get(pk=organisation.pk)
    wanted = {"name": name.strip()[:120] or kept.name, "time_zone": time_zone, "language": language}
    changed = {field: value for field, value in wanted.items() if getattr(kept, field) != value}
    if not changed:
        return False
    before = {field: getattr(kept, field) for field in changed}
    for field, value in changed.items():
        setattr(organisation, field, value)
    organisation.save(update_fields=list(changed))
    journal.record(
        "accounts.organisation_changed",
        actor=actor,
        organisation=organisation,
        target=f"accounts.organisation:{organisation.pk}",
        data={"before": before, "after": changed},
    )
    return True


@transaction.atomic
def add_member(organisation: Organisation, user: User, role: str, *, actor: User | None) -> Membership:
    """Make a person a member, or give a member another role.

    Raises
    ------
    LastAdministrator
        When the only administrator would cease to be one.
    """
    role = Role(role).value
    before = Membership.objects.select_for_update().filter(user=user, organisation=organisation).first()
    if before is not None and before.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        _require_another_administrator(before)
    membership, made = Membership.objects.update_or_create(
        user=user, organisation=organisation, defaults={"role": role}
    )
    journal.record(
        "accounts.member_added" if made else "accounts.role_changed",
        actor=actor,
        organisation=organisation,
        target=f"accounts.user:{user.pk}",
        data={"name": user.name, "role": role},
    )
    return membership


@transaction.atomic
def set_alert_mail(membership: Membership, *, wanted: bool) -> None:
    """Say whether a member wants alerts by e-mail."""
    if membership.alert_mail == wanted:
        return
    membership.alert_mail = wanted
    membership.save()
    journal.record(
        "accounts.alert_mail_changed",
        actor=membership.user,
        organisation=membership.organisation,
        target=f"accounts.user:{membership.user_id}",
        data={"wanted": wanted},
    )


def choose_organisation(request: HttpRequest, organisation: Organisation) -> None:
    """Let the session's next requests be about another organisation of the same person.

    Raises
    ------
    Membership.DoesNotExist
        When the person is not a member of it.
    """
    assert request.user.is_authenticated
    Membership.objects.get(user=request.user, organisation=organisation)
    request.session[SESSION_KEY] = organisation.pk


def _one_at_a_time() -> None:
    # On SQLite the transaction is alone as it is: the next one begins once this one has ended.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user IN SHARE ROW EXCLUSIVE MODE")


def _require_another_administrator(membership: Membership) -> None:
    others = Membership.objects.filter(
        organisation=membership.organisation, role=Role.ADMINISTRATOR, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastAdministrator(
            _("An organisation keeps at least one administrator. Name another first; nothing was changed.")
        )


def _free_slug(wanted: str) -> str:
    stem = wanted[:50] or "organisation"
    number, slug = 1, stem
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug
