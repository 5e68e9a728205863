"""What the checks say of a submission: at which cell, hard or soft, and when they keep still."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
import pytest

from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.form import CELLS, Form
from mezon.model.pack import Pack
from mezon.model.period import Period
from mezon.process.checks.of_submission import check_cells
from mezon.production import read_pack

UNIT, PERIOD = "OSTRA_STEEL", "2024"


@lru_cache(maxsize=1)
def pack() -> Pack:
    return read_pack("metallia")


def form() -> Form:
    return pack().definitions.forms["enterprise"]


def before() -> pl.DataFrame:
    return pack().observations.filter((pl.col("unit") == UNIT) & (pl.col("period").str.slice(0, 4) < PERIOD))


@lru_cache(maxsize=1)
def stated() -> pl.DataFrame:
    values = {
        (row["indicator"], row["breakdown"], row["variant"], row["period"]): row["value"]
        for row in pack().observations.filter(pl.col("unit") == UNIT).iter_rows(named=True)
    }
    rows = [
        (*cell.key, place_of(*cell.key), "", values[cell.key], "", "") for cell in form().cells(Period.parse(PERIOD))
    ]
    return pl.DataFrame(rows, schema=CELLS, orient="row")


def place_of(indicator: str, breakdown: str = "", variant: str = "FACT", period: str = PERIOD) -> str:
    return f"Sheet!{indicator}.{breakdown}.{period}"


def with_value(cells: pl.DataFrame, indicator: str, value: float | None, breakdown: str = "") -> pl.DataFrame:
    here = (pl.col("indicator") == indicator) & (pl.col("breakdown") == breakdown)
    return cells.with_columns(pl.when(here).then(pl.lit(value)).otherwise(pl.col("value")).alias("value"))


def value_of(indicator: str) -> float:
    return float(stated().filter(pl.col("indicator") == indicator)["value"][0])


def check(cells: pl.DataFrame, *, peers: pl.DataFrame | None = None) -> tuple[Finding, ...]:
    return check_cells(pack(), cells, form=form(), unit=UNIT, period=PERIOD, before=before(), peers=peers)


def at(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.key) for finding in findings]


def test_what_the_enterprise_stated_has_no_finding() -> None:
    assert check(stated()) == ()
    assert check(stated().clear()) == ()


def test_the_order_of_cells_does_not_change_what_is_found() -> None:
    cells = with_value(stated(), "EMPLOYEES", -5.0)
    turned = check(cells.reverse())
    assert sorted(at(turned)) == sorted(at(check(cells)))


@pytest.mark.parametrize(
    ("indicator", "factor", "code", "severity"),
    [
        ("HOURS_WORKED", -1.0, "cell-outside-range", Severity.ERROR),
        ("EMISSIONS_CO2E", 1000.0, "cell-magnitude", Severity.WARNING),
        ("ASSETS_OPENING", 0.001, "cell-magnitude", Severity.WARNING),
        ("OUTPUT_VALUE", 4.0, "cell-jump", Severity.WARNING),
        ("HOURS_WORKED", 1.6, "cell-history", Severity.WARNING),
    ],
)
def test_a_value_unlike_its_past_is_found_once_at_its_cell(
    indicator: str, factor: float, code: str, severity: Severity
) -> None:
    findings = check(with_value(stated(), indicator, value_of(indicator) * factor))
    assert at(findings) == [(code, place_of(indicator))]
    assert findings[0].severity is severity
    assert findings[0].file == ""
    assert findings[0].row is None


def test_messages_name_lines_and_limits_as_a_person_would() -> None:
    own = stated().filter(pl.col("breakdown") == "SOURCE_OF_FUNDS=OWN")["value"][0]
    cells = with_value(stated(), "HOURS_WORKED", -14.0)
    cells = with_value(cells, "EMISSIONS_CO2E", value_of("EMISSIONS_CO2E") * 1000)
    cells = with_value(cells, "PROJECT_FINANCE_BY_SOURCE", own * 1.4, "SOURCE_OF_FUNDS=OWN")
    told = {each.code: each.message for each in check(cells)}
    assert told["cell-outside-range"].startswith("-14 cannot be: this must be at least 0 (")
    assert "is about a thousand times what stood here before" in told["cell-magnitude"]
    assert set(told) >= {"cell-outside-range", "cell-magnitude", "cell-sum"}
    codes = {item.indicator for item in form().items} | set(pack().definitions.units_of_measure)
    assert not [(code, text) for text in told.values() for code in codes if "_" in code and code in text]


def test_a_rule_of_the_pack_is_held_at_the_first_of_its_terms() -> None:
    cells = with_value(stated(), "RD_SPEND", value_of("INNOV_SPEND") * 1.1)
    assert ("research-above-innovation", place_of("RD_SPEND")) in at(check(cells))


def test_a_pack_that_sets_a_rule_tighter_is_heard(tmp_path: object) -> None:
    from dataclasses import replace

    rulebook = pack().definitions.rulebook
    tight = replace(rulebook.rules["year-on-year"], parameters={"high": 1.0001, "low": 0.0}, severity=Severity.ERROR)
    rules = replace(rulebook, rules={**rulebook.rules, "year-on-year": tight})
    stern = replace(pack(), definitions=replace(pack().definitions, rulebook=rules))
    findings = check_cells(stern, stated(), form=form(), unit=UNIT, period=PERIOD, before=before())
    assert {(each.code, each.severity) for each in findings} == {("cell-jump", Severity.ERROR)}


def test_parts_that_do_not_make_their_whole_are_found_at_the_whole() -> None:
    own = stated().filter(pl.col("breakdown") == "SOURCE_OF_FUNDS=OWN")["value"][0]
    cells = with_value(stated(), "PROJECT_FINANCE_BY_SOURCE", own * 1.4, "SOURCE_OF_FUNDS=OWN")
    assert ("cell-sum", place_of("PROJECT_FINANCE")) in at(check(cells))


def test_a_ratio_outside_its_range_names_its_terms() -> None:
    cells = with_value(stated(), "PROCESSES_AUTOMATED", value_of("PROCESSES") * 1.05)
    worded = [each for each in check(cells) if each.code == "cell-ratio"]
    assert [each.key for each in worded] == [place_of("PROCESSES_AUTOMATED")]
    told = "“Share of automated production processes” would be 105 (per cent), but it must be between 0 and 100"
    assert told in worded[0].message
    assert {each.key for each in check(cells)} == {place_of("PROCESSES_AUTOMATED")}


def test_a_true_zero_below_a_division_line_is_asked_about() -> None:
    codes = dict(at(check(with_value(stated(), "PROCESSES", 0.0))))
    assert codes.get("cell-divides-by-zero") == place_of("PROCESSES")


def test_a_value_beside_a_reason_is_found() -> None:
    cells = stated().with_columns(
        pl.when(pl.col("indicator") == "EMPLOYEES").then(pl.lit("O")).otherwise(pl.lit("")).alias("status")
    )
    assert ("value-beside-absent-status", place_of("EMPLOYEES")) in at(check(cells))


def test_peers_are_compared_by_ratios_and_none_of_their_values_is_shown() -> None:
    peers = pack().observations.filter(pl.col("period") == PERIOD)
    assert "cell-peers" not in {each.code for each in check(stated(), peers=peers)}
    cells = with_value(stated(), "PROCESSES_AUTOMATED", 1.0)
    quiet = check_cells(pack(), cells, form=form(), unit=UNIT, period=PERIOD, peers=peers)
    worded = [each for each in quiet if each.code == "cell-peers"]
    assert [each.key for each in worded] == [place_of("PROCESSES_AUTOMATED")]


def test_a_first_return_without_a_past_is_judged_by_rules_alone() -> None:
    cells = with_value(stated(), "EMISSIONS_CO2E", value_of("EMISSIONS_CO2E") * 1000)
    alone = check_cells(pack(), cells, form=form(), unit=UNIT, period=PERIOD)
    assert alone == ()


def test_each_finding_speaks_three_languages() -> None:
    from dataclasses import replace

    words = set()
    for language in ("en", "ru", "uz"):
        rulebook = replace(pack().definitions.rulebook, language=language)
        spoken = replace(pack(), definitions=replace(pack().definitions, rulebook=rulebook))
        cells = with_value(stated(), "EMPLOYEES", -5.0)
        words |= {each.message for each in check_cells(spoken, cells, form=form(), unit=UNIT, period=PERIOD)}
    assert len(words) >= 3
