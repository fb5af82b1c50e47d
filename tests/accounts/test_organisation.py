"""An administrator changes the organisation's name, time zone and language; pages follow."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.translation import override
from django_scopes import scopes_disabled

from tests.watch.stored import store_mention
from tocsin.accounts import zones
from tocsin.accounts.models import Organisation, User
from tocsin.journal.models import Entry
from tocsin.journal.verbs import display
from tocsin.watch.models import Watch

ADDRESS = "/settings/organisation/"
WANTED = {"name": "Maison Berthier Canada", "time_zone": "America/Montreal", "language": "en"}


def test_the_organisation_changes_and_the_journal_says_from_what_to_what(
    client: Client, ines: User, organisation: Organisation
) -> None:
    client.force_login(ines)
    said = client.post(ADDRESS, WANTED, follow=True).content.decode()
    organisation.refresh_from_db()
    kept = (organisation.name, organisation.time_zone, organisation.language)
    assert kept == tuple(WANTED.values())
    assert '<option value="America/Montreal" selected>' in said
    with scopes_disabled():
        entry = Entry.objects.get(verb="accounts.organisation_changed")
    assert entry.data["before"] == {"name": "Maison Berthier", "time_zone": "Europe/Paris", "language": "fr"}
    assert entry.data["after"] == WANTED
    assert "Inès Caron" in display(entry)
    assert "America/Montreal" in display(entry)


def test_what_stays_the_same_is_not_journaled(client: Client, ines: User, organisation: Organisation) -> None:
    client.force_login(ines)
    same = {"name": organisation.name, "time_zone": "Europe/Paris", "language": "fr"}
    assert client.post(ADDRESS, same).status_code == 302
    with scopes_disabled():
        assert not Entry.objects.filter(verb="accounts.organisation_changed").exists()


@pytest.mark.parametrize("field", [{"time_zone": "Mars/Olympus"}, {"language": "tlh"}, {"name": ""}])
def test_what_does_not_exist_is_refused_beside_its_field(
    client: Client, ines: User, organisation: Organisation, field: dict[str, str]
) -> None:
    client.force_login(ines)
    said = client.post(ADDRESS, WANTED | field)
    assert said.status_code == 200
    assert "field__problem" in said.content.decode()
    organisation.refresh_from_db()
    assert organisation.time_zone == "Europe/Paris"


def test_only_an_administrator_changes_it(client: Client, claire: User, organisation: Organisation) -> None:
    client.force_login(claire)
    assert client.post(ADDRESS, WANTED).status_code == 403
    assert ADDRESS not in client.get("/settings/").content.decode()
    organisation.refresh_from_db()
    assert organisation.name == "Maison Berthier"


def test_pages_follow_the_new_time_zone(client: Client, ines: User, watch: Watch) -> None:
    store_mention(watch, "Un four en panne", datetime(2026, 2, 10, 3, 30, tzinfo=UTC))
    client.force_login(ines)
    ninth = "/explore/?since=2026-02-09&until=2026-02-09"
    assert "Un four en panne" not in client.get(ninth).content.decode()
    client.post(ADDRESS, WANTED)
    assert "Un four en panne" in client.get(ninth).content.decode()


def test_every_zone_on_offer_stands_in_its_part_of_the_world() -> None:
    with override("en"):
        offered = dict(zones.choices("US/Eastern"))
    assert ("Europe/Paris", "Paris") in offered["Europe"]
    assert ("US/Eastern", "US/Eastern") in offered["Elsewhere"]
    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in offered["America"]
