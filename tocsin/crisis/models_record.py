"""What is kept of a crisis: posts secured with their pictures, files made of them, what was looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.watch.models import Brand


class Exposure(models.Model):
    """Somebody looked at an abusive post, in the open; counted so that nobody does for too long.

    Attributes
    ----------
    post
        Number of the post, in `river.db`.
    day
        Day of the organisation, in its time zone: a post counts once a person and day.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    post = models.BigIntegerField()
    day = models.DateField()
    seen_at = models.DateTimeField()

    objects = ScopedManager(organisation="organisation")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "user", "seen_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "user", "post", "day"], name="one_exposure_a_post_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"


class Evidence(models.Model):
    """A post as it was when somebody secured it, before it may be deleted.

    Attributes
    ----------
    post
        Number of the post, in `river.db`.
    snapshot
        Everything Tocsin held of it then: text, author, network, address, times, figures, the post it answers
        and earlier texts; canonical JSON, of which `sha256` is the hash.
    words_sha256
        Hash of what its author made of it: text, title, name, pictures. The same post with the same words is
        the same piece.
    journal_place, journal_hash
        The entry of the journal that tells of the securing.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    crisis = models.ForeignKey(
        "crisis.Crisis", on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence"
    )
    post = models.BigIntegerField()
    network = models.CharField(max_length=60, blank=True)
    author = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    words_sha256 = models.CharField(max_length=64)
    why = models.CharField(_("why"), max_length=300, blank=True)
    secured_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    secured_at = models.DateTimeField()
    journal_place = models.BigIntegerField(default=0)
    journal_hash = models.CharField(max_length=64, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-secured_at", "-pk"]
        verbose_name_plural = "evidence"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "post"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "sha256"], name="one_piece_a_snapshot")
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk} ({self.sha256[:8]})"


class PictureState(models.TextChoices):
    """How far the fetching of a picture is."""

    WAITING = "waiting", _("being fetched")
    KEPT = "kept", _("kept")
    GONE = "gone", _("could not be kept")


class Picture(models.Model):
    """A picture of a secured post, fetched when it was secured; its file is named after its hash.

    Attributes
    ----------
    problem, figures
        Code of what went wrong and what its words need, as `tocsin.crisis.picture_words` says them.
    tried_at
        When it was last asked for.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="pictures")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=PictureState.choices, default=PictureState.WAITING)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    figures = models.JSONField(default=dict)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.url[:60]}"


class Securing(models.Model):
    """Many posts secured at once, by the clock: those behind an alert, or of a narrative.

    Attributes
    ----------
    posts
        Numbers of the posts, in `river.db`.
    done, made, gone
        Posts looked at so far, pieces made of them, posts no longer kept.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    crisis = models.ForeignKey(
        "crisis.Crisis", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    brand = models.ForeignKey(Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    posts = models.JSONField(default=list)
    what = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"securing {self.pk}: {self.done} of {len(self.posts)}"


class Bundle(models.Model):
    """An archive of pieces of evidence, made by the clock and kept for some days.

    Attributes
    ----------
    pieces
        Keys of the pieces.
    sha256
        Of the archive, once it is made; the journal holds it too.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    crisis = models.ForeignKey(
        "crisis.Crisis", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pieces = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"bundle {self.pk} of {len(self.pieces)} pieces"
