"""Workbooks of the JRC's COIN Tool, built here cell by cell in the layout that the module describes."""

from __future__ import annotations

import pytest

import mezon
from mezon import production
from mezon.collect.coin_tool import import_coin_tool
from mezon.collect.pack_draft import write_draft
from tests.collect.import_cases import RULEBOOK, SETTINGS, codes, write_workbook

INDICATORS = (
    # code, name, index, sub-index, pillar, sub-pillar, upper, lower, direction, weight
    ("Ind.01", "Research spending", "Index", "si.01", "p.01", "sp.01", 5.0, 0.0, 1.0, 2.0),
    ("Ind.02", "Debt", "Index", "si.01", "p.01", "sp.01", 100.0, 0.0, -1.0, 1.0),
    ("Ind.03", "Skills", "Index", "si.01", "p.02", "sp.01", 100.0, 0.0, 1.0, 1.0),
)
UNITS = (("Aland", "AAA", 1.0, 60.0, 40.0), ("Bland", "BBB", 4.0, 30.0, "n/a"), ("Cland", "CCC", 2.5, 45.0, 70.0))
FRAMEWORK = (
    ("Index", "Our index", 1.0),
    ("si.01", "Only sub-index", 1.0),
    ("p.01", "Money", 0.75),
    ("p.02", "People", 0.25),
    ("--", "", ""),
)


def sheets(indicators=INDICATORS, units=UNITS, framework=FRAMEWORK):
    database = [[""] * 8 for _ in range(16 + len(units))]
    for column, (code, name, index, sub, pillar, sub_pillar, upper, lower, direction, weight) in enumerate(
        indicators, 4
    ):
        for row, cell in ((6, weight), (7, direction), (8, lower), (9, upper), (10, index), (11, sub), (12, pillar),
                          (13, sub_pillar), (14, name), (15, code)):  # fmt: skip
            database[row][column] = cell
    for row, (name, code, *values) in enumerate(units, 16):
        database[row][1:3] = [name, code]
        database[row][4 : 4 + len(values)] = values
    lines = [[""] * 8 for _ in range(4)]
    lines += [["", "", code, "", weight, "", "", name] for code, name, weight in framework]
    return {"Database": database, "Framework": lines}


def imported(tmp_path, **parts):
    book = write_workbook(tmp_path / "tool.xlsx", sheets(**parts))
    return import_coin_tool(book, settings=SETTINGS, rulebook=RULEBOOK)


def test_the_pack_has_no_errors_and_scores_by_goalposts_as_the_tool_does(tmp_path):
    draft, findings = imported(tmp_path)
    assert codes(findings) == []
    write_draft(draft, SETTINGS, tmp_path / "pack")
    pack = mezon.read_pack(tmp_path / "pack")
    assert [each for each in production.check(pack) if each.severity == "error"] == []
    scores = mezon.assess(pack, draws=0).scores.filter(node="Index")
    # AAA: money (2 * 20 + 40) / 3, people 40; BBB has no value of people, so money alone.
    expected = {"AAA": 0.75 * 80 / 3 + 0.25 * 40, "BBB": (2 * 80 + 70) / 3, "CCC": 0.75 * 155 / 3 + 0.25 * 70}
    assert dict(scores.select("unit", "score").rows()) == pytest.approx(expected)


def test_a_level_at_which_all_indicators_are_one_is_not_used(tmp_path):
    draft, _ = imported(tmp_path)
    assert [(node.code, node.parent, node.weight, node.name) for node in draft.nodes] == [
        ("Index", "", 1.0, "Our index"), ("p_01", "Index", 0.75, "Money"), ("p_02", "Index", 0.25, "People"),
    ]  # fmt: skip


def test_the_period_is_said_to_be_assumed(tmp_path):
    assert codes(imported(tmp_path)[1], severity="warning") == ["import-period-assumed"]


def test_a_workbook_without_the_sheets_is_refused_with_those_it_has(tmp_path):
    book = write_workbook(tmp_path / "other.xlsx", {"Sheet1": [["a"]]})
    draft, findings = import_coin_tool(book, settings=SETTINGS, rulebook=RULEBOOK)
    assert draft is None
    assert codes(findings) == ["import-sheet-missing", "import-sheet-missing"]
    assert "Sheet1" in findings[0].message


@pytest.mark.parametrize(
    ("parts", "code", "key"),
    [
        ({"indicators": [(*INDICATORS[0][:8], 3.0, 2.0), *INDICATORS[1:]]}, "code-unknown", "Database!E8"),
        ({"indicators": [(*INDICATORS[0][:9], ""), *INDICATORS[1:]]}, "import-cell-empty", "Database!E7"),
        ({"indicators": [(*INDICATORS[0][:4], "x.01", *INDICATORS[0][5:]), *INDICATORS[1:]]},
         "import-layout-other", "Database!E13"),
        ({"units": [("Aland", "AAA", "much", 60.0, 40.0), *UNITS[1:]]}, "import-not-a-number", "Database!E17"),
        ({"units": [UNITS[0], ("Bland", "AAA", 1.0, 1.0, 1.0)]}, "import-code-twice", "Database!C18"),
        ({"framework": FRAMEWORK[:3]}, "import-layout-other", "Framework!C5"),
        ({"indicators": [("", *INDICATORS[0][1:]), *INDICATORS[1:]]}, "import-layout-other", "Database!E16"),
    ],
)  # fmt: skip
def test_a_workbook_of_another_layout_is_refused_at_the_cell(tmp_path, parts, code, key):
    draft, findings = imported(tmp_path, **parts)
    assert draft is None
    assert (code, key) in [(each.code, each.key) for each in findings]
