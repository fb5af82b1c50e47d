"""The pictures of a secured post are fetched as they are, looked at, and nothing that pretends is kept."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crisis.conftest import NIGHT
from tests.crisis.drawn import GIF, JPEG, MP4, SVG, WEBP, bomb, png
from tests.listen.servers import Exchange, Server, running
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import evidence, pictures
from tocsin.crisis.models import Picture, PictureState
from tocsin.crisis.picture_kinds import kind_of, too_many_pixels
from tocsin.listen import pictures as fetching
from tocsin.listen.fetch.client import Client, Limits
from tocsin.listen.fetch.politeness import Politeness
from tocsin.watch.models import Watch

TEXT = "Du verre dans ma baguette, regardez la photo."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of pictures on loopback, which the fetcher may reach, without the pauses of courtesy."""
    client = Client(
        private=True, limits=Limits(size=fetching.LARGEST, seconds=10), politeness=Politeness(pause=0)
    )
    monkeypatch.setattr(fetching, "_client", lambda: client)
    with running() as server:
        yield server


def secured(inside: Organisation, watch: Watch, user: User, *addresses: str) -> list[Picture]:
    place = store_mention(watch, TEXT, NIGHT, media=json.dumps(addresses))
    piece = evidence.secure(inside, place, user).piece
    Clock().run_due()
    return list(piece.pictures.all())


@pytest.mark.django_db
def test_a_picture_is_kept_under_its_hash_and_only_for_the_house(
    inside: Organisation, watch: Watch, yanis: User, server: Server, tmp_path: Path
) -> None:
    body = png(40, 30)
    (picture,) = secured(inside, watch, yanis, server.serve("/1.jpg", body, Content_Type="text/html"))
    assert (picture.state, picture.media_type) == (PictureState.KEPT, "image/png")
    assert (picture.width, picture.height, picture.size) == (40, 30, len(body))
    assert picture.sha256 == hashlib.sha256(body).hexdigest()
    path = tmp_path / "evidence" / picture.sha256[:2] / picture.sha256
    assert path.read_bytes() == body
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert picture.fetched_at == NIGHT


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "kind"), [(JPEG, "image/jpeg"), (GIF, "image/gif"), (WEBP, "image/webp")])
def test_what_a_picture_is_its_bytes_tell(  # noqa: PLR0917 - each is a fixture
    inside: Organisation, watch: Watch, yanis: User, server: Server, body: bytes, kind: str
) -> None:
    (picture,) = secured(inside, watch, yanis, server.serve("/x.php", body, Content_Type="application/x-sh"))
    assert (picture.state, picture.media_type) == (PictureState.KEPT, kind)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (SVG, "picture_drawing"),
        (b"", "picture_empty"),
        (MP4, "picture_video"),
        (b"<html><script>alert(1)</script></html>", "picture_none"),
        (bomb(), "picture_huge"),
        (png()[:20], "picture_none"),
        (b"\xff\xd8\xff" + b"\xff" * 5000, "picture_none"),
    ],
)
def test_what_is_no_picture_is_not_kept_and_says_why(  # noqa: PLR0917 - each is a fixture
    inside: Organisation, watch: Watch, yanis: User, server: Server, tmp_path: Path, body: bytes, code: str
) -> None:
    (picture,) = secured(inside, watch, yanis, server.serve("/1.png", body, Content_Type="image/png"))
    assert (picture.state, picture.problem) == (PictureState.GONE, code)
    assert pictures.words(picture)
    assert not (tmp_path / "evidence").exists()


@pytest.mark.django_db
def test_a_picture_that_is_gone_says_so_and_when(
    inside: Organisation, watch: Watch, yanis: User, server: Server
) -> None:
    (picture,) = secured(inside, watch, yanis, server.url("/deleted.jpg"))
    assert (picture.state, picture.problem, picture.figures) == (PictureState.GONE, "status", {"status": 404})
    assert "404" in pictures.words(picture)
    assert picture.tried_at == NIGHT


@pytest.mark.django_db
def test_a_hundred_megabytes_are_given_up_on_the_way(
    inside: Organisation, watch: Watch, yanis: User, server: Server
) -> None:
    sent = []

    def endless(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n" + png())
        block = bytes(1 << 20)
        for _ in range(100):
            if not exchange.send(block):
                return
            sent.append(len(block))

    server.answers["/big.png"] = endless
    (picture,) = secured(inside, watch, yanis, server.url("/big.png"))
    assert (picture.state, picture.problem) == (PictureState.GONE, "too_large")
    assert sum(sent) < 60 << 20


@pytest.mark.django_db
def test_a_gzip_bomb_is_given_up_too(inside: Organisation, watch: Watch, yanis: User, server: Server) -> None:
    import gzip  # noqa: PLC0415 - of this test alone

    packed = gzip.compress(bytes(64 << 20))
    (picture,) = secured(inside, watch, yanis, server.serve("/b.png", packed, Content_Encoding="gzip"))
    assert (picture.state, picture.problem) == (PictureState.GONE, "too_large")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "http://[::1]/a.png",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/a.png",
        "http://0x7f000001/a.png",
        "file:///etc/passwd",
        "ftp://example.org/a.png",
        "http://user:secret@example.org/a.png",
        "javascript:alert(1)",
        "http://",
        "not an address",
    ],
)
def test_nothing_inside_is_ever_fetched_for_a_stranger(
    inside: Organisation, watch: Watch, yanis: User, address: str
) -> None:
    (picture,) = secured(inside, watch, yanis, address)
    assert picture.state == PictureState.GONE
    assert picture.problem in {"address_refused", "name_unknown", "bad_answer"} or picture.tries == 1
    assert not picture.sha256


@pytest.mark.django_db
def test_a_redirect_inside_is_refused(
    inside: Organisation, watch: Watch, yanis: User, server: Server
) -> None:
    address = server.serve("/1.png", b"", "302 Found", Location="file:///etc/passwd")
    (picture,) = secured(inside, watch, yanis, address)
    assert (picture.state, picture.problem) == (PictureState.GONE, "address_refused")


@pytest.mark.django_db
def test_a_server_that_fails_is_asked_again_later_until_it_is_enough(
    inside: Organisation, watch: Watch, yanis: User, server: Server, time: SimulatedTime
) -> None:
    server.serve("/1.png", b"", "500 Oh")
    (picture,) = secured(inside, watch, yanis, server.url("/1.png"))
    assert (picture.state, picture.tries) == (PictureState.WAITING, 1)
    server.serve("/1.png", png())
    time.advance(seconds=pictures.WAITS[0])
    Clock().run_due()
    picture.refresh_from_db()
    assert (picture.state, picture.problem) == (PictureState.KEPT, "")


@pytest.mark.django_db
def test_a_server_that_never_answers_well_is_given_up(
    inside: Organisation, watch: Watch, yanis: User, server: Server, time: SimulatedTime
) -> None:
    server.serve("/1.png", b"", "502 Oh")
    (picture,) = secured(inside, watch, yanis, server.url("/1.png"))
    for _ in range(pictures.TRIES):
        time.advance(hours=1)
        Clock().run_due()
    picture.refresh_from_db()
    assert (picture.state, picture.tries) == (PictureState.GONE, pictures.TRIES)
    assert len(server.asked) == pictures.TRIES


@pytest.mark.django_db
def test_a_file_that_was_changed_on_the_disk_is_not_given(
    inside: Organisation, watch: Watch, yanis: User, server: Server
) -> None:
    (picture,) = secured(inside, watch, yanis, server.serve("/1.png", png()))
    assert pictures.read(picture) == png()
    pictures.path_of(picture.sha256).write_bytes(png(9, 9))
    assert pictures.read(picture) is None


@given(st.binary(max_size=400), st.sampled_from([b"", png()[:16], JPEG[:20], GIF[:6], WEBP[:16], MP4[:8]]))
def test_no_bytes_break_the_look_at_them(tail: bytes, head: bytes) -> None:
    kind = kind_of(head + tail)
    assert kind is None or (kind.media_type.startswith("image/") and too_many_pixels(kind) in {True, False})
