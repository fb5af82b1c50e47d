"""Forms about people and organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tocsin.accounts.models import User

LANGUAGES = [("fr", "Français"), ("en", "English")]


class SetUpForm(forms.Form):
    """The administrator, the organisation and the first brand, on one page."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters; a few words that only you put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"), max_length=120, help_text=_("The company or agency that uses Tocsin.")
    )
    brand = forms.CharField(
        label=_("First brand"),
        max_length=120,
        help_text=_("The name that people write when they speak of you."),
    )
    query = forms.CharField(
        label=_("What to look for"),
        required=False,
        help_text=_("Left empty, Tocsin looks for the name of the brand. You can refine it at any time."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the password against the person's own name and address."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("password"):
            try:
                validate_password(
                    data["password"], User(email=data.get("email", ""), name=data.get("name", ""))
                )
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ProfileForm(forms.Form):
    """What one changes about oneself."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    alert_mail = forms.BooleanField(label=_("Send me the alerts by e-mail"), required=False)
