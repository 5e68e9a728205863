"""OECD/EU JRC, Handbook on Constructing Composite Indicators (2008), table 15: eleven normalisations of one indicator.

Mean years of schooling of 23 countries (table A.2); the table prints two decimals.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mezon.analyse.assessing import assess
from mezon.model.methodology import Leaf
from tests.index_case import methodology_of, release_of, step

SHARED = Path(__file__).parents[3] / "shared" / "golden" / "oecd_tai_2008"

#: What each printed column is called here. Percentiles are printed in per cent.
CALLS = {
    "rank_asc_min": "normalise/rank",
    "zscore": "normalise/z-score",
    "minmax": "normalise/min-max(low=0, high=1)",
    "ratio_mean": "normalise/distance-to-mean",
    "ratio_best": "normalise/distance-to-best",
    "ratio_worst": "normalise/distance-to-worst",
    "diff_mean": "normalise/distance-to-mean(form=difference)",
    "diff_worst": "normalise/distance-to-worst(form=difference)",
    "above_below_p20": "normalise/above-below-mean(band=0.2)",
    "percentile": "normalise/percentile-rank(denominator=n, scale=100)",
    "categorical": "normalise/bands(percentiles=[5, 15, 35, 65, 85, 95], points=[0, 20, 40, 50, 60, 80, 100])",
}
TOLERANCE = {"rank_asc_min": 0.0, "above_below_p20": 0.0, "categorical": 0.0, "percentile": 0.05}

SCHOOLING = {
    "Australia": 10.9, "Austria": 8.4, "Belgium": 9.3, "Canada": 11.6, "Czech Republic": 9.5, "Finland": 10.0,
    "France": 7.9, "Germany": 10.2, "Hungary": 9.1, "Ireland": 9.4, "Israel": 9.6, "Italy": 7.2, "Japan": 9.5,
    "Korea": 10.8, "Netherlands": 9.4, "New Zealand": 11.7, "Norway": 11.9, "Singapore": 7.1, "Slovenia": 7.1,
    "Spain": 7.3, "Sweden": 11.4, "United Kingdom": 9.4, "United States": 12.0,
}  # fmt: skip
#: Four of the 23 rows, in the order of CALLS.
PRINTED = {
    "Finland": (15, 0.26, 0.59, 1.04, 0.83, 1.41, 0.04, 0.41, 0, 65.2, 60),
    "Sweden": (19, 1.14, 0.88, 1.19, 0.95, 1.61, 0.19, 0.61, 0, 82.6, 60),
    "Canada": (20, 1.27, 0.92, 1.21, 0.97, 1.63, 0.21, 0.63, 1, 87.0, 80),
    "Slovenia": (1, -1.58, 0.00, 0.74, 0.59, 1.00, -0.26, 0.00, -1, 4.3, 0),
}


def scores(values: dict[str, float], written: str) -> dict[str, float]:
    """Run a methodology of one leaf and one step, and give the score of each unit."""
    units = sorted(values)
    release = release_of(
        np.array([[values[unit]] for unit in units]),
        indicators=["SCHOOLING"], directions=[1], goalposts=[None], units=units,
    )  # fmt: skip
    leaves = [Leaf(indicator="SCHOOLING", parent="INDEX")]
    methodology = methodology_of(step(written), step("aggregate/arithmetic"), leaves=leaves)
    return dict(assess(release, methodology).scores.select("unit", "score").iter_rows())


@pytest.mark.parametrize("column", CALLS)
def test_four_rows_of_table_15(column):
    found = scores(SCHOOLING, CALLS[column])
    place = list(CALLS).index(column)
    for country, printed in PRINTED.items():
        assert abs(found[country] - printed[place]) <= TOLERANCE.get(column, 0.005) + 1e-9


@pytest.mark.parametrize("column", CALLS)
def test_all_of_table_15(column):
    if not SHARED.is_dir():
        pytest.skip("the whole table lies beside the repository, in shared/golden, which is not here")
    with (SHARED / "published.csv").open(encoding="utf-8") as lines:
        printed = {row[1]: float(row[3]) for row in csv.reader(lines) if row[0] == "T15_schooling" and row[2] == column}
    with (SHARED / "inputs.csv").open(encoding="utf-8") as lines:
        values = {row["country"]: float(row["schooling"]) for row in csv.DictReader(lines)}
    assert len(printed) == 23
    found = scores(values, CALLS[column])
    worst = max(abs(found[country] - figure) for country, figure in printed.items())
    assert worst <= TOLERANCE.get(column, 0.005) + 1e-9
