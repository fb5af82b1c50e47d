"""What people fill in about evidence, freezes and handovers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.crisis import tools
from tocsin.crisis.handing import LONGEST
from tocsin.crisis.models import Crisis, Tool
from tocsin.gate.models import Hook
from tocsin.ui.words import duration
from tocsin.watch.models import Brand

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of the stubs alone

HOURS = (2, 8, 24, 48, 72, 168)


def _lines(label: _StrPromise, help_text: _StrPromise, rows: int) -> forms.CharField:
    """Return a field in which each line says one thing."""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=4000, widget=widget)


class WhyForm(forms.Form):
    """Why a post is secured."""

    why = forms.CharField(
        label=_("Why it is secured"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class EvidenceFilter(forms.Form):
    """Which pieces are listed."""

    q = forms.CharField(required=False, max_length=200)
    brand = forms.CharField(required=False, max_length=60)
    network = forms.CharField(required=False, max_length=60)
    room = forms.IntegerField(required=False, min_value=1)


class FreezeForm(forms.Form):
    """Until when publications are suspended, why, and who may still publish."""

    hours = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        initial=24,
        help_text=_("It ends by itself; you are told an hour before, and can extend it."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=_("The tools are told it too: write nothing confidential."),
    )
    may_post = _lines(
        _("Who may still publish"), _("One name a line. Everybody else asks them first."), rows=3
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        hours: Any = self.fields["hours"]
        hours.choices = [(n, duration(n * 3600)) for n in HOURS]

    def until(self, now: datetime) -> datetime:
        """Return when the freeze ends."""
        return now + timedelta(hours=int(self.cleaned_data["hours"]))

    def names(self) -> list[str]:
        """Return who may still publish."""
        return str(self.cleaned_data["may_post"]).splitlines()


class ExtendForm(forms.Form):
    """Until when a freeze lasts from now on."""

    until = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("Give a day and a time.")},
    )

    def __init__(self, *args: Any, now_until: datetime | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if now_until is not None:
            self.initial["until"] = timezone.localtime(now_until + timedelta(hours=24))


class ToolForm(forms.Form):
    """A tool that publishes."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Say what the tool is called.")},
    )
    brand: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Brand"), queryset=None, required=False, empty_label=_("every brand")
    )
    hook: forms.ModelChoiceField[Hook] = forms.ModelChoiceField(
        label=_("Webhook"),
        queryset=None,
        required=False,
        empty_label=_("none: stopped by hand"),
        help_text=_("Tocsin calls it when a freeze begins and ends. Without one, a person stops the tool."),
    )
    how = forms.CharField(
        label=_("How to stop it by hand"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Where to click, or whom to call: read by somebody in a hurry."),
    )

    def __init__(self, *args: Any, tool: Tool, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        self._tool = tool
        brands: Any = self.fields["brand"]
        hooks: Any = self.fields["hook"]
        brands.queryset = Brand.objects.filter(organisation=tool.organisation)
        hooks.queryset = tools.hooks(tool.organisation)
        self.initial = {name: getattr(tool, name) for name in ("name", "brand", "hook", "how")}

    def filled(self) -> Tool:
        """Return the tool as it was filled in."""
        for name in ("name", "brand", "hook", "how"):
            setattr(self._tool, name, self.cleaned_data[name])
        return self._tool


class TermsForm(forms.Form):
    """What no freeze stops, and who usually may still publish."""

    beyond = _lines(
        _("What a freeze cannot stop"),
        _("One thing a line. Who freezes reads it at once, and stops these by other means."),
        rows=6,
    )
    may_post = _lines(
        _("Who usually may still publish"),
        _("One name a line; approvers and leads while it is empty."),
        rows=4,
    )


class HandoverForm(forms.Form):
    """The note, who leaves, who is to take over."""

    text = forms.CharField(
        label=_("The note"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "dir": "auto", "data-unsaved": ""}),
        error_messages={"required": _("Write the note: an empty one hands nothing over.")},
    )
    leaving = forms.MultipleChoiceField(
        label=_("Who leaves once it is taken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    taker = forms.ChoiceField(label=_("Who is to take over"), required=False)

    def __init__(self, *args: Any, crisis: Crisis, members: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        leaving: Any = self.fields["leaving"]
        taker: Any = self.fields["taker"]
        on = crisis.watchkeepers.filter(ended_at=None)
        leaving.choices = [(str(one.pk), one.name) for one in on]
        taker.choices = [("", _("anybody of the team")), *members]
