"""Plans and their versions, the people of a plan, and who read what."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.plan.document.structure import Document, decode
from tocsin.watch.models import Brand


class Plan(models.Model):
    """A brand's crisis plan; what it says is in its versions.

    Attributes
    ----------
    probe_days
        How often who sits in it is asked whether their numbers are still right; 0 for never.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plans")
    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="plan")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    review_days = models.PositiveSmallIntegerField(
        _("reviewed every (days)"),
        default=180,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
    )
    probe_days = models.PositiveSmallIntegerField(
        _("numbers and addresses checked every (days)"),
        default=90,
        validators=[MaxValueValidator(730)],
    )
    created_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    def __str__(self) -> str:
        return f"{self.brand}"


class VersionState(models.TextChoices):
    """How far a version is; one is in force, and at most one is being written."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed")
    IN_FORCE = "in_force", _("in force")
    SUPERSEDED = "superseded", _("superseded")


WRITTEN = (VersionState.DRAFT, VersionState.PROPOSED)


class Version(models.Model):
    """What a plan says from one approval to the next.

    Attributes
    ----------
    number
        Given when it comes into force; none before.
    content
        The document as JSON (`document.structure.encode`).
    revision
        Counts the changes of a draft, so that two people never overwrite each other unseen.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    content = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    summary = models.CharField(_("what changes, and why"), max_length=300, blank=True)
    refusal = models.CharField(_("what is to be mended"), max_length=300, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state="in_force"), name="one_version_in_force"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state__in=["draft", "proposed"]), name="one_draft_a_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number or self.get_state_display()}"

    @property
    def document(self) -> Document:
        """Return what the version says."""
        return decode(self.content)


class Reading(models.Model):
    """Somebody has read a version that is, or was, in force."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "user"], name="one_reading_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.version}"


class Side(models.TextChoices):
    """Whether a contact belongs to the company."""

    INSIDE = "inside", _("inside")
    OUTSIDE = "outside", _("outside")


class Contact(models.Model):
    """Somebody to be reached in a crisis: a colleague, a lawyer, an agency, a supplier, an authority.

    Attributes
    ----------
    hours
        When they can be called, ``[{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:00"}]`` in their
        time zone, Monday being 0; at any time when empty.
    left_at
        When they said that they no longer do this: they are called after everybody else.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=120, blank=True)
    company = models.CharField(_("company or authority"), max_length=120, blank=True)
    side = models.CharField(_("side"), max_length=10, choices=Side.choices, default=Side.INSIDE)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    hours = models.JSONField(_("hours"), default=list, blank=True)
    deputy = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="deputy_of"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_former(self) -> bool:
        """Return whether the member behind them was deactivated, or left the organisation."""
        if self.user is None:
            return False
        theirs = {membership.organisation_id for membership in self.user.memberships.all()}
        return not self.user.is_active or self.organisation_id not in theirs


class Means(models.TextChoices):
    """How a contact is reached."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    VOICE = "voice", _("phone call")
    MATRIX = "matrix", _("Matrix")


class Line(models.Model):
    """One way to reach a contact; the first is tried first.

    Attributes
    ----------
    address
        An e-mail address, a phone number in E.164, or a Matrix user.
    confirmed_at
        When its owner, or who wrote it down, last said that it is right.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    means = models.CharField(_("means"), max_length=10, choices=Means.choices)
    address = models.CharField(_("address or number"), max_length=254)
    rank = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    doubted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["rank", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "means", "address"], name="one_line_each")
        ]

    def __str__(self) -> str:
        return f"{self.get_means_display()} {self.address}"


class Seat(models.Model):
    """A contact holds a role of a plan; the first in rank is called first, the next is the deputy."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=60)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="seats")
    rank = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["role", "rank", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "role", "contact"], name="one_seat_each")
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.contact}"


def _uid() -> str:
    return f"{uuid.uuid4()}@tocsin"


class Shift(models.Model):
    """A contact is on call for a role of a plan, or for the whole team, from one moment to another.

    Attributes
    ----------
    role
        Id of a role of the plan; empty for the whole team.
    uid
        Of the calendar's event that the shift is, or came from.
    occurrence
        Which one of an event that recurs, as the calendar's own start of it; empty for one that does not.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shifts")
    role = models.CharField(_("role"), max_length=60, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="shifts")
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    uid = models.CharField(max_length=255, default=_uid)
    occurrence = models.CharField(max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["begins_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan", "uid", "occurrence", "contact"], name="one_shift_an_event_and_contact"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="shifts_end_after_they_begin"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["plan", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.contact} {self.begins_at:%Y-%m-%d %H:%M}–{self.ends_at:%Y-%m-%d %H:%M}"


class Feed(models.Model):
    """A member's private address of a plan's rota, that calendars subscribe to; it holds until it is deleted.

    Attributes
    ----------
    nonce
        Part of what the address is signed over, so that a new one voids the old.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="feeds")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    nonce = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "user"], name="one_feed_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.plan}"


class Answer(models.TextChoices):
    """What somebody says who is asked whether a number or an address is still theirs."""

    YES = "yes", _("it is right")
    WRONG = "wrong", _("it is wrong")
    GONE = "gone", _("no longer does this")


class Probe(models.Model):
    """A contact was asked, on a line, whether it is still theirs.

    Attributes
    ----------
    expires_at
        Until when it can be answered, and the answer changed.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="probes")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.line} {self.asked_at:%Y-%m-%d} {self.answer}"
