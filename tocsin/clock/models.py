"""Deadlines, the time of each organisation, and the heartbeats of processes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation


class Lane(models.TextChoices):
    """How soon a due row is wanted; each lane has workers of its own."""

    URGENT = "urgent", _("urgent")
    NORMAL = "normal", _("normal")
    BULK = "bulk", _("bulk")


class DeadlineState(models.TextChoices):
    """How far a deadline is."""

    WAITING = "waiting", _("waiting")
    LEASED = "leased", _("in progress")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Deadline(models.Model):
    """Something that must happen at a time; `due_at` is in the organisation's own time."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    handler = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict, blank=True)
    lane = models.CharField(max_length=10, choices=Lane.choices, default=Lane.NORMAL)
    due_at = models.DateTimeField()
    every_seconds = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeadlineState.choices, default=DeadlineState.WAITING)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "lane", "due_at"])]

    def __str__(self) -> str:
        return f"{self.handler} {self.key} ({self.state})"


class OrganisationTime(models.Model):
    """The time of an organisation that does not live in ours: an exercise, the demonstration.

    Its time is ``origin + (real - anchored_at) * speed`` while it runs, and ``origin`` while paused.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="time"
    )
    origin = models.DateTimeField()
    anchored_at = models.DateTimeField()
    speed = models.FloatField(default=1.0)
    paused = models.BooleanField(default=False)

    objects = ScopedManager(organisation="organisation")

    def __str__(self) -> str:
        return f"time of {self.organisation_id}"


class Heartbeat(models.Model):
    """The last sign of life of a process; one that stops without saying so was killed or is stuck."""

    process = models.CharField(max_length=20)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["process", "host", "pid"], name="one_heartbeat_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.pid}@{self.host}"
