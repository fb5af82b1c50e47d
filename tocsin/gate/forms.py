"""The form of the quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuietForm(forms.Form):
    """Between which times of the day notices wait; both empty: never."""

    begin = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "Until"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both times or for none."""
        given = super().clean() or self.cleaned_data
        if "begin" in given and "end" in given and (given["begin"] is None) != (given["end"] is None):
            missing = "begin" if given["begin"] is None else "end"
            self.add_error(missing, _("Give both times, or leave both empty."))
        return given
