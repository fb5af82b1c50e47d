"""The journal: one chain per organisation, its erasable payloads and its signed heads."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tocsin.accounts.models import Organisation
from tocsin.journal.verbs import display


class Chain(models.Model):
    """The head of an organisation's chain; its row is locked while an entry is added."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="chain"
    )
    sequence = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    objects = ScopedManager(organisation="organisation")

    def __str__(self) -> str:
        return f"{self.organisation_id}:{self.sequence}"


class Entry(models.Model):
    """One decision of a person or of the system; never altered once written."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=120, blank=True)
    payload_hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "sequence"], name="one_entry_a_place")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "target", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"

    @property
    def data(self) -> dict[str, Any]:
        """What the entry says in full; empty once erased."""
        text = self.payload.data
        return json.loads(text) if text else {}

    @property
    def sentence(self) -> str:
        """The entry in words, in the active language."""
        return display(self)


class Payload(models.Model):
    """What an entry says in full; it can be erased, which leaves who, when and why."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.CharField(max_length=64, blank=True)
    data = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.CharField(max_length=80, blank=True)
    erased_reason = models.CharField(_("reason"), max_length=300, blank=True)

    def __str__(self) -> str:
        return f"payload of {self.entry_id}"


class Seal(models.Model):
    """A head of the chain, signed with the key that the database does not hold."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField()
    head = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    objects = ScopedManager(organisation="organisation")

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "sequence"], name="one_seal_a_head")
        ]

    def __str__(self) -> str:
        return f"seal of {self.organisation_id}:{self.sequence}"
