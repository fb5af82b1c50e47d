"""What people fill in about a room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Level
from tocsin.crisis import commands, facts, questions, tasks
from tocsin.crisis.models import Fact, FactState
from tocsin.plan import words as plan_words
from tocsin.plan.document.structure import Document
from tocsin.plan.models import Contact
from tocsin.ui.standing import level_word
from tocsin.watch.models import Brand

SOON: list[tuple[str, Any]] = [
    ("15", _("in 15 minutes")),
    ("30", _("in 30 minutes")),
    ("60", _("in 1 hour")),
    ("120", _("in 2 hours")),
    ("240", _("in 4 hours")),
    ("720", _("in 12 hours")),
]
LOCAL = "%Y-%m-%dT%H:%M"


class LocalMoment(forms.DateTimeField):
    """A time as the organisation's clocks show it."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - the field's own
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"], **kwargs)


class OpenForm(forms.Form):
    """A room opened by hand."""

    brand: Any = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), empty_label=None)
    scenario = forms.ChoiceField(label=_("Scenario"), required=False)
    title = forms.CharField(label=_("What happens, in a few words"), max_length=160)
    level = forms.ChoiceField(label=_("Level of the crisis"), widget=forms.RadioSelect)
    severity = forms.ChoiceField(label=_("Severity"), required=False, widget=forms.RadioSelect)
    onset_at = LocalMoment(
        label=_("It began"), help_text=_("Outside, not in the house: when the first post was.")
    )

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - the form's own
        brands: list[Brand],
        document: Document | None,
        scenario: str,
        **kwargs: Any,  # noqa: ANN401 - the form's own
    ) -> None:
        super().__init__(data, **kwargs)
        here = plan_words.here
        self.fields["brand"].queryset = Brand.objects.filter(pk__in=[one.pk for one in brands])  # type: ignore[attr-defined]  # a field of rows
        scenarios = document.scenarios if document is not None else ()
        _choose(
            self,
            "scenario",
            [("", _("none: no plan foresaw it")), *((one.id, here(one.title)) for one in scenarios)],
        )
        _choose(self, "level", [(one, level_word(one)) for one in (Level.YELLOW, Level.ORANGE, Level.RED)])
        found = document.scenario(scenario) if document is not None else None
        severities = found.severities if found is not None else ()
        graded = [(one.id, f"{here(one.title)} · {here(one.changes)}") for one in severities]
        _choose(self, "severity", graded)


class GradeForm(forms.Form):
    """How grave a crisis is."""

    level = forms.ChoiceField(label=_("Level of the crisis"), widget=forms.RadioSelect)
    severity = forms.ChoiceField(label=_("Severity"), required=False, widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, data: Any, severities: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(data, **kwargs)
        _choose(self, "level", [(one, level_word(one)) for one in Level.values])
        _choose(self, "severity", severities)


class UpdateForm(forms.Form):
    """When people hear news next: in some time, or at one."""

    minutes = forms.ChoiceField(
        label=_("The next one"), choices=[*SOON, ("", _("at another time"))], required=False
    )
    at = LocalMoment(label=_("At"), required=False)
    given = forms.BooleanField(label=_("The one that was due has been given"), required=False)

    def moment(self, now: datetime) -> datetime | None:
        """Return the time that was chosen; None for none."""
        minutes = self.cleaned_data.get("minutes")
        if minutes:
            return now + timedelta(minutes=int(minutes))
        return self.cleaned_data.get("at")


class LineForm(forms.Form):
    """One line of the log."""

    line = forms.CharField(max_length=20_000, strip=True)


class AddTaskForm(forms.Form):
    """A task added by hand."""

    words = forms.CharField(
        label=_("What is to be done"),
        max_length=tasks.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner: Any = forms.ModelChoiceField(
        label=_("Owner"), queryset=Contact.objects.none(), required=False, empty_label=_("nobody yet")
    )
    minutes = forms.ChoiceField(label=_("Due"), choices=[("", _("without a time")), *SOON], required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people(organisation)  # type: ignore[attr-defined]  # a field of rows


class GiveForm(forms.Form):
    """Who does a task."""

    owner: Any = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("whoever holds the role"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people(organisation)  # type: ignore[attr-defined]  # a field of rows


class SkipForm(forms.Form):
    """Why a task is left out."""

    reason = forms.CharField(
        label=_("Why it is left out"),
        max_length=tasks.LONGEST_REASON,
        error_messages={"required": _("Say why it is left out: whoever reads the log will ask.")},
    )


class PostponeForm(forms.Form):
    """How long a task may wait, and why."""

    minutes = forms.ChoiceField(label=_("It may wait"), choices=SOON)
    reason = forms.CharField(
        label=_("Why it may wait"),
        max_length=tasks.LONGEST_REASON,
        error_messages={"required": _("Say why it may wait. Nothing was changed.")},
    )


class FactForm(forms.Form):
    """What a fact says, how sure it is, and by whom."""

    text = forms.CharField(
        label=_("Fact"), max_length=facts.LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    state = forms.ChoiceField(
        label=_("How sure it is"),
        choices=FactState.choices,
        widget=forms.RadioSelect,
        initial=FactState.UNCONFIRMED,
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=facts.LONGEST_SOURCE,
        required=False,
        help_text=_("Who says so, or which document. A confirmed fact needs one."),
    )


class JudgeForm(FactForm):
    """The same of a fact that stands already, with what the reader saw."""

    reason = forms.CharField(label=_("What changed"), max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, fact: Fact) -> None:  # noqa: ANN401 - the form's own
        known = {"text": fact.text, "state": fact.state, "source": fact.source, "seen": fact.state}
        super().__init__(data, initial=known)


class AskForm(forms.Form):
    """What people ask."""

    text = forms.CharField(
        label=_("What people ask"), max_length=questions.LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(forms.Form):
    """What people are told."""

    answer = forms.CharField(
        label=_("What they are told"),
        max_length=questions.LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "voice"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class CorrectForm(forms.Form):
    """What is right about a line."""

    text = forms.CharField(
        label=_("What is right"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(forms.Form):
    """How a crisis ended."""

    note = forms.CharField(
        label=_("How it ended"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say how it ended: whoever reads the log later will ask.")},
    )
    reason = forms.CharField(
        label=_("Why it is closed though something is not met"), max_length=1000, required=False
    )
    tell = forms.BooleanField(label=_("Tell everybody who was called or is on"), required=False, initial=True)


class LogForm(forms.Form):
    """Which lines of the log are shown."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    q = forms.CharField(label=_("Words"), required=False, max_length=200)

    def __init__(self, data: Any, kinds: list[tuple[str, str]]) -> None:  # noqa: ANN401 - the form's own
        super().__init__(data)
        _choose(self, "kind", [("", _("everything")), *kinds])


def people(organisation: Organisation) -> Any:  # noqa: ANN401 - rows, generic in stubs
    """Return who can be given a task."""
    return Contact.objects.filter(organisation=organisation).order_by("name")


def local(moment: datetime, organisation: Organisation) -> str:
    """Return a time as a field of times takes it."""
    return moment.astimezone(ZoneInfo(organisation.time_zone)).strftime(LOCAL)


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices


COMMANDS = commands.COMMANDS
