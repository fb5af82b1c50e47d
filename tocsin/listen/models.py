"""Sources, their health, imports and API tokens."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.listen.problems import words
from tocsin.watch.models import Brand, Watch


class SourceKind(models.TextChoices):
    """Where a source gets its posts."""

    FILE = "file", _("file")
    FEED = "feed", _("RSS or Atom feed")
    SITEMAP = "sitemap", _("news sitemap")
    API = "api", _("HTTP API")
    DEMO = "demo", _("demonstration")


class SourceState(models.TextChoices):
    """How a source fares."""

    NEW = "new", _("not fetched yet")
    HEALTHY = "healthy", _("healthy")
    FAILING = "failing", _("failing")
    DEAD = "dead", _("dead")
    PAUSED = "paused", _("paused")


class Source(models.Model):
    """A configured connector with its schedule and health.

    Open, watches choose what is kept of it; owned, everything it brings is a mention of its brand.

    Attributes
    ----------
    article_text : bool
        Whether articles of a feed are fetched when the feed itself only sums them up.
    validators : dict
        What the connector remembers between two fetches (ETag, entries seen).
    problem, problem_data : str, dict
        Code of the last failure and what its words need; see `problem_words`.
    rejected : int
        What came and could not become a post, so that the river never saw it.
    rejections : list of dict
        The last of them, newest first: ``at``, ``line``, ``code``, ``figures``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sources")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="sources")
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=2000, blank=True)
    network = models.CharField(_("network"), max_length=40, blank=True)
    owned = models.BooleanField(_("everything it brings is a mention"), default=False)
    every_minutes = models.PositiveIntegerField(_("fetched every (minutes)"), default=10)
    state = models.CharField(_("state"), max_length=20, choices=SourceState.choices, default=SourceState.NEW)
    article_text = models.BooleanField(_("fetch the text of articles"), default=False)
    validators = models.JSONField(default=dict, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_post_at = models.DateTimeField(null=True, blank=True)
    next_run_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    problem_data = models.JSONField(default=dict, blank=True)
    rejected = models.BigIntegerField(default=0)
    rejections = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def problem_words(self) -> str:
        """What is wrong, in the active language; empty when nothing is."""
        return words(self.problem, self.problem_data)

    @property
    def state_words(self) -> str:
        """How it fares, in the active language; what is not fetched does not wait to be."""
        if self.state != SourceState.NEW:
            return str(SourceState(self.state).label)
        waits = {SourceKind.API: _("waiting for the first posts"), SourceKind.FILE: _("not read yet")}
        return str(waits.get(SourceKind(self.kind), SourceState.NEW.label))


class ImportState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Import(models.Model):
    """A file brought through the river; resumable after an interruption.

    Attributes
    ----------
    watch : Watch or None
        The watch that every row is a mention of; None when watches choose.
    options : dict
        What the user said: ``columns``, ``only``, ``zone``, ``network``.
    mapping : dict
        Column of each field, as found.
    header : str
        Fingerprint of the columns' names, by which the next file of the same tool is known again.
    earliest, latest : datetime or None
        Between which its posts were published.
    offset, line : int
        Bytes (rows of a workbook) and lines whose posts are safely on the bus.
    read, rejected, skipped : int
        Rows seen; rows that could not become posts; rows that the user's filter left out.
    rejections : list of dict
        The first of them: ``line``, ``code``, ``figures``; see `tocsin.listen.problems.words`.
    rejected_by : dict
        How many were rejected for each code.
    runner, beat_at : str, datetime or None
        Who runs it, as ``host:process``, and when that one last said so.
    seconds : float
        How long it has been running in all.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="imports")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="imports")
    watch = models.ForeignKey(Watch, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=2000)
    name = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    header = models.CharField(max_length=32, blank=True)
    earliest = models.DateTimeField(null=True, blank=True)
    latest = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=ImportState.choices, default=ImportState.WAITING)
    offset = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    rejections = models.JSONField(default=list, blank=True)
    rejected_by = models.JSONField(default=dict, blank=True)
    runner = models.CharField(max_length=120, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    problem_data = models.JSONField(default=dict, blank=True)
    seconds = models.FloatField(default=0)
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "header"])]

    def __str__(self) -> str:
        return self.name

    @property
    def problem_words(self) -> str:
        """What is wrong, in the active language; empty when nothing is."""
        return words(self.problem, self.problem_data)


class RejectedRow(models.Model):
    """A row of a file that could not become a post, for the list that people download."""

    row_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.BigIntegerField()
    code = models.CharField(max_length=60)
    figures = models.JSONField(default=dict)

    objects = ScopedManager(organisation="row_import__organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["line"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["row_import", "line"], name="one_rejection_a_line")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class Token(models.Model):
    """A token of the HTTP API; only its hash is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tokens")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    def __str__(self) -> str:
        return self.name


class Bucket(models.Model):
    """What a token may still send at once, shared by every process that answers calls."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="buckets")
    name = models.CharField(max_length=10)
    level = models.FloatField()
    at = models.FloatField()

    objects = ScopedManager(organisation="token__organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["token", "name"], name="one_bucket_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.name} {self.level}"


class Submission(models.Model):
    """An answer of the HTTP API, kept under the caller's Idempotency-Key to be given again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="submissions")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    answer = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key")
        ]

    def __str__(self) -> str:
        return self.key
