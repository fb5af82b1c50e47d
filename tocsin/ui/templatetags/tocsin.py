"""What every template may use: icons, levels, numbers, times, small drawings."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.ui import assets, drawing, nodes, words
from tocsin.ui.standing import Standing, level_word
from tocsin.watch.vocabulary import network_name

register = template.Library()
ANSWERED_WITHIN = 5  # seconds: a clock that differs by less is that of the house
register.tag("url", nodes.url)
register.tag("translate", nodes.translate)


@register.simple_tag
def entry_styles(source: str) -> SafeString:
    """Link the style sheets of a built script."""
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((address,) for address in assets.styles(source))
    )


@register.simple_tag
def entry_script(source: str) -> SafeString:
    """Load a built script."""
    return format_html('<script type="module" src="{}"></script>', assets.url(source))


@register.simple_tag
def built_icons() -> str:
    """Return the address of the icons, for scripts that draw some."""
    return assets.url("icons.svg")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon; the words beside it carry the meaning."""
    return _icon(assets.url("icons.svg"), name, size)


@lru_cache(maxsize=256)
def _icon(address: str, name: str, size: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        address,
        name,
    )


@register.simple_tag
def level(value: str, style: str = "") -> SafeString:
    """Show a vigilance level: its shape, its word and its colour together."""
    return format_html(
        '<span class="level{}" data-level="{}">{}{}</span>',
        f" level--{style}" if style else "",
        value,
        icon(f"level-{value}"),
        level_word(value),
    )


@register.simple_tag
def standing(one: Standing, style: str = "") -> SafeString:
    """Show how a brand stands: its level, or that nothing is watched, and what is not watched beside it."""
    shown = format_html(
        '<span class="level{}" data-level="{}">{}<span>{}</span></span>',
        f" level--{style}" if style else "",
        one.shape,
        icon(f"level-{one.shape}"),
        one.word,
    )
    if not one.note:
        return shown
    return format_html(
        '{} <span class="tag tag--partial">{}{}</span>', shown, icon("unplug", "small"), one.note
    )


@register.filter
def standing_in(brand: Any, shell: Any) -> Any:  # noqa: ANN401 - models know nothing of templates, nor they of models
    """Return how a brand stands, as the shell of the page knows it."""
    return shell.standing_of(brand)


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """Write a number as people of the active language do."""
    return words.number(value, decimals)


@register.filter
def times(value: float) -> str:
    """Write how many times as much: ``2,4``, and ``24`` where a tenth says nothing."""
    return words.number(value, 1 if value < 10 else 0)


@register.filter
def day(value: date | str | None) -> str:
    """Write a day in full, also when it comes as an address writes it (``2015-02-23``)."""
    return words.day(date.fromisoformat(value) if isinstance(value, str) else value) if value else "–"


@register.simple_tag
def percent(part: float | None, whole: float | None) -> str:
    """Write a share."""
    return words.percent(part, whole)


@register.filter
def network(name: str) -> str:
    """Write a network's name as people know it."""
    return network_name(name)


@register.filter
def ago(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """Say how long ago something was, with the exact time on hover.

    Parameters
    ----------
    now
        The present of the organisation, where it may not be that of the house.
    """
    return _("never") if moment is None else _told(moment, now, words.ago(moment, now), "data-ago")


@register.filter
def until(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """Say in how long something is to be, counted down while the page stays open."""
    return "–" if moment is None else _told(moment, now, words.until(moment, now), "data-until")


def _told(moment: datetime, now: datetime | None, said: str, kept: str) -> SafeString:
    ahead = round((now - timezone.now()).total_seconds()) if now else 0
    return format_html(
        '<time datetime="{}" title="{}" {}{}>{}</time>',
        moment.isoformat(),
        words.exact(moment),
        kept,
        format_html(' data-ahead="{}"', 1000 * ahead) if abs(ahead) > ANSWERED_WITHIN else "",
        said,
    )


@register.filter
def exact(moment: datetime | None) -> SafeString | str:
    """Write a time in full."""
    if moment is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words.exact(moment))


@register.filter
def clock(moment: datetime | None) -> str:
    """Write the time of day."""
    return words.clock(moment) if moment else "–"


@register.filter
def filesize(count: int) -> str:
    """Write a number of bytes."""
    return words.size(count)


@register.simple_tag
def sparkline(values: Sequence[float], negatives: Sequence[float], label: str) -> SafeString:
    """Draw a day's curve."""
    return drawing.sparkline(values, negatives, label)


@register.simple_tag
def shares(negative: float, neutral: float, positive: float) -> SafeString:
    """Draw the shares of the three sentiments."""
    whole = negative + neutral + positive
    label = _("negative %(negative)s, neutral %(neutral)s, positive %(positive)s") % {
        "negative": words.percent(negative, whole),
        "neutral": words.percent(neutral, whole),
        "positive": words.percent(positive, whole),
    }
    return drawing.bar([("negative", negative), ("neutral", neutral), ("positive", positive)], whole, label)


@register.simple_tag
def bar(part: float, whole: float) -> SafeString:
    """Draw one bar of a ranked list."""
    return drawing.bar([("fill", part)], whole)


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], *names: str) -> SafeString | str:
    """Mark the link of the page that is open."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    if match and (match.view_name in names or match.app_name in names):
        return SafeString('aria-current="page"')
    return ""


@register.inclusion_tag("ui/field.html")
def field(bound: Any, style: str = "") -> dict[str, Any]:  # noqa: ANN401 - a BoundField, generic in stubs
    """Show a form's field with its label, help and problems."""
    return {"field": bound, "style": style}
