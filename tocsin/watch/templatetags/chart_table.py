"""The table beside a chart, written row by row here: a template would take ten times as long for a year."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tocsin.ui import words
from tocsin.watch.charts import Chart

register = template.Library()
Number = Callable[[float | None], str]


@register.simple_tag
def chart_rows(chart: Chart, address: str = "") -> SafeString:
    """Write a chart's rows, newest first.

    Parameters
    ----------
    address
        The page's own, to which each row adds its span as a selection; none for rows without links.
    """
    number = lru_cache(maxsize=None)(words.number)
    row = '<tr><th scope="row" data-sort="{}">{}</th>{}</tr>'
    return format_html_join("\n", row, (_parts(chart, one, address, number) for one in chart.rows()))


def _parts(
    chart: Chart, row: dict[str, Any], address: str, number: Number
) -> tuple[str, SafeString, SafeString]:
    start, end = (timezone.localtime(row[name]).isoformat() for name in ("start", "end"))
    moment = row["start"]
    beginning = format_html('<time datetime="{}">{}</time>', moment.isoformat(), words.exact(moment))
    if address:
        span = f"from={quote(start)}&to={quote(end)}"
        beginning = format_html('<a href="{}&amp;{}">{}</a>', address, span, beginning)
    cells = ((cell,) for cell in _cells(chart, row, number))
    return start, beginning, format_html_join("", '<td class="end">{}</td>', cells)


def _cells(chart: Chart, row: dict[str, Any], number: Number) -> list[str]:
    cells = [number(value) for value in (*row["values"], row["total"])]
    if chart.expected:
        cells.append(f"{number(row['low'])}–{number(row['high'])}")
    return cells
