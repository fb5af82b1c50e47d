"""Imports: chunk by chunk, resumable at any point, counted to the last row."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_scopes import scopes_disabled
from pytest_django.fixtures import Settings

from tests.listen.bus import Reading
from tocsin.accounts.models import User
from tocsin.clock.models import Deadline
from tocsin.listen import actions, deadlines, imports, selectors, uploads
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.imports import ABANDONED_AFTER, ImportTaken
from tocsin.listen.models import Import, ImportState
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
ROWS = 1000


class Killed(BaseException):
    """Stands for a process that ends between two instructions."""


@pytest.fixture(autouse=True)
def _small_chunks(settings: Settings) -> None:
    settings.BATCH = 100


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Reviews of two shops, with three rows that cannot be read."""
    lines = ["id,date,magasin,texte"]
    lines += [
        f"{n},24/02/2015 {n // 60 % 24:02}:{n % 60:02},{'Nantes' if n % 4 else 'Rennes'},Avis {n}"
        for n in range(ROWS)
    ]
    lines[10] = "9,hier,Nantes,Avis 9"
    lines[500] = "499,24/02/2015"
    lines[900] = "899,24/02/2015,Nantes,"
    path = tmp_path / "avis.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def started(brand: Brand, export: Path, ines: User) -> Import:
    return actions.start_import(brand, export, actor=ines)


def test_an_import_is_counted_to_the_last_row(started: Import, published: Reading) -> None:
    row = imports.run(started.pk)
    assert row.state == ImportState.DONE
    row.source.refresh_from_db()
    assert (row.source.state, row.source.last_success_at) == ("healthy", row.finished_at)
    assert (row.read, row.rejected, len(published.posts)) == (ROWS, 3, ROWS - 3)
    assert row.rejected_by == {"date": 1, "ragged": 1, "no_text": 1}
    assert [(found["line"], found["code"]) for found in row.rejections] == [
        (11, "date"),
        (501, "ragged"),
        (901, "no_text"),
    ]
    assert row.offset == row.size
    with scopes_disabled():
        found = selectors.imports(row.organisation)[0]
    assert found.share == 1.0
    assert found.rows_per_second > 0


def test_every_chunk_tells_its_progress(started: Import, published: Reading) -> None:
    seen: list[int] = []
    imports.run(started.pk, progress=lambda row: seen.append(row.read))
    assert seen == list(range(100, ROWS + 1, 100))


@pytest.mark.parametrize("chunks", [1, 4, 9])
def test_an_import_killed_after_any_chunk_goes_on_without_doubling(
    started: Import, published: Reading, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    """Killed between the publication and its offset, which is the worst moment."""
    left = [chunks]
    advance = imports._advance

    def die(row: Import, chunk: imports.Chunk) -> None:
        left[0] -= 1
        if not left[0]:
            raise Killed
        advance(row, chunk)

    with monkeypatch.context() as dying:
        dying.setattr(imports, "_advance", die)
        with pytest.raises(Killed):
            imports.run(started.pk)
    row = imports.run(started.pk)
    assert row.read == ROWS
    assert row.rejected == 3
    assert sorted(published.texts) == sorted(f"Avis {n}" for n in range(ROWS) if n not in {9, 499, 899})


def test_only_the_rows_asked_for_are_taken(
    brand: Brand, export: Path, ines: User, published: Reading
) -> None:
    row = imports.run(actions.start_import(brand, export, actor=ines, only={"Magasin": "nantes"}).pk)
    assert row.skipped == 250
    assert row.read == ROWS
    assert len(published.posts) == ROWS - 250 - 3


def test_a_filter_on_a_column_that_does_not_exist_is_told(brand: Brand, export: Path, ines: User) -> None:
    started = actions.start_import(brand, export, actor=ines, only={"ville": "Nantes"})
    with pytest.raises(FileUnusable, match="no column ville"):
        imports.run(started.pk)
    started.refresh_from_db()
    assert started.state == ImportState.FAILED
    assert "ville" in started.problem_words


def test_every_row_of_a_whole_file_goes_to_the_watch_that_was_named(
    brand: Brand, watch: Watch, export: Path, ines: User, published: Reading
) -> None:
    imports.run(actions.start_import(brand, export, actor=ines, watch=watch).pk)
    assert {message.meta["watch"] for message in published.messages} == {watch.pk}
    assert {message.meta["brand"] for message in published.messages} == {brand.pk}


def test_a_file_that_changed_meanwhile_is_not_read_on(started: Import, export: Path) -> None:
    export.write_text(export.read_text(encoding="utf-8").replace("Avis 7", "Avis 8"), encoding="utf-8")
    with pytest.raises(FileUnusable, match="changed"):
        imports.run(started.pk)


def test_a_file_that_is_gone_is_told(started: Import, export: Path) -> None:
    export.unlink()
    with pytest.raises(FileUnusable, match="no longer"):
        imports.run(started.pk)


def test_an_import_that_another_process_runs_is_left_to_it(started: Import) -> None:
    with scopes_disabled():
        Import.objects.filter(pk=started.pk).update(
            state=ImportState.RUNNING, runner="elsewhere:1", beat_at=timezone.now()
        )
    assert imports.waiting() == []
    with pytest.raises(ImportTaken):
        imports.run(started.pk)


def test_an_import_whose_process_is_gone_waits_for_another(started: Import, published: Reading) -> None:
    with scopes_disabled():
        rows = Import.objects.filter(pk=started.pk)
        rows.update(
            state=ImportState.RUNNING, runner="elsewhere:1", beat_at=timezone.now() - 2 * ABANDONED_AFTER
        )
        assert imports.waiting() == [started.pk]
        rows.update(runner=imports._runner(2**22 + 1), beat_at=timezone.now())
        assert imports.waiting() == [started.pk], "it is known at once of a process of this machine"
    assert imports.run(started.pk).read == ROWS


def test_an_import_that_is_done_is_not_run_again(started: Import, published: Reading) -> None:
    imports.run(started.pk)
    with pytest.raises(ImportTaken):
        imports.run(started.pk)
    assert imports.waiting() == []


def test_times_without_a_zone_are_those_of_the_organisation_or_of_the_zone_named(
    brand: Brand, export: Path, ines: User, published: Reading
) -> None:
    imports.run(actions.start_import(brand, export, actor=ines).pk)
    imports.run(actions.start_import(brand, export, actor=ines, zone="America/Los_Angeles").pk)
    first, second = (published.posts[place].published_at for place in (0, ROWS - 3))
    assert first is not None
    assert second is not None
    assert (second - first).total_seconds() == 9 * 3600


def sent(brand: Brand, content: bytes) -> Path:
    """Send a file as the page does."""
    name = uploads.keep(brand.organisation, SimpleUploadedFile("avis.csv", content))
    return uploads.path_of(brand.organisation, name)


def test_a_file_that_was_sent_is_deleted_once_it_is_imported(
    brand: Brand, ines: User, published: Reading, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    path = sent(brand, b"date,texte\n24/02/2015,Bonjour\n")
    imports.run(actions.start_import(brand, path, actor=ines).pk)
    assert not path.exists()
    assert published.texts == ["Bonjour"]


def test_a_file_of_the_machines_own_stays(started: Import, export: Path, published: Reading) -> None:
    imports.run(started.pk)
    assert export.exists()


def test_files_that_nobody_imported_are_forgotten_and_those_that_wait_stay(
    brand: Brand, ines: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    left, waiting, fresh = (sent(brand, b"texte\nA\n") for _ in range(3))
    for path in (left, waiting):
        os.utime(path, (0, 0))
    actions.start_import(brand, waiting, actor=ines)
    deadlines.forget_uploads(Deadline(key="x"))
    assert (left.exists(), waiting.exists(), fresh.exists()) == (False, True, True)


def test_every_rejected_row_is_listed_once_however_often_it_is_killed(
    started: Import, published: Reading
) -> None:
    def killed_late(row: Import) -> None:
        if row.read in {200, 600}:
            raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            imports.run(started.pk, progress=killed_late)
    row = imports.run(started.pk)
    with scopes_disabled():
        listed = [(one.line, one.code) for one in selectors.rejected_rows(row)]
    assert listed == [(11, "date"), (501, "ragged"), (901, "no_text")]


def test_an_import_knows_between_which_days_its_posts_were_published(
    started: Import, published: Reading
) -> None:
    row = imports.run(started.pk)
    assert row.earliest is not None
    assert row.latest is not None
    zone = ZoneInfo("Europe/Paris")
    assert [moment.astimezone(zone).isoformat()[:16] for moment in (row.earliest, row.latest)] == [
        "2015-02-24T00:00", "2015-02-24T16:39",
    ]  # fmt: skip


def test_a_chunk_read_again_with_another_size_loses_no_row(
    started: Import, published: Reading, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(imports, "_advance", killed)
        with pytest.raises(Killed):
            imports.run(started.pk)
    settings.BATCH = 250
    imports.run(started.pk)
    assert len({post.id for post in published.posts}) == ROWS - 3
