"""``tocsin detect`` as a program: CSV in, CSV out, and what it says of bad input."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.cli.detect_command import command
from tocsin.errors import UnusableInput


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, list(arguments), input=stdin)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def a_fortnight(burst_at: int | None) -> str:
    lines = ["timestamp,value"]
    for n in range(14 * 288):
        day, minute = divmod(n * 5, 1440)
        value = 10 + (n * 7919) % 5
        if burst_at is not None and burst_at <= n < burst_at + 6:
            value *= 9
        lines.append(f"2025-03-{day + 1:02} {minute // 60:02}:{minute % 60:02}:00,{value}")
    return "\n".join(lines) + "\n"


def test_a_burst_is_the_only_alarm(tmp_path: Path) -> None:
    file = tmp_path / "mentions.csv"
    file.write_text(a_fortnight(burst_at=3000))
    result = run(str(file))
    assert result.exit_code == 0
    rows = table(result.stdout)
    assert len(rows) == 14 * 288
    assert list(rows[0]) == ["timestamp", "value", "anomaly_score", "alarm"]
    assert [n for n, row in enumerate(rows) if row["alarm"] == "1"] == [3000]
    assert max(rows, key=lambda row: float(row["anomaly_score"]))["timestamp"] == rows[3000]["timestamp"]


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_is_read(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, stdin="timestamp,value\n2025-03-01T00:00:00Z,4\n")
    assert result.stdout == "timestamp,value,anomaly_score,alarm\n2025-03-01T00:00:00Z,4,0.000000,0\n"


def test_bad_rows_are_named_and_left_out() -> None:
    text = (
        "\ufefftimestamp,value\n2025-03-01 00:00,4\nyesterday,5\n2025-03-01 00:05,many\n"
        "2025-03-01 00:10\n\n2025-03-01 00:15,nan\n2025-03-01 00:20,6\n"
    )
    result = run(stdin=text)
    assert result.exit_code == 0
    assert [row["value"] for row in table(result.stdout)] == ["4", "6"]
    *lines, count = result.stderr.splitlines()
    assert count == "<stdin>: 4 rows left out, 2 scored"
    assert [line.split(":")[1] for line in lines] == ["3", "4", "5", "7"]
    assert all(line.endswith("this row is left out") for line in lines)


def test_columns_are_found_by_name_in_any_order_and_zones_are_heeded() -> None:
    result = run(stdin="network,Value,Timestamp\nx,3,2025-03-01T01:00:00+01:00\nx,4,1740787500\n")
    assert [row["value"] for row in table(result.stdout)] == ["3", "4"]


def test_a_bad_time_or_value_says_what_was_expected() -> None:
    result = run(stdin="timestamp,value\n2025-03-01,4\n01/03/2025,5\n2025-03-02,many\n")
    first, second, _ = result.stderr.splitlines()
    assert first == (
        "<stdin>:3: '01/03/2025' is not a time; expected is one like 2025-03-01 14:05:00, "
        "2025-03-01T14:05:00Z, or seconds since 1970; this row is left out"
    )
    assert second == (
        "<stdin>:4: 'many' is not a number; expected is one like 12 or 0.5; this row is left out"
    )


def test_a_row_earlier_than_the_one_before_is_named_and_left_out() -> None:
    result = run(
        stdin="timestamp,value\n2025-03-01,4\n2025-03-03,5\n2025-03-02,6\n2025-03-03,7\n2025-03-04,8\n"
    )
    assert result.exit_code == 0
    assert [row["value"] for row in table(result.stdout)] == ["4", "5", "7", "8"]
    assert result.stderr.splitlines()[0] == (
        "<stdin>:4: 2025-03-02 is earlier than 2025-03-03 in a row before it; this row is left out"
    )


def test_a_file_with_the_newest_row_first_is_refused_in_words() -> None:
    result = run(stdin="timestamp,value\n2025-03-05,4\n2025-03-04,5\n2025-03-03,6\n")
    assert isinstance(result.exception, UnusableInput)
    assert "sort the rows by time" in str(result.exception)


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_columns_may_be_cut_at_other_signs_and_decimals_at_a_comma(sign: str) -> None:
    rows = [("TimeStamp", "Value"), ("2025-03-01", '"3,5"'), ("2025-03-02", "4.5")]
    result = run(stdin="\n".join(sign.join(row) for row in rows))
    assert result.stderr == ""
    assert [float(row["value"].replace(",", ".")) for row in table(result.stdout)] == [3.5, 4.5]


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.touch()
    assert "is empty" in str(run(str(file)).exception)


@pytest.mark.parametrize("text", ["", "when,how many\n1,2\n", "\x00\x01\x02", '{"timestamp": 1}\n'])
def test_what_is_no_such_csv_is_unusable(text: str) -> None:
    result = run(stdin=text)
    assert isinstance(result.exception, UnusableInput)


def test_a_series_without_one_usable_row_is_unusable() -> None:
    result = run(stdin="timestamp,value\nhier,trois\n")
    assert isinstance(result.exception, UnusableInput)
    assert "1 rows left out, 0 scored" in result.stderr


def test_a_missing_file_is_unusable(tmp_path: Path) -> None:
    assert isinstance(run(str(tmp_path / "none.csv")).exception, UnusableInput)


def test_no_tolerance_is_an_unusable_argument() -> None:
    assert run("--false-alarms", "0", stdin="timestamp,value\n").exit_code == 2


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(1, 400), seed=st.integers(1, 1000))
def test_truncating_the_input_never_changes_earlier_rows(cut: int, seed: int) -> None:
    lines = ["timestamp,value"]
    lines += [f"{1_740_787_200 + n * 300 + (n * seed) % 90},{(n * seed) % 37}" for n in range(400)]
    whole = run(stdin="\n".join(lines)).stdout.splitlines()
    part = run(stdin="\n".join(lines[: cut + 1])).stdout.splitlines()
    assert part == whole[: cut + 1]
