"""Answers kept under the caller's key, so that a call sent twice is answered once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.api.exceptions import CallRefused
from tocsin.listen.models import Submission, Token

KEPT: Final = timedelta(hours=72)
MAX_KEY: Final = 200


def check_key(key: str) -> str:
    """Return an idempotency key if it can be one.

    Raises
    ------
    CallRefused
    """
    if len(key) > MAX_KEY or not key.isprintable():
        message = _("An Idempotency-Key has at most %(limit)s printable characters; nothing was taken.")
        raise CallRefused(400, "wrong_key", message % {"limit": MAX_KEY})
    return key


def earlier_answer(token: Token, key: str, digest: str) -> str | None:
    """Return the answer given before under this key for this body; None when there is none.

    Raises
    ------
    CallRefused
        When the key was used for another body.
    """
    if not key:
        return None
    found = Submission.objects.filter(token=token, key=key).first()
    if found is None or timezone.now() - found.created_at > KEPT:
        return None
    if found.digest != digest:
        raise CallRefused(
            422, "key_reused", _("This Idempotency-Key was used for another body; nothing was taken.")
        )
    answer: str = found.answer
    return answer


def keep_answer(token: Token, key: str, digest: str, answer: str) -> None:
    """Keep an answer for 72 hours, and forget those that are older."""
    if not key:
        return
    Submission.objects.filter(token=token, created_at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            Submission.objects.create(
                organisation=token.organisation, token=token, key=key, digest=digest, answer=answer
            )
    except IntegrityError:
        return  # the same call at the same moment: its answer is kept already
