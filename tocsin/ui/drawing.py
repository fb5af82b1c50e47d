"""Small drawings made on the server: a curve of a day, a bar of shares."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 240, 40


def sparkline(values: Sequence[float], negatives: Sequence[float], label: str) -> SafeString:
    """Draw a curve of all mentions over the area of the negative ones, on one scale."""
    top = max(max(values, default=0), 4)
    line = _points(values, top)
    area = f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}"
    below = f"0,{HEIGHT} {_points(negatives, top)} {WIDTH},{HEIGHT}"
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polygon class="sparkline__area" points="{}"/><polygon class="sparkline__negative" points="{}"/>'
        '<polyline class="sparkline__line" points="{}"/></svg>',
        WIDTH, HEIGHT, label, area, below, line,
    )  # fmt: skip


def _points(values: Sequence[float], top: float) -> str:
    if not values:
        return f"0,{HEIGHT} {WIDTH},{HEIGHT}"
    step = WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - value / top * (HEIGHT - 2):.1f}" for place, value in enumerate(values)
    )


def bar(parts: Sequence[tuple[str, float]], whole: float, label: str = "") -> SafeString:
    """Draw shares side by side; each part is the name of its style and its amount."""
    shapes = SafeString()
    left = 0.0
    for name, amount in parts:
        width = 100 * amount / whole if whole else 0
        shapes += format_html(
            '<rect class="{}" x="{}" width="{}" height="8"/>', f"bar__{name}", f"{left:.2f}", f"{width:.2f}"
        )
        left += width
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" {}>{}</svg>', meaning, shapes
    )
