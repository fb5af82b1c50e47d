"""What is done to a plan: begun, changed, proposed, approved, sent back, read, reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan import library, proposals, selectors
from tocsin.plan.document.checking import faults
from tocsin.plan.document.structure import Document, encode
from tocsin.plan.kit import making as kits
from tocsin.plan.models import WRITTEN, Plan, Reading, Version, VersionState
from tocsin.watch.models import Brand

REVIEW = "plan.review"


class NotNow(TocsinError):
    """The version is not in the state that this needs; nothing was changed."""


class ChangedMeanwhile(TocsinError):
    """Somebody else changed the draft; nothing of this change was kept."""


class NotReady(TocsinError):
    """The version contradicts itself where people would stand still; it was not approved."""


class NotYours(TocsinError):
    """The person may not do this to a plan; nothing was changed."""


@transaction.atomic
def begin(brand: Brand, actor: User, names: Sequence[str], languages: Sequence[str]) -> Version:
    """Make a brand's plan from scenarios of the library; return its first draft.

    A plan whose only draft was thrown away is begun anew; who holds its roles stays.

    Raises
    ------
    NotNow
        When the brand has a plan.
    """
    now = clock.now(brand.organisation_id)
    plan, made = Plan.objects.get_or_create(
        brand=brand, defaults={"organisation": brand.organisation, "owner": actor, "created_at": now}
    )
    if not made and plan.versions.exists():
        raise NotNow(_("This brand has a plan already. Open a draft of it instead."))
    draft = _new_draft(plan, library.document_of(names, languages), actor)
    _record("plan.begun", draft, actor, {"scenarios": list(names)})
    return draft


@transaction.atomic
def draft_of(plan: Plan, actor: User) -> Version:
    """Return the draft that is being written, or a new one that says what is in force."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    written: Version | None = plan.versions.filter(state__in=WRITTEN).first()
    if written is not None:
        return written
    in_force = plan.versions.filter(state=VersionState.IN_FORCE).first()
    return _new_draft(plan, in_force.document if in_force else Document(), actor)


@transaction.atomic
def change(draft: Version, document: Document, actor: User, *, revision: int, what: str = "") -> Version:
    """Let a draft say something else. A proposed one becomes a draft again: who approves reads what is there.

    Parameters
    ----------
    revision
        Of the draft that the change was made on.
    what
        What was changed, for the journal.

    Raises
    ------
    ChangedMeanwhile
        When the draft is not as it was.
    NotNow
        When it is no draft any more.
    """
    row = _written(draft)
    if row.revision != revision:
        raise ChangedMeanwhile(
            _("%(who)s changed the draft meanwhile. Your words are still here: compare, and save again.")
            % {"who": row.author or _("Somebody")}
        )
    row.content = encode(document).decode()
    row.revision += 1
    row.author, row.changed_at = actor, clock.now(row.organisation_id)
    row.state = VersionState.DRAFT
    row.proposed_by, row.proposed_at = None, None
    row.save()
    _record("plan.changed", row, actor, {"what": what})
    return row


@transaction.atomic
def propose(draft: Version, actor: User, summary: str) -> Version:
    """Ask for the approval of a draft, saying what changes and why.

    Raises
    ------
    NotReady
        When it contradicts itself.
    NotNow
        When it is no draft.
    """
    row = _written(draft)
    if row.state != VersionState.DRAFT:
        raise NotNow(_("This draft is proposed already."))
    _require_sound(row)
    row.state, row.summary, row.refusal = VersionState.PROPOSED, summary.strip()[:300], ""
    row.proposed_by, row.proposed_at = actor, clock.now(row.organisation_id)
    row.save()
    _record("plan.proposed", row, actor, {"summary": row.summary})
    proposals.proposed(row, actor)
    return row


@transaction.atomic
def approve(version: Version, actor: User, *, revision: int) -> Version:
    """Bring a proposed version into force; the one before it is superseded.

    Raises
    ------
    NotNow
        When it is not proposed.
    NotYours
        When the person may not approve, or proposed it and somebody else could approve it.
    ChangedMeanwhile
        When it is not what the person read.
    """
    row = _written(version)
    if row.state != VersionState.PROPOSED:
        raise NotNow(_("Only a proposed version can be approved."))
    if row.revision != revision:
        raise ChangedMeanwhile(_("The version changed since it was shown to you. Read it again."))
    _require_approver(row, actor)
    _require_sound(row)
    now = clock.now(row.organisation_id)
    old = row.plan.versions.filter(state=VersionState.IN_FORCE).first()
    if old is not None:
        old.state, old.superseded_at = VersionState.SUPERSEDED, now
        old.save()
    last = row.plan.versions.aggregate(last=Max("number"))["last"]
    row.number = (last or 0) + 1
    row.state, row.approved_by, row.approved_at, row.reviewed_at = VersionState.IN_FORCE, actor, now, now
    row.save()
    _record("plan.approved", row, actor, {"number": row.number, "summary": row.summary})
    proposals.approved(row, actor)
    _set_review(row)
    kits.ask(row.organisation)
    return row


@transaction.atomic
def send_back(version: Version, actor: User, why: str) -> Version:
    """Return a proposed version to its authors with what is to be mended.

    Raises
    ------
    NotNow
        When it is not proposed.
    """
    row = _written(version)
    if row.state != VersionState.PROPOSED:
        raise NotNow(_("Only a proposed version can be sent back."))
    row.state, row.refusal = VersionState.DRAFT, why.strip()[:300]
    row.save()
    _record("plan.sent_back", row, actor, {"why": row.refusal})
    proposals.sent_back(row, actor)
    return row


@transaction.atomic
def discard(draft: Version, actor: User) -> None:
    """Throw a draft away; what is in force stays."""
    row = _written(draft)
    _record("plan.discarded", row, actor, {})
    row.delete()


@transaction.atomic
def read(version: Version, actor: User) -> Reading:
    """Note that somebody has read the version in force.

    Raises
    ------
    NotNow
        When it is not in force.
    """
    if version.state != VersionState.IN_FORCE:
        raise NotNow(_("Only the version in force is read and signed for."))
    reading, made = Reading.objects.get_or_create(
        version=version,
        user=actor,
        defaults={"organisation_id": version.organisation_id, "read_at": clock.now(version.organisation_id)},
    )
    if made:
        _record("plan.read", version, actor, {"number": version.number})
    return reading


@transaction.atomic
def reviewed(version: Version, actor: User) -> Version:
    """Note that the version in force was gone through and still holds.

    Raises
    ------
    NotNow
        When it is not in force.
    """
    row: Version = Version.objects.select_for_update().get(pk=version.pk)
    if row.state != VersionState.IN_FORCE:
        raise NotNow(_("Only the version in force can be reviewed."))
    row.reviewed_at = clock.now(row.organisation_id)
    row.save()
    _record("plan.reviewed", row, actor, {"number": row.number})
    _set_review(row)
    return row


def _new_draft(plan: Plan, document: Document, actor: User) -> Version:
    draft: Version = Version.objects.create(
        plan=plan,
        organisation_id=plan.organisation_id,
        content=encode(document).decode(),
        author=actor,
        changed_at=clock.now(plan.organisation_id),
    )
    return draft


def _written(version: Version) -> Version:
    Plan.objects.select_for_update().get(pk=version.plan_id)
    row = Version.objects.select_related("plan__brand", "organisation").filter(pk=version.pk).first()
    if row is None or row.state not in WRITTEN:
        raise NotNow(_("This draft is no longer being written: it was approved or thrown away meanwhile."))
    return row


def _require_sound(row: Version) -> None:
    stopping = [fault for fault in faults(row.document) if fault.blocks]
    if stopping:
        raise NotReady(
            _("The plan contradicts itself in %(count)s places. Mend what is marked as blocking first.")
            % {"count": len(stopping)}
        )


def _require_approver(row: Version, actor: User) -> None:
    able = selectors.approvers(row.organisation_id)
    if actor.pk not in able:
        raise NotYours(_("Approving a plan needs the role of approver."))
    if row.proposed_by_id == actor.pk and len(able) > 1:
        raise NotYours(_("You proposed this version: somebody else must read and approve it."))


def _set_review(row: Version) -> None:
    due = clock.now(row.organisation_id) + timedelta(days=row.plan.review_days)
    deadlines.set(
        REVIEW,
        due,
        organisation=row.organisation,
        key=f"{REVIEW}:{row.plan_id}:{row.pk}:{row.reviewed_at:%Y%m%d%H%M%S}",
        payload={"version": row.pk},
        lane=Lane.NORMAL,
    )


def _record(verb: str, version: Version, actor: User, data: Mapping[str, object]) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=version.organisation_id,
        target=f"plan.version:{version.pk}",
        data={"brand": version.plan.brand.name, **data},
    )
