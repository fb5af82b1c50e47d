"""What pages count is what a person with all the posts before her would count."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation
from tocsin.store.base import MENTION_COLUMNS
from tocsin.watch.models import Brand, Watch
from tocsin.watch.period import Period
from tocsin.watch.selectors import mentions, overview, posts, rankings, rollups, steps
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.overlap import PROBED, Twice, counted_twice

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 4, 2, 16, 20, tzinfo=UTC)
ZONES = ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "UTC"]
MOMENTS = st.lists(st.integers(1, 100 * 24 * 60), min_size=1, max_size=12)


@pytest.fixture
def second(brand: Brand) -> Watch:
    """Another watch of the brand."""
    return Watch.objects.create(
        organisation=brand.organisation, brand=brand, name="Galettes", kind="brand", query="galette"
    )


def also_kept_by(watch: Watch, place: int) -> None:
    """Make a stored post a mention of another watch too."""
    others = ", ".join(name for name in MENTION_COLUMNS if name != "watch")
    with connections["river"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO mention (watch, {others}) SELECT {watch.pk}, {others} FROM mention "
            "WHERE n = %s LIMIT 1",
            [place],
        )


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=MOMENTS)
def test_each_day_of_a_long_chart_holds_the_mentions_of_that_day_where_the_organisation_lives(
    watch: Watch, zone: str, minutes: list[int]
) -> None:
    empty_river()
    moments = [NOW - timedelta(minutes=back) for back in minutes]
    for number, moment in enumerate(moments):
        store_mention(watch, f"Ma baguette {number}", moment)
    here = ZoneInfo(zone)
    whole = Period("custom", NOW - timedelta(days=101), NOW, here)
    chart = rollups.timeline([watch.pk], whole, ("volume",))["volume"]
    days = [datetime.fromtimestamp(start, here).date() for start in steps.bars(whole)]
    counted = {day: count for day, count in zip(days, chart, strict=True) if count}
    assert counted == Counter(moment.astimezone(here).date() for moment in moments)


def empty_river() -> None:
    """Forget what the example before stored."""
    with connections["river"].cursor() as cursor:
        for table in ("post", "mention", "rollup"):
            cursor.execute(f"DELETE FROM {table}")


def test_a_day_on_which_clocks_change_is_one_bar(watch: Watch) -> None:
    store_mention(watch, "Avant deux heures", datetime(2026, 3, 29, 0, 30, tzinfo=PARIS))
    store_mention(watch, "Tard le soir", datetime(2026, 3, 29, 23, 30, tzinfo=PARIS))
    store_mention(watch, "Le lendemain", datetime(2026, 3, 30, 0, 30, tzinfo=PARIS))
    whole = Period("custom", NOW - timedelta(days=90), NOW, PARIS)
    chart = rollups.timeline([watch.pk], whole, ("volume",))["volume"]
    days = [datetime.fromtimestamp(start, PARIS).date() for start in steps.bars(whole)]
    assert chart[days.index(date(2026, 3, 29))] == 2
    assert chart[days.index(date(2026, 3, 30))] == 1


def test_sums_of_several_watches_are_the_sums_of_each(watch: Watch, competitor: Watch) -> None:
    for number in range(5):
        store_mention(watch, f"Pain {number}", NOW - timedelta(hours=7 * number), sentiment=-1)
    store_mention(competitor, "Une tarte", NOW - timedelta(hours=3), sentiment=1)
    ids, start = [watch.pk, competitor.pk], NOW - timedelta(days=2)
    each = rollups.totals_by_watch(ids, start, NOW)
    assert {pk: one.volume for pk, one in each.items()} == {watch.pk: 5, competitor.pk: 1}
    assert rollups.added(list(each.values())) == rollups.totals(ids, start, NOW)
    day = Period("custom", start, NOW, PARIS)
    curves = rollups.timeline_by_watch(ids, day, ("volume", "negative"))
    assert [sum(curve) for curve in curves[watch.pk]] == [5, 5]
    assert [sum(curve) for curve in curves[competitor.pk]] == [1, 0]


def test_networks_are_those_that_ever_brought_a_mention_to_these_watches(
    watch: Watch, competitor: Watch
) -> None:
    store_mention(watch, "Ancien", NOW - timedelta(days=700), network="mastodon")
    store_mention(watch, "Récent", NOW, network="x")
    store_mention(competitor, "Ailleurs", NOW, network="press")
    assert sorted(rollups.networks([watch.pk])) == ["mastodon", "x"]
    assert rollups.networks([]) == []


def test_a_post_that_three_watches_keep_is_counted_twice_too_often(
    watch: Watch, second: Watch, competitor: Watch
) -> None:
    span = Period("custom", NOW - timedelta(days=1), NOW + timedelta(minutes=1), PARIS)
    kept = store_mention(watch, "Galette, et le Fournil Doré", NOW)
    store_mention(watch, "Baguette", NOW)
    also_kept_by(second, kept)
    also_kept_by(competitor, kept)
    assert counted_twice([watch.pk, second.pk, competitor.pk], span) == Twice(2, exact=True)
    assert counted_twice([watch.pk], span) == Twice()


def test_where_not_everything_is_compared_it_is_said(
    watch: Watch, second: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.watch.selectors.overlap.PROBED", 2)
    assert PROBED > 2
    for number in range(4):
        also_kept_by(second, store_mention(watch, f"Galette {number}", NOW - timedelta(minutes=number)))
        store_mention(second, f"Galette à part {number}", NOW - timedelta(minutes=30 + number))
    span = Period("custom", NOW - timedelta(days=1), NOW + timedelta(minutes=1), PARIS)
    found = counted_twice([watch.pk, second.pk], span)
    assert not found.exact
    assert found.count <= 4


def test_mentions_of_hundreds_of_watches_are_listed_once_and_in_order(brand: Brand) -> None:
    many = Watch.objects.bulk_create([
        Watch(organisation=brand.organisation, brand=brand, name=f"Boutique {number}", query="x")
        for number in range(450)
    ])  # fmt: skip
    places = [
        store_mention(watch, f"À la boutique {number}", NOW - timedelta(minutes=number))
        for number, watch in enumerate(many[::50])
    ]
    wanted = Wanted(brand.organisation_id, [watch.pk for watch in many], 0, 1 << 62)
    assert [post.n for post in mentions.page(wanted).posts] == places
    assert mentions.latest_place(wanted.watch_ids) == places[0]


def test_negative_posts_of_a_narrative_are_counted_once_whoever_keeps_them(
    watch: Watch, second: Watch
) -> None:
    for number in range(3):
        place = store_mention(watch, f"Du verre {number}", NOW, sentiment=-1, narrative=77)
        also_kept_by(second, place)
    wanted = Wanted(watch.organisation_id, [watch.pk, second.pk], 0, 1 << 62)
    (told,) = rankings.narratives(wanted, rankings.newest(wanted))
    assert (told.count, told.negative) == (3, 3)


def test_a_brand_without_watches_has_no_words_and_no_posts(organisation: Organisation) -> None:
    nothing = Wanted(organisation.pk, [], 0, 1 << 62)
    assert rankings.recent_texts(nothing, 10) == []
    assert rankings.authors(nothing, rankings.newest(nothing)) == []
    assert posts.newest(organisation.pk, [], 10) == []


def test_the_newest_posts_are_the_organisation_s_own_however_busy_its_neighbour(
    watch: Watch, other_organisation: Organisation
) -> None:
    brand = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
    busy = Watch.objects.create(organisation=other_organisation, brand=brand, name="Lacaze", query="lacaze")
    mine = store_mention(watch, "Une baguette", NOW - timedelta(days=3))
    for number in range(30):
        store_mention(busy, f"Épicerie {number}", NOW)
    assert [post.n for post in posts.newest(watch.organisation_id, [watch.pk], 5)] == [mine]


def test_the_overview_asks_as_little_of_eight_brands_as_of_one(
    watch: Watch, organisation: Organisation, django_assert_max_num_queries: object
) -> None:
    day = Period("24h", NOW - timedelta(hours=24), NOW, PARIS)
    for number in range(7):
        brand = Brand.objects.create(organisation=organisation, name=f"Enseigne {number}", slug=f"e{number}")
        other = Watch.objects.create(organisation=organisation, brand=brand, name="x", query="x")
        store_mention(other, f"Chez nous {number}", NOW - timedelta(hours=2))
    with django_assert_max_num_queries(16):  # type: ignore[operator]  # pytest-django does not name its type
        rows = overview.brand_rows(organisation, NOW, day)
    assert sorted(row.day.volume for row in rows) == [0, *[1] * 7]


TOLD = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["Jeanne", "Paul", "Inès"]), st.booleans()), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=TOLD)
def test_narratives_and_authors_are_counted_as_one_would_by_hand(
    watch: Watch, second: Watch, told: list[tuple[int, str, bool]]
) -> None:
    empty_river()
    for number, (narrative, author, negative) in enumerate(told):
        place = store_mention(
            watch, f"{number}", NOW - timedelta(minutes=number), narrative=narrative, author_name=author,
            sentiment=-1 if negative else 0,
        )  # fmt: skip
        if number % 2:
            also_kept_by(second, place)
    wanted = Wanted(watch.organisation_id, [watch.pk, second.pk], 0, 1 << 62)
    among = rankings.newest(wanted)
    assert {
        one.key: (one.count, one.authors, one.negative) for one in rankings.narratives(wanted, among)
    } == {
        key: (
            sum(narrative == key for narrative, _, _ in told),
            len({author for narrative, author, _ in told if narrative == key}),
            sum(negative for narrative, _, negative in told if narrative == key),
        )
        for key in {narrative for narrative, _, _ in told}
    }
    counted = Counter(author for _, author, _ in told)
    assert {one.name: one.count for one in rankings.authors(wanted, among)} == counted
