"""What the clock does for what is kept: pictures fetched, many posts secured, archives made."""

from tocsin.clock.handlers import Finish, register
from tocsin.clock.models import Deadline
from tocsin.crisis import evidence, pictures
from tocsin.crisis.models import Picture, PictureState, Securing


@register(pictures.HANDLER, outside=True, lane="bulk")
def fetch_picture(deadline: Deadline) -> Finish | None:
    """Fetch one picture, outside any transaction: a server may take a minute to answer."""
    found = Picture.objects.select_related("organisation").filter(pk=deadline.payload["picture"])
    picture = found.filter(state=PictureState.WAITING).first()
    return pictures.fetch(picture) if picture is not None else None


@register(evidence.MANY_HANDLER, lane="bulk")
def secure_many(deadline: Deadline) -> None:
    """Secure the next slice of many posts."""
    order = Securing.objects.select_related("organisation").filter(pk=deadline.payload["securing"]).first()
    if order is not None:
        evidence.take_slice(order)
