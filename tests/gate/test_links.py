"""A link answers for one person without signing in, for a while; nothing else opens."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock.conftest import NOON
from tocsin.clock.simulated import simulated
from tocsin.gate import links

DAY = timedelta(days=1)
TEXT = st.text(max_size=40)
DATA = st.dictionaries(
    st.text(max_size=8),
    st.one_of(st.integers(), st.booleans(), st.none(), TEXT, st.lists(st.integers(), max_size=4)),
    max_size=5,
)


@given(purpose=TEXT, data=DATA)
def test_what_was_signed_is_read(purpose: str, data: dict[str, object]) -> None:
    token = links.sign(purpose, data, lifetime=DAY)
    assert links.read(purpose, token) == data
    assert token.isascii()
    assert not set(token) & set("+/=&?#% .")


@given(st.data())
def test_any_changed_sign_makes_it_forged(drawn: st.DataObject) -> None:
    token = links.sign("callout.answer", {"c": 12, "p": 345}, lifetime=DAY)
    at = drawn.draw(st.integers(0, len(token) - 1))
    other = drawn.draw(st.characters().filter(lambda sign: sign != token[at]))
    with pytest.raises(links.LinkForged):
        links.read("callout.answer", token[:at] + other + token[at + 1 :])


@given(mine=TEXT, other=TEXT)
def test_a_link_of_one_purpose_is_none_of_another(mine: str, other: str) -> None:
    token = links.sign(mine, {"c": 12}, lifetime=DAY)
    if mine != other:
        with pytest.raises(links.LinkForged):
            links.read(other, token)


@given(st.text(max_size=200))
def test_whatever_a_stranger_types_is_forged(token: str) -> None:
    with pytest.raises(links.LinkForged):
        links.read("callout.answer", token)


@pytest.mark.parametrize(
    "wrong", ["", "\0", "é", "A", "AAAA", "=" * 40, "A" * 10_000_000, "\ud800", " ", "А" * 40]
)
def test_hostile_tokens_are_forged(wrong: str) -> None:
    with pytest.raises(links.LinkForged):
        links.read("callout.answer", wrong)


def test_every_shorter_and_every_longer_one_is_forged() -> None:
    token = links.sign("callout.answer", {"c": 12, "p": 345}, lifetime=DAY)
    changed = [token[:length] for length in range(len(token))] + [token + sign for sign in "A=\0 "]
    for wrong in [*changed, token + token, f" {token}", f"{token}\n"]:
        with pytest.raises(links.LinkForged):
            links.read("callout.answer", wrong)


def test_a_link_of_another_installation_is_forged(settings: object) -> None:
    token = links.sign("callout.answer", {"c": 12}, lifetime=DAY)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's wrapper
    with pytest.raises(links.LinkForged):
        links.read("callout.answer", token)


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_link_never_ends_early_and_at_most_a_minute_late(lifetime: timedelta) -> None:
    with simulated(NOON + timedelta(seconds=17)) as time:
        token = links.sign("plan.probe", {"l": 7}, lifetime=lifetime)
        ends = time() + lifetime
        if lifetime:
            assert links.read("plan.probe", token, now=ends - timedelta(microseconds=1)) == {"l": 7}
        with pytest.raises(links.LinkExpired):
            links.read("plan.probe", token, now=ends + timedelta(minutes=1))


def test_it_ends_by_the_clock_of_the_house() -> None:
    with simulated(NOON) as time:
        token = links.sign("plan.probe", {"l": 7}, lifetime=DAY)
        time.advance(hours=23)
        assert links.read("plan.probe", token) == {"l": 7}
        time.advance(hours=1)
        with pytest.raises(links.LinkExpired):
            links.read("plan.probe", token)


def test_a_link_fits_into_a_text_message() -> None:
    assert len(links.sign("callout.answer", {"c": 1234, "p": 56789, "a": "on"}, lifetime=DAY)) <= 70


@pytest.mark.parametrize("data", [{"n": "x" * 5000}, {"n": float("nan")}])
def test_what_an_address_cannot_carry_is_refused_when_signed(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        links.sign("callout.answer", data, lifetime=DAY)


def test_a_page_has_a_public_address_only_where_one_is_set(settings: object) -> None:
    settings.URL = "https://tocsin.berthier.test"  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert links.absolute("/a/xyz/") == "https://tocsin.berthier.test/a/xyz/"
    settings.URL = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert links.absolute("/a/xyz/") == ""
