"""Published indices, run as methodology files by the same line that everybody uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import mezon
from mezon.analyse.assessing import assess
from mezon.model.assessment import Assessment
from mezon.model.codelists import Level
from mezon.model.observations import RELEASE_SCHEMA
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.model.text import Text
from mezon.model.unit import Unit

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def hdi() -> Assessment:
    return mezon.assess(mezon.read_pack(str(HERE / "hdi_2022")))


@pytest.mark.parametrize("pack", ["hdi_2022", "technology_index_2008"])
def test_the_golden_packs_have_no_faults(pack):
    assert [finding for finding in mezon.read_pack(str(HERE / pack)).findings if finding.severity == "error"] == []


def test_hdi_of_2022_equals_what_undp_published(hdi):
    """UNDP, Human Development Report 2023/2024, statistical annex, table 1."""
    published = pl.read_csv(HERE / "hdi_2022" / "published.csv")
    root = hdi.scores.filter(pl.col("node") == "HDI").join(published, on="unit", how="full", coalesce=True)
    assert root.height == published.height
    assert root["score"].to_list() == root["hdi"].to_list()


def test_hdi_ranks_the_sample_as_the_world_table_does(hdi):
    published = pl.read_csv(HERE / "hdi_2022" / "published.csv").with_columns(pl.col("world_rank").rank("min"))
    root = hdi.scores.filter(pl.col("node") == "HDI").join(published, on="unit")
    assert root["rank"].to_list() == root["world_rank"].to_list()


def test_hdi_contributions_add_up_to_the_logarithm_of_the_score(hdi):
    """The scale is 0 to 1, so the reference is its upper end; rounding to three decimals is a row of its own."""
    root = hdi.tables["contributions"].filter(pl.col("node") == "HDI")
    assert set(root["reference"]) == {"1"}
    sums = (
        root.group_by("unit")
        .agg(pl.col("contribution").sum())
        .join(hdi.scores.filter(pl.col("node") == "HDI"), on="unit")
    )
    assert sums["contribution"].to_list() == pytest.approx(sums["score"].log().to_list(), abs=1e-9)


@pytest.mark.parametrize(
    ("methodology", "column"), [("equal_weights", "EW"), ("equal_weights", "LIN"), ("geometric", "GME")]
)
def test_technology_index_ranks_equal_the_handbook(methodology, column):
    """OECD/JRC Handbook (2008), tables 23 (EW) and 38 (LIN, GME): 23 countries."""
    folder = HERE / "technology_index_2008"
    published = pl.read_csv(folder / "published.csv")
    scores = mezon.assess(mezon.read_pack(str(folder)), methodology).scores
    found = scores.filter(pl.col("node") == "INDEX").join(published, on="unit", how="full", coalesce=True)
    assert found["rank"].to_list() == found[column].to_list()


def test_hdi_of_every_country_and_year_equals_what_undp_published(shared):
    """All 6,171 indices of 1990-2022, with the methodology file of the sample; from the copy beside the repository."""
    folder = shared / "golden" / "undp_hdr_2023_24"
    wide = pl.read_csv(folder / "inputs.csv", columns=["iso3", "year", "le", "eys", "mys", "gnipc"])
    sample = mezon.read_pack(str(HERE / "hdi_2022"))
    release = _release_of(sample, wide.sort("iso3", "year"))
    scores = assess(release, sample.definitions.methodologies["hdi"]).scores.filter(pl.col("node") == "HDI")
    published = pl.read_csv(folder / "published.csv", columns=["iso3", "year", "hdi"]).drop_nulls()
    found = published.with_columns(pl.col("year").cast(pl.String)).join(
        scores, left_on=["iso3", "year"], right_on=["unit", "period"], how="left"
    )
    assert found.height == 6171
    assert found.filter(pl.col("hdi") != pl.col("score").fill_null(-1.0)).height == 0


def _release_of(sample: Pack, wide: pl.DataFrame) -> Release:
    """Give the world's inputs as a release with the indicators of the sample."""
    long = wide.unpivot(index=["iso3", "year"], variable_name="indicator").drop_nulls("value")
    observations = long.select(
        indicator=pl.col("indicator").str.to_uppercase(),
        unit="iso3",
        period=pl.col("year").cast(pl.String),
        value="value",
    )
    units = pl.Series([sample.definitions.indicators[code].unit for code in observations["indicator"]])
    stated = {"variant": "FACT", "price_basis": "NOMINAL", "status": "A", "unit_of_measure": units}
    columns = [
        pl.lit(None, dtype=kind).alias(name) if kind != pl.String() else pl.lit("").alias(name)
        for name, kind in RELEASE_SCHEMA.items()
        if name not in observations.columns and name not in stated
    ]
    frame = observations.with_columns(
        *columns, **{k: pl.lit(v) if isinstance(v, str) else v for k, v in stated.items()}
    )
    countries = {
        code: Unit(code=code, level=Level.COUNTRY, name=Text(en=code)) for code in observations["unit"].unique()
    }
    return Release(
        pack="hdi",
        pack_version="1",
        pack_sha256="0" * 64,
        as_of=date(2024, 3, 13),
        definitions=replace(sample.definitions, units=countries),
        observations=frame.select(*RELEASE_SCHEMA),
        content_sha256="0" * 64,
    )
