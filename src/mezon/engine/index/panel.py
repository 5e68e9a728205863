"""A panel: the values a methodology asks of a release, as one array, with what is known about each indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.engine.index.anchors import anchors_of, declared, goalposts_of, percentiles_of
from mezon.engine.index.declared import judgments_of, parameter_rows
from mezon.errors import AskedForUnknown
from mezon.methods.arrays import Mask, Values
from mezon.methods.normalise_rank import Bands, own_bands
from mezon.model.codelists import Frequency, ObsStatus, Variant
from mezon.model.indicator import Indicator
from mezon.model.methodology import Leaf, MethodCall, Methodology
from mezon.model.observations import has_value
from mezon.model.pack import Definitions
from mezon.model.period import Period, last_day
from mezon.model.release import Release
from mezon.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Values of units, periods and indicators, and what is known about each indicator.

    `values`, `standard_errors` : (units, periods, indicators); NaN = no value. The periods reach beyond the window
    that is assessed wherever the release has more of a series, so that imputation sees the whole of it.
    `applicable` : False where the release says that a value cannot exist (status M).
    `window` : places of the assessed periods. `in_force` : (units, window), False where a unit did not exist.
    `direction` : (indicators,), 1 or -1. `goalposts` : (2, indicators), raw scale, NaN where there are none.
    `transforms` : the declared transform of each indicator, or None.
    `anchors` : (8, units or 1, indicators), raw scale: lower and upper goalpost (by group of units where declared so),
    ends of the target, of the best, of the worst; NaN where there is none. `percentiles` : (2, indicators), which
    percentiles are the goalposts, NaN where they are given. `bands` : each indicator's own classes.
    `denominators` : the code each indicator is divided by, or ""; `scales` : what its quotient is multiplied by, NaN =
    as the step says. `divisors` : code -> (units, periods). `groupings` : column of units.csv -> value of each unit.
    `parameters` : constants of formulas, (window,). `judgments` : expert -> item -> score, of the register of ratings.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Values
    standard_errors: Values
    applicable: Mask
    times: Values
    window: npt.NDArray[np.intp]
    in_force: Mask
    direction: Values
    goalposts: Values
    transforms: tuple[MethodCall | None, ...]
    anchors: Values
    percentiles: Values
    bands: tuple[Bands | None, ...]
    denominators: tuple[str, ...]
    scales: Values
    divisors: Mapping[str, Values]
    groupings: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Values] = field(default_factory=dict)
    judgments: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def assessed(self) -> tuple[str, ...]:
        """The periods that are assessed."""
        return tuple(self.periods[place] for place in self.window)


def panel_of(release: Release, methodology: Methodology) -> Panel:
    """Take from a release what a methodology asks for.

    Totals only (breakdown empty), facts only, in the indicator's own unit; where an indicator has several price bases,
    nominal values come first. Units are those of the methodology's level, list or filter, in order of their codes.
    Raises : AskedForUnknown for a leaf, unit or column that the pack does not define.
    """
    definitions = release.definitions
    indicators = tuple(_indicator(definitions, leaf.indicator) for leaf in methodology.leaves)
    units = _units(definitions, methodology)
    rows = _rows(release.observations, indicators, units)
    periods, window = _periods(rows, methodology)
    values, errors, applicable = _cubes(rows, units, periods, indicators)
    traits = _traits(tuple(definitions.units[unit] for unit in units))
    pairs = tuple(zip(methodology.leaves, indicators, strict=True))
    denominators = tuple(str(declared(*pair, "denominator") or "") for pair in pairs)
    assessed = [periods[place] for place in window]
    return Panel(
        units=units,
        periods=tuple(str(period) for period in periods),
        indicators=methodology.indicators,
        values=values,
        standard_errors=errors,
        applicable=applicable,
        times=np.array([period.ordinal for period in periods], dtype=np.float64),
        window=window,
        in_force=np.array(
            [_exists(definitions.units[unit], period) for unit in units for period in assessed], dtype=bool
        ).reshape(len(units), len(assessed)),
        direction=np.array([_direction(*pair) for pair in pairs], dtype=np.float64),
        goalposts=goalposts_of(pairs),
        transforms=tuple(_transform(*pair) for pair in pairs),
        anchors=anchors_of(pairs, traits),
        percentiles=percentiles_of(pairs),
        bands=tuple(own_bands(declared(*pair, "bands")) for pair in pairs),
        denominators=denominators,
        scales=np.array([_number(declared(*pair, "scale")) for pair in pairs], dtype=np.float64),
        divisors=_divisors(release, {*denominators, *_named_denominators(methodology)} - {""}, units, periods),
        groupings=traits,
        parameters=parameter_rows(definitions, assessed),
        judgments=judgments_of(release.registers.get("ratings")),
    )


def _indicator(definitions: Definitions, code: str) -> Indicator:
    try:
        return definitions.indicators[code]
    except KeyError:
        raise AskedForUnknown(f"Leaf {code!r} is no indicator of pack {definitions.id}.") from None


def _units(definitions: Definitions, methodology: Methodology) -> tuple[str, ...]:
    unknown = sorted(set(methodology.units) - set(definitions.units))
    if unknown:
        raise AskedForUnknown(f"Methodology {methodology.id} lists units that the pack lacks: {', '.join(unknown)}.")
    of_level = (unit for unit in definitions.units.values() if unit.level == methodology.level)
    chosen = (definitions.units[code] for code in methodology.units) if methodology.units else of_level
    wanted = methodology.unit_filter
    return tuple(sorted({u.code for u in chosen if all(_trait(u, name) in wanted[name] for name in wanted)}))


def _trait(unit: Unit, column: str) -> str:
    own = {"unit": unit.code, "level": str(unit.level), "country": unit.country, "isic": unit.isic}
    return own.get(column, unit.groupings.get(column, ""))


def _rows(observations: pl.DataFrame, indicators: tuple[Indicator, ...], units: tuple[str, ...]) -> pl.DataFrame:
    own = pl.DataFrame(
        {"indicator": [i.code for i in indicators], "unit_of_measure": [i.unit for i in indicators]},
        schema={"indicator": pl.String, "unit_of_measure": pl.String},
    )
    return (
        observations.filter(
            (pl.col("breakdown") == "")
            & (pl.col("variant") == Variant.FACT)
            & pl.col("unit").is_in(list(units))
            & (has_value() | (pl.col("status") == ObsStatus.CANNOT_EXIST))
        )
        .join(own.unique(), on=["indicator", "unit_of_measure"], how="semi")
        .with_columns((pl.col("price_basis") != "NOMINAL").alias("_other"))
        .sort("indicator", "unit", "period", "_other", "price_basis")
        .unique(["indicator", "unit", "period"], keep="first", maintain_order=True)
    )


def _periods(rows: pl.DataFrame, methodology: Methodology) -> tuple[tuple[Period, ...], npt.NDArray[np.intp]]:
    """Give all periods from the first to the last known or asked for, and the places of those that are assessed."""
    seen = {Period.parse(text) for text in rows["period"].unique().to_list()}
    asked = [Period.parse(text) for text in (*methodology.period_list, *methodology.periods) if text]
    frequency = _frequency(asked or sorted(seen))
    known = {period for period in seen if period.frequency == frequency}
    every = sorted(known | set(asked))
    if not every:
        return (), np.empty(0, dtype=np.intp)
    span = tuple(every[0].shifted(step) for step in range(every[-1].ordinal - every[0].ordinal + 1))
    if methodology.period_list:
        chosen = {Period.parse(text) for text in methodology.period_list}
        return span, np.array([place for place, period in enumerate(span) if period in chosen], dtype=np.intp)
    first, last = (Period.parse(text).ordinal if text else None for text in methodology.periods)
    inside = [
        place
        for place, period in enumerate(span)
        if (first is None or period.ordinal >= first) and (last is None or period.ordinal <= last)
    ]
    return span, np.array(inside, dtype=np.intp)


def _frequency(periods: list[Period]) -> Frequency:
    """Annual when any period is; otherwise that of the first."""
    frequencies = {period.frequency for period in periods}
    return Frequency.ANNUAL if not frequencies or Frequency.ANNUAL in frequencies else min(frequencies)


def _cubes(
    rows: pl.DataFrame,
    units: tuple[str, ...],
    periods: tuple[Period, ...],
    indicators: tuple[Indicator, ...],
) -> tuple[Values, Values, Mask]:
    shape = (len(units), len(periods), len(indicators))
    values, errors, applicable = np.full(shape, np.nan), np.zeros(shape), np.ones(shape, dtype=bool)
    texts = rows["period"].to_list()
    place = {str(period): at for at, period in enumerate(periods)}
    time = np.array([place.get(str(Period.parse(text)), -1) for text in texts], dtype=np.intp)
    on_axis = time >= 0
    where_unit = {code: at for at, code in enumerate(units)}
    unit = np.array([where_unit[code] for code in rows["unit"].to_list()], dtype=np.intp)
    frame = rows["indicator"].to_numpy()
    for at, indicator in enumerate(indicators):
        mine = on_axis & (frame == indicator.code)
        picked = rows.filter(pl.Series(mine))
        cells = (unit[mine], time[mine], at)
        absent = (picked["status"] == ObsStatus.CANNOT_EXIST).to_numpy()
        values[cells] = np.where(absent, np.nan, picked["value"].cast(pl.Float64).fill_null(np.nan).to_numpy())
        errors[cells] = picked["standard_error"].cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
        applicable[cells] = ~absent
    return values, errors, applicable


def _exists(unit: Unit, period: Period) -> bool:
    starts = not unit.valid_from or _first_day(unit.valid_from) <= period.end.isoformat()
    ends = not unit.valid_to or last_day(unit.valid_to) >= period.start
    return starts and ends


def _first_day(text: str) -> str:
    return f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10]


def _direction(leaf: Leaf, indicator: Indicator) -> float:
    return -1.0 if int(leaf.overrides.get("direction", indicator.direction)) < 0 else 1.0


def _divisors(
    release: Release, codes: set[str], units: tuple[str, ...], periods: tuple[Period, ...]
) -> dict[str, Values]:
    """Give the values of each denominator that the pack defines, in its own unit: (units, periods)."""
    known = tuple(release.definitions.indicators[code] for code in sorted(codes & set(release.definitions.indicators)))
    if not known:
        return {}
    values, _, _ = _cubes(_rows(release.observations, known, units), units, periods, known)
    return {indicator.code: values[..., at] for at, indicator in enumerate(known)}


def _number(written: object) -> float:
    return float(written) if isinstance(written, int | float) else float("nan")


def _named_denominators(methodology: Methodology) -> set[str]:
    varied = methodology.robustness.vary if methodology.robustness else ()
    calls = [step.call for step in methodology.steps] + [option for vary in varied for option in vary.options]
    return {str(call.parameters.get("by", "")) for call in calls if call.family == "denominate"}


def _traits(units: tuple[Unit, ...]) -> dict[str, tuple[str, ...]]:
    columns = ("unit", "level", "country", "isic", *sorted({name for unit in units for name in unit.groupings}))
    return {column: tuple(_trait(unit, column) for unit in units) for column in columns}


def _transform(leaf: Leaf, indicator: Indicator) -> MethodCall | None:
    text = leaf.transform or str(indicator.attributes.get("transform") or "")
    if not text or text == "none":
        return None
    return MethodCall.parse(text if "/" in text.partition("(")[0] else f"transform/{text}")
