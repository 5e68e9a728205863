"""COINr's tables become a pack that runs at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import mezon
from mezon import production
from mezon.collect.coinr import import_coinr
from mezon.collect.pack_draft import write_draft
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.pack import Pack
from tests.collect.import_cases import (
    IDATA,
    IDATA_HEADER,
    IMETA,
    IMETA_HEADER,
    RULEBOOK,
    SETTINGS,
    codes,
    coin_tables,
    write_csv,
    write_workbook,
)


@pytest.fixture
def pack(tmp_path) -> Pack:
    draft, findings = import_coinr(*coin_tables(tmp_path), settings=SETTINGS, rulebook=RULEBOOK)
    assert codes(findings) == []
    write_draft(draft, SETTINGS, tmp_path / "pack")
    return mezon.read_pack(tmp_path / "pack")


def changed(rows, row: int, column: int, value: str):
    lines = [list(each) for each in rows]
    lines[row][column] = value
    return lines


def findings_of(tmp_path, **tables):
    draft, findings = import_coinr(*coin_tables(tmp_path, **tables), settings=SETTINGS, rulebook=RULEBOOK)
    return draft, findings


def test_the_pack_has_no_errors(pack):
    assert [each for each in production.check(pack) if each.severity == "error"] == []


def test_levels_weights_directions_denominators_targets_groups_and_time_are_taken_over(pack):
    definitions = pack.definitions
    assert {code: each.direction for code, each in definitions.indicators.items()} == {
        "RD": 1, "DEBT": -1, "SKILL": 1, "GDP": 0,
    }  # fmt: skip
    assert definitions.indicators["RD"].attributes["denominator"] == "GDP"
    assert definitions.indicators["DEBT"].attributes["target"] == 10
    assert definitions.indicators["DEBT"].unit == "PERCENT"
    assert definitions.units["AAA"].groupings["SIZE"] == "S"
    index = definitions.methodologies["index"]
    assert [(node.id, node.parent, node.weight) for node in index.nodes] == [
        ("IDX", None, 1.0), ("MONEY", "IDX", 0.75), ("PEOPLE", "IDX", 0.25),
    ]  # fmt: skip
    assert [(leaf.indicator, leaf.parent, leaf.weight) for leaf in index.leaves] == [
        ("RD", "MONEY", 2.0), ("DEBT", "MONEY", 1.0), ("SKILL", "PEOPLE", 1.0),
    ]  # fmt: skip
    assert sorted(pack.observations["period"].unique()) == ["2022", "2023"]


def test_a_missing_value_is_said_and_not_left_out(pack):
    row = pack.observations.filter(indicator="SKILL", unit="BBB", period="2022")
    assert row.select("value", "status").rows() == [(None, "O")]


def coinr_defaults(*, denominated: bool) -> dict[tuple[str, str], float]:
    """Min-max to 0-100 over the whole panel, weighted arithmetic means of what is there, as COINr documents it."""
    table = np.array([[np.nan if cell == "NA" else float(cell) for cell in row[3:7]] for row in IDATA])
    values = table[:, :3].copy()
    if denominated:
        values[:, 0] /= table[:, 3]
    values *= [1, -1, 1]
    scaled = 100 * (values - np.nanmin(values, axis=0)) / (np.nanmax(values, axis=0) - np.nanmin(values, axis=0))
    money = (2 * scaled[:, 0] + scaled[:, 1]) / 3
    people = scaled[:, 2]
    index = np.where(np.isnan(people), money, 0.75 * money + 0.25 * people)
    return {(row[0], row[2]): value for row, value in zip(IDATA, index, strict=True)}


@pytest.mark.parametrize(("methodology", "denominated"), [("index", True), ("index_undenominated", False)])
def test_scores_are_those_of_coinrs_defaults(pack, methodology, denominated):
    scores = mezon.assess(pack, methodology, draws=0).scores.filter(node="IDX")
    found = {(unit, period): score for unit, period, score in scores.select("unit", "period", "score").rows()}
    assert found == pytest.approx(coinr_defaults(denominated=denominated), abs=1e-9)


def test_a_workbook_with_both_sheets_gives_the_same_pack(tmp_path, pack):
    numbers = [[cell if not str(cell).replace(".", "").lstrip("-").isdigit() else float(cell) for cell in row]
               for row in (IDATA_HEADER, *IDATA)]  # fmt: skip
    book = write_workbook(tmp_path / "coin.xlsx", {"iData": numbers, "iMeta": (IMETA_HEADER, *IMETA)})
    draft, findings = import_coinr(book, None, settings=SETTINGS, rulebook=RULEBOOK)
    assert codes(findings) == []
    assert draft.values == import_coinr(*coin_tables(tmp_path), settings=SETTINGS, rulebook=RULEBOOK)[0].values


def test_the_order_of_rows_makes_no_difference(tmp_path, pack):
    shuffled = (IDATA_HEADER, *reversed(IDATA))
    other, _ = findings_of(tmp_path, idata=shuffled)
    write_draft(other, SETTINGS, tmp_path / "other")
    first, second = (tmp_path / name / "observations.csv" for name in ("pack", "other"))
    assert first.read_bytes() == second.read_bytes()


def test_files_without_time_are_entered_under_the_period_given_and_this_is_said(tmp_path):
    idata = [[cell for place, cell in enumerate(row) if place != 2] for row in (IDATA_HEADER, *IDATA[:3])]
    draft, findings = findings_of(tmp_path, idata=idata)
    assert "import-period-assumed" in codes(findings, severity="warning")
    assert {value[2] for value in draft.values} == {"2024"}


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (4, 0, "R D", "import-code-malformed"),
        (5, 0, "RD", "import-code-twice"),
        (4, 2, "Indicators", "code-unknown"),
        (4, 4, "MONEYS", "import-parent-unknown"),
        (4, 5, "2", "code-unknown"),
        (4, 6, "NA", "import-cell-empty"),
        (4, 6, "much", "import-not-a-number"),
        (4, 9, "GNP", "import-denominator-unknown"),
        (2, 4, "NA", "import-no-single-root"),
    ],
)
def test_a_fault_of_imeta_is_reported_at_its_cell_and_nothing_is_written(tmp_path, row, column, value, code):
    draft, findings = findings_of(tmp_path, imeta=changed((IMETA_HEADER, *IMETA), row, column, value))
    at = [each for each in findings if each.code == code and each.row == row + 1]
    assert draft is None
    assert at, codes(findings)
    assert at[0].column == IMETA_HEADER[column]
    assert at[0].file == "iMeta.csv"


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (2, 3, "12 or so", "import-not-a-number"),
        (2, 0, "AAA", "import-code-twice"),
        (2, 2, "in 2022", "not-a-period"),
        (0, 3, "R_AND_D", "import-column-undescribed"),
    ],
)
def test_a_fault_of_idata_is_reported_at_its_cell_and_nothing_is_written(tmp_path, row, column, value, code):
    draft, findings = findings_of(tmp_path, idata=changed((IDATA_HEADER, *IDATA), row, column, value))
    assert draft is None
    assert [each.row for each in findings if each.code == code] == [row + 1]


def test_a_direction_of_an_aggregate_is_said_not_to_count(tmp_path):
    _, findings = findings_of(tmp_path, imeta=changed((IMETA_HEADER, *IMETA), 2, 5, "-1"))
    assert codes(findings, severity="warning") == ["import-direction-of-aggregate"]


def test_a_table_without_its_columns_is_refused(tmp_path):
    tables = coin_tables(tmp_path, imeta=[row[:3] for row in (IMETA_HEADER, *IMETA)])
    draft, findings = import_coinr(*tables, settings=SETTINGS, rulebook=RULEBOOK)
    assert draft is None
    assert [each.value for each in findings] == ["Level", "Parent", "Direction", "Weight"]


def test_a_pack_is_not_written_over_another(tmp_path, pack):
    draft, _ = findings_of(tmp_path)
    with pytest.raises(WrongUse):
        write_draft(draft, SETTINGS, tmp_path / "pack")


def test_a_file_that_is_not_there_is_asked_for(tmp_path):
    with pytest.raises(AskedForUnknown):
        import_coinr(tmp_path / "none.csv", None, settings=SETTINGS, rulebook=RULEBOOK)


def test_a_file_of_r_with_semicolons_and_decimal_commas_is_read(tmp_path):
    rows = [[str(cell).replace("40", "40,5") for cell in row] for row in (IDATA_HEADER, *IDATA)]
    data = write_csv(tmp_path / "d.csv", rows, mark=";")
    meta = write_csv(tmp_path / "m.csv", (IMETA_HEADER, *IMETA))
    draft, findings = import_coinr(data, meta, settings=SETTINGS, rulebook=RULEBOOK)
    assert codes(findings) == []
    assert ("RD", "BBB", "2022", 40.5) in draft.values


def test_the_numbering_of_chapters_and_the_row_names_of_r_are_no_numbers(tmp_path):
    imeta = [("", "Number", *IMETA_HEADER), *((str(n), f"1.{n}.3", *row) for n, row in enumerate(IMETA, 1))]
    idata = [("", *IDATA_HEADER), *((str(n), *row) for n, row in enumerate(IDATA, 1))]
    draft, findings = findings_of(tmp_path, idata=idata, imeta=imeta)
    assert codes(findings) == []
    assert len(draft.values) == 24
    assert [each.value for each in findings] == ["Number"]


def test_a_period_that_was_given_is_not_called_assumed(tmp_path):
    idata = [[cell for place, cell in enumerate(row) if place != 2] for row in (IDATA_HEADER, *IDATA[:3])]
    settings = replace(SETTINGS, period="2020", period_given=True)
    draft, findings = import_coinr(*coin_tables(tmp_path, idata=idata), settings=settings, rulebook=RULEBOOK)
    assert codes(findings) == []
    assert {value[2] for value in draft.values} == {"2020"}


def test_a_forgotten_second_file_and_two_files_the_wrong_way_round_are_one_fault(tmp_path):
    idata, imeta = coin_tables(tmp_path)
    for given, code in (((idata, None), "import-imeta-missing"), ((imeta, idata), "import-tables-swapped")):
        draft, findings = import_coinr(*given, settings=SETTINGS, rulebook=RULEBOOK)
        assert draft is None
        assert [each.code for each in findings] == [code]


def test_a_decimal_comma_is_a_fault_of_its_cell_and_hides_no_other(tmp_path):
    rows = [list(row) for row in (IDATA_HEADER, *IDATA)]
    rows[1][3], rows[2][0] = '"0,2"', "AAA"
    _, findings = findings_of(tmp_path, idata=rows)
    assert [(each.code, each.row, each.column) for each in findings if each.severity == "error"] == [
        ("import-not-a-number", 2, "RD"), ("import-code-twice", 3, "uCode"),
    ]  # fmt: skip
