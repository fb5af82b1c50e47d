"""Archives of evidence: each piece as JSON and PDF, its pictures, and a manifest by which all is checked."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.clock import actions as deadlines
from tocsin.clock.handlers import Finish
from tocsin.clock.models import Lane
from tocsin.crisis import pictures
from tocsin.crisis.evidence import NothingToSecure, values_of
from tocsin.crisis.models import Bundle, Crisis, Evidence, PictureState
from tocsin.crisis.picture_kinds import kind_of
from tocsin.crisis.recording import target_of
from tocsin.crisis.sheets.piece import printed
from tocsin.crisis.sheets.setting import NotSet
from tocsin.crisis.snapshot import canonical
from tocsin.journal import actions as journal
from tocsin.journal import selectors as journal_selectors

HANDLER: Final = "crisis.bundle"
MOST: Final = 500
KEPT: Final = timedelta(days=7)
FORMAT: Final = "tocsin.evidence-archive/1"


@transaction.atomic
def ask(
    organisation: Organisation, pieces: Sequence[int], actor: User, crisis: Crisis | None = None
) -> Bundle:
    """Ask for an archive of pieces, which the clock makes; at most `MOST`.

    Raises
    ------
    NothingToSecure
        When there is no piece.
    """
    with scope(organisation=organisation):
        known = Evidence.objects.filter(organisation=organisation, pk__in=list(pieces)[:MOST]).order_by("pk")
        wanted = list(known.values_list("pk", flat=True))
        if not wanted:
            raise NothingToSecure(_("There is no piece to export."))
        bundle: Bundle = Bundle.objects.create(
            organisation=organisation,
            crisis=crisis,
            pieces=wanted,
            asked_by=actor,
            asked_at=clock.now(organisation),
        )
    journal.record(
        "crisis.evidence_exported",
        actor=actor,
        organisation=organisation,
        target=target_of(crisis) if crisis is not None else f"crisis.bundle:{bundle.pk}",
        data={"count": len(wanted), "pieces": wanted},
    )
    deadlines.set(
        HANDLER,
        clock.now(organisation),
        organisation=organisation,
        key=f"{HANDLER}:{bundle.pk}",
        payload={"bundle": bundle.pk},
        lane=Lane.BULK,
    )
    return bundle


def make(bundle: Bundle) -> Finish:
    """Make an archive and return what notes that it is made; called outside any transaction."""
    path = path_of(bundle)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.touch(mode=0o600)
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        _fill(archive, bundle)
    beside.replace(path)
    sha256, size = _sum(path)

    def note() -> None:
        with scopes_disabled():
            Bundle.objects.filter(pk=bundle.pk).update(
                made_at=clock.now(bundle.organisation_id), sha256=sha256, size=size, done=len(bundle.pieces)
            )

    return note


def path_of(bundle: Bundle) -> Path:
    """Return where an archive lies."""
    return Path(settings.DATA) / "exports" / f"evidence-{bundle.pk}.zip"


def forget() -> int:
    """Delete archives older than `KEPT`; return how many. The pieces stay."""
    gone = 0
    with scopes_disabled():
        for bundle in Bundle.objects.select_related("organisation"):
            if bundle.asked_at < clock.now(bundle.organisation) - KEPT:
                path_of(bundle).unlink(missing_ok=True)
                bundle.delete()
                gone += 1
    return gone


def _fill(archive: zipfile.ZipFile, bundle: Bundle) -> None:
    listed: list[dict[str, Any]] = []
    for pk in bundle.pieces:
        piece = _piece(bundle, pk)
        if piece is not None:
            listed.append(_add(archive, piece, bundle))
        with scopes_disabled():
            Bundle.objects.filter(pk=bundle.pk).update(done=len(listed))
    manifest = _manifest(bundle, listed)
    archive.writestr("manifest.json", manifest)
    for language in ("fr", "en"):
        with translation.override(language):
            name = {"fr": "LISEZMOI.txt", "en": "README.txt"}[language]
            archive.writestr(name, _how_to_check(bundle))


def _piece(bundle: Bundle, pk: int) -> Evidence | None:
    with scopes_disabled():
        rows = Evidence.objects.select_related("organisation", "secured_by", "crisis__brand")
        found: Evidence | None = rows.filter(organisation=bundle.organisation_id, pk=pk).first()
    return found


def _add(archive: zipfile.ZipFile, piece: Evidence, bundle: Bundle) -> dict[str, Any]:
    """Put one piece into the archive; return what the manifest says of it."""
    folder = f"piece-{piece.pk:06d}"
    files: dict[str, str] = {}

    def put(name: str, body: bytes) -> None:
        archive.writestr(f"{folder}/{name}", body)
        files[f"{folder}/{name}"] = hashlib.sha256(body).hexdigest()

    put("snapshot.json", piece.snapshot.encode("utf-8", "replace"))
    language = bundle.asked_by.language if bundle.asked_by else bundle.organisation.language
    try:
        with scopes_disabled():
            put("page.pdf", printed(piece, language)[0])
    except NotSet:
        pass  # the snapshot is the piece; the page is how it looks on paper
    with scopes_disabled():
        for number, picture in enumerate(piece.pictures.filter(state=PictureState.KEPT), start=1):
            body = pictures.read(picture)
            kind = kind_of(body) if body is not None else None
            if body is not None and kind is not None:
                put(f"picture-{number:02d}.{kind.ending}", body)
    return {
        "piece": piece.pk,
        "post": values_of(piece)["post"]["id"],
        "sha256": piece.sha256,
        "secured_at": piece.secured_at.isoformat(),
        "secured_by": str(piece.secured_by or ""),
        "why": piece.why,
        "journal": {"place": piece.journal_place, "hash": piece.journal_hash},
        "files": files,
    }


def _manifest(bundle: Bundle, listed: list[dict[str, Any]]) -> str:
    place, anchor = journal_selectors.head(bundle.organisation)
    seal = journal_selectors.last_seal(bundle.organisation)
    signed = {"place": seal.sequence, "head": seal.head, "signature": seal.signature} if seal else None
    return canonical(
        {
            "format": FORMAT,
            "organisation": bundle.organisation.slug,
            "made_at": _local(bundle, clock.now(bundle.organisation)),
            "journal": {"place": place, "hash": anchor, "last_signed_head": signed},
            "pieces": listed,
        }
    )


def _local(bundle: Bundle, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(bundle.organisation.time_zone)).isoformat()


def _how_to_check(bundle: Bundle) -> str:
    place, anchor = journal_selectors.head(bundle.organisation)
    verify = _(
        "2. The SHA-256 of snapshot.json is also in the journal of Tocsin, at the place that the manifest "
        "names. Whoever runs Tocsin checks the journal with: tocsin journal verify --anchor %(anchor)s"
    )
    keep = _(
        "3. The journal stood at entry %(place)s when this archive was made. Keep it, or that hash, outside "
        "the company: nobody can then rewrite the past without being found out."
    )
    paragraphs = [
        _("Evidence of %(organisation)s") % {"organisation": bundle.organisation.name},
        _(
            "Each folder is one piece: snapshot.json is the post as Tocsin held it when it was secured, "
            "page.pdf is the same on paper, and pictures are as their servers gave them."
        ),
        _("To check that nothing was changed:"),
        _(
            "1. Compute the SHA-256 of each file and compare it with manifest.json. On Linux: sha256sum */*; "
            "on macOS: shasum -a 256 */*; on Windows: Get-FileHash */*."
        ),
        verify % {"anchor": anchor},
        keep % {"place": place},
        _(
            "A piece shows what Tocsin received, and when. Whether the author wrote it is for the network, "
            "or a bailiff, to confirm."
        ),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _sum(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest(), path.stat().st_size
