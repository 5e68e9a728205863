"""A pack as large as a ministry's: 200 indicators, units on three levels, and as many observations as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

INDICATORS, REGIONS, YEARS = 200, 25, 12
FIRST_YEAR = 2010
COUNTRY = "LAND"


def enterprises(how_many: int) -> list[str]:
    """Give the codes of the enterprises; with their regions and the country they are the units of the pack."""
    return [f"E{number:05d}" for number in range(how_many)]


def regions() -> list[str]:
    """Give the codes of the regions."""
    return [f"R{number:02d}" for number in range(REGIONS)]


def indicators() -> list[str]:
    """Give the codes of the indicators."""
    return [f"IND_{number:03d}" for number in range(INDICATORS)]


def periods() -> list[str]:
    """Give the years."""
    return [str(FIRST_YEAR + number) for number in range(YEARS)]


def months(how_many: int) -> list[str]:
    """Give so many months."""
    return [f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02d}" for number in range(how_many)]


def write_definitions(folder: Path, *, units: int) -> None:
    """Write a pack of that many units in all (enterprises, regions, the country) with a single observation."""
    below = enterprises(units - REGIONS - 1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(
        'id = "ministry"\nversion = "1"\ntitle.en = "A ministry, for measurements"\npublisher = "Mezon benchmarks"\n'
        'licence = "CC0"\nlanguages = ["en"]\nsynthetic = true\ndefault_source = "FORM"\n',
        encoding="utf-8",
    )
    (folder / "sources.toml").write_text(
        '[FORM]\nproducer = "Ministry"\ntitle = "Form 1"\nlicence = "CC0"\ncitation = "Form 1"\n'
        'published = "2024-05-31"\naccessed = "2024-05-31"\n',
        encoding="utf-8",
    )
    (folder / "indicators.toml").write_text(
        "\n".join(
            f'[{code}]\nname.en = "{code}"\nunit = "NUMBER"\ndirection = 0\n'
            f'levels = ["ENTERPRISE", "REGION", "COUNTRY"]\nroll_up = "sum"\ntranslation = "unreviewed"\n'
            for code in indicators()
        ),
        encoding="utf-8",
    )
    _write_units(folder, below)
    first = batch(indicators()[:1], below[:1]).head(1)
    (folder / "observations.csv").write_text(first.write_csv(), encoding="utf-8")


def _write_units(folder: Path, below: list[str]) -> None:
    units = [(COUNTRY, "COUNTRY"), *((code, "REGION") for code in regions()), *((code, "ENTERPRISE") for code in below)]
    lines = ["unit,level,name_en", *(f"{code},{level},{code}" for code, level in units)]
    (folder / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    links = [f"{code},{COUNTRY},territory,," for code in regions()]
    links += [f"{code},{regions()[place % REGIONS]},territory,," for place, code in enumerate(below)]
    text = "\n".join(["unit,parent,hierarchy,valid_from,valid_to", *links]) + "\n"
    (folder / "memberships.csv").write_text(text, encoding="utf-8")


def batch(of: list[str], units: list[str]) -> pl.DataFrame:
    """Give observations of some indicators for all years of some units, as observations.csv has them."""
    axes = (pl.DataFrame({"indicator": of}), pl.DataFrame({"unit": units}), pl.DataFrame({"period": periods()}))
    grid = axes[0].join(axes[1], how="cross").join(axes[2], how="cross")
    chance = np.random.Generator(np.random.PCG64(int(of[0][4:])))
    return grid.with_columns(
        value=pl.Series(_walks(chance, grid.height)).round(2),
        source=pl.lit("FORM"),
        source_ref="form " + pl.col("period") + ", line " + pl.col("indicator"),
        published=pl.lit("2024-05-31"),
    )


def _walks(chance: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """Give values that move a few percent a year, as those of real enterprises, so that checks find few jumps."""
    steps = chance.normal(0.02, 0.05, (rows // YEARS, YEARS))
    levels = chance.lognormal(5, 1, (rows // YEARS, 1))
    return np.asarray(levels * np.exp(np.cumsum(steps, axis=1))).ravel()


def batches(*, units: int, at_a_time: int = 10) -> Iterator[pl.DataFrame]:
    """Give all observations, some indicators at a time."""
    below = enterprises(units - REGIONS - 1)
    codes = indicators()
    for start in range(0, INDICATORS, at_a_time):
        yield batch(codes[start : start + at_a_time], below)


def write_csv(path: Path, *, units: int) -> int:
    """Write all observations into one CSV, a batch at a time; give their number."""
    rows = 0
    with path.open("wb") as file:
        for place, frame in enumerate(batches(units=units)):
            frame.write_csv(file, include_header=place == 0)
            rows += frame.height
    return rows
