"""Brands, their watches and their own accounts."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation


class Brand(models.Model):
    """What the organisation defends: a name that people talk about."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="brands")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="one_brand_a_slug")
        ]

    def __str__(self) -> str:
        return self.name


class WatchKind(models.TextChoices):
    """What a watch looks for."""

    BRAND = "brand", _("own brand")
    PRODUCT = "product", _("product")
    PERSON = "person", _("person")
    CAMPAIGN = "campaign", _("campaign")
    COMPETITOR = "competitor", _("competitor")
    TOPIC = "topic", _("topic")


class Watch(models.Model):
    """A saved query of a brand.

    An empty query is allowed only for the watch that receives what owned sources and whole files bring.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="watches")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="watches")
    kind = models.CharField(_("kind"), max_length=20, choices=WatchKind.choices, default=WatchKind.BRAND)
    name = models.CharField(_("name"), max_length=120)
    query = models.TextField(_("query"), blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    networks = models.JSONField(_("networks"), default=list, blank=True)
    false_alarms_a_month = models.FloatField(
        _("false alarms tolerated a month"),
        default=2.0,
        validators=[MinValueValidator(0.1), MaxValueValidator(60)],
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """An account of the brand on a network: what it publishes is the brand's own voice."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="accounts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="brand_accounts")
    network = models.CharField(_("network"), max_length=40)
    handle = models.CharField(_("handle or identifier"), max_length=200)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["brand", "network", "handle"], name="one_account_each")
        ]

    def __str__(self) -> str:
        return f"{self.handle} ({self.network})"
