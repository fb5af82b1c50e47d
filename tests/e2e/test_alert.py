"""A storm reaches the API; the open page warns by itself, and the alert is settled by keyboard and form."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House
from tests.e2e.test_accessibility import faults

pytestmark = pytest.mark.browser

SAID = (
    "Un bout de métal dans ma galette Maison Berthier, j’ai failli m’étouffer",
    "Maison Berthier : du métal dans la galette de ma fille, c’est honteux",
    "Dent cassée à cause de Maison Berthier, personne ne répond",
    "Plus jamais Maison Berthier. Du métal dans le pain, vous vous moquez de nous",
)


def storm() -> str:
    """Return sixty angry posts of the last minutes by sixty people, one a line."""
    now = datetime.now(UTC)
    lines = [
        {
            "native_id": f"metal-{number}",
            "text": f"{SAID[number % len(SAID)]} ({number})",
            "author_id": f"personne-{number}",
            "author_name": f"Personne {number}",
            "published_at": (now - timedelta(seconds=4 * number)).isoformat(),
        }
        for number in range(60)
    ]
    return "\n".join(json.dumps(line) for line in lines)


def test_a_storm_warns_on_the_open_page_and_is_settled(page: Page, house: House) -> None:
    page.goto(f"{house.address}/sources/add/api/")
    page.locator("[name=name]").fill("Écoute")
    page.locator("[name=network]").fill("x")
    page.locator("main form [type=submit]").click()
    secret = page.locator("#secret").inner_text().strip()
    page.goto(f"{house.address}/")

    sent = httpx.post(
        f"{house.address}/api/v1/posts",
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"},
        content=storm().encode(),
        timeout=30,
    )
    assert sent.text.count('"accepted"') == 60

    told = re.compile("négatives|mentions", re.IGNORECASE)
    alert = page.locator("main a[href*='/alerts/']", has_text=told).first
    expect(alert).to_be_visible()
    alert.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(told)
    expect(page.locator("main")).to_contain_text("métal")
    expect(page.locator(".chart canvas")).to_be_visible()
    assert faults(page) == []

    page.keyboard.press("e")
    expect(page.locator("main")).to_contain_text("Inès Caron")
    page.get_by_role("radio", name=re.compile("fausse alerte", re.IGNORECASE)).check()
    page.get_by_role("button", name=re.compile("Clore")).click()
    expect(page.locator("main")).to_contain_text(re.compile("fausse alerte", re.IGNORECASE))
    page.goto(f"{house.address}/alerts/?show=past")
    expect(page.locator("main")).to_contain_text(re.compile("fausse alerte", re.IGNORECASE))
