"""Faults planted at random cells: each is found at its place, none is lost, and nothing else is blamed.

For every seed one fault of every kind is planted in one copy of a pack, each in a series of its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import file_faults  # noqa: F401  (registers its faults)
import pytest
from cell_faults import CELL_FAULTS
from pack_copy import Facts, PackCopy, Planted
from row_faults import ROW_FAULTS

from mezon.design import expressions
from mezon.model.finding import Finding
from mezon.model.pack import Pack
from mezon.process.hierarchy import wholes_above
from mezon.production import check, read_pack

PACKS = ("uzbekistan", "metallia")
SEEDS = range(20)
#: A finding of these codes is about several units of one indicator, about all that cites one source or reference, or
#: about several indicators of one unit.
OF_THE_INDICATOR = {"members-against-total"}
OF_A_NAME = {"source-without-date", "dangling-citation"}
COMPUTED = "computed-outside-range"
OF_THE_UNIT = {"division-by-zero", "research-above-innovation", "outside-validity"}


@cache
def original(name: str) -> tuple[Facts, tuple[Finding, ...]]:
    pack = read_pack(name)
    return Facts(pack), check(pack)


def place(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.file, finding.row, finding.column, finding.key


def series_of(pack: Pack, finding: Finding) -> tuple[str, str] | None:
    if finding.code == COMPUTED:
        indicator, unit, *_ = finding.key.split()
        return indicator, unit
    if finding.file != "observations.csv" or not finding.row or not 2 <= finding.row < pack.observations.height + 2:
        return None
    row = pack.observations.row(finding.row - 2, named=True)
    return row["indicator"], row["unit"]


def terms_of(pack: Pack, indicator: str) -> set[str]:
    """Give an indicator and all that its formula reads, directly or through other formulas."""
    found, ahead = {indicator}, [indicator]
    while ahead:
        text = pack.definitions.indicators[ahead.pop()].formula
        fresh = (expressions.terms_of(text) if text else frozenset()) & pack.definitions.indicators.keys() - found
        found |= fresh
        ahead += sorted(fresh)
    return found


def parents(pack: Pack, unit: str) -> frozenset[str]:
    return wholes_above(pack.definitions).get(unit, frozenset())


def plant_everything(copy: PackCopy) -> list[Planted]:
    rows = [plant(copy) for _, plant in sorted(ROW_FAULTS.items())]
    cells = [fault.plant(copy) for fault in CELL_FAULTS]
    copy.save()
    return [planted for planted in (*rows, *cells) if planted is not None]


def matches(planted: Planted, finding: Finding) -> bool:
    return (
        finding.code == planted.code
        and finding.file == planted.file
        and (planted.row is None or finding.row == planted.row)
        and (not planted.column or finding.column == planted.column)
        and finding.key.startswith(planted.key)
    )


def is_derived(finding: Finding, pack: Pack, planted: list[Planted]) -> bool:
    """Whether a finding names a planted cell's row or file line, or one whose series, sum or formula it enters."""
    if any(matches(fault, finding) for fault in planted):
        return True
    series = series_of(pack, finding)
    touched = {pair for fault in planted for pair in fault.touched}
    if finding.code in OF_A_NAME:
        return any(finding.value in fault.names for fault in planted)
    if series is None:
        return any(finding.file == fault.file and finding.row == fault.row for fault in planted) or any(
            finding.file == fault.file and fault.key.partition(".")[0] == finding.key.partition(".")[0]
            for fault in planted
            if fault.key
        )
    indicator, unit = series
    of_indicator = finding.code in OF_THE_INDICATOR and any(indicator == code for code, _ in touched)
    if finding.code == COMPUTED:
        return any(code in terms_of(pack, indicator) and unit in (of, *parents(pack, of)) for code, of in touched)
    of_unit = finding.code in OF_THE_UNIT and any(unit == code for _, code in touched)
    return series in touched or of_indicator or of_unit


@pytest.fixture(params=[(pack, seed) for pack in PACKS for seed in SEEDS], ids=lambda given: f"{given[0]}-{given[1]}")
def planted_copy(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Pack, tuple[Finding, ...], list[Planted], tuple[Finding, ...]]:
    name, seed = request.param
    facts, before = original(name)
    pack = facts.pack
    noisy = {series for finding in before if (series := series_of(pack, finding))}
    copy = PackCopy(facts, tmp_path / "copy", seed, noisy)
    planted = plant_everything(copy)
    return pack, before, planted, check(read_pack(copy.folder))


def test_every_planted_fault_is_found_at_its_place_and_nothing_else_is_blamed(planted_copy):
    pack, before, planted, after = planted_copy
    assert len({fault.kind for fault in planted}) >= 30
    missed = [fault for fault in planted if not any(matches(fault, finding) for finding in after)]
    assert missed == []
    places = {place(finding) for finding in after}
    lost = [f for f in before if place(f) not in places and not is_derived(f, pack, planted)]
    assert lost == []
    known = {place(finding) for finding in before}
    unrelated = [f for f in after if place(f) not in known and not is_derived(f, pack, planted)]
    assert unrelated == []


def test_the_same_seed_plants_the_same_faults(tmp_path):
    facts, _ = original("metallia")
    once = plant_everything(PackCopy(facts, tmp_path / "a", 7, set()))
    again = plant_everything(PackCopy(facts, tmp_path / "b", 7, set()))
    assert once == again


def test_every_kind_of_fault_fits_at_least_one_of_the_packs(tmp_path):
    planted = {
        fault.kind
        for name in PACKS
        for fault in plant_everything(PackCopy(original(name)[0], tmp_path / name, 3, set()))
    }
    assert planted == set(ROW_FAULTS) | {fault.kind for fault in CELL_FAULTS}


@pytest.mark.parametrize("language", ["ru", "uz"])
def test_every_fault_is_worded_in_every_language(tmp_path, language):
    copy = PackCopy(original("metallia")[0], tmp_path / "copy", 5, set())
    plant_everything(copy)
    english = check(read_pack(copy.folder))
    worded = check(read_pack(copy.folder, language=language))
    assert [place(finding) for finding in worded] == [place(finding) for finding in english]
    shared = {finding.code for finding, other in zip(worded, english, strict=True) if finding.message == other.message}
    own_rules = {rule.code for rule in copy.pack.definitions.rulebook.of_kind("expression")}
    assert shared <= own_rules
