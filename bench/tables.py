"""Printing what a bench measured: rows of figures as a Markdown table."""

from collections.abc import Mapping, Sequence

Figure = str | int | float | None


def render(rows: Sequence[Mapping[str, Figure]]) -> str:
    """Return rows (all with the keys of the first, in its order) as a Markdown table; numbers right."""
    if not rows:
        return "(nothing measured)"
    names = list(rows[0])
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    numeric = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    rule = ["-" * (w - 1) + ":" if right else "-" * w for w, right in zip(widths, numeric, strict=True)]
    lines = [_line(names, widths, numeric), "| " + " | ".join(rule) + " |"]
    lines += [_line(line, widths, numeric) for line in cells]
    return "\n".join(lines)


def _line(values: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = [
        v.rjust(w) if right else v.ljust(w) for v, w, right in zip(values, widths, numeric, strict=True)
    ]
    return "| " + " | ".join(padded) + " |"


def _cell(value: Figure) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    return value
