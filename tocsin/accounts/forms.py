"""Forms about people and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.accounts import setup_token, zones
from tocsin.accounts.models import Membership, Organisation, User
from tocsin.listen.demo import sign_in
from tocsin.watch.suggesting import suggest_query

LANGUAGES = [("fr", "Français"), ("en", "English")]
LONGEST_NAME = 120


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign-in without what the page already says: labels once, and one link for a forgotten password."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as allauth calls it
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
        self.fields["login"].label = _("E-mail address")
        self.demonstration = sign_in()
        self.nobody_yet = self.demonstration is None and not setup_token.is_set_up()


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """A forgotten password: the address, in the words of the other pages."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as allauth calls it
        super().__init__(*args, **options)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


def what_is_looked_for(brand: str) -> str:
    """Return, as HTML, which watch a brand of this name gets when nobody writes another."""
    query = suggest_query(brand)
    if not query:
        return escape(
            gettext("Left empty, Tocsin looks for the name of the brand. You can refine it at any time.")
        )
    shown = format_html("<code>{}</code>", query)
    words = gettext("Left empty, Tocsin looks for {query}. You can refine it at any time.")
    return format_html(words, query=shown)


class SetUpForm(forms.Form):
    """The administrator, the organisation and the first brand, on one page."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
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
        label=_("Organisation"),
        max_length=LONGEST_NAME,
        help_text=_("The company or agency that uses Tocsin."),
    )
    brand = forms.CharField(
        label=_("First brand"),
        max_length=LONGEST_NAME,
        help_text=_("The name that people write when they speak of you."),
    )
    query = forms.CharField(
        label=_("What to look for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, suggested_at: str, **options: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **options)
        self.fields["brand"].widget.attrs |= {
            "hx-get": suggested_at,
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#id_query_helptext",
            "hx-swap": "innerHTML",
        }
        self.fields["query"].help_text = what_is_looked_for(self["brand"].value() or "")

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


class OrganisationForm(forms.Form):
    """What an administrator changes about the organisation."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Days, hours and charts follow it, and so do quiet hours and the times in notices."),
    )
    language = forms.ChoiceField(label=_("Language of notices"), choices=LANGUAGES)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:  # noqa: ANN401 - Django's own
        known = {
            "name": organisation.name,
            "time_zone": organisation.time_zone,
            "language": organisation.language,
        }
        super().__init__(*args, **{**options, "initial": known})
        self.fields["time_zone"].choices = zones.choices(organisation.time_zone)  # type: ignore[attr-defined]  # a ChoiceField


TOCSIN = "tocsin"


class JournalForm(forms.Form):
    """Which entries of the journal to show."""

    app = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("alerts", _("Alerts")),
            ("watch", _("Watches")),
            ("listen", _("Sources")),
            ("accounts", _("People")),
            ("gate", _("What left the house")),
        ],
    )
    who = forms.ChoiceField(label=_("By"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("day", "From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("To, included"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, members: Iterable[Membership], **options: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **options)
        people = [(str(one.user.pk), one.user.name or one.user.email) for one in members]
        self.fields["who"].choices = [("", _("Everybody")), (TOCSIN, "Tocsin"), *people]  # type: ignore[attr-defined]  # a ChoiceField


class ProfileForm(forms.Form):
    """What one changes about oneself."""

    name = forms.CharField(label=_("Your name"), max_length=LONGEST_NAME)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    alert_mail = forms.BooleanField(label=_("Send me the alerts by e-mail"), required=False)
