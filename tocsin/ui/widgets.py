"""Fields of forms that are written without a template for each of their hundreds of options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Choices(forms.Select):
    """Django's list of choices, written at once."""

    def _render(
        self, template_name: str, context: dict[str, Any], renderer: BaseRenderer | None = None
    ) -> SafeString:
        widget = context["widget"]
        groups = SafeString("".join(_group(name, options) for name, options, _ in widget["optgroups"]))
        attributes = flatatt({key: value for key, value in widget["attrs"].items() if value is not False})
        return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes, groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    written = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>',
        ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written) if name else written
