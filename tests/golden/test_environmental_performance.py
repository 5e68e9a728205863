"""Environmental Performance Index 2020 (Wendling et al. 2020): three levels with gaps, as methodology files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import mezon
from mezon import production
from mezon.model.pack import Pack
from tests.golden.conftest import Count
from tests.golden.golden_packs import environmental_performance, read_texts

HERE = Path(__file__).parent / "environmental_performance_2020"
CATEGORIES = ("AIR", "H2O", "HMT", "WMG", "BDH", "ECS", "FSH", "CCH", "APE", "AGR", "WRS")
LEVELS = {"issue categories": CATEGORIES, "objectives": ("HLT", "ECO"), "index": ("EPI",)}
IN_THE_WORLD = {"issue categories": 1932, "objectives": 360, "index": 180}
#: Inputs and results are published with one decimal.
ONE_DECIMAL = 0.1


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    shared = HERE.parents[3] / "shared"
    if not shared.exists():
        pytest.skip("../shared is not beside the repository: all 180 countries are kept there")
    return mezon.read_pack(environmental_performance(shared, tmp_path_factory.mktemp("golden") / "epi"))


@pytest.fixture(scope="module")
def sample() -> Pack:
    return mezon.read_pack(HERE)


def pairs(pack: Pack, published: pl.DataFrame, nodes: tuple[str, ...]) -> pl.DataFrame:
    """Give score and published value of each unit and node, where either is there."""
    long = published.unpivot(index="unit", on=list(nodes), variable_name="node").drop_nulls()
    scores = mezon.assess(pack, "epi").scores.filter(pl.col("node").is_in(nodes)).drop_nulls("score")
    return scores.select("unit", "node", "score").join(
        long.with_columns(pl.col("value").cast(pl.Float64)), on=["unit", "node"], how="full", coalesce=True
    )


def near(frame: pl.DataFrame, tolerance: float) -> int:
    return frame.filter((pl.col("score") - pl.col("value")).abs() <= tolerance).height


def test_the_sample_has_no_faults(sample):
    assert [each for each in production.check(sample) if each.severity == "error"] == []


@pytest.mark.parametrize("level", LEVELS)
def test_twelve_countries_are_as_published(sample, level, count: Count):
    frame = pairs(sample, read_texts(HERE / "published.csv"), LEVELS[level])
    count("EPI 2020, sample", level, near(frame, ONE_DECIMAL), frame.height)
    assert near(frame, ONE_DECIMAL) == frame.height > 0


def test_a_landlocked_country_has_no_score_of_fisheries_and_one_of_its_objective(sample):
    scores = mezon.assess(sample, "epi").scores.filter(pl.col("unit") == "UZB")
    by_node = dict(scores.select("node", "score").iter_rows())
    assert by_node["FSH"] is None
    assert by_node["ECO"] is not None


@pytest.mark.parametrize("level", LEVELS)
def test_every_country_is_as_published(world, shared, level, count: Count):
    """Where nothing is published nothing is scored: a full join has as many rows as there are published values."""
    published = read_texts(shared / "golden/epi_2020/published.csv").rename({"iso": "unit"})
    frame = pairs(world, published, LEVELS[level])
    count("EPI 2020", level, near(frame, ONE_DECIMAL), frame.height)
    assert near(frame, ONE_DECIMAL) == frame.height == IN_THE_WORLD[level]


def test_ranks_of_the_published_index_are_as_published(world, shared, count: Count):
    expected = read_texts(shared / "golden/epi_2020/published.csv").select(
        unit="iso", value=pl.col("EPI_rank").cast(pl.Float64)
    )
    ranks = mezon.assess(world, "ranking").scores.join(expected, on="unit").filter(pl.col("node") == "EPI")
    same = ranks.filter(pl.col("rank") == pl.col("value")).height
    count("EPI 2020", "rank", same, expected.height)
    assert same == expected.height == 180


def test_five_raw_series_become_the_published_scores(world, shared, count: Count):
    """Goalposts of the technical appendix: TBN, TBG, SPI, BHV, MSW."""
    inputs = read_texts(shared / "golden/epi_2020/inputs.csv").rename({"iso": "unit"})
    long = inputs.unpivot(index="unit", on=["TBN", "TBG", "SPI", "BHV", "MSW"], variable_name="node").drop_nulls()
    scores = mezon.assess(world, "scores").scores.drop_nulls("score").select("unit", "node", "score")
    frame = scores.join(long.with_columns(pl.col("value").cast(pl.Float64)), on=["unit", "node"])
    # One decimal is 0.05 either way; the published figure is rounded, ours is not.
    same = near(frame, 0.05 + 1e-9)
    count("EPI 2020", "scores from raw series", same, frame.height)
    assert same == frame.height == 876
