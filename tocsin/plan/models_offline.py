"""Which phones keep a copy of the plan for when systems are down."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User


class Ending(models.TextChoices):
    """Why a copy is not to be kept any longer."""

    SIGNED_OUT = "signed_out", _("signed out on this device")
    FORGOTTEN = "forgotten", _("taken back from the profile")
    DELETED = "deleted", _("deleted on the device")
    WRONG_PIN = "wrong_pin", _("deleted after too many wrong PINs")
    NOT_A_MEMBER = "not_a_member", _("no longer a member")
    SOMEBODY_ELSE = "somebody_else", _("somebody else signed in on the device")


class OfflineCopy(models.Model):
    """A device keeps the plan, encrypted: whose it is, and until when it may.

    Attributes
    ----------
    device
        Random name that the device was given; whoever knows it learns nothing without being signed in.
    refreshed_at
        When the device last heard that what it keeps is what holds.
    noted_at
        When the journal last said so.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    device = models.CharField(max_length=43, unique=True)
    label = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=20, choices=Ending.choices, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.label}"
