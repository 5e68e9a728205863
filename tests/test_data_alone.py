"""An ordinary indicator, rule, claim and methodology are data: each is added here without a line of Python."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import mezon
from mezon import production


def add(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_the_first_pack_of_the_documentation_has_no_fault_and_an_index(first_pack: Path) -> None:
    pack = mezon.read_pack(first_pack)
    assert [finding for finding in production.check(pack) if finding.severity != "note"] == []
    scores = mezon.assess(pack).scores.filter(pl.col("node") == "INDEX")
    # 100 * 12.5 / 400 = 3.125 on goalposts 0-4 and a scale of 1-100: 1 + 3.125 / 4 * 99 = 78.34; B: 2 -> 50.5.
    assert dict(zip(scores["unit"], scores["score"], strict=True)) == pytest.approx({"A": 78.34375, "B": 50.5})
    assert scores["rank"].to_list() == [1, 2]


def test_a_new_indicator_is_data_alone(first_pack: Path) -> None:
    add(
        first_pack / "indicators.toml",
        '\n[OTHER_SPEND]\nname.en = "Spending on all else"\nunit = "UZS_MN"\nlevels = ["ENTERPRISE"]\n'
        'direction = 0\nroll_up = "sum"\nformula = "TOTAL_SPEND - RD_SPEND"\n',
    )
    release = production.prepare(mezon.read_pack(first_pack))
    derived = release.observations.filter(pl.col("indicator") == "OTHER_SPEND").sort("unit")
    assert derived["value"].to_list() == [387.5, 147.0]
    assert set(derived["origin"]) == {"derived"}


def test_a_new_rule_is_data_alone(first_pack: Path) -> None:
    add(
        first_pack / "rules.toml",
        '[rd-at-most-a-fiftieth]\nseverity = "warning"\nkind = "expression"\n'
        'expression = "50 * RD_SPEND <= TOTAL_SPEND"\n'
        'sentence.en = "R&D of {unit} in {period} is more than a fiftieth of its spending."\n'
        'hint.en = "Ask whether both are in millions."\n',
    )
    found = [item for item in production.check(mezon.read_pack(first_pack)) if item.code == "rd-at-most-a-fiftieth"]
    assert [(item.file, item.row) for item in found] == [("observations.csv", 2)]
    assert found[0].message == "R&D of A in 2024 is more than a fiftieth of its spending."


def test_a_new_claim_is_data_alone(first_pack: Path) -> None:
    add(
        first_pack / "registers/claims.csv",
        "id,publication,place,kind,sentence,terms,rule,comparator,stated,tolerance,tolerance_reason,source\n"
        "N1,SURVEY,page 1,finding,A spends four times as much on R&D as B,"
        "a = RD_SPEND @ A @ 2024; b = RD_SPEND @ B @ 2024,a / b,=,4,0.2,rounded to whole times,SURVEY\n"
        "N2,SURVEY,page 1,finding,A spends five times as much on R&D as B,"
        "a = RD_SPEND @ A @ 2024; b = RD_SPEND @ B @ 2024,a / b,=,5,0.2,rounded to whole times,SURVEY\n",
    )
    verdicts = production.audit(mezon.read_pack(first_pack))
    assert [(item.claim, str(item.verdict)) for item in verdicts] == [("N1", "holds"), ("N2", "does not hold")]
    assert verdicts[0].computed == pytest.approx(12.5 / 3)


def test_a_new_methodology_is_data_alone(first_pack: Path) -> None:
    add(
        first_pack / "methodologies/ranked.toml",
        'id = "ranked"\nversion = "1.0"\ntitle.en = "Sample extremes"\nlevel = "ENTERPRISE"\n'
        '[[nodes]]\nid = "ROOT"\n[[leaves]]\nindicator = "RD_SHARE"\nparent = "ROOT"\n'
        '[[steps]]\ndo = "normalise/min-max"\nlow = 0\nhigh = 1\n[[steps]]\ndo = "weight/equal"\n'
        '[[steps]]\ndo = "aggregate/arithmetic"\n',
    )
    scores = mezon.assess(mezon.read_pack(first_pack), "ranked").scores.filter(pl.col("node") == "ROOT")
    assert dict(zip(scores["unit"], scores["score"], strict=True)) == {"A": 1.0, "B": 0.0}
