"""Green is said only of a brand at which something looks."""

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.alerts.coverage import Coverage, Covered, Lacking, coverage
from tocsin.listen.models import Source
from tocsin.watch.models import Brand, Watch


def covered(watch: Watch) -> Coverage:
    return coverage(watch.organisation)[watch.brand_id]


def feed(organisation: Organisation, **known: object) -> Source:
    with scopes_disabled():
        return Source.objects.create(
            **{"organisation": organisation, "kind": "feed", "name": "Ouest-Pain", "state": "healthy"} | known
        )


def test_a_brand_without_a_watch_is_not_among_the_watched(brand: Brand) -> None:
    assert coverage(brand.organisation) == {}


def test_a_competitors_watch_does_not_watch_the_brand(competitor: Watch) -> None:
    assert coverage(competitor.organisation) == {}


def test_a_watch_without_a_source_sees_nothing(watch: Watch) -> None:
    assert covered(watch) == Coverage(Covered.NOT, Lacking.SOURCE)


def test_a_watch_and_a_source_watch(watch: Watch, source: Source) -> None:
    assert covered(watch) == Coverage(Covered.FULLY)


def test_a_paused_watch_sees_nothing(watch: Watch, source: Source) -> None:
    watch.active = False
    watch.save()
    assert covered(watch) == Coverage(Covered.NOT, Lacking.RUNNING_WATCH)


@pytest.mark.parametrize(
    "known",
    [{"kind": "file"}, {"state": "paused"}, {"kind": "api", "state": "new"}, {"state": "failing"}],
)
def test_what_brings_nothing_more_watches_nothing(watch: Watch, known: dict[str, str]) -> None:
    feed(watch.organisation, **known)
    assert covered(watch).lacking == Lacking.SOURCE


def test_what_fails_for_a_while_still_watches(watch: Watch) -> None:
    feed(watch.organisation, state="failing", last_success_at=timezone.now())
    assert covered(watch) == Coverage(Covered.FULLY)


def test_a_dead_source_beside_a_living_one_leaves_a_part_unwatched(watch: Watch, source: Source) -> None:
    feed(watch.organisation, state="dead")
    assert covered(watch) == Coverage(Covered.PARTLY, Lacking.LIVING_SOURCE)


def test_only_dead_sources_watch_nothing_any_more(watch: Watch) -> None:
    feed(watch.organisation, state="dead")
    assert covered(watch) == Coverage(Covered.NOT, Lacking.LIVING_SOURCE)


def test_another_brands_own_page_does_not_count(watch: Watch) -> None:
    with scopes_disabled():
        other = Brand.objects.create(organisation=watch.organisation, name="Aux Bons Grains", slug="grains")
    feed(watch.organisation, owned=True, brand=other)
    assert covered(watch).covered == Covered.NOT


def test_a_watch_without_a_query_sees_only_what_is_owned(watch: Watch, source: Source) -> None:
    watch.query = ""
    watch.save()
    assert covered(watch).covered == Covered.NOT
    feed(watch.organisation, owned=True, brand=watch.brand)
    assert covered(watch).covered == Covered.FULLY
