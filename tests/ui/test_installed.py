"""Tocsin as an app on a phone: its manifest, its icons, its worker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tocsin.ui import assets
from tocsin.ui.devices import named

pytestmark = pytest.mark.django_db


def shell(client: Client) -> dict[str, object]:
    """Return what the worker was told to keep."""
    first = client.get("/sw.js").content.decode().partition("\n")[0]
    told: dict[str, object] = json.loads(first.removeprefix("self.shell=").rstrip(";"))
    return told


def test_the_worker_keeps_one_page_and_what_it_needs(client: Client) -> None:
    told = shell(client)
    page = client.get(str(told["page"])).content.decode()
    files = told["files"]
    assert isinstance(files, list)
    assert told["page"] == reverse("plan:offline")
    assert assets.url("web/offline/page.ts") in files
    assert set(assets.styles("web/offline/page.ts")) <= set(files)
    for address in files:
        assert address.startswith("/static/")
        assert client.get(address).status_code == 200
    assert all(address in page for address in assets.styles("web/offline/page.ts"))


def test_everything_that_a_script_imports_is_kept_too() -> None:
    files = {address.rpartition("/")[2] for address in assets.needed("web/offline/page.ts")}
    for name in [one for one in files if one.endswith(".js")]:
        text = (assets.BUILT / name).read_text(encoding="utf-8")
        imported = {
            part.partition('"')[0].partition("`")[0] for part in text.replace("`./", '"./').split('"./')[1:]
        }
        assert imported <= files, name


def test_the_worker_stands_alone_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    code = answer.content.decode().partition("\n")[2]
    assert "import" not in code


def test_the_worker_changes_when_the_words_of_its_page_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shell(client)["name"]
    monkeypatch.setattr("tocsin.ui.installed.render_to_string", lambda _template: "other words")
    assert shell(client)["name"] != before


def test_a_phone_can_install_it(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"].startswith(reverse("plan:offline"))
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        found = finders.find(icon["src"].removeprefix("/static/"))
        assert isinstance(found, str)
        header = Path(found).read_bytes()[:24]
        size = int.from_bytes(header[16:20], "big")
        assert icon["sizes"] == f"{size}x{size}"
    assert f'href="{reverse("ui:manifest")}"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/27.0 Chrome/125.0 Mobile",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
            "Firefox, macOS",
        ),
        ("<script>alert(1)</script>", "Un appareil"),
        ("", "Un appareil"),
    ],
)
def test_a_device_is_called_as_people_know_it(agent: str, name: str) -> None:
    assert named(agent) in {name, "A device"} if name == "Un appareil" else named(agent) == name
