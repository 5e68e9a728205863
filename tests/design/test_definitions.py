from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl
import pytest
from tiny_pack_files import FILES, Reading

from mezon.design.definitions import read_definitions
from mezon.design.rulebook import read_rulebook
from mezon.errors import PackUnreadable
from mezon.model.codelists import Level, RollUp
from mezon.model.indicator import Goalposts
from mezon.model.source import Rate, Settlement


def test_a_sound_pack_has_no_findings_and_every_definition(tiny_pack: Path) -> None:
    definitions, findings = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    assert findings == []
    assert (definitions.id, definitions.version, definitions.title.ru) == ("tiny", "1", "Малый")
    assert list(definitions.indicators) == ["RD_SPEND", "TOTAL_SPEND", "RD_SHARE", "SATISFACTION"]
    assert definitions.units["ONE"].aliases == ("Uno", "First")
    assert definitions.units["TWO"].groupings == {"region": "South"}
    assert definitions.units["MET"].level is Level.COUNTRY
    assert {membership.unit for membership in definitions.memberships} == {"ONE", "MINE"}
    assert definitions.rates == (
        Rate(origin="USD", into="XTS", period="2020", kind="average", rate=10.5, source="agency"),
    )
    assert definitions.deflators[0].index == 107.5
    assert definitions.parameters == {("NORM", ""): 2.0}
    assert definitions.targets["value"].to_list() == [2.0]
    assert definitions.codelists["CL_SIZE"].codes["SMALL"].parent == "ALL"
    assert definitions.derivations[0].measure == "sum(amount)"
    assert "share-is-low" in definitions.rulebook.rules
    assert definitions.units_of_measure["XTS_MN"].scale == 1e6


def test_settlements_have_the_defaults_that_observations_have(tiny_pack: Path) -> None:
    definitions, _ = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    key = ("RD_SPEND", "ONE", "2020", "", "FACT", "NOMINAL", "XTS_MN")
    expected = Settlement(key=key, source="agency", source_ref="p. 3", reason="newer", by="editor", date="2024")
    assert definitions.settlements == (expected,)


def test_an_indicator_keeps_what_it_says(tiny_pack: Path) -> None:
    definitions, _ = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    share, mean = definitions.indicators["RD_SHARE"], definitions.indicators["SATISFACTION"]
    assert (share.roll_up, share.goalposts, share.direction) == (RollUp.RATIO_OF_SUMS, Goalposts(low=1, high=4), 1)
    assert (mean.roll_up, mean.roll_up_weight) == (RollUp.WEIGHTED_MEAN, "TOTAL_SPEND")
    assert definitions.indicators["RD_SPEND"].range == (0.0, None)
    assert definitions.indicators["TOTAL_SPEND"].range == (0.0, None)
    assert share.attributes["translation"] == "unreviewed"


@pytest.mark.parametrize("file", ["pack.toml", "indicators.toml", "sources.toml", "units.csv"])
def test_a_required_file_that_is_missing_is_one_finding(tiny_pack: Path, file: str) -> None:
    (tiny_pack / file).unlink()
    _, findings = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    assert ("file-missing", file) in {(finding.code, finding.file) for finding in findings}


@pytest.mark.parametrize("file", sorted(set(FILES) - {"pack.toml", "indicators.toml", "sources.toml", "units.csv"}))
def test_an_optional_file_that_is_missing_is_none(tiny_pack: Path, file: str) -> None:
    (tiny_pack / file).unlink()
    _, findings = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    assert "file-missing" not in {finding.code for finding in findings}


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackUnreadable, match="no folder"):
        read_definitions(tmp_path / "nowhere", rulebook=read_rulebook(None))


def test_faults_of_several_files_come_together_and_sorted(tiny_pack: Path, after: Reading) -> None:
    (tiny_pack / "groups.toml").write_text("[group", "utf-8")
    _, findings = after("units.csv", ("MINE,INDUSTRY", "MINE,INDUSTRIE"))
    codes = [(finding.file, finding.code) for finding in findings]
    assert ("groups.toml", "toml-unreadable") in codes
    assert ("units.csv", "code-unknown") in codes
    assert codes == sorted(codes, key=lambda pair: pair[0])


def test_the_order_of_rows_makes_no_difference_to_what_is_read(tiny_pack: Path, after: Reading) -> None:
    before, _ = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
    for file in ("units.csv", "memberships.csv"):
        head, *rows = FILES[file].splitlines()
        definitions, findings = after(file, text="\n".join([head, *reversed(rows)]) + "\n")
        assert findings == []
        assert definitions.memberships == before.memberships
        assert dict(definitions.units) == dict(before.units)


def test_a_rate_of_zero_is_reported_and_left_out(after: Reading) -> None:
    definitions, findings = after("rates.csv", ("10.5", "0"))
    assert [(finding.code, finding.row) for finding in findings] == [("rate-not-positive", 2)]
    assert definitions.rates == ()


def test_damaged_files_are_findings_and_never_a_crash(tiny_pack: Path) -> None:
    chance = Random(20241122)  # noqa: S311  (damage, not secrets)
    for _ in range(120):
        file = tiny_pack / chance.choice(sorted(FILES))
        sound = file.read_bytes()
        place = chance.randrange(len(sound))
        length = chance.randrange(1, 25)
        inserted = chance.choice([b"", b'"', b",", b"=", b"[[", b"\xff\xfe", b"NaN", b"-1", b"\n", sound[:place]])
        file.write_bytes(sound[:place] + inserted + sound[place + length :])
        definitions, findings = read_definitions(tiny_pack, rulebook=read_rulebook(tiny_pack))
        assert isinstance(definitions.targets, pl.DataFrame)
        assert all(finding.message and finding.file for finding in findings)
        file.write_bytes(sound)
