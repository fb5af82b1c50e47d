"""Files of evidence: pictures, snapshots, pages on paper, archives. Nothing that a stranger made runs."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import bundling, evidence, pictures
from tocsin.crisis.models import Bundle, Evidence, Picture, PictureState
from tocsin.crisis.picture_kinds import kind_of
from tocsin.crisis.sheets.piece import printed
from tocsin.ui.pages import answer

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require(Role.OBSERVER)
def picture(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a kept picture; what it is was told by its bytes, and is told by them again."""
    row: Picture = get_object_or_404(
        Picture.objects.filter(organisation=request.organisation, state=PictureState.KEPT), pk=pk
    )
    body = pictures.read(row)
    kind = kind_of(body) if body is not None else None
    if body is None or kind is None:
        raise Http404
    response = HttpResponse(body, content_type=kind.media_type, headers=SAFE)
    response["Content-Disposition"] = f'inline; filename="{row.sha256[:16]}.{kind.ending}"'
    return response


@require(Role.OBSERVER)
def snapshot(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the snapshot, byte for byte what its hash was made of."""
    piece = _piece(request, pk)
    body = piece.snapshot.encode("utf-8", "replace")
    response = HttpResponse(body, content_type="application/json; charset=utf-8", headers=SAFE)
    response["Content-Disposition"] = f'attachment; filename="piece-{piece.pk}.json"'
    return response


@require(Role.OBSERVER)
def page_pdf(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the piece on paper."""
    piece = _piece(request, pk)
    body = printed(piece, request.LANGUAGE_CODE)[0]
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="piece-{piece.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require(Role.OBSERVER)
def page_picture(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the first page of the piece on paper as a picture."""
    piece = _piece(request, pk)
    body = printed(piece, request.LANGUAGE_CODE, "png")[0]
    response = HttpResponse(body, content_type="image/png", headers=SAFE)
    response["Content-Disposition"] = f'attachment; filename="piece-{piece.pk}.png"'
    return response


@require(Role.OBSERVER)
def bundle(request: MemberRequest, pk: int) -> HttpResponse:
    """Show how far an archive is, and give its hash."""
    row = _bundle(request, pk)
    return answer(
        request, "crisis/evidence/bundle.html", {"bundle": row}, {"bundle": "crisis/evidence/_bundle.html"}
    )


@require(Role.OBSERVER)
def bundle_file(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Give an archive."""
    row = _bundle(request, pk)
    if row.made_at is None:
        raise Http404
    try:
        file = bundling.path_of(row).open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, as_attachment=True, filename=f"tocsin-evidence-{row.pk}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _piece(request: MemberRequest, pk: int) -> Evidence:
    rows = evidence.pieces(request.organisation).select_related("organisation")
    piece: Evidence = get_object_or_404(rows, pk=pk)
    return piece


def _bundle(request: MemberRequest, pk: int) -> Bundle:
    row: Bundle = get_object_or_404(
        Bundle.objects.filter(organisation=request.organisation).select_related("crisis"), pk=pk
    )
    return row
