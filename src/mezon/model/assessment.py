"""An assessment: the tables that `mezon assess` writes, and their trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from mezon.model.finding import Finding
from mezon.model.trace import Trace

#: Columns of each table (design.md section 6 and appendix A); the file is `<table>.csv`.
TABLES: dict[str, tuple[str, ...]] = {
    "scores": (
        "unit", "period", "node", "score", "rank", "score_low", "score_high", "rank_low", "rank_high",
        "coverage", "imputed_share",
    ),
    "weights": ("node", "parent", "weight", "effective_weight", "influence", "influence_smoothed"),
    "contributions": ("unit", "period", "node", "indicator", "contribution", "kind", "reference"),
    "strengths": ("unit", "period", "indicator", "kind", "value", "normalised", "peer_median", "gap", "rank"),
    "statistics": (
        "step", "indicator", "n", "mean", "sd", "min", "max", "skew", "kurtosis", "missing", "zeros", "same", "flag",
    ),
    "correlations": ("step", "a", "b", "method", "r", "p", "n", "flag"),
    "reliability": (
        "step", "node", "k", "cronbach_alpha", "kmo", "first_component_share", "deleted",
        "item_rest_r", "rows", "bartlett_chi2", "bartlett_df", "bartlett_p", "flag",
    ),
    "components": ("step", "node", "component", "eigenvalue", "share", "cumulative"),
    "robustness": ("unit", "period", "node", "rank", "mean", "median", "p05", "p95", "share_same", "band"),
    "pairwise": ("period", "a", "b", "share_a_above_b"),
    "acceptability": ("unit", "period", "rank", "share"),
    "improvements": ("unit", "node", "from", "to", "share_improved"),
    "sensitivity": ("factor", "s1", "s1_low", "s1_high", "st", "st_low", "st_high"),
    "sensitivity_scores": ("unit", "period", "factor", "s1", "s1_low", "s1_high", "st", "st_low", "st_high"),
    "leave_one_out": ("dropped", "unit", "period", "score", "rank", "rank_change"),
    "replay": ("replicate", "unit", "period", "score", "rank"),
    "changes": (
        "unit", "node", "from", "to", "measure", "before", "after", "change", "data_revision", "method", "real_change",
    ),
    "bands": ("unit", "period", "node", "band"),
    "outranking": ("node", "period", "a", "b", "share_a_above_b"),
    "loadings": ("node", "component", "indicator", "loading", "variance", "share"),
    "treated": ("step", "unit", "period", "indicator", "before", "after", "how"),
    "imputed": ("step", "unit", "period", "indicator", "value", "method", "standard_error"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Scores, ranks and all that explains them.

    `tables` : by name, with the columns of TABLES; a table that the methodology does not call for is absent.
    `steps` : the wide table after each step, under its file name without the ending (`01-screen`, ...).
    `draws` : one row a replicate, with `--save-draws`.
    """

    trace: Trace
    tables: Mapping[str, pl.DataFrame]
    steps: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    draws: pl.DataFrame | None = None
    findings: tuple[Finding, ...] = ()
    excluded_draws: int = 0

    def __repr__(self) -> str:
        """Say in a line what was assessed, how, and what there is."""
        trace = self.trace
        return (
            f"<Assessment of {trace.pack} by {trace.methodology} {trace.methodology_version}, as of {trace.as_of}: "
            f"{trace.draws} draws, {len(self.findings)} findings, tables {', '.join(sorted(self.tables))}>"
        )

    @property
    def scores(self) -> pl.DataFrame:
        """Score, rank and their intervals for every unit, period and node."""
        return self.tables["scores"]
