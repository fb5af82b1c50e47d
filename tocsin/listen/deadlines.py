"""What the clock does for sources: files that were sent and are wanted no more are deleted."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_scopes import scopes_disabled

from tocsin.clock.handlers import register
from tocsin.clock.models import Deadline
from tocsin.listen import uploads
from tocsin.listen.models import Import, ImportState

log = logging.getLogger(__name__)
UNCONFIRMED_KEPT: Final = timedelta(days=1)
FAILED_KEPT: Final = timedelta(days=30)


@register("listen.forget_uploads", every=timedelta(hours=6), lane="bulk")
def forget_uploads(deadline: Deadline) -> None:
    """Delete the files of a day ago that no import waits for, and those whose import failed a month ago."""
    now = timezone.now()
    running = {ImportState.WAITING, ImportState.RUNNING}
    with scopes_disabled():
        wanted = Import.objects.filter(state__in=running) | Import.objects.filter(
            state=ImportState.FAILED, finished_at__gt=now - FAILED_KEPT
        )
        paths = set(wanted.values_list("path", flat=True))
    if forgotten := uploads.forget(now - UNCONFIRMED_KEPT, paths):
        log.info("%s files that nobody imported were deleted", forgotten)
