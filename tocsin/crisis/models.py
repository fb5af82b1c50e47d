"""The room of a crisis: tasks, facts, questions, who is on, what was secured, what is suspended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Level
from tocsin.callout.models import CallOut
from tocsin.crisis.models_freeze import Freeze, FreezeTerms, Stop, Tool
from tocsin.crisis.models_record import Bundle, Evidence, Exposure, Picture, PictureState, Securing
from tocsin.plan.models import Contact, Plan, Version
from tocsin.watch.models import Brand

__all__ = [
    "AtWork",
    "Bundle",
    "Crisis",
    "CrisisState",
    "Evidence",
    "Exposure",
    "Fact",
    "FactState",
    "Freeze",
    "FreezeTerms",
    "Handover",
    "Picture",
    "PictureState",
    "Question",
    "RoomTask",
    "Securing",
    "Stop",
    "TaskState",
    "Tool",
    "Watchkeeper",
]


class CrisisState(models.TextChoices):
    """Whether the room is at work."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Crisis(models.Model):
    """An opened crisis; its log is the journal's entries about ``crisis.crisis:<pk>``.

    Attributes
    ----------
    scenario
        Id of the scenario in the version of the plan; empty for a crisis that no plan foresaw.
    severity
        Id of the severity in the scenario; empty when it has none.
    level
        Colour of the strip on every page, the crisis' own: people set it, and vigilance does not.
    onset_at
        When it began outside; `opened_at` is when the room did.
    next_update_at
        When people are to hear news next, whatever happens.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="crises")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="crises")
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    callout = models.OneToOneField(
        CallOut, on_delete=models.SET_NULL, null=True, blank=True, related_name="crisis"
    )
    scenario = models.CharField(max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=160)
    severity = models.CharField(_("severity"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.ORANGE)
    state = models.CharField(max_length=10, choices=CrisisState.choices, default=CrisisState.OPEN)
    onset_at = models.DateTimeField(_("began"))
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    next_update_at = models.DateTimeField(_("next update"), null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    ends_met = models.JSONField(default=list)
    closing_note = models.TextField(_("closing note"), blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-pk"]
        verbose_name_plural = "crises"

    def __str__(self) -> str:
        return f"{self.brand} · {self.title}"


class TaskState(models.TextChoices):
    """How far a task is."""

    TODO = "todo", _("to do")
    DOING = "doing", _("being done")
    DONE = "done", _("done")
    SKIPPED = "skipped", _("skipped")


class RoomTask(models.Model):
    """A task of the room, from the protocol or added by hand.

    Attributes
    ----------
    source
        Id of the task in the scenario's protocol; empty when added by hand.
    words, condition
        By language, as the plan had them.
    checklist
        ``[{"id", "words": {lang: text}, "done_by": name, "done_at": RFC 3339}]``.
    after
        Sources of the tasks that come before.
    owner
        Who does it; whoever holds the role while empty.
    message
        Id of the message it sends, ``audience/channel``.
    """

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="tasks")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    words = models.JSONField(default=dict)
    condition = models.JSONField(default=dict)
    checklist = models.JSONField(default=list)
    after = models.JSONField(default=list)
    message = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="room_tasks"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.TODO)
    revision = models.PositiveIntegerField(default=1)
    taken_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("why it is skipped"), max_length=300, blank=True)
    late_since = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["crisis", "source"], condition=~models.Q(source=""), name="one_task_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.crisis_id} · {self.source or self.pk}"


class AtWork(models.Model):
    """Who has a task open on their screen just now; forgotten after a minute without a sign."""

    task = models.ForeignKey(RoomTask, on_delete=models.CASCADE, related_name="at_work")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "user"], name="one_sign_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.task_id}"


class FactState(models.TextChoices):
    """What is known of a fact."""

    CONFIRMED = "confirmed", _("confirmed")
    UNCONFIRMED = "unconfirmed", _("unconfirmed")
    FALSE = "false", _("false")


class Fact(models.Model):
    """Something said about the crisis, with its source; earlier states are in the journal.

    Attributes
    ----------
    name
        Slot of the plan's messages that it fills, such as ``product``; empty for none.
    """

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="facts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    text = models.CharField(_("fact"), max_length=500)
    state = models.CharField(max_length=12, choices=FactState.choices, default=FactState.UNCONFIRMED)
    source = models.CharField(_("source"), max_length=300, blank=True)
    stated_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["stated_at", "pk"]

    def __str__(self) -> str:
        return f"{self.text[:40]} ({self.state})"


class Question(models.Model):
    """Something people ask, and what they were told.

    Attributes
    ----------
    narrative
        Number of the narrative, in `river.db`, in which people ask it; 0 for none.
    """

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="questions")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("question"), max_length=500)
    narrative = models.BigIntegerField(default=0)
    answer = models.TextField(_("answer"), blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Watchkeeper(models.Model):
    """Somebody at work in the room, from one time to another."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="watchkeepers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["began_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} · {self.crisis_id}"


class Handover(models.Model):
    """What one shift tells the next: drawn from the facts, completed by a person, then kept as it was.

    Attributes
    ----------
    sha256
        Hash of the text, which the journal holds too.
    leaving
        Names of who goes once it is taken.
    taker
        Who is to take over; anybody of the team while empty.
    """

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="handovers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("handover note"))
    sha256 = models.CharField(max_length=64, blank=True)
    leaving = models.JSONField(default=list)
    taker = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"handover {self.pk} of {self.crisis_id}"
