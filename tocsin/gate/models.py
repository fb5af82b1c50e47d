"""Everything that leaves the house."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User


class Kind(models.TextChoices):
    """Words need a person's press on the exact text; a notice goes from a text approved beforehand."""

    WORDS = "words", _("words")
    NOTICE = "notice", _("notice")


class OutgoingState(models.TextChoices):
    """How far an outgoing row is; what became of an unknown one is for a person to find out."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")
    WITHDRAWN = "withdrawn", _("taken back")


class Outgoing(models.Model):
    """One message to one addressee by one channel.

    Attributes
    ----------
    addressee
        By channel: an e-mail address, a number in E.164 (``sms``, ``voice``), ``@user:server`` (``matrix``),
        ``push:<id of a PushSubscription>``, ``hook:<id of a Hook>``.
    link
        The page a notice leads to, for ways out that carry it beside the text.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="outgoing")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    channel = models.CharField(max_length=20, default="email")
    addressee = models.CharField(max_length=320)
    language = models.CharField(max_length=5, default="fr")
    template = models.CharField(max_length=80, blank=True)
    level = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    html = models.TextField(blank=True)
    link = models.CharField(max_length=2500, blank=True)
    key = models.CharField(max_length=160)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=OutgoingState.choices, default=OutgoingState.WAITING)
    pressed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    pressed_at = models.DateTimeField(null=True, blank=True)
    pressed_digest = models.CharField(max_length=64, blank=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    receipt = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        verbose_name_plural = "outgoing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "key"], name="one_outgoing_a_key")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state", "-created_at"])
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.addressee} ({self.state})"


class Rules(models.Model):
    """What the gate holds back in an organisation: the freeze on words, the quiet hours of notices."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="gate_rules"
    )
    frozen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(_("reason"), max_length=300, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        verbose_name_plural = "rules"

    def __str__(self) -> str:
        return f"rules of {self.organisation_id}"


class PushSubscription(models.Model):
    """A browser or phone on which somebody lets Tocsin call her; `gone_at` once its service forgot it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    label = models.CharField(_("browser or phone"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.user})"


class MatrixRoom(models.Model):
    """The room in which Tocsin's Matrix account talks to one person; made once, and remembered."""

    account = models.CharField(max_length=255)
    addressee = models.CharField(max_length=255)
    room = models.CharField(max_length=255)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "addressee"], name="one_room_an_addressee")
        ]

    def __str__(self) -> str:
        return f"{self.account} with {self.addressee}"


class Hook(models.Model):
    """A program of the company's, such as its publishing tool, that is called when something happens.

    Attributes
    ----------
    brand
        Whose events it is called for; none: those of every brand.
    secret
        With which calls are signed, as `tocsin.gate.sealing` keeps it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hooks")
    brand = models.ForeignKey(
        "watch.Brand",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
    )
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    secret = models.CharField(max_length=300)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=500, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
