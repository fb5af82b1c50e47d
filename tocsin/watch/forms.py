"""Forms about watches and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tocsin.ui.widgets import Choices
from tocsin.watch import vocabulary
from tocsin.watch.models import Brand, Watch, WatchKind
from tocsin.watch.profiles import profile_of

if TYPE_CHECKING:
    _WatchModelForm = forms.ModelForm[Watch]
    _BrandModelForm = forms.ModelForm[Brand]
else:  # generic for the type checker only
    _WatchModelForm = _BrandModelForm = forms.ModelForm

ANY = _("Any")
LEAST_KEY, GREATEST_KEY = -(2**63), 2**63 - 1  # what the river's keys can be


ACCOUNT_NETWORKS = (
    "bluesky", "facebook", "instagram", "linkedin", "mastodon", "reddit", "tiktok",
    "trustpilot", "x", "youtube",
)  # fmt: skip


def _any(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", ANY), *pairs]


class ExploreForm(forms.Form):
    """What the explorer looks for; an empty field is no filter."""

    q = forms.CharField(required=False, max_length=400, label=_("Words"))
    watch = forms.ChoiceField(required=False, label=_("Brand or watch"))
    sentiment = forms.ChoiceField(
        required=False,
        label=_("Sentiment"),
        widget=Choices,
        choices=_any(
            [(name, vocabulary.SENTIMENT_WORDS[value]) for name, value in vocabulary.SENTIMENT_NAMES.items()]
        ),
    )
    topic = forms.ChoiceField(
        required=False, label=_("Topic"), widget=Choices, choices=_any(list(vocabulary.TOPIC_WORDS.items()))
    )
    emotion = forms.ChoiceField(
        required=False,
        label=_("Emotion"),
        widget=Choices,
        choices=_any(list(vocabulary.EMOTION_WORDS.items())),
    )
    network = forms.CharField(required=False, max_length=40, label=_("Network"))
    lang = forms.CharField(required=False, max_length=8, label=_("Language"))
    author = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=LEAST_KEY, max_value=GREATEST_KEY
    )
    narrative = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=LEAST_KEY, max_value=GREATEST_KEY
    )

    def __init__(
        self, data: QueryDict, *, watches: Sequence[Watch], networks: list[str], langs: list[str]
    ) -> None:
        super().__init__(data)
        choices: list[tuple[str, Any]] = [("", _("All brands"))]
        for brand in {watch.brand_id: watch.brand for watch in watches}.values():
            mine = [(str(watch.pk), watch.name) for watch in watches if watch.brand_id == brand.pk]
            choices.append(
                (
                    brand.name,
                    [(f"brand-{brand.slug}", _("%(brand)s, all watches") % {"brand": brand.name}), *mine],
                )
            )
        self.fields["watch"] = forms.ChoiceField(
            required=False, label=_("Brand or watch"), widget=Choices, choices=choices
        )
        self._offer("network", [(name, vocabulary.network_name(name)) for name in networks])
        self._offer("lang", [(code, vocabulary.language_name(code)) for code in langs])

    def _offer(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        self.fields[name].widget = Choices(choices=_any(sorted(pairs, key=lambda pair: str(pair[1]))))


class WatchForm(_WatchModelForm):
    """A watch: what it looks for, where, and how many false alarms are tolerated."""

    languages = forms.MultipleChoiceField(
        required=False,
        label=_("Only in these languages"),
        choices=[
            (code, vocabulary.LANGUAGE_NAMES[code])
            for code in ("fr", "en", "de", "es", "it", "nl", "pt", "ar")
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.MultipleChoiceField(
        required=False,
        label=_("Only on these networks"),
        choices=[
            (code, vocabulary.NETWORK_NAMES[code])
            for code in ("bluesky", "facebook", "instagram", "mastodon", "press", "reddit", "x", "youtube")
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Watch
        fields = ("name", "kind", "query", "languages", "networks", "false_alarms_a_month")
        labels = {"kind": _("What it watches"), "false_alarms_a_month": _("False alarms tolerated a month")}
        widgets = {
            "query": forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "off"}),
            "kind": forms.Select(choices=WatchKind.choices),
            "false_alarms_a_month": forms.NumberInput(attrs={"min": "0.1", "max": "60", "step": "0.1"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **options)
        tolerated = self.initial.get("false_alarms_a_month", Watch().false_alarms_a_month)
        self.initial["false_alarms_a_month"] = f"{float(tolerated):g}"  # 2, not 2.0


class AccountForm(forms.Form):
    """An account that is the brand's own: what it publishes is its own voice, never a mention.

    The address of the account's page tells network and handle; a handle alone needs its network.
    """

    network = forms.ChoiceField(
        required=False,
        label=_("Network"),
        choices=[
            ("", _("As the address says")),
            *((code, vocabulary.NETWORK_NAMES[code]) for code in ACCOUNT_NETWORKS),
        ],
    )
    handle = forms.CharField(label=_("Handle, or address of its page"), max_length=300)

    def clean(self) -> dict[str, Any]:
        """Read what was pasted."""
        given = super().clean() or self.cleaned_data
        profile = profile_of(given.get("handle", ""))
        network = given.get("network") or profile.network
        if "handle" in given and "network" in given and not network:
            self.add_error("network", _("Say on which network this account is."))
        return {"handle": profile.handle, "network": network}


class BrandForm(_BrandModelForm):
    """A brand's name."""

    class Meta:
        model = Brand
        fields = ("name",)
        labels = {"name": _("Name of the brand")}
