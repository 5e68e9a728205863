"""The national index, reckoned a second time in plain Python from the pack's files, and compared with the engine's."""

from __future__ import annotations

import csv
import math
import tomllib
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from mezon.production import assess, read_pack

PACK = Path(__file__).parents[2] / "src" / "mezon" / "packs" / "uzbekistan"
LOGGED = {"RD_GDP", "RESEARCHERS_PER_MN", "PATENTS_RESIDENT_PER_MN", "PATENTS_NONRESIDENT_PER_MN"}
LESS_IS_BETTER = {"CO2_GDP"}
YEARS = range(2012, 2018)

Series = dict[tuple[str, str], dict[int, float]]


def newest_values() -> Series:
    """Latest release of each country value; patents per head and five-year means derived."""
    newest: dict[tuple[str, str, int], tuple[str, float]] = {}
    with (PACK / "observations.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["value"] and row["period"].isdigit() and len(row["unit"]) == 3 and row["unit"] != "WLD":
                key = (row["indicator"], row["unit"], int(row["period"]))
                newest[key] = max(newest.get(key, ("", 0.0)), (row["published"], float(row["value"])))
    series: Series = defaultdict(dict)
    for (indicator, unit, year), (_, value) in newest.items():
        series[indicator, unit][year] = value
    for unit in {unit for _, unit in series}:
        people, growth = series["POPULATION", unit], series["GDP_WORKER_GROWTH", unit]
        for year, count in series["PATENTS_RESIDENT", unit].items():
            if year in people:
                series["PATENTS_RESIDENT_PER_MN", unit][year] = 1e6 * count / people[year]
        for year in growth:
            if all(year - back in growth for back in range(5)):
                series["PRODUCTIVITY_GROWTH_5Y", unit][year] = fmean(growth[year - back] for back in range(5))
    return series


def filled(known: dict[int, float], year: int) -> float | None:
    """The value, or one on the line over a gap of at most two years, or one carried for at most two."""
    if year in known:
        return known[year]
    before, after = max((y for y in known if y < year), default=None), min((y for y in known if y > year), default=None)
    if before is None:
        return None
    if after is not None and after - before <= 3:
        return known[before] + (known[after] - known[before]) * (year - before) / (after - before)
    return known[before] if year - before <= 2 else None


def points(indicator: str, value: float, low: float, high: float) -> float:
    if indicator in LOGGED:
        value, low, high = math.log(value), math.log(low), math.log(high)
    share = (value - low) / (high - low)
    return 1 + 99 * min(1.0, max(0.0, 1 - share if indicator in LESS_IS_BETTER else share))


@pytest.fixture(scope="module")
def reckoned() -> dict[tuple[str, str], float]:
    methodology = tomllib.loads((PACK / "methodologies/conditions.toml").read_text(encoding="utf-8"))
    series, scores = newest_values(), {}
    for unit in {unit for indicator, unit in series if indicator == "POPULATION"}:
        for year in YEARS:
            groups: dict[str, list[float]] = defaultdict(list)
            for leaf in methodology["leaves"]:
                value = filled(series.get((leaf["indicator"], unit), {}), year)
                if value is not None:
                    groups[leaf["parent"]].append(points(leaf["indicator"], value, *leaf["goalposts"]))
            if len(groups) >= 5:
                means = [fmean(found) for found in groups.values()]
                scores[unit, str(year)] = math.exp(fmean(math.log(mean) for mean in means))
    return scores


@pytest.fixture(scope="module")
def index() -> dict[tuple[str, str], tuple[float | None, int | None]]:
    scores = assess(read_pack("uzbekistan"), draws=0).scores
    rows = scores.filter(scores["node"] == "INDEX").select("unit", "period", "score", "rank").rows()
    return {(unit, period): (score, rank) for unit, period, score, rank in rows}


def test_the_engine_and_plain_python_give_the_same_scores(
    reckoned: dict[tuple[str, str], float], index: dict[tuple[str, str], tuple[float | None, int | None]]
) -> None:
    scored = {key: score for key, (score, _) in index.items() if score is not None}
    assert scored == pytest.approx(reckoned, rel=1e-9)


def test_fewer_than_five_of_six_groups_give_no_rank(
    index: dict[tuple[str, str], tuple[float | None, int | None]],
) -> None:
    unranked = sorted(key for key, (_, rank) in index.items() if rank is None)
    assert unranked == [("GHA", "2012"), ("GHA", "2013"), ("GHA", "2014"), ("GHA", "2015"), ("ZMB", "2017")]


def test_no_year_after_2017_is_ranked(index: dict[tuple[str, str], tuple[float | None, int | None]]) -> None:
    assert {period for _, period in index} == {str(year) for year in YEARS}


def test_the_decision_record_states_the_ranks_that_are_computed(
    index: dict[tuple[str, str], tuple[float | None, int | None]],
) -> None:
    """17th in 2013, 13th in 2017; 23 points in 2014, 45 in 2016 (docs/decisions/0003)."""
    assert (index["UZB", "2013"][1], index["UZB", "2017"][1]) == (17, 13)
    assert [round(index["UZB", year][0] or 0) for year in ("2014", "2016")] == [23, 45]
