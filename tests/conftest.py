"""The company that tests tell of: Maison Berthier, a French bakery chain, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from tocsin.accounts.models import Membership, Organisation, User
from tocsin.listen.models import Source
from tocsin.store.schema import TABLES
from tocsin.watch.models import Brand, Watch

PASSWORD = "Levain-naturel-2026"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_configure() -> None:
    """Hash passwords fast: hashing them well is what Django tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep the test database in a file (threads share it) and show the river's tables inside it."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        connections["default"].settings_dict["TEST"]["NAME"] = str(Path(settings.DATA) / "tests.db")
    connections["river"].settings_dict["TEST"]["MIRROR"] = "default"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Add the river's tables to the test database."""
    if connection.vendor == "sqlite":
        kinds = {
            "place": "INTEGER",
            "blob": "BLOB",
            "serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
            "clustered": " WITHOUT ROWID",
        }
    else:
        kinds = {"place": "BIGINT", "blob": "BYTEA", "serial": "BIGSERIAL PRIMARY KEY", "clustered": ""}
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in TABLES.format(**kinds).split(";"):
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def river_read_through_default(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the alias `river` see what the test's own transaction wrote."""
    names = set(request.fixturenames)
    if not (names & DATABASE_FIXTURES or request.node.get_closest_marker("django_db")):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    own = connections["river"]
    connections["river"] = connections["default"]
    yield
    connections["river"] = own
    if not connections["default"].in_atomic_block:
        _empty_river()


def _empty_river() -> None:
    """Django empties its own tables after a test that commits; the river's are emptied here."""
    names = [line.split()[5] for line in TABLES.split("\n") if line.startswith("CREATE TABLE")]
    with connections["default"].cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {name}")


@pytest.fixture
def organisation(db: None) -> Organisation:
    """Maison Berthier."""
    return Organisation.objects.create(name="Maison Berthier", slug="maison-berthier")


@pytest.fixture
def other_organisation(db: None) -> Organisation:
    """A company that must never see anything of Maison Berthier."""
    return Organisation.objects.create(name="Épicerie Lacaze", slug="epicerie-lacaze")


def member(organisation: Organisation, name: str, email: str, role: str, language: str = "fr") -> Membership:
    """Make a person and her membership; everybody's password is `PASSWORD`."""
    user = User.objects.create_user(email, PASSWORD, name=name, language=language)
    return Membership.objects.create(user=user, organisation=organisation, role=role)


@pytest.fixture
def claire(organisation: Organisation) -> User:
    """Claire Vasseur, director of communication, lead."""
    return member(organisation, "Claire Vasseur", "claire@maison-berthier.test", "lead").user


@pytest.fixture
def yanis(organisation: Organisation) -> User:
    """Yanis Morel, community manager, responder; he reads English."""
    return member(organisation, "Yanis Morel", "yanis@maison-berthier.test", "responder", "en").user


@pytest.fixture
def ines(organisation: Organisation) -> User:
    """Inès Caron, administrator."""
    return member(organisation, "Inès Caron", "ines@maison-berthier.test", "administrator").user


@pytest.fixture
def paul(organisation: Organisation) -> User:
    """Paul Derain, shop manager, observer."""
    return member(organisation, "Paul Derain", "paul@maison-berthier.test", "observer").user


@pytest.fixture
def brand(organisation: Organisation) -> Brand:
    """The brand of the same name."""
    return Brand.objects.create(organisation=organisation, name="Maison Berthier", slug="maison-berthier")


@pytest.fixture
def watch(brand: Brand) -> Watch:
    """The watch of the brand's name."""
    return Watch.objects.create(
        brand=brand,
        organisation=brand.organisation,
        kind="brand",
        name="Maison Berthier",
        query='"Maison Berthier" OR MaisonBerthier',
    )


@pytest.fixture
def competitor(brand: Brand) -> Watch:
    """The watch of a competitor, Au Fournil Doré."""
    return Watch.objects.create(
        brand=brand,
        organisation=brand.organisation,
        kind="competitor",
        name="Au Fournil Doré",
        query='"Fournil Doré"',
    )


@pytest.fixture
def source(brand: Brand) -> Source:
    """The feed of a regional newspaper."""
    return Source.objects.create(
        organisation=brand.organisation,
        brand=brand,
        kind="feed",
        name="Le Courrier de la Loire",
        address="https://courrier-loire.test/rss",
        network="press",
        state="healthy",
    )
