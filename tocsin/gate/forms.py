"""The forms of the quiet hours and of the programs that are called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.watch.models import Brand


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


class HookForm(forms.Form):
    """A program that is called: what it is, where, and for which brand."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What people here call it, such as the publishing tool.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput({"placeholder": "https://"}),
        help_text=_("It begins with https:// and is given by the tool, or by who wrote the program."),
    )
    brand: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("Every brand")
    )

    def __init__(self, data: QueryDict | None, *, brands: QuerySet[Brand]) -> None:
        super().__init__(data)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = brands
