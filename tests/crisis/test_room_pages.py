"""The pages of a room: everybody with a role reads it, responders write in it, leads close it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape
from django_scopes import scope
from pytest_django import DjangoAssertNumQueries

from tests.browsing import browser, post, said
from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tocsin.accounts.models import Organisation, User
from tocsin.callout.models import CallOut
from tocsin.crisis import actions, log, questions, tasks
from tocsin.crisis.models import Crisis, RoomTask
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
READ = ("", "log/", "known/", "wall/", "close/")
LINE = {"line": "/décision On retire le lot 4"}


def room_of(crisis: Crisis) -> str:
    return f"/rooms/{crisis.pk}/"


def written_to(crisis: Crisis, task: RoomTask) -> dict[str, dict[str, str]]:
    """Return every address at which something is written, with what is sent."""
    here = room_of(crisis)
    seen = {"seen": str(task.revision)}
    return {
        f"{here}log/write/": LINE,
        f"{here}update/": {"minutes": "30"},
        f"{here}on/": {},
        f"{here}tasks/add/": {"words": "Prévenir le fournisseur"},
        f"{here}tasks/{task.pk}/take/": seen,
        f"{here}tasks/{task.pk}/done/": seen,
        f"{here}tasks/{task.pk}/undo/": {},
        f"{here}tasks/{task.pk}/give/": {"owner": "", **seen},
        f"{here}tasks/{task.pk}/skip/": {"reason": "Sans objet", **seen},
        f"{here}tasks/{task.pk}/postpone/": {"minutes": "60", "reason": "Le labo ouvre à 7 h", **seen},
        f"{here}facts/add/": {"text": "Un seul lot", "state": "unconfirmed", "source": ""},
        f"{here}questions/add/": {"text": "Les autres pains sont-ils sûrs ?"},
    }


def test_who_is_not_signed_in_sees_nothing(crisis: Crisis) -> None:
    for part in READ:
        assert Client().get(room_of(crisis) + part).status_code == 302


@pytest.mark.parametrize("part", READ)
def test_everybody_with_a_role_reads_a_room(crisis: Crisis, paul: User, part: str) -> None:
    assert escape(crisis.title) in said(browser(paul), room_of(crisis) + part)


def test_an_observer_writes_nothing(crisis: Crisis, task: RoomTask, paul: User) -> None:
    before = len(log.lines(crisis))
    for address, fields in written_to(crisis, task).items():
        assert browser(paul).post(address, fields).status_code == 403, address
    page = said(browser(paul), room_of(crisis))
    assert 'name="line"' not in page
    assert "/done/" not in page
    assert len(log.lines(crisis)) == before


def test_another_organisation_finds_no_room(
    crisis: Crisis, task: RoomTask, other_organisation: Organisation
) -> None:
    stranger = browser(member(other_organisation, "Léa", "lea@lacaze.test", "lead").user)
    addresses = [room_of(crisis) + part for part in READ]
    assert [stranger.get(address).status_code for address in addresses] == [404] * len(addresses)
    for address, fields in written_to(crisis, task).items():
        assert stranger.post(address, fields).status_code == 404, address


def test_a_closed_room_is_read_and_takes_nothing_more(
    crisis: Crisis, task: RoomTask, claire: User, yanis: User
) -> None:
    answer = post(
        browser(claire),
        f"{room_of(crisis)}close/",
        note="Le lot est retiré.",
        reason="Le reste suit",
        tell="on",
    )
    assert "Le lot est retiré." in answer
    before = len(log.lines(crisis))
    for address, fields in written_to(crisis, task).items():
        browser(yanis).post(address, fields)
    assert len(log.lines(crisis)) == before
    task.refresh_from_db()
    assert task.state == "todo"


def test_a_task_of_another_room_is_not_found_in_this_one(
    crisis: Crisis, bare: Crisis, task: RoomTask, yanis: User
) -> None:
    assert browser(yanis).post(f"{room_of(bare)}tasks/{task.pk}/done/").status_code == 404


def test_a_room_is_opened_by_hand_by_the_scenario_that_is_chosen(
    seated: object, brand: Brand, yanis: User, organisation: Organisation
) -> None:
    page = said(browser(yanis), "/rooms/open/?brand=maison-berthier&scenario=contamination")
    assert 'name="severity"' in page
    post(
        browser(yanis),
        "/rooms/open/",
        brand=brand.pk,
        scenario="contamination",
        title="Du verre dans un pain",
        level="red",
        onset_at="2026-11-22T02:40",
    )
    with scope(organisation=organisation):
        crisis = Crisis.objects.get()
        assert (crisis.level, crisis.opened_by) == ("red", yanis)
        assert crisis.onset_at.isoformat() == "2026-11-22T01:40:00+00:00"
        assert crisis.tasks.count() > 5


def test_a_room_without_a_plan_opens_without_tasks(brand: Brand, yanis: User) -> None:
    page = post(
        browser(yanis),
        "/rooms/open/",
        brand=brand.pk,
        title="Panne",
        level="yellow",
        onset_at="2026-11-22T02:40",
    )
    assert "Panne" in page


def test_the_second_room_for_a_scenario_leads_to_the_first(crisis: Crisis, brand: Brand, yanis: User) -> None:
    fields = {"brand": brand.pk, "scenario": "contamination", "title": "x", "level": "red"}
    answer = browser(yanis).post("/rooms/open/", {**fields, "onset_at": "2026-11-22T02:40"})
    assert answer.headers["Location"] == room_of(crisis)


def test_a_call_out_has_one_room_however_often_it_is_pressed(
    inside: Organisation, brand: Brand, claire: User, yanis: User
) -> None:
    callout = CallOut.objects.create(organisation=inside, brand=brand, launched_at=NIGHT)
    fields = {"brand": brand.pk, "title": "Panne", "level": "red", "onset_at": "2026-11-22T02:40"}
    address = f"/rooms/open/?callout={callout.pk}"
    first, second = (browser(one).post(address, fields) for one in (yanis, claire))
    assert first.headers["Location"] == second.headers["Location"] == room_of(Crisis.objects.get())
    with pytest.raises(actions.AlreadyOpen):  # who had the form open while the other pressed
        actions.open_room(brand, claire, title="Panne", level="red", callout=callout)


def test_a_line_that_is_too_long_stays_in_its_field(crisis: Crisis, yanis: User) -> None:
    words = "a" * 10_000
    page = post(browser(yanis), f"{room_of(crisis)}log/write/", line=words)
    assert f'value="{words}"' in page
    assert log.lines(crisis)[-1].text != words


def test_markup_in_a_line_is_shown_as_it_was_typed(crisis: Crisis, yanis: User) -> None:
    post(browser(yanis), f"{room_of(crisis)}log/write/", line="<script>alert(1)</script> & <b>gras</b>")
    page = said(browser(yanis), room_of(crisis))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;gras&lt;/b&gt;" in page


def test_htmx_gets_the_log_and_an_empty_field(crisis: Crisis, yanis: User) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#room-log"}
    answer = browser(yanis).post(f"{room_of(crisis)}log/write/", LINE, headers=headers)
    page = answer.content.decode()
    assert "On retire le lot 4" in page
    assert 'id="room-line"' in page
    assert 'hx-swap-oob="outerHTML"' in page
    refused = browser(yanis).post(f"{room_of(crisis)}log/write/", {"line": "/fait"}, headers=headers)
    assert refused.headers["HX-Retarget"] == "#room-line"
    assert 'value="/fait"' in refused.content.decode()


def test_words_stay_in_the_form_when_somebody_was_faster(
    crisis: Crisis, task: RoomTask, yanis: User, claire: User
) -> None:
    tasks.done(task, claire)
    address = f"{room_of(crisis)}tasks/{task.pk}/skip/"
    page = post(browser(yanis), address, reason="Le lot n’est pas en rayon", seen=task.revision)
    assert "Claire Vasseur has done this task meanwhile" in page
    assert [line.entry.verb for line in log.lines(crisis)].count("crisis.task_skipped") == 0


def test_an_answer_written_at_once_by_two_keeps_both(crisis: Crisis, yanis: User, claire: User) -> None:
    question, _entry = questions.ask(crisis, yanis, "Les autres pains sont-ils sûrs ?")
    questions.answer(question, claire, "Oui : un seul lot est touché.")
    page = post(
        browser(yanis),
        f"{room_of(crisis)}questions/{question.pk}/",
        answer="Nous vérifions, réponse à 5 h.",
        seen="",
    )
    assert "Nous vérifions, réponse à 5 h." in page
    assert "Oui : un seul lot est touché." in page


@pytest.mark.parametrize("number", ["abc", "99999999999999999999999", "-", "1e9", "١٢"])
def test_numbers_that_are_none_are_refused_in_peace(crisis: Crisis, yanis: User, number: str) -> None:
    assert browser(yanis).get(f"{room_of(crisis)}questions/add/", {"narrative": number}).status_code in {
        200,
        404,
    }
    assert browser(yanis).get(f"{room_of(crisis)}log/", {"before": number}).status_code == 200
    assert browser(yanis).get("/rooms/open/", {"callout": number, "brand": number}).status_code == 200


def test_pages_ask_few_questions_however_many_lines_and_tasks_there_are(
    crisis: Crisis,
    watch: Watch,
    yanis: User,
    claire: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(30):
        log.write(crisis, yanis if n % 2 else claire, f"/fait Point {n} (source : labo)")
        tasks.add(crisis, f"Tâche {n}", claire)
    client = browser(yanis)
    client.get(room_of(crisis))
    with django_assert_max_num_queries(75):
        client.get(room_of(crisis))
    with django_assert_max_num_queries(40):
        client.get(f"{room_of(crisis)}log/")
    with django_assert_max_num_queries(60):
        client.get(f"{room_of(crisis)}wall/")
    tasks_only = {"HX-Request": "true", "HX-Target": "section#room-tasks"}
    with django_assert_max_num_queries(35):
        client.get(room_of(crisis), headers=tasks_only)


def test_the_wall_shows_nobody_s_address(crisis: Crisis, paul: User) -> None:
    page = said(browser(paul), f"{room_of(crisis)}wall/")
    assert "Nadia Benali" in page
    assert "@maison-berthier.test" not in page
    assert "tel:" not in page


def test_the_level_is_changed_by_a_lead_alone(crisis: Crisis, claire: User, yanis: User) -> None:
    assert browser(yanis).post(f"{room_of(crisis)}grade/", {"level": "red"}).status_code == 403
    post(browser(claire), f"{room_of(crisis)}grade/", level="red", why="Un enfant est blessé")
    crisis.refresh_from_db()
    assert crisis.level == "red"
    assert actions.activated_at(crisis) == crisis.opened_at
