"""Releasing: from all that was ever said to one row a key, as it was known at a date, with its origin.

The order of work is the order of the functions below: known by the date, settled, converted, derived and rolled up,
sorted, and hashed. Computed rows never replace a reported one. A release read again as a pack gives the same release,
because its computed rows are computed again from its reported ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

import polars as pl

from mezon.model.finding import Finding
from mezon.model.observations import CONVERTED, COUNTED, DERIVED, KEY, RELEASE_SCHEMA, REPORTED, ROLLED_UP
from mezon.model.pack import Definitions, Pack
from mezon.model.release import Release
from mezon.process.conversion import converted_rows
from mezon.process.cubes import cubes_of
from mezon.process.derivation import derive, plan_of
from mezon.process.hierarchy import Tree
from mezon.process.ledger import Ledger
from mezon.process.rolling_up import roll_up_cube
from mezon.process.settling import known_by, settle

_KEY = list(KEY)
_COMPUTED = (CONVERTED, DERIVED, ROLLED_UP)
_CHUNK = 50_000


def prepare(pack: Pack, *, as_of: date | None = None, counted: pl.DataFrame | None = None) -> Release:
    """Make the release of a pack in memory.

    as_of : rows published later are not known yet; left out, the latest date in the pack. counted : observations
    counted from registers (known from the day the register was published), which fill only what nobody reported.
    Raises : UnsettledDisagreement, listing every key; FormulaFault.
    """
    definitions = pack.definitions
    known, cut, undated = known_by(stated_rows(pack.observations), definitions, as_of=as_of)
    settled = settle(known, definitions)
    if counted is not None and counted.height:
        known_counts, _, _ = known_by(_counted(counted), definitions, as_of=cut)
        settled = pl.concat([settled, known_counts.join(settled, on=_KEY, how="anti")])
    converted, missing_rates = converted_rows(settled, definitions)
    reported = pl.concat([settled, converted])
    computed, findings = computed_rows(reported, definitions)
    observations = pl.concat([reported, computed]).sort(_KEY).rechunk()
    return Release(
        pack=definitions.id,
        pack_version=definitions.version,
        pack_sha256=pack.sha256,
        as_of=cut,
        definitions=definitions,
        observations=observations,
        content_sha256=content_hash(observations),
        registers=pack.registers,
        findings=(*undated, *missing_rates, *findings),
    )


def computed_rows(
    reported: pl.DataFrame, definitions: Definitions, *, tree: Tree | None = None
) -> tuple[pl.DataFrame, list[Finding]]:
    """Derive and roll up: give the rows that follow from the reported ones, and what could not be computed.

    tree : the hierarchies of the definitions, where they are at hand already.
    """
    tree = tree or Tree(definitions)
    plan = plan_of(definitions)
    ledger = Ledger(definitions)
    if plan.order:
        for cube in cubes_of(reported, definitions, indicators=plan.indicators, families=tree.families()):
            wholes = tree.wholes(cube.units, cube.periods)
            for code in plan.order:
                indicator = definitions.indicators[code]
                derive(cube, indicator, plan, ledger)
                roll_up_cube(cube, indicator, wholes, plan, ledger)
    return ledger.rows(), ledger.findings


def content_hash(observations: pl.DataFrame) -> str:
    """Hash all columns of a release, in order, with numbers at ten significant digits (sha256, hex).

    exp, log and sums differ in the last bit between processors; at ten digits machines agree.
    """
    digest = hashlib.sha256("\x1f".join(observations.columns).encode())
    for part in _chunks(observations):
        texts = [
            pl.Series(name, _ten_digits(part[name]), dtype=pl.String) if part[name].dtype == pl.Float64 else part[name]
            for name in part.columns
        ]
        lines = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\x1f"))
        digest.update(("\x1e" + "\x1e".join(lines.to_series().to_list())).encode())
    return digest.hexdigest()


def _ten_digits(numbers: pl.Series) -> list[str]:
    if numbers.null_count() == numbers.len():
        return [""] * numbers.len()
    return ["" if number is None else f"{number + 0.0:.10g}" for number in numbers.to_list()]


def _chunks(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, frame.height, _CHUNK):
        yield frame.slice(start, _CHUNK)


def stated_rows(observations: pl.DataFrame) -> pl.DataFrame:
    """Take what was reported or counted, in the shape of a release; what one computed from it is computed again."""
    if "origin" not in observations.columns:
        return _in_shape(observations, origin=REPORTED)
    return _in_shape(observations.filter(~pl.col("origin").is_in(_COMPUTED)), origin=REPORTED)


def _counted(counted: pl.DataFrame) -> pl.DataFrame:
    return _in_shape(counted, origin=COUNTED).unique(_KEY, keep="first", maintain_order=True)


def _in_shape(frame: pl.DataFrame, *, origin: str) -> pl.DataFrame:
    """Give the columns of a release, in order; an origin that is there is kept."""
    blank = {"origin": origin}
    columns = []
    for name, kind in RELEASE_SCHEMA.items():
        if name not in frame.columns:
            columns.append(pl.lit(None if kind == pl.Float64() else blank.get(name, ""), dtype=kind).alias(name))
        elif name == "origin":
            columns.append(pl.when(pl.col(name) == "").then(pl.lit(origin)).otherwise(pl.col(name)).alias(name))
        else:
            columns.append(pl.col(name).cast(kind))
    return frame.select(columns)
