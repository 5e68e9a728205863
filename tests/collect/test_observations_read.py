from __future__ import annotations

import polars as pl
import pytest

from mezon.collect.observations import read_observations
from mezon.design.rulebook import read_rulebook
from mezon.model.indicator import Indicator
from mezon.model.observations import ORIGIN, RELEASE_SCHEMA, WORKING_SCHEMA
from mezon.model.pack import Definitions
from mezon.model.text import Text

RULEBOOK = read_rulebook(None)
DEFINITIONS = Definitions(
    id="x",
    version="1",
    title=Text(en="x"),
    default_source="FORM",
    indicators={"A": Indicator(code="A", name=Text(en="A"), unit="USD_MN")},
)


def read(tmp_path, text):
    (tmp_path / "observations.csv").write_text(text, encoding="utf-8")
    return read_observations(tmp_path, DEFINITIONS, rulebook=RULEBOOK)


def test_empty_cells_mean_what_the_contract_says(tmp_path):
    frame, findings = read(tmp_path, "indicator,unit,period,value\nA,U,2020,1.5\n")
    assert findings == []
    assert dict(frame.schema) == WORKING_SCHEMA
    row = frame.row(0, named=True)
    assert (row["source"], row["unit_of_measure"], row["value"], row["row"]) == ("FORM", "USD_MN", 1.5, 2)
    assert [row[name] for name in ("variant", "price_basis", "status", "confidentiality", "qualifier")] == [
        "FACT", "NOMINAL", "A", "F", "=",
    ]  # fmt: skip
    assert (row["published"], row["note"], row["low"]) == ("", "", None)


def test_what_is_said_is_not_overwritten(tmp_path):
    text = "indicator,unit,period,value,unit_of_measure,source,status,variant\nA,U,2020,,UZS_BN,PAPER,O,PLAN\n"
    row = read(tmp_path, text)[0].row(0, named=True)
    assert [row[name] for name in ("unit_of_measure", "source", "status", "variant", "value")] == [
        "UZS_BN", "PAPER", "O", "PLAN", None,
    ]  # fmt: skip


def test_half_years_have_one_spelling(tmp_path):
    frame, _ = read(tmp_path, "indicator,unit,period,value\nA,U,2020-H1,1\nA,U,2020-S2,1\n")
    assert frame["period"].to_list() == ["2020-S1", "2020-S2"]


def test_reading_reports_every_fault_at_its_cell(tmp_path):
    frame, findings = read(tmp_path, 'indicator,unit,period,value\nA,U,2 024,1\nA,U,2020,"1,5"\nA,,2020,n/a\n')
    places = {(finding.row, finding.column) for finding in findings}
    assert places == {(2, "period"), (3, "value"), (4, "unit"), (4, "value")}
    assert frame["value"].to_list() == [1.0, None, None]


def test_a_pack_without_observations_says_so(tmp_path):
    frame, findings = read_observations(tmp_path, DEFINITIONS, rulebook=RULEBOOK)
    assert frame.is_empty()
    assert [finding.code for finding in findings] == ["file-missing"]


def test_a_release_is_read_from_its_parquet_with_the_origin_of_every_row(tmp_path):
    texts = {name: ["x"] for name, dtype in RELEASE_SCHEMA.items() if dtype == pl.String()}
    numbers = {name: [1.0] for name, dtype in RELEASE_SCHEMA.items() if dtype == pl.Float64()}
    pl.DataFrame({**texts, **numbers}).select(list(RELEASE_SCHEMA)).write_parquet(tmp_path / "observations.parquet")
    frame, findings = read_observations(tmp_path, DEFINITIONS, rulebook=RULEBOOK)
    assert findings == []
    assert dict(frame.schema) == {**WORKING_SCHEMA, **ORIGIN}
    assert frame["row"].to_list() == [2]


@pytest.mark.parametrize("header", ["indicator;unit;period;value", "\ufeffindicator,unit,period,value"])
def test_files_as_spreadsheets_write_them_are_read_with_a_finding(tmp_path, header):
    line = header.replace("indicator", "A").replace("unit", "U").replace("period", "2020").replace("value", "1")
    frame, findings = read(tmp_path, f"{header}\n{line.lstrip(chr(0xFEFF))}\n")
    assert frame.select("indicator", "value").rows() == [("A", 1.0)]
    assert len(findings) == 1
