"""What people fill in about contacts, how they are reached and the roles they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.accounts import selectors as accounts
from tocsin.accounts import zones
from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.plan import people
from tocsin.plan.hours import DAYS
from tocsin.plan.models import Contact, Means, Side
from tocsin.plan.regions import REGIONS, region_of
from tocsin.ui.widgets import Choices
from tocsin.watch.vocabulary import LANGUAGE_NAMES

LANGUAGES: Final = ("fr", "en", "de", "es", "it", "nl", "pt", "ar")
SPANS: Final = (1, 2)
"""Spans of hours that the form shows; those beyond, from elsewhere, stay as they are."""

LARGEST: Final = 2_000_000
_NAMES: Final = ("name", "function", "company", "side", "user", "languages", "time_zone", "note")


class ContactForm(forms.Form):
    """Who somebody is, when they can be called, and who is called after them."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Say what the person, or the service, is called.")},
    )
    function = forms.CharField(
        label=_("Function"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    company = forms.CharField(
        label=_("Company or authority"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    side = forms.ChoiceField(
        label=_("Side"),
        choices=[(Side.INSIDE, _("in the company")), (Side.OUTSIDE, _("outside the company"))],
        initial=Side.INSIDE,
        widget=forms.RadioSelect,
    )
    user = forms.ChoiceField(
        label=_("Member of Tocsin"),
        required=False,
        help_text=_("When the person signs in here: what concerns them can then be shown to them."),
    )
    deputy = forms.ChoiceField(
        label=_("Deputy"), required=False, help_text=_("Who is called when this person does not answer.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"),
        required=False,
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("What is to be known before calling. Every member of the organisation reads it."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organisation: Organisation,
        contact: Contact | None = None,
    ) -> None:
        super().__init__(data, initial=_known(contact))
        self.contact = contact
        self._members = {str(one.user_id): one.user for one in accounts.members(organisation)}
        if contact is not None and contact.user is not None:
            self._members.setdefault(str(contact.user_id), contact.user)
        others = Contact.objects.exclude(pk=contact.pk) if contact else Contact.objects.all()
        self._others = {str(one.pk): one for one in others}
        self._offer("user", [(key, str(user)) for key, user in self._members.items()])
        self._offer("deputy", [(key, _named(one)) for key, one in self._others.items()])
        own = _("As the organisation (%(zone)s)") % {"zone": organisation.time_zone}
        self._offer_all(
            "time_zone",
            [("", own), *zones.choices(contact.time_zone if contact and contact.time_zone else "UTC")],
        )
        for number in SPANS:
            self._add_span(number)

    def spans(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return the fields of each span of hours: its days, from, until."""
        return [(self[f"days_{number}"], self[f"from_{number}"], self[f"until_{number}"]) for number in SPANS]

    @property
    def has_hours(self) -> bool:
        """Return whether hours are given, or refused: then they are shown."""
        return any(part.errors or part.value() for span in self.spans() for part in span)

    def clean_user(self) -> User | None:
        """Refuse a member who is another contact already."""
        user = self._members.get(self.cleaned_data["user"])
        taken = Contact.objects.filter(user=user) if user else Contact.objects.none()
        if self.contact is not None:
            taken = taken.exclude(pk=self.contact.pk)
        other = taken.first()
        if other is not None:
            raise forms.ValidationError(
                gettext("%(user)s is the contact %(name)s already.") % {"user": user, "name": other.name}
            )
        return user

    def clean_deputy(self) -> Contact | None:
        """Refuse a deputy whose own deputies lead back here."""
        deputy = self._others.get(self.cleaned_data["deputy"])
        if deputy is not None and self.contact is not None:
            try:
                people.require_no_circle(self.contact, deputy)
            except people.Circular as refused:
                raise forms.ValidationError(str(refused)) from refused
        return deputy

    def clean(self) -> dict[str, Any]:
        """Put the spans of hours together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        hours = [span for number in SPANS if (span := self._span(data, number)) is not None]
        kept = list(self.contact.hours[len(SPANS) :]) if self.contact is not None else []
        return {**data, "hours": [*hours, *kept]}

    def fields_of_contact(self) -> dict[str, Any]:
        """Return what is known of the contact, without the deputy."""
        return {name: self.cleaned_data[name] for name in (*_NAMES, "hours")}

    def _span(self, data: dict[str, Any], number: int) -> dict[str, Any] | None:
        days = [int(day) for day in data.get(f"days_{number}") or ()]
        begins, ends = data.get(f"from_{number}"), data.get(f"until_{number}")
        if not days and begins is None and ends is None:
            return None
        if not days:
            self.add_error(f"days_{number}", gettext("Say on which days."))
        elif begins is None or ends is None or begins == ends:
            self.add_error(f"until_{number}", gettext("Say from when until when, such as 09:00 to 18:00."))
        return {"days": days, "from": _hour(begins), "until": _hour(ends)}

    def _add_span(self, number: int) -> None:
        self.fields[f"days_{number}"] = forms.MultipleChoiceField(
            label=_("Days") if number == 1 else _("Other days"),
            required=False,
            choices=DAYS,
            widget=forms.CheckboxSelectMultiple,
        )
        for name, label in (
            ("from", pgettext_lazy("hour", "From")),
            ("until", pgettext_lazy("hour", "Until")),
        ):
            self.fields[f"{name}_{number}"] = forms.TimeField(
                label=label, required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
            )

    def _offer(self, name: str, pairs: Sequence[tuple[str, str]]) -> None:
        self._offer_all(name, [("", pgettext_lazy("choice", "None")), *pairs])

    def _offer_all(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].widget = Choices()
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class LineForm(forms.Form):
    """A way to reach somebody, checked as its kind."""

    means = forms.ChoiceField(label=_("Means"), choices=Means.choices, initial=Means.VOICE)
    address = forms.CharField(
        label=_("Number or address"),
        max_length=people.LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": _("Write the number or the address.")},
    )
    region = forms.ChoiceField(
        label=_("Country of the number"),
        required=False,
        choices=list(REGIONS.items()),
        help_text=_("For numbers written without +."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organisation: Organisation,
        contact: Contact | None = None,
    ) -> None:
        region = region_of(contact.time_zone if contact else "", organisation.time_zone)
        super().__init__(data, initial={"region": region})
        self._region = region
        self.fields["means"].choices = [(means.value, capfirst(means.label)) for means in Means]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Refuse what nobody can be reached at, saying what would be right."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["region"] = data.get("region") or self._region
        if "means" in data and "address" in data:
            try:
                people.address_of(data["means"], data["address"], data["region"])
            except TocsinError as refused:
                self.add_error("address", str(refused))
        return data


class FirstLinesForm(forms.Form):
    """The phone number and the address that a new contact begins with."""

    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=people.LONGEST,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "dir": "ltr"}),
    )
    sms = forms.BooleanField(label=_("This number takes text messages too"), required=False)
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=people.LONGEST,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off", "dir": "ltr"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, region: str) -> None:
        super().__init__(data)
        self.region = region

    def clean_phone(self) -> str:
        """Refuse what is no number."""
        return self._checked(Means.VOICE, "phone")

    def clean_sms(self) -> bool:
        """Refuse text messages to a landline."""
        wanted: bool = self.cleaned_data["sms"]
        if wanted and self.cleaned_data.get("phone"):
            self._checked(Means.SMS, "phone")
        return wanted

    def clean_email(self) -> str:
        """Refuse what is no address."""
        return self._checked(Means.EMAIL, "email")

    def lines(self) -> list[tuple[str, str]]:
        """Return means and address of each line that is given."""
        phone, email = self.cleaned_data["phone"], self.cleaned_data["email"]
        text = phone if self.cleaned_data["sms"] else ""
        given = ((Means.VOICE, phone), (Means.SMS, text), (Means.EMAIL, email))
        return [(str(means), address) for means, address in given if address]

    def _checked(self, means: Means, name: str) -> str:
        given: str = self.cleaned_data[name]
        if not given:
            return ""
        try:
            return people.address_of(means, given, self.region)
        except TocsinError as refused:
            raise forms.ValidationError(str(refused)) from refused


class ContactFileForm(forms.Form):
    """A file of contacts, and the country of its numbers."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or another table, of 2 MB at most."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    region = forms.ChoiceField(
        label=_("Country of the numbers"),
        choices=list(REGIONS.items()),
        help_text=_("For numbers written without +."),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's own upload
        """Refuse what is too large for a list of contacts."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(
                gettext("The file is larger than 2 MB. Keep the columns of the contacts only.")
            )
        return upload


def _known(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {}
    known: dict[str, Any] = {name: getattr(contact, name) for name in _NAMES if name != "user"}
    known |= {"user": contact.user_id or "", "deputy": contact.deputy_id or ""}
    for number, span in zip(SPANS, contact.hours, strict=False):
        known[f"days_{number}"] = span.get("days", [])
        known[f"from_{number}"], known[f"until_{number}"] = span.get("from", ""), span.get("until", "")
    return known


def _named(contact: Contact) -> str:
    about = contact.function or contact.company
    return f"{contact.name} · {about}" if about else contact.name


def _hour(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""
