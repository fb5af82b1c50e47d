"""What the clock does for what is kept: pictures, many posts at once, archives, freezes, shifts, counts."""

from datetime import timedelta

from tocsin.clock.handlers import Finish, register
from tocsin.clock.models import Deadline
from tocsin.crisis import bundling, evidence, freezing, pictures, resting, shifts, telling_record
from tocsin.crisis.models import Bundle, Freeze, Picture, PictureState, Securing, Watchkeeper


@register(pictures.HANDLER, outside=True, lane="bulk")
def fetch_picture(deadline: Deadline) -> Finish | None:
    """Fetch one picture, outside any transaction: a server may take half a minute to answer."""
    found = Picture.objects.select_related("organisation").filter(pk=deadline.payload["picture"])
    picture = found.filter(state=PictureState.WAITING).first()
    return pictures.fetch(picture) if picture is not None else None


@register(evidence.MANY_HANDLER, lane="bulk")
def secure_many(deadline: Deadline) -> None:
    """Secure the next slice of many posts."""
    order = Securing.objects.select_related("organisation").filter(pk=deadline.payload["securing"]).first()
    if order is not None:
        evidence.take_slice(order)


@register(bundling.HANDLER, outside=True, lane="bulk")
def bundle(deadline: Deadline) -> Finish | None:
    """Make an archive of evidence, outside any transaction: it may take a minute."""
    row = Bundle.objects.select_related("organisation", "asked_by").filter(pk=deadline.payload["bundle"])
    asked = row.filter(made_at=None).first()
    return bundling.make(asked) if asked is not None else None


@register("crisis.forget", every=timedelta(hours=6), lane="bulk")
def forget(_deadline: Deadline) -> None:
    """Delete old archives, and counts of what people looked at."""
    bundling.forget()
    resting.forget()


@register(freezing.SOON_HANDLER, lane="urgent")
def freeze_soon(deadline: Deadline) -> None:
    """Say that a freeze ends in an hour."""
    freeze = _freeze(deadline)
    if freeze is not None and freezing.warned(freeze):
        telling_record.freeze_soon(freeze)


@register(freezing.END_HANDLER, lane="urgent")
def freeze_end(deadline: Deadline) -> None:
    """End a freeze at its time: tools are told to go on."""
    freeze = _freeze(deadline)
    if freeze is not None:
        freezing.thaw(freeze, None)


@register(shifts.HANDLER)
def handover_due(deadline: Deadline) -> None:
    """Say that somebody has been on for long without a handover."""
    rows = Watchkeeper.objects.select_related("crisis__brand", "organisation", "user", "contact__user")
    keeper = rows.filter(pk=deadline.payload["keeper"]).first()
    if keeper is not None and shifts.due(keeper):
        telling_record.handover_due(keeper)


def _freeze(deadline: Deadline) -> Freeze | None:
    """Return the freeze that a deadline is about, unless it ended or was extended meanwhile."""
    found: Freeze | None = (
        Freeze.objects.select_related("brand", "organisation", "began_by")
        .filter(pk=deadline.payload["freeze"], revision=deadline.payload["revision"], ended_at=None)
        .first()
    )
    return found
