"""Dates of exports, in every usual way of writing them."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.listen.files.dates import DateReader, NotADate, looks_american, order_of

PARIS = ZoneInfo("Europe/Paris")
FRENCH = DateReader("dmy", PARIS)
AMERICAN = DateReader("mdy", PARIS)
MORNING = datetime(2015, 2, 24, 10, 35, tzinfo=UTC)
MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

moments = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(
    "written",
    [
        "24/02/2015 11:35",
        "24/02/2015, 11:35:00",
        "le 24/02/2015 à 11h35",
        "24.02.2015 11:35:00",
        "24-02-2015 11:35",
        "24/02/15 11:35",
        "2015-02-24 11:35",
        "2015-02-24T11:35:00+01:00",
        "2015-02-24T10:35:00Z",
        "2015-02-24T10:35:00.000Z",
        "2015-02-24 02:35:00 -0800",
        "2015/02/24 11:35",
        "20150224113500",
        "Tue, 24 Feb 2015 11:35:00 +0100",
        "Tue Feb 24 10:35:00 +0000 2015",
        "Tue Feb 24 2015 11:35:00 GMT+0100 (CET)",
        "24 févr. 2015 à 11 h 35",
        "mar. 24 févr. 2015 à 11 h 35",
        "mardi 24 février 2015 11:35",
        "24 février 2015, 11:35 CET",
        "Feb 24, 2015 11:35 AM",
        "Tuesday, February 24, 2015 at 11:35 AM",
        "24-Feb-2015 11:35",
        "2015-02-24 11:35 Europe/Paris",
        "1424774100",
        "1424774100000",
        "1424774100000000",
        "42059.482638888891",
        "42059,482638888891",
    ],
)
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    assert FRENCH.read(written) == MORNING


def test_mars_is_a_month_and_mar_before_a_day_is_tuesday() -> None:
    assert FRENCH.read("mar. 3 mars 2015 à 8h05") == datetime(2015, 3, 3, 7, 5, tzinfo=UTC)
    assert FRENCH.read("1er mars 2015") == datetime(2015, 2, 28, 23, 0, tzinfo=UTC)


def test_the_order_of_the_file_decides_what_no_date_tells() -> None:
    assert FRENCH.read("02/03/2015") == datetime(2015, 3, 1, 23, 0, tzinfo=UTC)
    assert AMERICAN.read("02/03/2015") == datetime(2015, 2, 2, 23, 0, tzinfo=UTC)


def test_a_date_that_tells_by_itself_is_read_as_it_is() -> None:
    assert FRENCH.read("02/24/2015") == AMERICAN.read("24/02/2015")


@pytest.mark.parametrize(
    ("sample", "order"),
    [
        (["01/02/2015", "13/02/2015"], "dmy"),
        (["01/02/2015", "02/13/2015"], "mdy"),
        (["01/02/2015", "03/04/2015"], None),
        (["13/02/2015", "02/13/2015", "02/14/2015"], "mdy"),
        ([None, "", 42, "never"], None),
    ],
)
def test_the_whole_sample_decides_the_order(sample: list[object], order: str | None) -> None:
    assert order_of(sample) == order


def test_am_and_pm_show_an_american_file() -> None:
    assert looks_american(["1/2/2015 3:05 PM"])
    assert not looks_american(["1/2/2015 15:05", None])


def test_noon_and_midnight_are_not_confused() -> None:
    assert AMERICAN.read("2/24/2015 12:10 AM").astimezone(PARIS).hour == 0
    assert AMERICAN.read("2/24/2015 12:10 PM").astimezone(PARIS).hour == 12


def test_a_column_of_times_and_a_column_of_zones_complete_a_date() -> None:
    assert FRENCH.read("24/02/2015", "11:35") == MORNING
    assert FRENCH.read("24/02/2015", 0.482638889) == MORNING
    assert FRENCH.read("24/02/2015", "02:35", timezone(timedelta(hours=-8))) == MORNING


def test_a_leap_second_is_the_second_before() -> None:
    assert FRENCH.read("2016-12-31T23:59:60Z").second == 59


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hier",
        "31/02/2015",
        "2015-13-01",
        "12345",
        "a" * 5000,
        "24/02",
        "25:61",
        "13:99 PM 1/1/2015",
        "NaN",
        "-1",
    ],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(NotADate):
        FRENCH.read(written)


@pytest.mark.parametrize("value", [None, True, float("nan"), float("inf"), -5, 10**30, object()])
def test_a_cell_that_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(NotADate):
        FRENCH.read(value)


@given(moments)
def test_rfc_3339_comes_back_as_it_went(moment: datetime) -> None:
    assert FRENCH.read(moment.isoformat()) == moment


@given(
    moments,
    st.sampled_from(["%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%A %d %B %Y %H:%M:%S"]),
)
def test_day_first_writings_come_back(moment: datetime, form: str) -> None:
    assert DateReader("dmy", UTC).read(moment.strftime(form)) == moment


@given(moments)
def test_month_first_writings_come_back(moment: datetime) -> None:
    assert DateReader("mdy", UTC).read(moment.strftime("%m/%d/%Y %I:%M:%S %p")) == moment


@given(moments)
def test_french_writing_comes_back(moment: datetime) -> None:
    written = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year} à {moment.hour} h {moment.minute:02}"
    assert DateReader("dmy", UTC).read(written) == moment.replace(second=0)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with contextlib.suppress(NotADate):
        assert FRENCH.read(text).tzinfo is UTC
