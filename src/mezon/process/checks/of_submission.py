"""Checks of a submission: the pack's rules on what somebody filled in, its past, its parts, its ratios, and its peers.

The cells become observations of one series with the unit's earlier values, so that rules written for a whole pack judge
a single cell too. Errors are hard, warnings soft: these can be answered with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.methods.history import history_band, history_bands
from mezon.model.codelists import ABSENT
from mezon.model.finding import Finding, Rule, Rulebook
from mezon.model.form import Form
from mezon.model.observations import DEFAULTS, ROW, WORKING_SCHEMA
from mezon.model.pack import Definitions, Pack
from mezon.model.period import Period
from mezon.process.checks.evidence import Evidence, periods_of
from mezon.process.checks.formulas import Cube, cubes_of, environment_of, parsed_or_none
from mezon.process.checks.registry import CHECKS
from mezon.process.checks.reporting import as_text, number

__all__ = ["Submitted", "check_cells", "history_band", "submission_check"]

#: Values laid out by unit and period, and what formulas over them look terms up in.
Cubes = tuple[tuple[Cube, dict[str, npt.NDArray[np.float64]]], ...]
#: Kinds of rules of the pack that judge a cell in their own words.
_OWN_WORDS = ("expression", "value-without-status")
_LIKE = "submission-like"
_KEY = ("indicator", "breakdown", "variant", "period")
#: What these say of a cell explains what a ratio or a past would say of it once more.
_PLAIN = frozenset({"cell-outside-range", "cell-magnitude", "cell-jump"})
_FIRST_ROW = 2
_RECENT_YEARS = 3


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What a check of a submission looks at: the cells as observations of one series with the unit's past.

    `past` : all else that the unit stated; of it the evidence holds what rules of the pack look at (`_RECENT_YEARS`).
    `flagged` : cells that a plain check has named already. `places` : the place of each row of a cell.
    """

    evidence: Evidence
    form: Form
    unit: str
    period: str
    past: pl.DataFrame
    peers: pl.DataFrame
    places: Mapping[int, str]
    flagged: frozenset[str] = frozenset()

    @property
    def rulebook(self) -> Rulebook:
        """The rules in force."""
        return self.evidence.rulebook

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The rows of the cells, with all that is known of their indicators, and `place`."""
        places = pl.DataFrame(
            {ROW: list(self.places), "place": list(self.places.values())}, schema={ROW: pl.UInt32, "place": pl.String}
        )
        return self.evidence.observations.join(places, on=ROW, how="inner", maintain_order="left")

    @cached_property
    def place_of(self) -> dict[str, str]:
        """The place of an indicator's whole, in the period of the submission."""
        whole = self.cells.filter((pl.col("breakdown") == "") & (pl.col("period") == self.period))
        return dict(whole.select("indicator", "place").unique("indicator", keep="first").iter_rows())

    @cached_property
    def cubes(self) -> Cubes:
        """Everything that formulas of the pack ask for, of this unit."""
        return laid_out(self.evidence)


def laid_out(evidence: Evidence) -> Cubes:
    """Lay out, once for all formulas of a pack, what they ask for: cubes by frequency, each with its environment."""
    formulas = (parsed_or_none(indicator.formula) for indicator in evidence.definitions.indicators.values())
    terms = frozenset(term for formula in formulas if formula for term in formula.terms)
    return tuple((cube, environment_of(evidence, cube)) for cube in cubes_of(evidence, terms))


Check = Callable[[Submitted, Rule], Iterator[Finding]]
SUBMISSION_CHECKS: dict[str, Check] = {}


def submission_check(kind: str) -> Callable[[Check], Check]:
    """Register a check under the kind that a rule of submission.toml names."""

    def enter(function: Check) -> Check:
        SUBMISSION_CHECKS[kind] = function
        return function

    return enter


def check_cells(
    pack: Pack,
    cells: pl.DataFrame,
    *,
    form: Form,
    unit: str,
    period: str,
    before: pl.DataFrame | None = None,
    peers: pl.DataFrame | None = None,
) -> tuple[Finding, ...]:
    """Check what a unit filled in; each finding has its cell's place as `key`, and the order is that of the cells.

    pack : its definitions and rules; its observations are not looked at. cells : as CELLS; those without a value and
    without a status say nothing and are left out. before : observations of the unit, of any period and source: what
    the cells state anew is left out of them. peers : observations of comparable units.
    """
    from mezon.process.checks import of_submission_terms  # noqa: F401 - registers its checks

    said = cells.filter(pl.col("value").is_finite() | pl.col("status").is_in(sorted(ABSENT)))
    if said.is_empty():
        return ()
    submitted = _submitted(pack, said, form=form, unit=unit, period=period, before=before, peers=peers)
    found = list(_by_pack_rules(submitted))
    flagged = frozenset(finding.key for finding in found if finding.code in _PLAIN)
    submitted = replace(submitted, flagged=flagged)
    for rule in submitted.rulebook.rules.values():
        if rule.kind in SUBMISSION_CHECKS:
            found.extend(SUBMISSION_CHECKS[rule.kind](submitted, rule))
    order = {place: number for number, place in enumerate(submitted.places.values())}
    found.sort(key=lambda finding: (order.get(finding.key, len(order)), finding.code, finding.message))
    return tuple(dict.fromkeys(found))


def _submitted(
    pack: Pack,
    cells: pl.DataFrame,
    *,
    form: Form,
    unit: str,
    period: str,
    before: pl.DataFrame | None,
    peers: pl.DataFrame | None,
) -> Submitted:
    stated = _as_observations(cells, form, unit, form.due(Period.parse(period)).isoformat())
    definitions = replace(pack.definitions, rulebook=_rules_for_cells(pack.definitions.rulebook), settlements=())
    stated = with_own_units(stated, definitions)
    past = with_own_units(_past(before, stated, form, unit, first_row=_FIRST_ROW + stated.height), definitions)
    # A rule looks at neighbours in time; formulas may look farther back, and have no breakdown.
    recent = pl.col("period").str.slice(0, 4) >= str(Period.parse(period).year - _RECENT_YEARS)
    joined = pl.concat([stated, past.filter(recent | (pl.col("breakdown") == ""))])
    evidence = Evidence(Pack(folder=PurePath(), sha256="", definitions=definitions, observations=joined))
    return Submitted(
        evidence=evidence,
        form=form,
        unit=unit,
        period=period,
        past=past,
        peers=in_working_shape(peers) if peers is not None else stated.clear(),
        places=dict(zip(stated[ROW], cells["place"], strict=True)),
    )


def _as_observations(cells: pl.DataFrame, form: Form, unit: str, published: str) -> pl.DataFrame:
    """Turn cells into observations as they will be stated, by the form's source."""
    asked = {item.indicator: item.unit_of_measure for item in form.items if item.unit_of_measure}
    measure = pl.col("indicator").replace_strict(asked, default="", return_dtype=pl.String) if asked else pl.lit("")
    stated = cells.select(
        *_KEY,
        "value",
        pl.lit(unit).alias("unit"),
        pl.col("status").fill_null(""),
        measure.alias("unit_of_measure"),
        pl.lit(form.source).alias("source"),
        pl.lit(published).alias("published"),
        pl.lit(form.confidentiality).alias("confidentiality"),
        (pl.int_range(pl.len(), dtype=pl.UInt32) + _FIRST_ROW).alias(ROW),
    )
    return in_working_shape(stated)


def _past(before: pl.DataFrame | None, stated: pl.DataFrame, form: Form, unit: str, *, first_row: int) -> pl.DataFrame:
    """Bring the unit's other observations into the one series that the cells go on: the latest of each key."""
    if before is None or before.is_empty():
        return stated.clear()
    rows = in_working_shape(before).filter(pl.col("unit") == unit)
    key = [*_KEY, "price_basis", "unit_of_measure"]
    if rows.select(pl.concat_str(key, separator="\x1f").hash(seed=0).is_duplicated().any()).item():
        rows = rows.sort("published", *key, "value").unique(key, keep="last", maintain_order=True)
    others = rows.join(stated, on=list(_KEY), how="anti", maintain_order="left")
    return others.with_columns(
        pl.lit(form.source).alias("source"),
        (pl.int_range(pl.len(), dtype=pl.UInt32) + first_row).alias(ROW),
    )


def in_working_shape(rows: pl.DataFrame) -> pl.DataFrame:
    """Give observations all columns of the working schema; what is not said has its default."""
    present = [
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in WORKING_SCHEMA.items()
    ]
    texts = [name for name, dtype in WORKING_SCHEMA.items() if dtype == pl.String()]
    filled = rows.select(present).with_columns(pl.col(texts).fill_null(""))
    defaults = [
        pl.when(pl.col(name) == "").then(pl.lit(str(value))).otherwise(pl.col(name)).alias(name)
        for name, value in DEFAULTS.items()
    ]
    return filled.with_columns(defaults)


def _rules_for_cells(rulebook: Rulebook) -> Rulebook:
    """Let rules of kind submission-like have the parameters and severity of the rule that they run."""
    rules = {code: _like(rule, rulebook) if rule.kind == _LIKE else rule for code, rule in rulebook.rules.items()}
    return Rulebook(rules=rules, language=rulebook.language)


def _like(rule: Rule, rulebook: Rulebook) -> Rule:
    base = rulebook.rules.get(str(rule.parameters.get("like", "")))
    if base is None:
        return rule
    return replace(rule, severity=base.severity, parameters={**base.parameters, **rule.parameters})


def _by_pack_rules(submitted: Submitted) -> Iterator[Finding]:
    """Run the rules of the pack over the series, and keep what they say of the cells."""
    for rule in submitted.rulebook.rules.values():
        kind = rule.kind
        if kind == _LIKE:
            base = submitted.rulebook.rules.get(str(rule.parameters.get("like", "")))
            kind = base.kind if base else ""
        elif kind not in _OWN_WORDS:
            continue
        run = CHECKS.get(kind)
        for finding in run(submitted.evidence, rule) if run else ():
            place = submitted.places.get(finding.row or 0)
            if place is not None and finding.file == submitted.evidence.file:
                yield at_place(finding, place)


def with_own_units(rows: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Fill an empty unit of measure with the indicator's, as in a pack."""
    own = {code: indicator.unit for code, indicator in definitions.indicators.items()}
    unit = pl.col("indicator").replace_strict(own, default="", return_dtype=pl.String) if own else pl.lit("")
    stated = pl.col("unit_of_measure")
    return rows.with_columns(pl.when(stated == "").then(unit).otherwise(stated).alias("unit_of_measure"))


def at_place(finding: Finding, place: str) -> Finding:
    """Move a finding from a row of the series to its cell."""
    return replace(finding, file="", row=None, column="", key=place)


@submission_check("history")
def cells_are_like_their_past(submitted: Submitted, rule: Rule) -> Iterator[Finding]:
    """Warn of values outside the band that at least `fewest` values before make; see `methods.history`.

    The same part of earlier years counts, in the same unit of measure. What a slip of magnitude or a jump explains is
    not said twice, and small counts may vary.
    """
    far, fewest = number(rule, "far", 3.5), int(number(rule, "fewest", 4))
    cells, before = _with_past(submitted)
    if not before.size:
        return
    low, high = history_bands(before, far=far, fewest=fewest)
    values = cells["value"].to_numpy()
    largest = np.maximum(np.nan_to_num(np.abs(before)).max(axis=1), np.abs(values))
    counted = cells["dimension"].is_in(list(rule.parameters.get("count_dimensions", ()))).fill_null(value=False)
    small = counted.to_numpy() & (largest < number(rule, "small_count", 0))
    outside = ((values < low) | (values > high)) & ~small
    left_out = set(rule.parameters.get("except", ()))
    for place in np.flatnonzero(outside):
        cell = cells.row(int(place), named=True)
        if cell["place"] not in submitted.flagged and cell["indicator"] not in left_out:
            seen = before[place][np.isfinite(before[place])]
            yield submitted.rulebook.finding(
                rule.code, key=cell["place"], value=as_text(cell["value"]), count=seen.size,
                lowest=as_text(float(seen.min())), highest=as_text(float(seen.max())),
                low=as_text(float(f"{low[place]:.4g}")), high=as_text(float(f"{high[place]:.4g}")),
            )  # fmt: skip


def _with_past(submitted: Submitted) -> tuple[pl.DataFrame, npt.NDArray[np.float64]]:
    """Give the cells that have a value, and for each the values of the same part of earlier years, a column a year."""
    same = ("indicator", "breakdown", "variant", "price_basis", "unit_of_measure", "periods_a_year", "part")
    part = (pl.col("ordinal") % pl.col("periods_a_year")).alias("part")
    stated = pl.col("value").is_finite() & pl.col("ordinal").is_not_null()
    cells = submitted.cells.filter(stated).with_columns(part).with_row_index("cell")
    past = submitted.past.select("period", *same[:5], "value")
    past = past.join(periods_of(past), on="period", how="inner").with_columns(part).filter(stated)
    pairs = past.join(cells.select(*same, "cell", pl.col("ordinal").alias("now")), on=same, how="inner")
    pairs = pairs.filter(pl.col("ordinal") < pl.col("now")).with_columns(
        back=(pl.col("now") - pl.col("ordinal")) // pl.col("periods_a_year")
    )
    if pairs.is_empty():
        return cells, np.empty((0, 0))
    years = int(pairs["back"].max())  # type: ignore[arg-type]
    before = np.full((cells.height, years), np.nan)
    before[pairs["cell"].to_numpy(), years - pairs["back"].to_numpy()] = pairs["value"].to_numpy()
    return cells, before
