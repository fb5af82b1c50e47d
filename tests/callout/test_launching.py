"""A call-out is launched once, by the version in force; the roll before it says what stands in the way."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from django_scopes import scope

from tests.callout.conftest import DOCUMENT, contact, launch, let_pass, mailed, now_of, seat, states
from tests.clock.conftest import NOON
from tests.gate.mailserver import MailServer
from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert
from tocsin.callout import actions, following, selectors
from tocsin.callout.models import CallOut, CallState
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate.models import Outgoing
from tocsin.journal import selectors as journal
from tocsin.journal.verbs import display
from tocsin.plan import calling
from tocsin.plan.document.structure import Document, encode
from tocsin.plan.models import Contact, Plan, Version, VersionState
from tocsin.watch.models import Brand, Watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def rolled(plan: Plan, scenario: str = "contamination", level: str = "orange") -> list[selectors.RoleOrder]:
    """Return the roll of a scenario now."""
    version = plan.versions.get()
    found = version.document.scenario(scenario)
    assert found is not None
    return selectors.roll(plan, version, found, level, NOON)


def test_the_roll_names_the_roles_in_order_with_who_decides_first(
    plan: Plan, nadia: Contact, karim: Contact, helene: Contact
) -> None:
    found = rolled(plan)
    assert [order.role for order in found] == ["director", "quality", "spokesperson"]
    assert [callee.contact.name for callee in found[1].callees] == ["Nadia Benali", "Karim Haddad"]
    assert found[2].problems == [
        "Nobody holds this role: the role that decides is called, then leads and administrators."
    ]


def test_the_roll_says_who_cannot_be_reached_by_what_is_set_up(
    plan: Plan, nadia: Contact, settings: object
) -> None:
    alone = contact(plan.organisation, "Luc Moreau", ("matrix", "@luc:berthier.test"))
    seat(plan, "spokesperson", alone)
    assert rolled(plan)[2].problems == ["Nobody of this role can be reached by a way that is set up here."]
    settings.SMS_URL = settings.EMAIL_URL = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert rolled(plan)[1].problems == ["Nobody of this role can be reached by a way that is set up here."]


def test_the_roll_says_that_links_lead_nowhere_without_a_public_address(settings: object) -> None:
    assert selectors.warnings() == []
    settings.URL = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert "TOCSIN_URL" in selectors.warnings()[0]


def test_a_second_press_calls_nobody_twice_and_shows_the_first(
    launched: CallOut, plan: Plan, claire: User, time: SimulatedTime, mail: MailServer
) -> None:
    with pytest.raises(actions.AlreadyRunning) as refused:
        launch(plan, claire)
    assert refused.value.callout == launched
    assert CallOut.objects.count() == 1
    assert launch(plan, claire, scenario="outage").pk != launched.pk


def test_after_the_end_the_scenario_can_be_called_again(launched: CallOut, plan: Plan, yanis: User) -> None:
    actions.stand_down(launched, yanis, false_alarm=False)
    assert launch(plan, yanis).pk != launched.pk


@pytest.mark.parametrize("scenario", ["flood", "../contamination", "\x00", "x" * 5000])
def test_a_scenario_that_the_plan_does_not_have_calls_nobody(
    plan: Plan, nadia: Contact, yanis: User, scenario: str
) -> None:
    with pytest.raises(actions.NotInForce):
        launch(plan, yanis, scenario=scenario)
    assert not CallOut.objects.exists()


def test_without_a_version_in_force_nobody_is_called(plan: Plan, yanis: User) -> None:
    plan.versions.update(state=VersionState.DRAFT, number=None)
    with pytest.raises(actions.NotInForce, match="Approve the plan first"):
        launch(plan, yanis)


@pytest.mark.parametrize("level", ["green", "", "purple", "RED"])
def test_a_level_that_is_none_calls_nobody(plan: Plan, nadia: Contact, yanis: User, level: str) -> None:
    with pytest.raises(ValueError, match="levels"):
        launch(plan, yanis, level=level)
    assert not CallOut.objects.exists()


def test_no_role_at_all_calls_nobody(plan: Plan, nadia: Contact, yanis: User) -> None:
    with pytest.raises(actions.NobodyToCall):
        launch(plan, yanis, roles=["nobody", ""])
    assert not CallOut.objects.exists()


def test_people_are_called_by_hand_without_any_plan(
    organisation: Organisation, brand: Brand, yanis: User, time: SimulatedTime, mail: MailServer
) -> None:
    with scope(organisation=organisation):
        first = contact(organisation, "Maître Roussel", ("email", "roussel@cabinet.test"))
        second = contact(organisation, "Léa Duval", ("email", "lea@agence.test"), deputy=first)
        callout = actions.launch(brand, "", yanis, level="orange", people=[second, first])
        let_pass(time, seconds=1)
        with override("en"):
            board = selectors.board(callout)
    assert sorted(mailed(mail)) == ["lea", "roussel"]
    assert (board.title, board.wanted, board.called) == ("Situation to assess", 2, 2)


def test_a_contact_of_another_company_is_never_called(
    plan: Plan, yanis: User, other_organisation: Organisation
) -> None:
    with scope(organisation=other_organisation):
        stranger = contact(other_organisation, "Bruno Lacaze", ("email", "bruno@lacaze.test"))
    with pytest.raises(actions.NobodyToCall):
        actions.launch(plan.brand, "", yanis, level="orange", people=[stranger])


def test_an_alert_of_another_company_is_not_attached(
    plan: Plan, nadia: Contact, yanis: User, other_organisation: Organisation
) -> None:
    foreign = Alert(organisation=other_organisation, pk=99)
    assert launch(plan, yanis, alert=foreign).alert is None


def test_the_call_out_keeps_the_version_whatever_becomes_of_the_plan(
    launched: CallOut, plan: Plan, karim: Contact, yanis: User, time: SimulatedTime
) -> None:
    plan.versions.update(state=VersionState.SUPERSEDED)
    Version.objects.create(
        organisation=plan.organisation,
        plan=plan,
        number=2,
        state=VersionState.IN_FORCE,
        content=encode(Document()).decode(),
        changed_at=NOON,
    )
    plan.seats.all().delete()
    let_pass(time, minutes=10.1)
    assert now_of("Karim Haddad").state == "called"
    assert CallOut.objects.get().version_id == launched.version_id


def test_who_follows_call_outs_is_told_only_when_a_room_was_asked_for(
    plan: Plan, nadia: Contact, yanis: User
) -> None:
    seen: list[int] = []

    def follow(callout: CallOut) -> None:
        seen.append(callout.pk)

    following.register_follower(follow)
    following.register_follower(follow)
    try:
        launch(plan, yanis)
        asked = launch(plan, yanis, scenario="outage", room=True)
    finally:
        following.after_launch.remove(follow)
    assert seen == [asked.pk]


def test_people_are_called_also_when_what_follows_fails(
    plan: Plan, nadia: Contact, yanis: User, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(callout: CallOut) -> None:
        CallOut.objects.filter(pk=callout.pk).update(why="half done")
        raise RuntimeError("no room")

    following.register_follower(fail)
    try:
        launched = launch(plan, yanis, room=True)
    finally:
        following.after_launch.remove(fail)
    launched.refresh_from_db()
    assert launched.why != "half done"
    assert launched.calls.filter(state=CallState.CALLED).exists()
    assert "goes on without what follows it" in caplog.text


def test_an_alert_of_another_brand_is_not_taken_along(plan: Plan, nadia: Contact, yanis: User) -> None:
    other = Brand.objects.create(organisation=plan.organisation, name="Aux Bons Grains", slug="grains")
    alert = Alert.objects.create(
        organisation=plan.organisation,
        brand=other,
        key="theirs",
        level="red",
        highest_level="red",
        began_at=clock.now(plan.organisation),
        raised_at=clock.now(plan.organisation),
    )
    assert launch(plan, yanis, alert=alert).alert is None


def test_everything_is_in_the_journal_in_sentences(launched: CallOut, plan: Plan, yanis: User) -> None:
    actions.answer(now_of("Nadia Benali"), "unable")
    actions.answer(now_of("Karim Haddad"), "later", minutes=25, by=yanis)
    actions.stand_down(launched, yanis, false_alarm=True)
    entries = journal.entries(plan.organisation, target=f"callout.callout:{launched.pk}")
    with override("en"):
        said = [display(entry) for entry in entries.order_by("sequence")]
    assert said == [
        "Yanis Morel launched the call-out “Contaminated product” at level orange",
        "Nadia Benali is called for the role “Quality”",
        "Nadia Benali can’t, for the role “Quality”",
        "Karim Haddad is called for the role “Quality”",
        "Karim Haddad comes in 25 minutes, for the role “Quality” (noted by Yanis Morel)",
        "Yanis Morel ended the call-out “Contaminated product”: a false alarm",
    ]


def test_proposals_come_from_the_plan_in_force_and_from_the_alert(
    plan: Plan, brand: Brand, watch: Watch, organisation: Organisation
) -> None:
    alert = Alert.objects.create(
        organisation=organisation,
        brand=brand,
        watch=watch,
        key="a",
        level="orange",
        highest_level="orange",
        began_at=NOON,
        raised_at=NOON,
        reasons=[{"code": "topic_share", "figures": {"topic": "availability", "share": 61}}],
    )
    found = selectors.proposals(organisation, brand, alert)
    assert [one.scenario.id for one in found] == ["outage", "contamination", "accident"]
    assert found[0].fits
    assert any("61%" in words for words in found[0].why)
    assert found[0].title == "Site outage"
    plan.versions.update(state=VersionState.DRAFT, number=None)
    assert selectors.proposals(organisation, brand, alert) == []


def test_who_said_that_they_left_is_called_last(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User
) -> None:
    Contact.objects.filter(pk=nadia.pk).update(left_at=NOON)
    launch(plan, yanis)
    assert list(states().items()) == [("Karim Haddad", "called"), ("Nadia Benali", "waiting")]


def test_whose_account_was_closed_is_called_last_and_the_roll_says_so(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User, paul: User
) -> None:
    paul.is_active = False
    paul.save()
    nadia.user = paul
    nadia.save()
    assert rolled(plan)[1].problems == ["Nadia Benali may have left, and is called last."]
    launch(plan, yanis)
    assert states() == {"Karim Haddad": "called", "Nadia Benali": "waiting"}


def test_who_launches_and_is_next_for_a_role_is_there_and_is_sent_nothing(
    plan: Plan, nadia: Contact, karim: Contact, yanis: User, time: SimulatedTime
) -> None:
    Contact.objects.filter(pk=karim.pk).update(user=yanis)
    seat(plan, "spokesperson", karim)
    callout = launch(plan, yanis, roles=["quality", "spokesperson"])
    let_pass(time, minutes=11)
    assert now_of("Nadia Benali").state == "released"
    assert {now_of("Karim Haddad", role).state for role in ("quality", "spokesperson")} == {"coming"}
    assert not Outgoing.objects.filter(addressee__startswith="karim").exists()
    board = selectors.board(callout)
    assert (board.covered, board.called, board.coming) == (2, 2, 1)
    with override("en"):
        said = [display(entry) for entry in journal.entries(plan.organisation)]
    assert "Karim Haddad is on it, for the role “Spokesperson”" in said
    actions.stand_down(callout, yanis, false_alarm=True)
    let_pass(time, minutes=1)
    assert not Outgoing.objects.filter(addressee__startswith="karim").exists()


def test_the_document_of_these_tests_is_as_the_plan_reads_it(plan: Plan) -> None:
    assert plan.versions.get().document == DOCUMENT
    assert calling.deciders(plan, "director", NOON) == []
