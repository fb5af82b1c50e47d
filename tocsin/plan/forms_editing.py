"""What people fill in to change the draft of a plan, a form a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tocsin.plan import words as named
from tocsin.plan.document.duties import DUTIES
from tocsin.plan.document.responsibility import CLUSTERS
from tocsin.plan.document.structure import GRADES, LANGUAGES, LEVELS, Document, Scenario, said
from tocsin.plan.telling import LANGUAGES as LANGUAGE_NAMES
from tocsin.plan.telling import audiences, channels
from tocsin.ui.standing import level_word
from tocsin.watch.vocabulary import TOPIC_WORDS

Beside = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What other languages say: by part, field and language."""

_LONG = 20_000
_LINE = 300


def _line(label: Any, *, longest: int = _LINE, **more: Any) -> forms.CharField:  # noqa: ANN401 - lazy words, Django's own
    return forms.CharField(label=label, max_length=longest, required=False, **more)


def _words(label: Any, rows: int, **more: Any) -> forms.CharField:  # noqa: ANN401 - lazy words, Django's own
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=_LONG, required=False, widget=widget, **more)


class PartForm(forms.Form):
    """A form on words in one language, with what other languages say beside each field."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        document: Document,
        scenario: Scenario | None,
        language: str,
        beside: Beside,
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.scenario, self.language = document, scenario, language
        self.beside = beside.get(self.part_id, {})
        for name, said_by in self.beside.items():
            if name in self.fields:
                self.fields[name].help_text = _help(self.fields[name].help_text, said_by)
        self.choose()

    @property
    def part_id(self) -> str:
        """Return the id of the part that the form is on; empty for a new one, or a whole."""
        return str(self["id"].value() or "") if "id" in self.fields else ""

    def choose(self) -> None:
        """Fill the choices that depend on the plan."""

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]], unknown: Sequence[str] = ()) -> None:
        """Offer choices, and names that the plan already holds though nothing bears them any more."""
        known = {str(value) for value, _label in choices}
        more = [(value, _("%(name)s (not there)") % {"name": value}) for value in unknown]
        self.fields[name].choices = [  # type: ignore[attr-defined]  # fields of choices
            *choices,
            *(pair for pair in more if pair[0] and pair[0] not in known),
        ]

    def _roles(self) -> list[tuple[str, str]]:
        return [(role.id, said(role.title, self.language) or role.id) for role in self.document.roles]


def _help(help_text: Any, said_by: Mapping[str, str]) -> SafeString:  # noqa: ANN401 - lazy words
    shown = SafeString("")
    for code, words in said_by.items():
        shown += format_html(
            '<span class="beside" lang="{}"><b>{}</b> {}</span>', code, LANGUAGE_NAMES.get(code, code), words
        )
    return format_html("{} {}", help_text, shown) if help_text else shown


class RowForm(PartForm):
    """A form on one of many parts: it can be removed, and keeps what the part is called."""

    needs = "words"

    id = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    remove = forms.BooleanField(label=gettext_lazy("Remove when saving"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a part without words, unless it is removed or another language says it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        empty = not cleaned.get(self.needs) and self.needs not in self.errors
        if empty and not cleaned.get("remove") and not self.beside.get(self.needs):
            self.add_error(self.needs, _("Write this, or tick “Remove when saving”."))
        return cleaned


class EssentialsForm(PartForm):
    """A scenario as a whole: what it is, when it is called, who decides and who comes."""

    title = _line(gettext_lazy("Title"), longest=200)
    summary = _words(gettext_lazy("Summary"), 3)
    signs = _words(gettext_lazy("Signs by which it is known"), 5, help_text=gettext_lazy("One a line."))
    level = forms.ChoiceField(label=gettext_lazy("Proposed from the vigilance"), required=False)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("When people speak of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any topic when none is chosen."),
    )
    mentions = forms.IntegerField(
        label=gettext_lazy("Negative mentions an hour"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("At least so many; 0 for any number. A person may always call the scenario."),
    )
    likelihood = forms.ChoiceField(label=gettext_lazy("Likelihood, from 1 to 5"))
    impact = forms.ChoiceField(label=gettext_lazy("Impact, from 1 to 5"))
    responsibility = forms.ChoiceField(label=gettext_lazy("Responsibility of the company"), required=False)
    responsibility_note = _words(gettext_lazy("What this means for the answer"), 4)
    decides = forms.ChoiceField(label=gettext_lazy("Who decides"), required=False)
    calls = forms.MultipleChoiceField(
        label=gettext_lazy("Who is called"), required=False, widget=forms.CheckboxSelectMultiple
    )
    duties = forms.MultipleChoiceField(
        label=gettext_lazy("Legal duties to look at"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def choose(self) -> None:
        """Fill the choices that depend on the plan."""
        scenario = self.scenario or Scenario(id="", title={})
        grades = [(str(grade), str(grade)) for grade in GRADES]
        clusters = [(one.id, said(one.title, self.language)) for one in CLUSTERS.values()]
        duties = [(duty.id, said(duty.title, self.language)) for duty in DUTIES.values()]
        levels = [(level, level_word(level)) for level in LEVELS]
        self._choices("level", [("", _("by a person only")), *levels])
        self._choices("topics", list(TOPIC_WORDS.items()), scenario.criteria.topics)
        self._choices("likelihood", grades)
        self._choices("impact", grades)
        self._choices("responsibility", [("", pgettext("responsibility", "not said")), *clusters])
        self._choices("decides", [("", _("nobody yet")), *self._roles()], [scenario.decides])
        self._choices("calls", self._roles(), scenario.calls)
        self._choices("duties", duties, scenario.duties)

    def clean_title(self) -> str:
        """Refuse a scenario without a title in any language."""
        title = str(self.cleaned_data["title"])
        if not title and not self.beside.get("title"):
            raise forms.ValidationError(_("Give the scenario a title."))
        return title


class LimitsForm(PartForm):
    """What not to say, how it ends, and what had no other place."""

    avoid = _words(gettext_lazy("What not to say"), 7, help_text=gettext_lazy("One a line."))
    ends = _words(gettext_lazy("How it ends: what must be true"), 7, help_text=gettext_lazy("One a line."))
    notes = _words(gettext_lazy("Notes"), 5)


class TaskForm(RowForm):
    """A task of the protocol."""

    words = _words(gettext_lazy("What is done"), 2)
    role = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    delay = forms.IntegerField(label=gettext_lazy("Due after"), min_value=0, max_value=10_000, initial=0)
    unit = forms.ChoiceField(
        label=pgettext_lazy("of time", "Unit"),
        choices=[
            ("min", pgettext_lazy("of a delay", "minutes")),
            ("h", pgettext_lazy("of a delay", "hours")),
            ("d", pgettext_lazy("of a delay", "days")),
        ],
        initial="min",
    )
    condition = _line(
        gettext_lazy("Only if"),
        help_text=gettext_lazy("Such as “the batch is confirmed”; always when empty."),
    )
    checklist = _words(gettext_lazy("Checklist"), 3, help_text=gettext_lazy("One point a line."))
    message = forms.ChoiceField(label=gettext_lazy("Sends the message"), required=False)
    after = forms.MultipleChoiceField(
        label=gettext_lazy("Waits for"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def choose(self) -> None:
        """Fill the choices that depend on the plan."""
        scenario = self.scenario or Scenario(id="", title={})
        task = next((one for one in scenario.protocol if one.id == self.part_id), None)
        others = [
            (one.id, said(one.words, self.language)[:90] or one.id)
            for one in scenario.protocol
            if one.id != self.part_id
        ]
        bank = [(one.id, named.message(one.id)) for one in scenario.messages]
        self._choices("role", [("", _("nobody yet")), *self._roles()], [task.role] if task else [])
        self._choices("message", [("", _("no message")), *bank], [task.message] if task else [])
        self._choices("after", others, task.after if task else ())


class MessageForm(RowForm):
    """A message of the bank."""

    audience = forms.ChoiceField(label=gettext_lazy("For whom"))
    channel = forms.ChoiceField(label=gettext_lazy("By which channel"))
    subject = _line(gettext_lazy("Subject"))
    words = _words(
        pgettext_lazy("of a message", "Text"),
        8,
        help_text=gettext_lazy("What is known on the day stands in double brackets: [[place]], [[time]]."),
    )

    def choose(self) -> None:
        """Fill the choices."""
        self._choices("audience", audiences())
        self._choices("channel", channels())


class FactForm(RowForm):
    """A fact to be established."""

    needs = "name"

    name = _line(gettext_lazy("Name, as slots call it"), longest=80)
    words = _line(gettext_lazy("What it must say"), longest=1000)

    def clean_name(self) -> str:
        """Refuse brackets, which begin and end slots."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if "[" in name or "]" in name:
            raise forms.ValidationError(_("Write the name without brackets."))
        return name


class QuestionForm(RowForm):
    """A question that people will ask."""

    words = _line(gettext_lazy("Question"), longest=500)
    answer = _words(gettext_lazy("What the answer needs"), 4)


class SeverityForm(RowForm):
    """A degree of the scenario."""

    needs = "title"

    title = _line(gettext_lazy("Degree"), longest=200)
    changes = _words(gettext_lazy("How it is known, and what it changes"), 4)


class RoleForm(RowForm):
    """A seat of the crisis team."""

    needs = "title"

    title = _line(gettext_lazy("Role"), longest=120)
    task = _words(gettext_lazy("What it does"), 2)


if TYPE_CHECKING:
    _Forms = forms.BaseFormSet[RowForm]
else:
    # only the stubs know that it is generic
    _Forms = forms.BaseFormSet


class RowSet(_Forms):
    """Many forms of one kind, the last for a new part; names that must differ do."""

    def clean(self) -> None:
        """Refuse two messages for one audience and channel, two facts of one name."""
        seen: set[tuple[str, ...]] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", {})
            name = _unique(form, cleaned)
            if not name or cleaned.get("remove"):
                continue
            if name in seen:
                field = "channel" if isinstance(form, MessageForm) else "name"
                form.add_error(field, _("There is one already. Change this one, or remove one of them."))
            seen.add(name)

    @property
    def empty_rows(self) -> list[RowForm]:
        """Return the forms for new parts."""
        return [form for form in self.forms if not form.part_id]


def _unique(form: RowForm, cleaned: Mapping[str, Any]) -> tuple[str, ...]:
    if isinstance(form, MessageForm) and "audience" in cleaned and "channel" in cleaned:
        return (cleaned["audience"], cleaned["channel"])
    if isinstance(form, FactForm) and cleaned.get("name"):
        return (cleaned["name"].lower(),)
    return ()


MOST_ROWS = 60


def row_set(kind: type[RowForm]) -> type[RowSet]:
    """Return the class of many forms of one kind."""
    made = forms.formset_factory(kind, formset=RowSet, extra=1, max_num=MOST_ROWS, absolute_max=4 * MOST_ROWS)
    return cast("type[RowSet]", made)


class EmptyScenarioForm(forms.Form):
    """A scenario of one's own, begun with its title."""

    title = forms.CharField(
        label=gettext_lazy("Title of the scenario"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the scenario a title.")},
    )


class LanguagesForm(forms.Form):
    """The languages that a plan is written in."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )


class BringForm(forms.Form):
    """A plan, or a scenario of one, from a file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A scenario as Markdown (.md), or several in an archive (.zip)."),
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,.zip"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )
