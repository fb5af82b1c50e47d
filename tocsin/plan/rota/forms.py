"""What people fill in about who is on call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tocsin import clock
from tocsin.plan.models import Contact, Plan, Shift
from tocsin.plan.rota import actions, calendar_file
from tocsin.ui.widgets import Choices

PLACES: Final = (1, 2, 3, 4, 5, 6, 7, 8)
"""People of a rotation that the form has room for."""

_WHEN: Final = "%Y-%m-%dT%H:%M"
_FARTHEST: Final = timedelta(days=1100)


def roles(titles: Mapping[str, str], *, usual: object = None) -> list[tuple[str, object]]:
    """Return the roles that one can be on call for, the whole team first."""
    return [("", usual or _("the whole team")), *titles.items()]


class _OfPlan(forms.Form):
    """A form about the rota of a plan, which offers its roles and the contacts."""

    role = forms.ChoiceField(label=_("On call for"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        plan: Plan,
        titles: Mapping[str, str],
        initial: Mapping[str, Any] | None = None,
        **others: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), **others)
        self.plan = plan
        self.contacts = {
            str(one.pk): one for one in Contact.objects.filter(organisation=plan.organisation_id)
        }
        self._offer("role", roles(titles))

    def named(self) -> list[tuple[str, str]]:
        """Return every contact, as a list offers them."""
        return [
            (key, f"{one.name} · {one.function}" if one.function else one.name)
            for key, one in self.contacts.items()
        ]

    def require_of_our_time(self, day: date) -> None:
        """Refuse a day that can only be a slip of the pen.

        Raises
        ------
        ValidationError
            When it is years away.
        """
        today = clock.now(self.plan.organisation_id).date()
        if abs(day - today) > _FARTHEST:
            raise forms.ValidationError(gettext("This day is years away: check it."))

    def _offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].widget = Choices()
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class ShiftForm(_OfPlan):
    """Who is on call, for what, from when until when."""

    contact = forms.ChoiceField(label=_("Who"), error_messages={"required": _("Choose who is on call.")})
    begins_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, _WHEN),
        error_messages={"required": _("Say from when."), "invalid": _("Write a day and a time.")},
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, _WHEN),
        error_messages={"required": _("Say until when."), "invalid": _("Write a day and a time.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    field_order = ("contact", "role", "begins_at", "ends_at", "note")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        plan: Plan,
        titles: Mapping[str, str],
        shift: Shift | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        known = {} if shift is None else _known(shift)
        if shift is not None and shift.role and shift.role not in titles:
            titles = {**titles, shift.role: shift.role}
        super().__init__(data, plan=plan, titles=titles, initial={**(initial or {}), **known})
        self._offer("contact", [("", _("Choose a contact")), *self.named()])

    def clean_contact(self) -> Contact:
        """Return the contact that is meant."""
        return self.contacts[self.cleaned_data["contact"]]

    def clean(self) -> dict[str, Any]:
        """Refuse a shift that ends before it begins, lasts too long or is of another age."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = data.get("begins_at"), data.get("ends_at")
        if begins is None or ends is None:
            return data
        try:
            actions.require_possible(begins, ends)
            self.require_of_our_time(ends.date())
        except actions.Impossible as refused:
            self.add_error("ends_at", str(refused))
        except forms.ValidationError as refused:
            self.add_error("ends_at", refused)
        return data


class TurnsForm(_OfPlan):
    """People who take turns, a week each."""

    first = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={
            "required": _("Say on which day the first week begins."),
            "invalid": _("Write a day."),
        },
    )
    at = forms.TimeField(
        label=_("They take over at"),
        initial=time(9),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages={"required": _("Say at what time."), "invalid": _("Write a time, such as 09:00.")},
    )
    weeks = forms.IntegerField(
        label=_("Number of weeks"),
        initial=12,
        min_value=1,
        max_value=actions.MOST_WEEKS,
        error_messages={"required": _("Say for how many weeks.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        plan: Plan,
        titles: Mapping[str, str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, plan=plan, titles=titles, initial=initial)
        for place in PLACES:
            self.fields[f"who_{place}"] = forms.ChoiceField(
                label=_("Week %(number)s") % {"number": place}, required=False
            )
            self._offer(f"who_{place}", [("", _("nobody")), *self.named()])

    def places(self) -> list[forms.BoundField]:
        """Return the fields of the people, in turn."""
        return [self[f"who_{place}"] for place in PLACES]

    @property
    def people(self) -> list[Contact]:
        """Return who takes turns, in order."""
        chosen = (self.cleaned_data.get(f"who_{place}") for place in PLACES)
        return [self.contacts[key] for key in chosen if key]

    def clean_first(self) -> date:
        """Refuse a day of another age."""
        first: date = self.cleaned_data["first"]
        self.require_of_our_time(first)
        return first

    def clean(self) -> dict[str, Any]:
        """Refuse turns that nobody takes."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.people:
            self.add_error("who_1", gettext("Choose who takes the first week."))
        return data


class CalendarForm(_OfPlan):
    """A calendar's file, and what its people are on call for."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("iCalendar, a file that ends in .ics, of 2 MB at most."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    field_order = ("file", "role")

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's own upload
        """Refuse what is too large for a calendar."""
        upload = self.cleaned_data["file"]
        if upload.size > calendar_file.LARGEST:
            raise forms.ValidationError(gettext("The file is larger than 2 MB. Export a shorter period."))
        return upload


def _known(shift: Shift) -> dict[str, Any]:
    names = ("role", "begins_at", "ends_at", "note")
    return {"contact": shift.contact_id, **{name: getattr(shift, name) for name in names}}
