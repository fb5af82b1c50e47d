"""Forms about sources and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tocsin.listen.models import SourceKind
from tocsin.watch.models import Brand, Watch

EVERY = [
    (5, _("5 minutes")),
    (10, _("10 minutes")),
    (30, _("30 minutes")),
    (60, _("hour")),
    (360, _("6 hours")),
]
FIELDS: dict[str, Any] = {
    "text": _("Text"),
    "title": _("Title"),
    "date": _("Date"),
    "time": _("Time"),
    "id": _("Identifier"),
    "url": _("Address"),
    "network": _("Network"),
    "author_name": _("Author"),
    "author_handle": _("Author’s handle"),
    "followers": _("Followers"),
    "lang": _("Language"),
    "likes": _("Likes"),
    "reposts": _("Shares"),
    "replies": _("Replies"),
    "views": _("Views"),
    "rating": _("Stars"),
}


HELP: dict[str, Any] = {
    "text": _("What people wrote."),
    "date": _("Without one, the time of the import."),
    "author_name": _("Without one, voices cannot be told apart."),
    "author_handle": _("The name that stands after the @."),
    "id": _("Without one, Tocsin makes one from author, date and text."),
}


class FetchedForm(forms.Form):
    """A feed or a sitemap."""

    address = forms.URLField(
        label=_("Address"),
        max_length=2000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("How your team calls it.")
    )
    every_minutes = forms.TypedChoiceField(label=_("Fetched every"), choices=EVERY, coerce=int, initial=10)
    owned_by: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Everything it brings is about"),
        queryset=Brand.objects.none(),
        required=False,
        empty_label=_("No brand: the watches choose"),
        help_text=_("Choose a brand for its own page, reviews or forum, where people seldom write its name."),
    )
    article_text = forms.BooleanField(label=_("Fetch the whole text of the articles"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["owned_by"].queryset = Brand.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        if kind != SourceKind.FEED:
            del self.fields["article_text"]

    def as_source(self) -> dict[str, Any]:
        """Return what `actions.create_source` takes."""
        data = dict(self.cleaned_data)
        brand = data.pop("owned_by")
        return {**data, "kind": self.kind, "brand": brand, "owned": brand is not None}


class ApiForm(forms.Form):
    """A source that other programs write to."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("The tool that will send the posts."))
    network = forms.SlugField(
        label=_("Network of the posts that name none"),
        max_length=40,
        required=False,
        help_text=_(
            "A short word, such as shop or forum. Identifiers begin with it: shop:17. Without one: api."
        ),
    )
    owned_by: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Everything it brings is about"),
        queryset=Brand.objects.none(),
        required=False,
        empty_label=_("No brand: the watches choose"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["owned_by"].queryset = Brand.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField

    def as_source(self) -> dict[str, Any]:
        """Return what `actions.create_source` takes."""
        brand = self.cleaned_data["owned_by"]
        return {
            "kind": SourceKind.API,
            "name": self.cleaned_data["name"],
            "network": self.cleaned_data["network"],
            "brand": brand,
            "owned": brand is not None,
        }


class UploadForm(forms.Form):
    """A file of posts and the brand it is about."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV, Excel (.xlsx) or JSON lines, from any tool; the columns are found by themselves."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx"}),
    )
    brand: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["brand"].queryset = Brand.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's UploadedFile
        """Refuse a file that is larger than the installation takes."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_MB << 20:
            words = _(
                "The file is larger than %(limit)s MB. Import it with the command tocsin import instead."
            )
            raise forms.ValidationError(words % {"limit": settings.UPLOAD_LIMIT_MB})
        return file


class MappingForm(forms.Form):
    """Which column is which field, and what becomes of the rows."""

    whole = forms.BooleanField(
        label=_("Every row is a mention of the brand"),
        required=False,
        help_text=_("Untick it to keep only the rows that the brand’s watches match."),
    )
    network = forms.CharField(label=_("Network of the rows that name none"), max_length=40, required=False)

    def __init__(self, *args: Any, columns: Sequence[str], found: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        # an author known by a handle alone is still the author
        self._author = (
            "author_name" if found.get("author_name") or not found.get("author_handle") else "author_handle"
        )
        named = [(column, column) for column in columns]
        titled = {**found, "text": found.get("text") or found.get("title", "")}
        for name, label in FIELDS.items():
            required = name == "text"
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label,
                choices=[("", _("choose one") if required else _("none")), *named],
                required=required,
                initial=titled.get(name, ""),
                help_text=HELP.get(name, ""),
            )

    def chosen(self) -> dict[str, str]:
        """Return the column of each field, empty where the file has none."""
        return {name: self.cleaned_data.get(f"column_{name}", "") for name in FIELDS}

    def main(self) -> list[forms.BoundField]:
        """Return the fields that matter in every file; the others are folded."""
        return [self[f"column_{name}"] for name in self._main()]

    def others(self) -> list[forms.BoundField]:
        """Return the fields that are folded."""
        return [self[f"column_{name}"] for name in FIELDS if name not in self._main()]

    def _main(self) -> tuple[str, ...]:
        return ("text", "date", self._author, "id")

    def others_found(self) -> int:
        """Return how many of the folded fields have a column."""
        return sum(bool(field.value()) for field in self.others())


def whole_file_watch(brand: Brand) -> Watch | None:
    """Return the watch that receives every row of a file."""
    found: Watch | None = (
        brand.watches.filter(active=True, kind="brand").order_by("pk").first() or brand.watches.first()
    )
    return found
