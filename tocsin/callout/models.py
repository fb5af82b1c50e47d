"""Call-outs: who is reached for which role, and what they answer."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Alert, Level
from tocsin.plan.models import Contact, Plan, Version
from tocsin.watch.models import Brand


class CallOutState(models.TextChoices):
    """Whether people are being reached, or were told that it is over."""

    RUNNING = "running", _("running")
    STOOD_DOWN = "stood_down", _("stood down")
    FALSE_ALARM = "false_alarm", _("false alarm")


class CallOut(models.Model):
    """The crisis team of a scenario is called.

    Attributes
    ----------
    scenario, title
        Id of the scenario in the version of the plan, and its title by language as it was then.
    level
        Vigilance at which it is called: red passes quiet hours and the people's own hours.
    why
        What speaks for the scenario, in the launcher's words; shown on the board and never sent.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="callouts")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="callouts")
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    scenario = models.CharField(max_length=60)
    title = models.JSONField(default=dict)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.ORANGE)
    alert = models.ForeignKey(
        Alert, on_delete=models.SET_NULL, null=True, blank=True, related_name="callouts"
    )
    why = models.CharField(_("why"), max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=CallOutState.choices, default=CallOutState.RUNNING)
    launched_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    launched_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-launched_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["brand", "scenario"],
                condition=models.Q(state="running"),
                name="one_running_callout_a_scenario",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} · {self.scenario} ({self.state})"


class RoleCall(models.Model):
    """A role for which people are called, one after the other, until one says that they come."""

    callout = models.ForeignKey(CallOut, on_delete=models.CASCADE, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=60)
    title = models.JSONField(default=dict)
    rank = models.PositiveSmallIntegerField(default=0)
    exhausted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["rank", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["callout", "role"], name="one_call_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.callout_id} · {self.role}"


class CallState(models.TextChoices):
    """How far the call of one person is."""

    WAITING = "waiting", _("not called yet")
    CALLED = "called", _("called")
    COMING = "coming", _("on it")
    LATER = "later", _("comes later")
    UNABLE = "unable", _("can’t")
    SILENT = "silent", _("no answer")
    RELEASED = "released", _("released")
    UNREACHED = "unreached", _("could not be reached")


class Problem(models.TextChoices):
    """Why somebody was passed over without having been waited for, or has to be phoned."""

    GONE = "gone", _("no longer among the contacts")
    NO_WAY = "no_way", _("no way of reaching them that is set up here")
    FAILED = "failed", _("no message left")
    SAID_NO = "said_no", _("can’t, as they said for another role")
    SILENT_BEFORE = "silent", _("did not answer for another role")
    BY_HAND = "by_hand", _("no message can leave: phone them, and note what they say")


class Call(models.Model):
    """One person called for one role.

    Attributes
    ----------
    name
        As it was when called; the contact may be gone since.
    why
        ``on_call``, ``seat``, ``deputy``, ``decides``, ``lead`` or ``hand`` (added by a person).
    rank
        Place in the order of the role.
    due_at
        When silence passes the call on.
    minutes
        In how many minutes they come, when they come later.
    joins
        The call of the same person for another role, whose messages and answer are this one's too.
    round
        How often they were called: again, when who had come in their place could not after all.
    tried
        Ids of the ways (`ways.Way`) used in this round.
    sent
        Number of messages to them in this round.
    problem
        Why they were passed over without having been waited for, or have to be phoned (`Problem`).
    """

    role_call = models.ForeignKey(RoleCall, on_delete=models.CASCADE, related_name="calls")
    callout = models.ForeignKey(CallOut, on_delete=models.CASCADE, related_name="calls")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.WAITING)
    called_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    joins = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="joined")
    round = models.PositiveSmallIntegerField(default=0)
    tried = models.JSONField(default=list, blank=True)
    sent = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=10, choices=Problem.choices, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["role_call__rank", "rank", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role_call", "rank"], name="one_call_a_rank")
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.state}"


class Delays(models.Model):
    """How long an organisation waits for an answer before it tries the next way, and the next person.

    Attributes
    ----------
    line_minutes
        From one way of reaching a person to the next; at red all ways are used at once.
    answer_minutes, red_minutes
        From the first message to a person until silence calls the next one; at red.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="callout_delays"
    )
    line_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next way is tried"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    answer_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next person is called"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    red_minutes = models.PositiveSmallIntegerField(
        _("the same at red"), default=5, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )

    objects = ScopedManager(organisation="organisation")

    class Meta:
        verbose_name_plural = "delays"

    def __str__(self) -> str:
        return f"delays of {self.organisation_id}"
