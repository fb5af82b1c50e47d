"""How long an answer is waited for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tocsin.callout.models import Delays


class DelaysForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The minutes until the next way, and until the next person."""

    class Meta:
        model = Delays
        fields: ClassVar[list[str]] = ["line_minutes", "answer_minutes", "red_minutes"]

    def clean(self) -> dict[str, Any]:
        """Refuse to call the next person before a second way of the first was tried."""
        given = super().clean() or {}
        line, answer = given.get("line_minutes"), given.get("answer_minutes")
        if line and answer and answer < line:
            raise ValidationError(
                {"answer_minutes": _("The next person would be called before the second way of the first.")}
            )
        return given
