"""The small pack of the desk's tests: two enterprises that owe a form, with twelve years of values."""

from __future__ import annotations

from pathlib import Path

FORM = """
id = "annual"
version = "1"
title.en = "Annual return"
levels = ["ENTERPRISE"]
first = "2025"
deadline = 120
source = "SURVEY"
confidentiality = "C"
instructions.en = "Fill in every line."

[[sections]]
id = "money"
title.en = "Money"
items = [
  { indicator = "RD_SPEND", required = true },
  { indicator = "TOTAL_SPEND", required = true },
  { indicator = "PATENTS" },
]
"""
MORE_INDICATORS = """
[PATENTS]
name.en = "Patents granted"
unit = "NUMBER"
direction = 1
levels = ["ENTERPRISE"]
roll_up = "sum"
range = [0, 1000]
"""
_YEARS = range(2013, 2025)
OBSERVATIONS = "indicator,unit,period,value\n" + "".join(
    f"RD_SPEND,{unit},{year},{base + 0.1 * (year - 2013)}\nTOTAL_SPEND,{unit},{year},{40 * base + year - 2013}\n"
    for unit, base in (("A", 12.0), ("B", 30.0))
    for year in _YEARS
)


def with_form(folder: Path) -> Path:
    """Give the documentation's first pack a form and twelve years of values."""
    (folder / "forms").mkdir()
    (folder / "forms/annual.toml").write_text(FORM, encoding="utf-8")
    (folder / "observations.csv").write_text(OBSERVATIONS, encoding="utf-8")
    indicators = folder / "indicators.toml"
    indicators.write_text(indicators.read_text(encoding="utf-8") + MORE_INDICATORS, encoding="utf-8")
    return folder


def still_collected(folder: Path) -> Path:
    """Let the survey go on: a source published once, in 2025, cannot hold what is collected afterwards."""
    sources = folder / "sources.toml"
    sources.write_text(sources.read_text(encoding="utf-8").replace("published =", "accessed ="), encoding="utf-8")
    return folder
