"""The freeze of a brand's publications: the tools that publish, and what became of stopping each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation, User
from tocsin.gate.models import Hook
from tocsin.watch.models import Brand


class Tool(models.Model):
    """A tool that publishes for the company: told to stop by its hook, or by a person where it has none.

    Attributes
    ----------
    brand
        For which it publishes; none: for every brand.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("brand")
    )
    name = models.CharField(_("name"), max_length=120)
    hook = models.ForeignKey(
        Hook, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("webhook")
    )
    how = models.CharField(_("how to stop it by hand"), max_length=300, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class FreezeTerms(models.Model):
    """What an organisation knows of its freezes beforehand.

    Attributes
    ----------
    beyond
        What no freeze stops, one text each; the person who freezes reads it.
    may_post
        Names of those who usually may still publish.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="freeze_terms"
    )
    beyond = models.JSONField(default=list)
    may_post = models.JSONField(default=list)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        verbose_name_plural = "freeze terms"

    def __str__(self) -> str:
        return f"freeze terms of {self.organisation_id}"


class Freeze(models.Model):
    """A brand's scheduled publications are suspended until a time.

    Attributes
    ----------
    may_post
        Names of those who may still publish.
    beyond
        What it cannot stop, as the organisation knew it when it began.
    revision
        Counts what tools were told: begun, extended.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="freezes")
    crisis = models.ForeignKey(
        "crisis.Crisis", on_delete=models.SET_NULL, null=True, blank=True, related_name="freezes"
    )
    may_post = models.JSONField(default=list)
    beyond = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    began_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField()
    until = models.DateTimeField(_("until"))
    revision = models.PositiveIntegerField(default=1)
    warned_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["-began_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["brand"], condition=models.Q(ended_at=None), name="one_freeze_a_brand"
            )
        ]

    def __str__(self) -> str:
        return f"freeze of {self.brand_id} until {self.until}"


class Stop(models.Model):
    """A tool that a freeze stops: by its hook, or by a person who says that it is done.

    Attributes
    ----------
    key, thaw_key
        Of the gate's rows that told the tool to stop and to go on; empty where a person has to.
    done_at, resumed_at
        When a person stopped it by hand, and let it go on.
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.CASCADE, related_name="stops")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    how = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=160, blank=True)
    thaw_key = models.CharField(max_length=160, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} · {self.freeze_id}"
