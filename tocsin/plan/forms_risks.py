"""What people fill in about risks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.plan import words
from tocsin.plan.document.structure import Document, Risk, said


class RiskForm(forms.Form):
    """A risk: what could happen, how likely and grave it is, and the scenario that prepares for it."""

    title = forms.CharField(
        label=_("What could happen"), max_length=160, error_messages={"required": _("Say what could happen.")}
    )
    likelihood = forms.TypedChoiceField(label=_("Likelihood"), coerce=int)
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int)
    scenario = forms.ChoiceField(label=_("Scenario"), required=False)

    def __init__(self, *args: Any, document: Document, language: str, **kwargs: Any) -> None:  # noqa: ANN401 - the form's own
        super().__init__(*args, **kwargs)
        self.fields["likelihood"].choices = _grades(words.LIKELIHOOD)  # type: ignore[attr-defined]  # a field of choices
        self.fields["impact"].choices = _grades(words.IMPACT)  # type: ignore[attr-defined]  # a field of choices
        self.fields["scenario"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", _("none yet")),
            *((scenario.id, said(scenario.title, language)) for scenario in document.scenarios),
        ]

    @classmethod
    def of(cls, risk: Risk, document: Document, language: str) -> RiskForm:
        """Return the form on a risk as it is."""
        first = {
            "title": said(risk.title, language),
            "likelihood": risk.likelihood,
            "impact": risk.impact,
            "scenario": risk.scenario,
        }
        return cls(initial=first, document=document, language=language, auto_id=f"{risk.id}-%s")


def _grades(names: tuple[words.Lazy, ...]) -> list[tuple[int, str]]:
    return [(number, f"{number} · {name}") for number, name in enumerate(names, start=1)]
