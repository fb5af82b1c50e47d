"""How ready a plan is: each gap is seen, costs points, is said with its remedy, and mending never costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.test import Client
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from tocsin.accounts.models import Organisation, User
from tocsin.plan import actions, library
from tocsin.plan.document.structure import Document, Message, Risk, Role, Scenario, Task
from tocsin.plan.readiness import _MOST, STALE, Held, State, readiness
from tocsin.plan.readiness_words import TITLES, kinds, summary
from tocsin.watch.models import Brand

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINES = (("voice", "+33612345678", NOW), ("email", "claire@maison-berthier.test", NOW))
CLAIRE = Held(1, "Claire Vasseur", inside=True, lines=LINES)
YANIS = Held(2, "Yanis Morel", inside=True, lines=(("sms", "+33698765432", NOW),))
PAUL = Held(3, "Paul Derain", inside=True, lines=(("voice", "+33611223344", NOW),))

FREEZE = Task(id="freeze", role="director", minutes=0, words={"fr": "Suspendre les publications"})
POST = Message(audience="public", channel="post", words={"fr": "À [[lieu]], nous cherchons la cause."})
SCENARIO = Scenario(id="oven", title={"fr": "Four en panne"}, protocol=(FREEZE,), messages=(POST,))
DOCUMENT = Document(
    roles=(Role(id="director", title={"fr": "Décision"}), Role(id="press", title={"fr": "Porte-parole"})),
    scenarios=(SCENARIO,),
    risks=(Risk(id="fire", title={"fr": "Incendie"}, scenario="oven"),),
)
READY = State(
    document=DOCUMENT,
    seats={"director": (CLAIRE, YANIS), "press": (YANIS, CLAIRE)},
    in_force=True,
    review_due=NOW + timedelta(days=30),
    members=4,
    readers=4,
    now=NOW,
)


def saying(**changes: object) -> State:
    """Return the plan with a scenario that says something else."""
    scenario = msgspec.structs.replace(SCENARIO, **changes)
    return replace(READY, document=msgspec.structs.replace(DOCUMENT, scenarios=(scenario,)))


def seated(director: Sequence[Held], press: Sequence[Held] = (YANIS, CLAIRE)) -> State:
    return replace(READY, seats={"director": director, "press": press})


GAPS: Mapping[str, State] = {
    "not_in_force": replace(READY, in_force=False),
    "no_scenario": replace(READY, document=Document(roles=DOCUMENT.roles)),
    "contradiction": saying(decides="nobody"),
    "empty_role": seated(()),
    "one_person": seated((CLAIRE,)),
    "single_point": seated((CLAIRE,), (CLAIRE,)),
    "unreachable": seated((CLAIRE, Held(3, "Paul Derain", inside=True, lines=()))),
    "left": seated((CLAIRE, replace(PAUL, left=True))),
    "former": seated((CLAIRE, replace(PAUL, former=True))),
    "mail_only": seated((CLAIRE, Held(3, "Paul Derain", inside=True, lines=(("email", "p@x.test", NOW),)))),
    "unconfirmed": seated(
        (CLAIRE, Held(3, "Paul Derain", inside=True, lines=(("voice", "+33611223344", NOW - STALE * 2),)))
    ),
    "no_protocol": saying(protocol=()),
    "slow_start": saying(protocol=(msgspec.structs.replace(FREEZE, minutes=30),)),
    "no_message": saying(messages=()),
    "could_be_sent": saying(messages=(msgspec.structs.replace(POST, words={"fr": "Tout va bien."}),)),
    "untranslated": replace(READY, document=msgspec.structs.replace(DOCUMENT, languages=("fr", "en"))),
    "weak_wording": saying(
        messages=(msgspec.structs.replace(POST, words={"fr": "[[lieu]] : pardon pour la gêne occasionnée."}),)
    ),
    "risk_unprepared": replace(
        READY,
        document=msgspec.structs.replace(DOCUMENT, risks=(Risk(id="fire", title={"fr": "Incendie"}),)),
    ),
    "not_reviewed": replace(READY, review_due=NOW),
    "unread": replace(READY, readers=1),
}


def test_a_plan_that_lacks_nothing_has_a_hundred() -> None:
    found = readiness(READY)
    assert (found.score, found.gaps) == (100, ())


def test_every_kind_of_gap_is_tried_here_and_has_words() -> None:
    assert set(GAPS) == set(_MOST) == set(TITLES)


@pytest.mark.parametrize("code", GAPS)
def test_each_gap_is_seen_and_costs_points(code: str) -> None:
    found = readiness(GAPS[code])
    assert code in {gap.code for gap in found.gaps}
    assert found.points[code] > 0
    assert found.score < 100


@pytest.mark.parametrize("code", GAPS)
def test_each_gap_is_said_with_what_mends_it(code: str) -> None:
    state = GAPS[code]
    told = {kind.code: kind for kind in kinds(readiness(state), state.document, "maison-berthier", "fr")}
    for reason in told[code].reasons:
        assert len(reason.sentence) > 20
        assert "%" not in reason.sentence
        assert reason.remedy
        assert reason.address.startswith(("/plan/maison-berthier/", "/contacts/"))


def test_a_gap_names_the_role_as_people_call_it() -> None:
    (kind,) = kinds(readiness(seated((CLAIRE,))), DOCUMENT, "maison-berthier", "fr")
    (reason,) = kind.reasons
    assert reason.sentence.startswith("Décision")
    assert reason.address == "/plan/maison-berthier/team/#role-director"


def test_one_of_many_costs_less_than_all() -> None:
    one = readiness(replace(READY, readers=3))
    all_but_one = readiness(replace(READY, readers=1))
    assert one.points["unread"] < all_but_one.points["unread"]


def test_the_heaviest_kind_comes_first() -> None:
    state = replace(seated(()), in_force=False)
    points = [kind.points for kind in kinds(readiness(state), DOCUMENT, "maison-berthier", "fr")]
    assert points == sorted(points, reverse=True)


def test_what_is_ready_is_said_without_praise() -> None:
    assert "missing" in summary(readiness(READY)) or "manque" in summary(readiness(READY))


PEOPLE = st.lists(st.sampled_from([CLAIRE, YANIS, PAUL]), max_size=3, unique=True)
ROLES = tuple(Role(id=f"role-{number}", title={"fr": f"Rôle {number}"}) for number in range(7))


@st.composite
def states(draw: Callable[[st.SearchStrategy[object]], object]) -> State:
    """Plans of one to seven roles, some held by nobody or by one, in every state of reading and review."""
    roles = ROLES[: int(str(draw(st.integers(1, 7))))]
    members = int(str(draw(st.integers(1, 9))))
    late = bool(draw(st.booleans()))
    return State(
        document=msgspec.structs.replace(DOCUMENT, roles=roles),
        seats={role.id: tuple(draw(PEOPLE)) for role in roles},  # type: ignore[arg-type]  # people, as drawn
        in_force=bool(draw(st.booleans())),
        review_due=NOW if late else None,
        members=members,
        readers=int(str(draw(st.integers(0, members)))),
        now=NOW,
    )


@given(states(), st.integers(0, 6), st.sampled_from([CLAIRE, YANIS, PAUL]))
def test_one_more_person_in_a_role_never_lowers_the_score(state: State, at: int, person: Held) -> None:
    role = state.document.roles[at % len(state.document.roles)].id
    held = state.seats[role]
    more = replace(state, seats={**state.seats, role: held if person in held else (*held, person)})
    assert readiness(more).score >= readiness(state).score


@given(states())
def test_one_more_reader_a_review_or_a_new_confirmation_never_lowers_the_score(state: State) -> None:
    before = readiness(state).score
    assert readiness(replace(state, readers=min(state.members, state.readers + 1))).score >= before
    assert readiness(replace(state, review_due=NOW + timedelta(days=180))).score >= before
    stale = Held(1, "Claire Vasseur", inside=True, lines=(("email", "claire@maison-berthier.test", None),))
    worse = replace(
        state,
        seats={
            role: tuple(stale if one == CLAIRE else one for one in held) for role, held in state.seats.items()
        },
    )
    assert readiness(worse).score <= before


@given(st.lists(st.sampled_from(sorted(GAPS)), min_size=1, max_size=3))
def test_the_score_stays_between_nothing_and_a_hundred(codes: list[str]) -> None:
    for code in codes:
        assert 0 <= readiness(GAPS[code]).score <= 100


@pytest.fixture
def house(organisation: Organisation) -> Iterator[None]:
    """Look at nothing but the bakery's own rows, as a request does."""
    with scope(organisation=organisation):
        yield


@pytest.mark.django_db
def test_the_page_leads_from_each_gap_to_where_it_is_mended(
    house: None, brand: Brand, claire: User, client: Client
) -> None:
    actions.begin(brand, claire, [library.scenarios()[0].id], ["fr"])
    client.force_login(claire)
    page = client.get("/plan/maison-berthier/readiness/")
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'href="/plan/maison-berthier/team/#role-director"' in shown
    assert "/ 100" in shown
