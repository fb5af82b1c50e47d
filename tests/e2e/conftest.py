"""The browser that all journeys share, and a house for each file: what one does there, no other finds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.house import ARGUMENTS, CHROMIUM, House, opened

PASSWORD = "levain naturel du matin"
SAID = (
    ("Jeanne", "x", "La brioche de Maison Berthier est une merveille"),
    ("Karim", "instagram", "Maison Berthier : un bout de plastique dans mon pain, c’est honteux"),
    ("Odette", "facebook", "Livraison de Maison Berthier en retard, je veux un remboursement"),
    ("Paul", "x", "Qui connaît les horaires de Maison Berthier à Nantes ?"),
)
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Tocsin on which nothing is set up yet."""
    with opened(tmp_path_factory.mktemp("house")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def export_of_another_tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a company's former tool gave: a CSV of forty posts of the last hours."""
    path = tmp_path_factory.mktemp("files") / "publications.csv"
    now = datetime.now(UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Auteur", "Réseau", "Date", "Texte", "J’aime", "Identifiant"])
        for number in range(40):
            author, network, text = SAID[number % len(SAID)]
            moment = now - timedelta(minutes=17 * number + 3)
            writer.writerow([author, network, moment.isoformat(), f"{text} ({number})", number, f"p{number}"])
    return path


@pytest.fixture(scope="module")
def set_up(house: House, browser: Browser) -> Iterator[BrowserContext]:
    """Set Tocsin up as somebody would the first time, and keep her browser."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(house.run("setup-link").split()[-1])
    page.get_by_label("Votre nom").fill("Inès Caron")
    page.get_by_label("Votre adresse électronique").fill("ines@maison-berthier.test")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Organisation", exact=True).fill("Maison Berthier")
    page.get_by_label("Première marque").fill("Maison Berthier")
    page.get_by_role("button", name="Installer Tocsin").click()
    expect(page.get_by_role("heading", name="Ajouter une source")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def signed_in(house: House, set_up: BrowserContext, export_of_another_tool: Path) -> BrowserContext:
    """The browser of who set Tocsin up, and then brought in what a former tool had."""
    page = set_up.new_page()
    page.goto(f"{house.address}/sources/add/")
    page.get_by_role("link", name="Un fichier").click()
    page.get_by_label("Fichier").set_input_files(export_of_another_tool)
    page.get_by_role("button", name="Envoyer le fichier").click()
    expect(page.get_by_label("Texte")).to_have_value("Texte")
    page.get_by_role("button", name="Commencer l’import").click()
    expect(page.get_by_role("heading", name="Terminé")).to_be_visible()
    page.close()
    return set_up


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A new tab of the administrator's browser; a fault of the page's scripts fails the test."""
    faults: list[str] = []
    tab = signed_in.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield tab
    tab.close()
    assert faults == []


RAISE = """
from datetime import timedelta
from django.utils import timezone
from django_scopes import scopes_disabled
from tocsin.alerts.models import Alert
from tocsin.watch.models import Watch
now = timezone.now()
with scopes_disabled():
    watch = Watch.objects.select_related("brand").first()
    alert = Alert.objects.create(
        organisation=watch.organisation, brand=watch.brand, watch=watch, key="e2e", level="orange",
        highest_level="orange", began_at=now - timedelta(minutes=20), raised_at=now,
        reasons=[{"code": "count_above_usual",
                  "figures": {"measure": "negative", "observed": 14, "minutes": 15, "usual": 2.0}}],
    )
print(alert.pk)
"""


@pytest.fixture(scope="module")
def alert(house: House, signed_in: BrowserContext) -> str:
    """The address of an alert that goes on, as the clock would have stored it."""
    return f"/alerts/{house.told(RAISE)}/"
