"""A plan goes out as files and comes back as the same; hostile files change nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.accounts.models import User
from tocsin.plan import actions, exchange, library
from tocsin.plan.document.structure import Document, Role
from tocsin.plan.exchange import NotAnArchive, merged, opened, write_plan, write_whole
from tocsin.plan.models import Version

IMPORT = "/plan/maison-berthier/import/"
STRIKE = """# Grève

Les boulangers cessent le travail.

## Protocole

- T+0 · chef-de-fournil · Ouvrir {#open}
"""
PLAN = library.document_of([scenario.id for scenario in library.scenarios()][:3])


def packed(files: Mapping[str, Any]) -> bytes:
    """Return an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def codes(document: Document, data: bytes, name: str = "x.md") -> list[str]:
    """Return why files were not taken."""
    return [one.error.code for one in merged(document, opened(data, name)).files if one.error]


def test_a_plan_that_goes_out_comes_back_as_the_same() -> None:
    back = merged(Document(languages=("fr", "en")), opened(write_plan(PLAN, "Maison Berthier"), "plan.zip"))
    assert not [one for one in back.files if one.error or one.remarks]
    assert back.document.roles == PLAN.roles
    assert back.document.risks == PLAN.risks
    assert {one.id: one for one in back.document.scenarios} == {one.id: one for one in PLAN.scenarios}


def test_a_plan_gives_the_same_bytes_twice() -> None:
    assert write_plan(PLAN, "Maison Berthier") == write_plan(PLAN, "Maison Berthier")


def test_names_in_an_archive_written_are_plain() -> None:
    with zipfile.ZipFile(io.BytesIO(write_plan(PLAN, "../../Maison"))) as archive:
        assert all(".." not in name and not name.startswith("/") for name in archive.namelist())


def test_a_file_brings_the_roles_it_names() -> None:
    after = merged(Document(), [("greve.md", STRIKE.encode())]).document
    assert after.role("chef-de-fournil") == Role(id="chef-de-fournil", title={"fr": "Chef de fournil"})
    assert after.risks[0].scenario == "greve"


def test_the_name_of_a_file_says_its_language_where_the_file_does_not() -> None:
    files = [("en/strike.md", b"# Strike"), ("greve.fr.md", STRIKE.encode())]
    assert [one.language for one in merged(Document(), files).files] == ["en", "fr"]


def test_one_bad_file_stops_no_other() -> None:
    files: dict[str, Any] = {
        "a.md": b"\xff\xfe",
        "b.md": STRIKE,
        "c.md": "no title",
        "d.md": STRIKE,
        "e.md": "---\n[\n---\n",
    }
    document = merged(Document(), opened(packed(files), "plan.zip"))
    assert [one.error.code if one.error else "" for one in document.files] == [
        "encoding",
        "",
        "untitled",
        "twice",
        "front",
    ]
    assert document.document.scenario("greve") is not None


def test_a_file_of_missing_parts_is_taken_with_what_it_has() -> None:
    after = merged(Document(), [("x.md", b"# Rien\n\n## Budget\n\nDix euros.\n")])
    scenario = after.document.scenarios[0]
    assert [remark.code for remark in after.files[0].remarks] == ["note"]
    assert "Dix euros." in scenario.notes["fr"]


def test_a_file_whose_tasks_wait_for_each_other_is_refused_with_their_names(
    page: Client, draft: Version
) -> None:
    scenario = draft.document.scenarios[0]
    first, second = scenario.protocol[:2]
    ring = (replace(first, after=(second.id,)), replace(second, after=(first.id,)))
    text = exchange.write_one(replace(scenario, protocol=(*ring, *scenario.protocol[2:])), "fr")
    upload = SimpleUploadedFile("contamination.fr.md", text.encode())
    said = page.post(IMPORT, {"file": upload}).content.decode()
    assert first.words["fr"][:30] in said
    assert "→" in said
    assert draft.plan.versions.get().document == draft.document


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\ndecides: *b",
        "plan: x\nroles: 3",
        "plan: x\nroles: [{id: 3, title: {}}]",
        "plan: x\nrisks: [{id: a, title: [b]}]",
        "decides: " + "[" * 5000,
        '"\\ud800": 1\nscenario: x\nplan: "\\udfff"',
        "- a\n- b",
        'plan: x\nroles: [{id: a, title: {fr: "\\ud800"}}]',
    ],
)
def test_hostile_front_matter_is_refused_or_harmless(front: str) -> None:
    text = f"---\n{front}\n---\n\n# Titre\n"
    after = merged(PLAN, [("x.md", text.encode())])
    assert all(scenario in after.document.scenarios for scenario in PLAN.scenarios)
    assert all(one.error or one.scenario for one in after.files) or after.document == PLAN


def test_grades_of_a_risk_that_are_none_are_the_middle_one() -> None:
    text = "---\nplan: x\nrisks: [{id: Été, title: {fr: Feu}, likelihood: 900, impact: -4}]\n---\n"
    risk = merged(Document(), [("plan.md", text.encode())]).document.risks[0]
    assert (risk.id, risk.likelihood, risk.impact) == ("ete", 3, 3)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    try:
        files = opened(data, "x.zip")
    except NotAnArchive:
        return
    merged(Document(), files)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    merged(Document(), [("x.md", text.encode("utf-8", "surrogatepass"))])


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(NotAnArchive) as refused:
        opened(packed({f"{n}.md": b"a" * (1 << 20) for n in range(8)}), "plan.zip")
    assert refused.value.code == "harmful"


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = packed({"a.md": b"# A\n" + b"a" * (8 << 20)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.infolist()[0].file_size
    lying = data.replace(true.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(NotAnArchive, match=r"broken|harmful"):
        opened(lying, "plan.zip")


def test_too_many_files_and_too_large_ones_are_refused() -> None:
    with pytest.raises(NotAnArchive, match="many"):
        opened(packed({f"{n}.md": "# x" for n in range(exchange.MOST_FILES + 1)}), "x.zip")
    with pytest.raises(NotAnArchive, match="large"):
        opened(b"x" * (exchange.LARGEST + 1), "x.md")
    assert codes(Document(), b"x" * 2_000_000) == ["long"]


def test_what_is_no_text_in_an_archive_is_left_alone() -> None:
    files: dict[str, Any] = {
        "a.exe": b"MZ",
        "__MACOSX/a.md": b"x",
        ".hidden.md": b"x",
        "../../../etc/b.md": STRIKE,
    }
    assert [name for name, _data in opened(packed(files), "x.zip")] == ["../../../etc/b.md"]
    after = merged(Document(), opened(packed(files), "x.zip"))
    assert after.document.scenarios[0].id == "greve"


def test_the_whole_says_roles_and_risks_for_people_too() -> None:
    text = write_whole(PLAN, "Maison Berthier")
    assert "\n# Maison Berthier\n" in text
    assert "- Décision: Fixe la gravité" in text


# pages


def upload(page: Client, data: bytes, name: str = "plan.zip") -> Any:
    """Send a file to the page of imports."""
    return page.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_shown_first_and_kept_when_confirmed(page: Client, draft: Version) -> None:
    shown = upload(page, STRIKE.encode(), "greve.md")
    assert shown.status_code == 200
    assert [file["is_new"] for file in shown.context["files"]] == [True]
    assert Version.objects.get().document == draft.document
    sent = {"mark": shown.context["written"].mark, "packed": shown.context["packed"]}
    assert page.post(IMPORT, sent).status_code == 302
    assert Version.objects.get().document.scenario("greve") is not None


def test_a_preview_of_what_changed_meanwhile_is_shown_again(
    page: Client, draft: Version, yanis: User
) -> None:
    shown = upload(page, STRIKE.encode(), "greve.md")
    actions.change(draft, draft.document, yanis, revision=draft.revision)
    sent = {"mark": shown.context["written"].mark, "packed": shown.context["packed"]}
    again = page.post(IMPORT, sent)
    assert again.status_code == 200
    assert page.post(IMPORT, {**sent, "mark": again.context["written"].mark}).status_code == 302


@pytest.mark.parametrize("packed_words", ["", "x", "a:b:c", "é" * 50])
def test_a_forged_preview_changes_nothing(page: Client, draft: Version, packed_words: str) -> None:
    page.post(IMPORT, {"mark": "1-1", "packed": packed_words})
    assert Version.objects.get().document == draft.document


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"PK\x03\x04nothing", "plan.zip"), (b"", "x.md"), (packed({"a.txt": "x"}), "plan.zip")],
)
def test_what_is_no_plan_is_refused_in_words(page: Client, draft: Version, data: bytes, name: str) -> None:
    answer = upload(page, data, name)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]


def test_bad_utf8_is_told_and_nothing_can_be_confirmed(page: Client, draft: Version) -> None:
    answer = upload(page, b"# Caf\xe9", "x.md")
    assert answer.context["files"][0]["error"]
    assert not answer.context["groups"]


def test_a_plan_that_is_exported_and_brought_back_changes_nothing(page: Client, draft: Version) -> None:
    answer = page.get("/plan/maison-berthier/export.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    shown = upload(page, answer.content)
    assert not [file for file in shown.context["files"] if file["error"] or file["remarks"]]
    assert not shown.context["groups"]


def test_a_scenario_is_exported_in_one_language(page: Client, draft: Version) -> None:
    answer = page.get("/plan/maison-berthier/scenarios/contamination.md?language=fr")
    assert "## Protocole" in answer.content.decode()
    assert "contamination.fr.md" in answer.headers["Content-Disposition"]
    assert page.get("/plan/maison-berthier/scenarios/nothing.md").status_code == 404


def test_only_leads_bring_files_in(client: Client, draft: Version, yanis: User) -> None:
    client.force_login(yanis)
    assert client.get(IMPORT).status_code == 403
