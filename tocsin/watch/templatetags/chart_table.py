"""The table beside a chart, written row by row here: a template would take ten times as long for a year."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from tocsin.ui import words
from tocsin.watch.charts import Chart

register = template.Library()


@register.simple_tag
def chart_rows(chart: Chart, address: str = "") -> SafeString:
    """Write a chart's rows, newest first.

    Parameters
    ----------
    address
        The page's own, to which each row adds its span as a selection; none for rows without links.
    """
    zone, page = timezone.get_current_timezone(), escape(address)
    return SafeString("\n".join(_row(chart, one, page, zone) for one in chart.rows()))


def _row(chart: Chart, row: dict[str, Any], page: str, zone: tzinfo) -> str:
    """Write one row; only the page's address is of outside, and it comes escaped."""
    moment = row["start"]
    start, span = _span(moment, row["end"], zone)
    beginning = f'<time datetime="{moment.isoformat()}">{escape(words.exact(moment))}</time>'
    if page:
        beginning = f'<a href="{page}&amp;{span}">{beginning}</a>'
    cells = "".join([f'<td class="end">{cell}</td>' for cell in _cells(chart, row)])
    return f'<tr><th scope="row" data-sort="{start}">{beginning}</th>{cells}</tr>'


@lru_cache(maxsize=4096)
def _span(start: datetime, end: datetime, zone: tzinfo) -> tuple[str, str]:
    """Return when a bar begins, and its span as a selection."""
    first, last = (moment.astimezone(zone).isoformat() for moment in (start, end))
    return first, f"from={quote(first)}&amp;to={quote(last)}"


def _cells(chart: Chart, row: dict[str, Any]) -> list[str]:
    cells = [words.number(value) for value in (*row["values"], row["total"])]
    if chart.expected:
        cells.append(f"{words.number(row['low'])}–{words.number(row['high'])}")
    return cells
