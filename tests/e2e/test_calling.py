"""What the page of a source says to paste into a terminal is pasted into one, and the page counts it."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine"),
]


def pasted(command: str) -> str:
    """Return what a shell answers, without asking proxies of the machine."""
    quiet = command.replace("curl ", "curl --silent --show-error --noproxy '*' ", 1)
    done = subprocess.run(["/bin/bash", "-c", quiet], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_the_command_shown_with_a_token_works_as_it_stands(page: Page, house: House) -> None:
    page.goto(f"{house.address}/sources/add/api/")
    page.locator("[name=name]").fill("Boutique en ligne")
    page.locator("[name=network]").fill("boutique")
    page.locator("[name=owned_by]").select_option(label="Maison Berthier")
    page.locator("main form [type=submit]").click()
    secret = page.locator("#secret").inner_text().strip()
    command = page.locator("#calling").inner_text()
    answer = page.locator("section:has(#calling) pre").last.inner_text()
    assert pasted(command) == answer.strip() == '{"line":1,"id":"boutique:17","status":"accepted"}'
    expect(page.locator("#source .figure__value").first).to_have_text("1")
    with_unknown_field = command.replace('"native_id": "17"', '"native_id": "18", "couleur": "bleu"')
    told = json.loads(pasted(with_unknown_field))
    assert (told["status"], told["warnings"][0]["field"]) == ("accepted", "couleur")
    page.reload()
    expect(page.locator("#secret")).to_have_count(0)
    again = page.locator("#calling").inner_text()
    assert secret not in again
    assert '"known"' in pasted(again.replace("TOCSIN_TOKEN=tocsin_", f"TOCSIN_TOKEN={secret}"))
