"""Units of measure: the bundled codelist CL_UNIT_MEASURE, which a pack may extend."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from mezon.design.csv_table import read_csv_table
from mezon.design.nearest import Nearest, nearest
from mezon.model.codelists import UnitOfMeasure
from mezon.model.finding import Finding, Rulebook
from mezon.model.tables import NUMBER, Column, Table
from mezon.model.text import Text

FILE = "codelists/CL_UNIT_MEASURE.csv"
#: A value times `scale` is the value in the base unit of its dimension; units of one dimension convert.
CL_UNIT_MEASURE = Table(
    name="CL_UNIT_MEASURE",
    path=FILE,
    key=("code",),
    columns=(
        Column(name="code", required=True),
        Column(name="name_en", required=True),
        Column(name="name_ru"),
        Column(name="name_uz"),
        Column(name="parent"),
        Column(name="dimension"),
        Column(name="currency"),
        Column(name="scale", type=NUMBER),
    ),
)


def bundled_units_of_measure() -> dict[str, UnitOfMeasure]:
    """Give the units of measure that come with Mezon, by code."""
    return dict(_bundled())


def read_units_of_measure(folder: Path, *, rulebook: Rulebook) -> tuple[dict[str, UnitOfMeasure], list[Finding]]:
    """Give the bundled units of measure with those of a pack on top; a faulty row of the pack is left out."""
    path = folder / FILE
    if not path.is_file():
        return bundled_units_of_measure(), []
    frame, findings = read_csv_table(path, CL_UNIT_MEASURE, rulebook=rulebook, file=FILE)
    for row in frame.filter(pl.col("scale") <= 0).iter_rows(named=True):
        findings.append(
            rulebook.finding("scale-not-positive", file=FILE, row=row["row"], column="scale", value=row["scale"])
        )
    return {**_bundled(), **_units(frame)}, findings


def nearest_unit_of_measure(code: str, units: Mapping[str, UnitOfMeasure]) -> str:
    """Give the unit of measure whose code is like this one, or else the first few that there are.

    Where only capital letters tell it from a currency, the nearest that is none is named first: kgs is KG or KGS.
    """
    near = nearest(code, units)
    if near not in units or not units[near].currency or near.casefold() != code.casefold():
        return near
    other = Nearest(name for name, unit in units.items() if not unit.currency).one(code)
    return f"{other}, {near}" if other else near


@lru_cache(maxsize=1)
def _bundled() -> dict[str, UnitOfMeasure]:
    from mezon.design.rulebook import read_rulebook

    path = Path(__file__).parent / FILE
    frame, findings = read_csv_table(path, CL_UNIT_MEASURE, rulebook=read_rulebook(None), file=FILE)
    if findings:
        from mezon.errors import PackUnreadable

        raise PackUnreadable(f"The bundled {FILE} is broken: {findings[0].message}")
    return _units(frame)


def _units(frame: pl.DataFrame) -> dict[str, UnitOfMeasure]:
    units = {}
    for row in frame.iter_rows(named=True):
        scale = 1.0 if row["scale"] is None else row["scale"]
        if row["code"] and scale > 0:
            units[row["code"]] = UnitOfMeasure(
                code=row["code"],
                name=Text(en=row["name_en"], ru=row["name_ru"], uz=row["name_uz"]),
                dimension=row["dimension"] or row["code"],
                currency=row["currency"],
                scale=scale,
            )
    return units
