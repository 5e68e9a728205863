"""The synthetic country: the committed pack is what its generator writes, and what was planted in it is found."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from generators.metallia import planted
from generators.metallia.country import DOMINANT, ENTERPRISES, MERGED, SUCCESSOR, YEARS
from generators.metallia.pack import write_pack
from mezon.model.assessment import Assessment
from mezon.model.finding import Finding
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.production import assess, check, prepare, read_pack

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "mezon" / "packs" / "metallia"
_WARNING = re.compile(r"^\| (?P<code>[a-z-]+) \| (?P<file>[\w./]+) \| (?P<row>\d+) \| (?P<column>\w+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(FOLDER)


@pytest.fixture(scope="module")
def findings(pack: Pack) -> tuple[Finding, ...]:
    return check(pack)


@pytest.fixture(scope="module")
def release(pack: Pack) -> Release:
    return prepare(pack)


@pytest.fixture(scope="module")
def assessment(pack: Pack, release: Release) -> Assessment:
    return assess(pack, release=release, draws=50)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "datapackage.json"
    }


def value(release: Release, indicator: str, unit: str, period: str) -> float | None:
    rows = release.observations.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("unit") == unit)
        & (pl.col("period") == period)
        & (pl.col("breakdown") == "")
        & (pl.col("unit_of_measure") == release.definitions.indicators[indicator].unit)
    )
    assert rows.height <= 1
    return rows["value"].item() if rows.height else None


def needed(release: Release, indicator: str, unit: str, period: str) -> float:
    found = value(release, indicator, unit, period)
    assert found is not None, f"{indicator} of {unit} in {period} has no value"
    return found


def test_the_committed_pack_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_pack(tmp_path)
    assert contents(tmp_path) == contents(FOLDER)


def test_the_pack_says_in_every_language_that_it_is_synthetic(pack: Pack) -> None:
    assert pack.definitions.synthetic
    title = pack.definitions.title
    assert "SYNTHETIC" in title.en
    assert "ВЫМЫШЛЕННАЯ" in title.ru
    assert "TOʻQIMA" in title.uz


def test_it_has_no_errors_and_exactly_the_warnings_its_readme_lists(findings: tuple[Finding, ...]) -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    documented = {(row["code"], row["file"], int(row["row"]), row["column"]) for row in _WARNING.finditer(page)}
    found = {(each.code, each.file, each.row, each.column) for each in findings if each.severity == "warning"}
    assert [each for each in findings if each.severity == "error"] == []
    assert found == documented


def test_it_has_24_enterprises_in_3_clusters_and_4_regions(pack: Pack) -> None:
    levels = [str(unit.level) for unit in pack.definitions.units.values()]
    counts = {level: levels.count(level) for level in ("ENTERPRISE", "CLUSTER", "REGION", "INDUSTRY", "COUNTRY")}
    assert counts == {"ENTERPRISE": 24, "CLUSTER": 3, "REGION": 4, "INDUSTRY": 1, "COUNTRY": 1}


def test_all_29_indicators_of_the_framework_are_computed_for_the_industry(release: Release) -> None:
    framework = {code for code, each in release.definitions.indicators.items() if each.methods_id}
    assert len(framework) == 29
    rows = release.observations.filter((pl.col("unit") == "METALLIA_MINING") & pl.col("value").is_not_null())
    for year in ("2016", "2024"):
        assert framework - set(rows.filter(pl.col("period") == year)["indicator"].to_list()) == set()


def test_the_framework_is_told_in_three_languages_and_traced_to_the_papers() -> None:
    shared = tomllib.loads((ROOT / "generators" / "enterprise_indicators.toml").read_text(encoding="utf-8"))
    own = {"R7"}  # no paper has it
    for code, each in shared.items():
        assert set(each["name"]) == set(each["definition"]) == set(each["holder"]) == {"en", "ru", "uz"}, code
        assert re.search("[а-яА-Я]", each["name"]["ru"]), code
        assert not re.search("[а-я]", each["name"]["uz"] + each["definition"]["uz"]), f"{code}: Cyrillic in uz"
        if each.get("methods_id", "") not in own | {""}:
            assert each["papers_codes"], code


def test_every_row_of_the_papers_lists_belongs_to_an_indicator(shared: Path) -> None:
    with (shared / "papers" / "facts" / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        papers = {row["code"] for row in csv.DictReader(stream)}
    ours = tomllib.loads((ROOT / "generators" / "enterprise_indicators.toml").read_text(encoding="utf-8"))
    assert {code for each in ours.values() for code in each.get("papers_codes", [])} == papers


def test_gaps_say_why_there_is_no_value(pack: Pack) -> None:
    rows = pack.observations.filter(pl.col("value").is_null())
    stated = {(row["indicator"], row["unit"], row["period"]): row["status"] for row in rows.iter_rows(named=True)}
    silent = {key for key in stated if (key[1], key[2][:4]) == planted.SILENT[1:]}
    assert {key: status for key, status in stated.items() if key not in silent} == planted.GAPS
    assert {stated[key] for key in silent} == {"O"}


def test_a_silent_year_has_no_rank(assessment: Assessment) -> None:
    _, unit, year = planted.SILENT
    scores = assessment.scores.filter((pl.col("node") == "INDEX") & (pl.col("unit") == unit))
    ranked = set(scores.filter(pl.col("rank").is_not_null())["period"].to_list())
    assert ranked == {str(each) for each in range(2017, 2025)} - {year}


def test_the_dominant_producer_has_over_85_percent_of_its_cluster(release: Release) -> None:
    for year in map(str, YEARS):
        whole = needed(release, "OUTPUT_VALUE", "CLUSTER_NORTH", year)
        assert needed(release, "OUTPUT_VALUE", DOMINANT, year) / whole > 0.85


def test_the_merged_enterprises_end_where_their_successor_begins(release: Release) -> None:
    last, first = "2018", "2019"
    before = sum(needed(release, "OUTPUT_VALUE", code, last) for code in MERGED)
    assert needed(release, "OUTPUT_VALUE", SUCCESSOR, first) == pytest.approx(before, rel=0.25)
    assert value(release, "OUTPUT_VALUE", SUCCESSOR, last) is None
    assert value(release, "LABOUR_PRODUCTIVITY_GAIN", SUCCESSOR, first) is None
    assert [value(release, "OUTPUT_VALUE", code, first) for code in MERGED] == [None, None]


def test_the_revision_is_used_from_the_day_it_was_published(pack: Pack, release: Release) -> None:
    indicator, unit, period = planted.REVISED[0]
    earlier = prepare(pack, as_of=date(2021, 1, 1))
    first = needed(earlier, indicator, unit, period)
    assert needed(release, indicator, unit, period) == pytest.approx(first * planted.REVISED_TIMES, abs=0.01)


def test_registers_count_from_the_day_they_were_published(pack: Pack, release: Release) -> None:
    assert "counted" in release.observations["origin"].to_list()
    assert "counted" not in prepare(pack, as_of=date(2021, 1, 1)).observations["origin"].to_list()


def test_the_late_report_is_unknown_until_it_comes(pack: Pack, release: Release) -> None:
    _, unit, period = planted.LATE
    before_it_came = prepare(pack, as_of=date(2022, 12, 31))
    assert value(before_it_came, "RD_SPEND", unit, period) is None
    assert value(release, "RD_SPEND", unit, period) is not None


def test_the_settlement_chooses_the_labour_form(release: Release) -> None:
    indicator, unit, period = planted.DISAGREED
    rows = release.observations.filter(
        (pl.col("indicator") == indicator) & (pl.col("unit") == unit) & (pl.col("period") == period)
    )
    assert rows["source"].to_list() == ["LABOUR_FORM"]


def test_the_break_is_marked_in_its_first_year_only(pack: Pack) -> None:
    indicator, unit, first = planted.BREAK_FROM
    rows = pack.observations.filter((pl.col("indicator") == indicator) & (pl.col("unit") == unit))
    assert rows.filter(pl.col("status") == "B")["period"].to_list() == [str(first)]


def test_the_mover_counts_in_its_new_cluster_from_the_year_it_moves(release: Release) -> None:
    def cluster_sum(cluster: str, year: int, codes: set[str]) -> None:
        parts = sum(needed(release, "OUTPUT_VALUE", code, str(year)) for code in codes)
        assert needed(release, "OUTPUT_VALUE", f"CLUSTER_{cluster}", str(year)) == pytest.approx(parts)

    south = {each.code for each in ENTERPRISES if each.cluster == "SOUTH"}
    cluster_sum("SOUTH", 2016, south - {"PYRITE_CHEMICAL"})
    cluster_sum("SOUTH", 2017, south)


def test_shares_by_source_of_funds_add_up_to_a_hundred(release: Release) -> None:
    shares = release.observations.filter(pl.col("indicator") == "FINANCE_STRUCTURE")
    sums = shares.group_by("unit", "period").agg(pl.col("value").sum(), pl.len())
    assert sums["len"].unique().to_list() == [7]
    assert (sums["value"] - 100).abs().max() < 1e-6  # type: ignore[operator]


def test_exports_in_local_currency_are_converted_at_the_rate_of_the_year(release: Release) -> None:
    rows = release.observations.filter(
        (pl.col("indicator") == "EXPORT_VALUE") & (pl.col("unit") == "VENA_LITHIUM") & (pl.col("period") == "2014")
    )
    by_unit = dict(rows.select("unit_of_measure", "value").iter_rows())
    assert by_unit["USD_MN"] == pytest.approx(by_unit["XTS_MN"] / 10.42)


def test_the_index_tells_enterprises_apart_and_no_leaf_is_constant(assessment: Assessment) -> None:
    scores = assessment.scores.filter((pl.col("node") == "INDEX") & (pl.col("period") == "2024"))["score"]
    assert scores.len() == 22
    assert scores.max() - scores.min() > 30  # type: ignore[operator]
    raw = assessment.tables["statistics"].filter(pl.col("step") == "raw")
    assert raw.height == 20
    assert raw["sd"].min() > 0  # type: ignore[operator]


def test_size_alone_wins_nothing(assessment: Assessment) -> None:
    size = {each.code: each.employees for each in ENTERPRISES}
    scores = assessment.scores.filter((pl.col("node") == "INDEX") & (pl.col("period") == "2024")).drop_nulls("rank")
    ranks = scores.with_columns(pl.col("unit").replace_strict(size, return_dtype=pl.Int64).rank().alias("size"))
    assert abs(ranks.select(pl.corr("rank", "size")).item()) < 0.5
