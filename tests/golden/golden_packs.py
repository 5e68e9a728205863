"""The golden packs with all units and years, written at test time from the open data beside the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent


def whole_pack(name: str, folder: Path, *, units: pl.DataFrame, wide: pl.DataFrame) -> Path:
    """Copy the definitions of a golden pack, with other units and observations.

    units : unit, level, name_en. wide : unit, period and a column an indicator, every cell a text as it stands.
    """
    shutil.copytree(HERE / name, folder)
    units.sort("unit").write_csv(folder / "units.csv")
    long = wide.unpivot(index=["unit", "period"], variable_name="indicator").filter(pl.col("value").is_not_null())
    columns = ["indicator", "unit", "period", "value"]
    long.select(columns).filter(pl.col("value") != "").sort(columns).write_csv(folder / "observations.csv")
    return folder


def also_at_level(folder: Path, level: str) -> None:
    """Write each methodology a second time, for the units of another level: `hdi` becomes `hdi_area`."""
    for path in sorted((folder / "methodologies").glob("*.toml")):
        text = path.read_text(encoding="utf-8").replace('level = "COUNTRY"', f'level = "{level}"')
        again = text.replace(f'id = "{path.stem}"', f'id = "{path.stem}_{level.lower()}"', 1)
        (path.parent / f"{path.stem}_{level.lower()}.toml").write_text(again, encoding="utf-8")


def read_texts(path: Path) -> pl.DataFrame:
    """Read a CSV with every cell as a text, so that no digit is lost; an empty cell is null."""
    return pl.read_csv(path, infer_schema=False)


def human_development(shared: Path, folder: Path) -> Path:
    """Write the pack of UNDP's indices: 195 countries and 11 groups (level AREA), 1990-2022."""
    data = shared / "golden/undp_hdr_2023_24"
    wide = read_texts(data / "inputs.csv").rename({"iso3": "unit", "year": "period"})
    wide = wide.rename({name: name.upper() for name in wide.columns if name not in {"unit", "period"}})
    level = pl.when(pl.col("iso3").str.starts_with("ZZ")).then(pl.lit("AREA")).otherwise(pl.lit("COUNTRY"))
    units = read_texts(data / "units.csv").select(unit="iso3", level=level, name_en="country")
    pack = whole_pack("human_development", folder, units=units, wide=wide)
    also_at_level(pack, "AREA")
    return pack


def environmental_performance(shared: Path, folder: Path) -> Path:
    """Write the pack of the Environmental Performance Index: 180 countries."""
    data = shared / "golden/epi_2020"
    inputs = read_texts(data / "inputs.csv")
    raw = read_texts(data / "raw_five_indicators.csv")
    raw = raw.rename({name: f"{name}_RAW" for name in raw.columns if name != "iso"})
    published = read_texts(data / "published.csv").select("iso", pl.col("EPI").alias("EPI_PUBLISHED"))
    units = inputs.select(unit="iso", level=pl.lit("COUNTRY"), name_en="country")
    wide = inputs.drop("country").join(raw, on="iso", how="left").join(published, on="iso", how="left")
    wide = wide.rename({"iso": "unit"}).with_columns(period=pl.lit("2019"))
    return whole_pack("environmental_performance_2020", folder, units=units, wide=wide)
