"""What a batch changes in a store."""

import numpy as np
import pytest

from tests.river.bakery import BERTHIER, FOURNIL, NOON_MINUTE, NOON_MS, ORGANISATION, WATCHES, Stages, post
from tests.store.tables import Tables
from tocsin.store import Store
from tocsin.store.base import AlreadyStored, Collided, Overtaken, Watched
from tocsin.store.schema import UNIT_LATE
from tocsin.stream.post import key_of

ELSEWHERE = "Il pleut à Nantes"


def test_new_posts_are_stored_with_their_mentions_sums_and_counts(store: Store, tables: Tables) -> None:
    Stages(store).take([post(n) for n in range(10)] + [post(99, ELSEWHERE)])
    assert tables.value("SELECT count(*) FROM post") == 10
    assert tables.value(f"SELECT count(*) FROM mention WHERE watch={BERTHIER}") == 10
    assert tables.rows(
        "SELECT unit, sum(volume), sum(authors), sum(engagement) FROM rollup GROUP BY unit ORDER BY unit"
    ) == [
        (0, 10, 7, 10),
        (1, 10, 7, 10),
        (2, 10, 7, 10),
    ]
    assert tables.tally() == {"received": 11, "new": 10, "mentions": 10, "unmatched": 1}
    assert store.position("river") == 1


def test_the_same_batch_again_changes_no_count(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    stages.take([post(n) for n in range(10)])
    before = {name: rows for name, rows in tables.everything().items() if name != "tally"}
    stages.take([post(n) for n in range(10)])
    assert {name: rows for name, rows in tables.everything().items() if name != "tally"} == before
    assert tables.tally() == {"received": 20, "new": 10, "known": 10, "mentions": 10}


def test_a_known_post_changes_engagement_by_its_difference(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    stages.take([post(1, likes=5, reposts=2)])
    stages.take([post(1, likes=9, reposts=None)])
    assert tables.rows("SELECT likes, reposts FROM post") == [(9, 2)]
    assert tables.value("SELECT engagement FROM mention") == 11
    assert tables.rows("SELECT volume, authors, engagement FROM rollup WHERE unit=0") == [(1, 1, 11)]


def test_a_changed_text_is_kept_as_a_version_and_the_first_stays(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    stages.take([post(1)])
    stages.take([post(1, "La Maison Berthier de Nantes a rouvert")])
    stages.take([post(1, "La Maison Berthier de Nantes a rouvert")])
    assert tables.value("SELECT text FROM post") == "La Maison Berthier de Nantes est fermée"
    assert tables.rows("SELECT text FROM post_version") == [("La Maison Berthier de Nantes a rouvert",)]


def test_a_key_twice_in_one_batch_is_one_post_with_its_last_counters(store: Store, tables: Tables) -> None:
    Stages(store).take([post(1, likes=1), post(2), post(1, "Maison Berthier, édité", likes=8)])
    assert tables.value("SELECT count(*) FROM post") == 2
    assert tables.value("SELECT likes FROM post WHERE native_id='1'") == 8
    assert tables.rows("SELECT text FROM post_version") == [("Maison Berthier, édité",)]
    assert tables.tally() == {"received": 3, "new": 2, "known": 1, "mentions": 2}


def test_a_known_post_that_a_new_watch_matches_gets_its_mention(store: Store, tables: Tables) -> None:
    stages = Stages(store, watches=WATCHES[:1])
    both = "Entre la Maison Berthier et le Fournil Doré, le choix est fait"
    stages.take([post(1, both)])
    stages.watches = WATCHES
    stages.take([post(1, both)])
    assert tables.rows("SELECT watch FROM mention ORDER BY watch") == [(BERTHIER,), (FOURNIL,)]
    assert tables.rows("SELECT watch, volume FROM rollup WHERE unit=0 ORDER BY watch") == [
        (BERTHIER, 1),
        (FOURNIL, 1),
    ]


def test_the_brands_own_voice_is_stored_and_never_counted(store: Store, tables: Tables) -> None:
    stages = Stages(store, own=(("x", "@MaisonBerthier"),))
    stages.take([post(1, author_handle="maisonberthier"), post(2, author_handle="jeanne")])
    assert tables.rows("SELECT native_id, role FROM post ORDER BY n") == [("1", 1), ("2", 0)]
    assert tables.value("SELECT count(*) FROM mention") == 1
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=0") == 1


def test_everything_of_an_owned_source_is_a_mention_of_its_watch(store: Store, tables: Tables) -> None:
    Stages(store).take([post(1, "Trop salé"), post(2, "Parfait")], whole_watch=BERTHIER)
    assert tables.value(f"SELECT count(*) FROM mention WHERE watch={BERTHIER}") == 2


@pytest.mark.parametrize("together", [True, False], ids=["in the same batch", "fetched later"])
def test_the_parent_of_a_mention_is_kept_as_context(store: Store, tables: Tables, *, together: bool) -> None:
    stages = Stages(store)
    question = post(1, "Qui a une bonne adresse de pain ?")
    answer = post(2, "Surtout pas la Maison Berthier", parent_id="x:1")
    if together:
        stages.take([question, answer])
    else:
        stages.take([answer])
        stages.take([question])
    assert tables.rows("SELECT native_id, role FROM post ORDER BY n") == [("1", 2), ("2", 0)]
    assert tables.value("SELECT count(*) FROM mention") == 1
    assert tables.tally()["context"] == 1


def test_context_that_turns_out_to_be_a_mention_becomes_one(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    question = post(1, "Le Fournil Bleu, ça vaut quoi ?")
    stages.take([question, post(2, "Moins que la Maison Berthier", parent_id="x:1")])
    stages.watches = (*WATCHES, type(WATCHES[0])(13, ORGANISATION, 3, '"Fournil Bleu"', (), ()))
    stages.take([question])
    assert tables.value("SELECT role FROM post WHERE native_id='1'") == 0
    assert tables.value("SELECT count(*) FROM mention WHERE watch=13") == 1


def test_posts_of_the_same_place_stand_next_to_one_another(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    moment = post(1)["published_at"]
    for start in range(0, 1200, 400):
        stages.take([post(n, published_at=moment) for n in range(start, start + 400)])
    assert tables.value("SELECT count(DISTINCT n) FROM post") == 1200
    assert tables.value("SELECT volume FROM rollup WHERE unit=0") == 1200


def test_a_batch_whose_places_are_taken_finds_others_once_it_asks(store: Store, tables: Tables) -> None:
    moment = post(1)["published_at"]
    stages = Stages(store)
    stages.take([post(n, published_at=moment) for n in range(1500)])
    crowd = [post(n, published_at=moment) for n in range(1500, 3000)]
    with pytest.raises(Collided):
        Stages(store, sequence=1).take(crowd)
    assert tables.value("SELECT count(*) FROM post") == 1500
    Stages(store, sequence=1, crowded=True).take(crowd)
    assert tables.value("SELECT count(*) FROM post WHERE published / 1000 = n / (1 << 20) / 1000") == 3000


def test_posts_of_one_moment_stand_in_the_order_in_which_they_came(store: Store, tables: Tables) -> None:
    moment = post(1)["published_at"]
    stages = Stages(store)
    for start in (20, 10, 0):
        stages.take([post(n, published_at=moment) for n in range(start, start + 5)])
    came = [int(row[0]) for row in tables.rows("SELECT native_id FROM post ORDER BY n")]
    assert came == [20, 21, 22, 23, 24, 10, 11, 12, 13, 14, 0, 1, 2, 3, 4]


def test_a_batch_whose_effect_is_stored_is_refused(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    change = stages.take([post(1)])
    with pytest.raises(AlreadyStored):
        store.commit(change)
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=0") == 1


def test_a_batch_settled_before_another_took_its_posts_is_settled_again(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    early = stages.change([post(1)])
    stages.take([post(1)])
    early.sequence = 3
    with pytest.raises(Overtaken):
        store.commit(early)
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=0") == 1


def test_a_batch_settled_before_its_minute_was_closed_is_settled_again(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    change = stages.change([post(1)])
    store.watched(Watched(ORGANISATION, watermark=NOON_MINUTE))
    with pytest.raises(Overtaken):
        store.commit(change)
    assert tables.value("SELECT count(*) FROM post") == 0


def test_a_post_after_its_minute_waits_under_it_until_detection_has_taken_it(
    store: Store, tables: Tables
) -> None:
    Stages(store, closed=NOON_MINUTE + 9).take([post(1)])
    assert tables.rows(f"SELECT bucket, volume FROM rollup WHERE unit={UNIT_LATE}") == [(NOON_MINUTE, 1)]
    for late in (True, False):
        seen = store.minutes([BERTHIER], NOON_MINUTE - 60, NOON_MINUTE + 10, late=late)
        assert (seen.minute.tolist(), seen.measures[:, 0].tolist()) == ([NOON_MINUTE], [1])
    assert store.backfills(ORGANISATION) == []
    store.watched(Watched(ORGANISATION, taken=[(BERTHIER, NOON_MINUTE)]))
    assert not len(store.minutes([BERTHIER], NOON_MINUTE, NOON_MINUTE, late=True).watch)
    assert len(store.minutes([BERTHIER], NOON_MINUTE, NOON_MINUTE).watch)


def test_a_post_long_after_its_minute_is_backfill(store: Store) -> None:
    Stages(store, closed=NOON_MINUTE + 500).take([post(0), post(120)])
    [span] = store.backfills(ORGANISATION)
    assert (span.watch, span.first_minute, span.last_minute, span.amount) == (
        BERTHIER, NOON_MINUTE, NOON_MINUTE + 2, 2,
    )  # fmt: skip


def test_going_over_the_past_leaves_what_came_meanwhile(store: Store) -> None:
    stages = Stages(store, closed=NOON_MINUTE + 500)
    stages.take([post(0)])
    stages.take([post(1)])
    store.watched(Watched(ORGANISATION, recomputed=[(BERTHIER, 1)]))
    assert store.most_backfill() == 2
    store.watched(Watched(ORGANISATION, recomputed=[(BERTHIER, 2)]))
    assert store.most_backfill() == 0


def test_many_authors_are_counted_over_batches(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    for start in range(0, 900, 300):
        stages.take([post(n, author_id=f"habitant-{n % 500}") for n in range(start, start + 300)])
    assert tables.value("SELECT sum(authors) FROM rollup WHERE unit=2") == pytest.approx(500, rel=0.1)
    assert tables.value("SELECT sum(authors) FROM rollup WHERE unit=0 AND volume<=60 AND volume>0") == 900


def test_what_is_old_is_deleted_in_slices_and_sums_stay(store: Store, tables: Tables) -> None:
    Stages(store).take([post(n) for n in range(10)])
    oldest, fetched = store.oldest(0, (NOON_MS + 5_000) << 20, 3)
    assert fetched.tolist() == [NOON_MS + 3_600_000] * 3
    assert len(store.oldest(int(oldest[-1]), (NOON_MS + 5_000) << 20, 3)[0]) == 2
    store.delete(oldest)
    assert tables.value("SELECT count(*) FROM post") == 7
    assert tables.value("SELECT count(*) FROM mention") == 7
    assert tables.value("SELECT sum(volume) FROM rollup WHERE unit=0") == 10


def test_known_tells_the_newest_text_and_nothing_of_another_organisation(store: Store) -> None:
    stages = Stages(store)
    stages.take([post(1)])
    stages.take([post(1, "Maison Berthier, édité")])
    keys = np.array([key_of("x:1"), key_of("x:2")])
    assert store.known(ORGANISATION, keys).text == ["Maison Berthier, édité"]
    assert not len(store.known(ORGANISATION + 1, keys).key)


def test_live_pages_are_told_by_a_revision(store: Store, tables: Tables) -> None:
    stages = Stages(store)
    stages.take([post(1)])
    stages.take([post(1)])
    stages.take([post(2)])
    assert tables.rows("SELECT revision, minute FROM revision") == [(2, NOON_MINUTE)]


def test_the_first_minute_is_that_of_any_of_the_watches(store: Store) -> None:
    Stages(store).take([post(0, "Le Fournil Doré"), post(120)])
    assert store.first_minute([BERTHIER]) == NOON_MINUTE + 2
    assert store.first_minute([BERTHIER, FOURNIL]) == NOON_MINUTE
    assert store.first_minute([99]) is None
