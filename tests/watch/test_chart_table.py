"""The table beside a chart says what the chart draws, with addresses that choose each row's span."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from tocsin.watch.charts import Chart, Expected, Series
from tocsin.watch.period import Period
from tocsin.watch.templatetags.chart_table import chart_rows

PARIS = ZoneInfo("Europe/Paris")
MIDNIGHT = datetime(2026, 3, 9, 23, tzinfo=UTC)
DAYS = [int(MIDNIGHT.timestamp()) + 86_400 * day for day in range(3)]


def chart(expected: Expected | None = None) -> Chart:
    span = Period(
        "custom", datetime(2026, 2, 9, 23, tzinfo=UTC), datetime(2026, 3, 12, 23, tzinfo=UTC), PARIS
    )
    layers = [Series("Négatif", "negative", [1200, 0, 3]), Series("<Autres>", "neutral", [1, 0, 0])]
    return Chart(span, DAYS, layers, expected=expected)


def rows(of: Chart, address: str = "") -> list[str]:
    with translation.override("fr"), timezone.override(PARIS):
        return chart_rows(of, address).split("\n")


def test_empty_bars_are_left_out_and_the_newest_comes_first() -> None:
    newest, oldest = rows(chart())
    assert 'data-sort="2026-03-12T00:00:00+01:00"' in newest
    assert 'data-sort="2026-03-10T00:00:00+01:00"' in oldest
    assert oldest.count('<td class="end">') == 3
    assert '<td class="end">1\u202f200</td>' in oldest
    assert '<td class="end">1\u202f201</td>' in oldest
    assert "10 mars 2026" in oldest


def test_each_row_chooses_its_own_span() -> None:
    newest, _oldest = rows(chart(), "?period=30d")
    assert 'href="?period=30d&amp;from=2026-03-12T00%3A00%3A00%2B01%3A00' in newest
    assert 'to=2026-03-13T00%3A00%3A00%2B01%3A00"' in newest
    assert "href" not in rows(chart())[0]


def test_an_address_from_outside_is_never_markup() -> None:
    assert "<script>" not in "".join(rows(chart(), '?q="><script>'))


def test_what_is_usual_stands_beside() -> None:
    band = Expected([0.0, 0.0, 2.0], [1.0, 1.0, 4.0], [3.0, 3.0, 9.0])
    assert rows(chart(band))[0].endswith('<td class="end">2–9</td></tr>')
