"""What people fill in about plans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.plan import library
from tocsin.plan.document.structure import LANGUAGES, said

LANGUAGE_NAMES = {"fr": _("French"), "en": _("English")}


class BeginForm(forms.Form):
    """Which scenarios of the library a plan begins with, and in which languages."""

    scenarios = forms.MultipleChoiceField(
        label=_("Scenarios"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one scenario.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        error_messages={"required": _("Choose at least one language.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        self.fields["scenarios"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (scenario.id, said(scenario.title, language)) for scenario in library.scenarios()
        ]


class ProposeForm(forms.Form):
    """What a version changes, and why."""

    summary = forms.CharField(
        label=_("What changes, and why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what changes: who approves reads it first.")},
    )


class SendBackForm(forms.Form):
    """What is to be mended before a version can be approved."""

    why = forms.CharField(
        label=_("What is to be mended"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what is to be mended.")},
    )
