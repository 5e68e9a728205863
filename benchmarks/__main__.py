"""Run every benchmark, print the table, and write it into the README between its two marks."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import large_pack, portal, robustness, store, whole_line, workbook
from benchmarks.measuring import Figure

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def main() -> None:
    """Measure, print, write."""
    figures = []
    for module in (whole_line, large_pack, robustness, workbook, portal, store):
        for figure in module.figures():
            print(f"{figure.what}: {figure.measured}", flush=True)
            figures.append(figure)
        write(figures)  # after each part, so that an interrupted run leaves what it measured


def write(figures: list[Figure]) -> None:
    """Put the table between the marks of the README."""
    lines = ["| what | measured | goal |", "|---|---|---|"]
    lines += [f"| {figure.what} | {figure.measured} | {figure.goal} |" for figure in figures]
    machine = (
        f"Whole processes, start included, best of a few; {platform.machine()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, Polars {pl.__version__}. `make bench` writes this table."
    )
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{chr(10).join(lines)}\n\n{machine}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
