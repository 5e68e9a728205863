"""UNDP's indices, 1990-2022 (Human Development Report 2023/2024, technical notes 1-4, 6), as methodology files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

import mezon
from mezon import production
from mezon.model.assessment import Assessment
from mezon.model.pack import Pack
from tests.golden.conftest import Count
from tests.golden.golden_packs import human_development, read_texts

HERE = Path(__file__).parent / "human_development"
#: Published column -> methodology, node, and how close: 0 = the very figure.
COLUMNS: Mapping[str, tuple[str, str, float]] = {
    "hdi": ("hdi", "HDI", 0.0),
    "ihdi": ("ihdi", "IHDI", 0.0),
    "loss": ("ihdi", "LOSS", 1e-7),
    "coef_ineq": ("inequality", "COEFFICIENT", 1e-5),
    "hdi_f": ("gdi", "HDI_F", 1e-7),
    "hdi_m": ("gdi", "HDI_M", 1e-7),
    "gdi": ("gdi", "GDI", 0.0),
    "gii": ("gii", "GII", 0.0),
    "phdi": ("phdi", "PHDI", 0.0),
}
#: UNDP has all components of these, and publishes no HDI.
WITHHELD = {"hdi": [("RWA", "1990"), ("RWA", "1991"), ("RWA", "1992"), ("RWA", "1993")]}
#: What the world holds of each, from UNDP's own file.
IN_THE_WORLD = {
    "hdi": 6171, "ihdi": 2106, "loss": 2106, "coef_ineq": 2106, "hdi_f": 5014, "hdi_m": 5014, "gdi": 5014,
    "gii": 4711, "phdi": 5100,
}  # fmt: skip


class Assessed:
    """A pack's assessments, each computed once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._release = production.prepare(pack)
        self._done: dict[str, Assessment] = {}

    def by(self, methodology: str) -> Assessment:
        if methodology not in self._done:
            self._done[methodology] = production.assess(self.pack, methodology, release=self._release)
        return self._done[methodology]


@pytest.fixture(scope="module")
def sample() -> Assessed:
    return Assessed(mezon.read_pack(HERE))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    shared = HERE.parents[3] / "shared"
    if not shared.exists():
        pytest.skip("../shared is not beside the repository: UNDP's whole file is kept there")
    folder = human_development(shared, tmp_path_factory.mktemp("golden") / "human_development")
    return Assessed(mezon.read_pack(folder))


def found(assessed: Assessed, methodologies: tuple[str, ...], node: str) -> pl.DataFrame:
    frames = [assessed.by(each).scores for each in methodologies]
    return pl.concat(frames).filter(pl.col("node") == node).select("unit", "period", "score", "rank")


def agreeing(found: pl.DataFrame, published: pl.DataFrame, tolerance: float) -> int:
    """Count published figures that are reproduced."""
    both = published.join(found, on=["unit", "period"])
    return both.filter((pl.col("score") - pl.col("value")).abs() <= tolerance).height


def unpublished(found: pl.DataFrame, published: pl.DataFrame) -> list[tuple[str, str]]:
    """Give units and periods that have a score here and no published figure."""
    return found.drop_nulls("score").join(published, on=["unit", "period"], how="anti").select("unit", "period").rows()


def published(path: Path, column: str) -> pl.DataFrame:
    frame = read_texts(path).rename({"iso3": "unit", "year": "period"}, strict=False)
    return frame.select("unit", "period", value=pl.col(column).cast(pl.Float64)).drop_nulls()


def test_the_sample_has_no_faults(sample):
    assert [each for each in production.check(sample.pack) if each.severity == "error"] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_twelve_countries_of_2022_are_as_published(sample, column, count: Count):
    """Statistical annex, tables 1, 3, 4, 5 and 7."""
    methodology, node, tolerance = COLUMNS[column]
    expected = published(HERE / "published.csv", column)
    same = agreeing(found(sample, (methodology,), node), expected, tolerance)
    count("UNDP 2022, sample", column, same, expected.height)
    assert same == expected.height


def test_groups_of_gender_development_of_the_sample_are_as_published(sample):
    """Table 4; the edges are inclusive on the rounded index: Kazakhstan to Uzbekistan, groups 1, 2, 4 and 5."""
    expected = pl.read_csv(HERE / "published.csv", schema_overrides={"gdi_group": pl.String}).drop_nulls("gdi")
    bands = sample.by("gdi").tables["bands"].join(expected, on="unit")
    assert bands.height == expected.height
    assert bands["band"].to_list() == bands["gdi_group"].to_list()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_country_group_and_year_is_as_published(world, shared, column, count: Count):
    methodology, node, tolerance = COLUMNS[column]
    expected = published(shared / "golden/undp_hdr_2023_24/published.csv", column)
    scores = found(world, (methodology, f"{methodology}_area"), node)
    same = agreeing(scores, expected, tolerance)
    count("UNDP 1990-2022", column, same, expected.height)
    assert same == expected.height == IN_THE_WORLD[column]
    assert unpublished(scores, expected) == WITHHELD.get(column, [])


def test_ranks_of_2022_are_as_published(world, shared, count: Count):
    """Table 1: competition ranks on the index at three decimals."""
    expected = of_2022(shared, "hdi_rank_2022")
    ranks = found(world, ("hdi",), "HDI").filter(pl.col("period") == "2022").join(expected, on="unit")
    same = ranks.filter(pl.col("rank") == pl.col("value")).height
    count("UNDP 1990-2022", "hdi, rank of 2022", same, expected.height)
    assert same == expected.height == 193


def test_groups_of_gender_development_of_2022_are_as_published(world, shared, count: Count):
    """Table 4; plain comparison of binary fractions misses some countries that lie on an edge."""
    expected = of_2022(shared, "gdi_group_2022")
    bands = world.by("gdi").tables["bands"].filter(pl.col("period") == "2022").join(expected, on="unit")
    same = bands.filter(pl.col("band").cast(pl.Float64) == pl.col("value")).height
    count("UNDP 1990-2022", "gdi, group of 2022", same, expected.height)
    assert same == expected.height == 182


def of_2022(shared: Path, column: str) -> pl.DataFrame:
    frame = read_texts(shared / "golden/undp_hdr_2023_24/units.csv")
    return frame.select(unit="iso3", value=pl.col(column).cast(pl.Float64)).drop_nulls()
