"""Alerts and vigilance."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.listen.models import Source
from tocsin.watch.models import Brand, Watch


class Level(models.TextChoices):
    """Vigilance levels, as the French weather service's colours."""

    GREEN = "green", _("green")
    YELLOW = "yellow", _("yellow")
    ORANGE = "orange", _("orange")
    RED = "red", _("red")


class AlertState(models.TextChoices):
    """What people did with an alert."""

    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    SNOOZED = "snoozed", _("snoozed")
    CLOSED = "closed", _("closed")


class CloseReason(models.TextChoices):
    """Why an alert was closed; false alarms are counted and shown on later alerts."""

    HANDLED = "handled", _("handled")
    OVER = "over", _("over by itself")
    EXPECTED = "expected", _("expected (campaign, event)")
    FALSE_ALARM = "false_alarm", _("false alarm")


class Alert(models.Model):
    """A warning raised for a watch, or for a source that died, with its reasons."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="alerts")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    key = models.CharField(max_length=120, unique=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    highest_level = models.CharField(max_length=10, choices=Level.choices)
    state = models.CharField(max_length=20, choices=AlertState.choices, default=AlertState.OPEN)
    began_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    reasons = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    score = models.FloatField(default=0)
    historic = models.BooleanField(default=False)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=20, choices=CloseReason.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-raised_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state", "-raised_at"]),
            models.Index(fields=["watch", "-began_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} · {self.watch or self.source}"


class Vigilance(models.Model):
    """A brand's state, from its open alerts; changed by `alerts.actions` alone."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="vigilance")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.GREEN)
    since = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    def __str__(self) -> str:
        return f"{self.brand} · {self.get_level_display()}"


class Taken(models.Model):
    """A row that the river raised and that was turned into an alert, or a change of one: once, by key."""

    key = models.CharField(max_length=200, primary_key=True)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "taken"

    def __str__(self) -> str:
        return self.key


class Position(models.Model):
    """How far the rows that the river raised were turned into alerts; moved in the alerts' transaction."""

    name = models.CharField(max_length=40, primary_key=True)
    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.sequence}"
