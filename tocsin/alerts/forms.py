"""What one says when one settles an alert."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.alerts.models import CloseReason

SNOOZES: list[tuple[str, Any]] = [
    ("1", _("for 1 hour")),
    ("4", _("for 4 hours")),
    ("12", _("for 12 hours")),
    ("24", _("for 24 hours")),
]


class CloseForm(forms.Form):
    """Why an alert is closed."""

    reason = forms.ChoiceField(
        label=_("Reason for closing"),
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        initial=CloseReason.HANDLED,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class SnoozeForm(forms.Form):
    """How long an alert is put aside."""

    hours = forms.ChoiceField(label=_("How long"), choices=SNOOZES)
