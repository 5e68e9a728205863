"""A pack of 210,050 rows: the world panel of `../shared` where it is there, else one generated of its shape."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

SHARED = Path(__file__).parents[2] / "shared" / "data"
ROWS = 210_050
_HEADER = ("indicator", "unit", "period", "value", "source", "source_ref", "published")
_INDICATORS, _UNITS, _YEARS = 78, 286, range(2000, 2025)

Row = tuple[str, str, str, str, str, str, str]


def write_world_pack(folder: Path) -> str:
    """Write the pack; say in words which of the two it is."""
    real = (SHARED / "comparators_world.csv").exists()
    rows = list(_real_rows() if real else _generated_rows())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(rows)
    _write_definitions(folder, rows)
    return f"{len(rows):,} rows, {'the real world panel' if real else 'generated in its shape'}"


def _real_rows() -> Iterator[Row]:
    with (SHARED / "comparators_world.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            vintage = re.match(r"\d{4}(-\d{2})?(-\d{2})?", row["vintage"])
            source = f"{row['source']} {row['vintage']}"
            yield (
                row["indicator"],
                row["unit"],
                row["period"],
                row["value"],
                source,
                row["source_file"],
                vintage.group() if vintage else "",
            )


def _generated_rows() -> Iterator[Row]:
    """Random walks with gaps: every indicator, unit and year in turn until the rows are enough."""
    chance = np.random.Generator(np.random.PCG64(20240101))
    produced = 0
    for indicator in range(_INDICATORS):
        levels = np.exp(np.cumsum(chance.normal(0, 0.05, (_UNITS, len(_YEARS))), axis=1)) * 10
        present = chance.random((_UNITS, len(_YEARS))) < 0.5
        for unit in range(_UNITS):
            for year, value, here in zip(_YEARS, levels[unit], present[unit], strict=True):
                if not here or produced >= ROWS:
                    continue
                produced += 1
                yield (f"IND.{indicator:02d}", f"U{unit:03d}", str(year), repr(float(value)), "PANEL", "", "2024-12-31")


def _write_definitions(folder: Path, rows: Iterable[Row]) -> None:
    indicators = sorted({row[0] for row in rows})
    units = sorted({row[1] for row in rows})
    sources = sorted({(row[4], row[6]) for row in rows})
    (folder / "pack.toml").write_text(
        'id = "world"\nversion = "1"\ntitle.en = "World panel for measurements"\npublisher = "Mezon benchmarks"\n'
        'licence = "see sources"\nlanguages = ["en"]\nsynthetic = false\n',
        encoding="utf-8",
    )
    (folder / "indicators.toml").write_text(
        "\n".join(
            f'["{code}"]\nname.en = "{code}"\nunit = "NUMBER"\ndirection = 0\nlevels = ["COUNTRY"]\n'
            'roll_up = "none"\ntranslation = "unreviewed"\n'
            for code in indicators
        ),
        encoding="utf-8",
    )
    lines = ["unit,level,name_en", *(f"{unit},COUNTRY,{unit}" for unit in units)]
    (folder / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sources.toml").write_text(
        "\n".join(
            f'["{name}"]\nproducer = "{name.split(" 2")[0]}"\ntitle = "{name}"\nlicence = "see the data"\n'
            f'published = "{published}"\naccessed = "2026-11-22"\npriority = {place}\n'
            for place, (name, published) in enumerate(sources, start=1)
        ),
        encoding="utf-8",
    )
