"""The ledger of a release in the making: computed rows as they are found, and what could not be computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from mezon.engine.cells import Cells
from mezon.model.codelists import ObsStatus, Qualifier
from mezon.model.finding import Finding
from mezon.model.indicator import Indicator
from mezon.model.observations import RELEASE_SCHEMA
from mezon.model.pack import Definitions
from mezon.process.cubes import Cube, Mask, confidentiality_of, status_of

_FILLED = (
    "indicator", "unit", "period", "breakdown", "value", "unit_of_measure", "variant", "price_basis", "status",
    "confidentiality", "qualifier", "origin", "origin_note",
)  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """Collects computed rows and findings; `rows()` and `findings` hand them over."""

    definitions: Definitions
    findings: list[Finding] = field(default_factory=list)
    _rows: list[tuple[object, ...]] = field(default_factory=list)

    def enter(
        self,
        cube: Cube,
        indicator: Indicator,
        where: Mask,
        found: Cells,
        *,
        origin: str,
        note: str | Callable[[int, int], str],
        status: str = "",
    ) -> None:
        """Enter the cells marked in `where`, if the indicator is measured at their unit's level.

        note : the origin in words, or a function of a cell's place that gives it. status : of all the cells, such as
        why they have no value; left out, each has the worst of what it was made of.
        """
        if not where.any():
            return
        names = [str(period) for period in cube.periods]
        breakdown, variant, price_basis, _ = cube.slice
        own = indicator.unit
        for row, column in zip(*(places.tolist() for places in np.nonzero(where)), strict=True):
            unit = cube.units[row]
            if indicator.levels and self.definitions.units[unit].level not in indicator.levels:
                continue
            value, flags = float(found.values[row, column]), int(found.flags[row, column])
            words = note if isinstance(note, str) else note(row, column)
            self._rows.append((
                indicator.code, unit, names[column], breakdown, None if np.isnan(value) else value + 0.0,
                own, variant, price_basis, status or status_of(flags), confidentiality_of(flags),
                str(Qualifier.EXACT), origin, words,
            ))  # fmt: skip

    def report_undefined(self, cube: Cube, indicator: Indicator, where: Mask, formula: str) -> None:
        """Report, once a series, where a formula has all its terms and yet no answer."""
        self._report("release-formula-undefined", cube, indicator, where, formula=formula)

    def report_withheld(self, cube: Cube, indicator: Indicator, where: Mask) -> None:
        """Report, once a series, where too few members are known for a value of the whole."""
        self._report("release-coverage-low", cube, indicator, where)

    def _report(self, code: str, cube: Cube, indicator: Indicator, where: Mask, *, formula: str = "") -> None:
        for row in np.nonzero(where.any(axis=1))[0].tolist():
            unit = cube.units[row]
            if indicator.levels and self.definitions.units[unit].level not in indicator.levels:
                continue
            periods = ", ".join(str(cube.periods[column]) for column in np.nonzero(where[row])[0].tolist())
            key = " ".join(part for part in (indicator.code, unit, *cube.slice[:3]) if part)
            self.findings.append(
                self.definitions.rulebook.finding(
                    code, key=key, value=indicator.code, unit=unit, periods=periods, formula=formula
                )
            )

    def rows(self) -> pl.DataFrame:
        """Give the computed rows, in the shape of a release."""
        schema = {name: RELEASE_SCHEMA[name] for name in _FILLED}
        frame = pl.DataFrame(self._rows, schema=schema, orient="row")
        rest = {name: kind for name, kind in RELEASE_SCHEMA.items() if name not in schema}
        empty = [pl.lit(None if kind == pl.Float64() else "", dtype=kind).alias(name) for name, kind in rest.items()]
        return frame.with_columns(empty).select(list(RELEASE_SCHEMA))


WITHHELD = str(ObsStatus.EXISTS_NOT_COLLECTED)
