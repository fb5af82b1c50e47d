"""Who took a kit, and when: it holds people’s numbers, so that each time is noted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.accounts.models import User
from tocsin.journal import actions as journal
from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register
from tocsin.plan.kit.layout import Shape
from tocsin.plan.models import Version

VERB = "plan.kit_taken"
SENTENCE = gettext_noop("%(who)s took the offline kit of %(brand)s, version %(number)s (%(shape)s)")


@transaction.atomic
def give(version: Version, actor: User, *, language: str, shape: Shape) -> None:
    """Note that somebody takes the kit of a version, in a language and a shape."""
    journal.record(
        VERB,
        actor=actor,
        organisation=version.organisation_id,
        target=f"plan.version:{version.pk}",
        data={
            "brand": version.plan.brand.name,
            "number": version.number,
            "language": language,
            "shape": shape,
        },
    )


def _said(entry: Entry) -> str:
    data = entry.data
    return _(SENTENCE) % {
        "who": actor_name(entry),
        "brand": str(data.get("brand") or _("a brand (erased)")),
        "number": str(data.get("number") or "?"),
        "shape": _("for a phone") if data.get("shape") == "phone" else _("to be printed"),
    }


register(VERB, _said)
