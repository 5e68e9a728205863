"""What a methodology asks of a pack besides observations: constants of formulas, and experts' judgments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from mezon.methods.arrays import Values
from mezon.model.pack import Definitions
from mezon.model.period import Period


def parameter_rows(definitions: Definitions, periods: Sequence[Period]) -> dict[str, Values]:
    """Give the pack's parameters in some periods: name -> (periods,).

    A parameter has in each period the value stated for that period, else the one stated without a period.
    """
    stated: dict[str, dict[str, float]] = {}
    for (name, period), value in sorted(definitions.parameters.items()):
        stated.setdefault(name, {})[period] = value
    return {
        name: np.array([values.get(str(period), values.get("", np.nan)) for period in periods], dtype=np.float64)
        for name, values in stated.items()
    }


def judgments_of(ratings: pl.DataFrame | None) -> Mapping[str, Mapping[str, float]]:
    """Give experts' ratings: expert -> item -> score, of each expert's latest round on the item.

    ratings : the register of ratings (expert, item, round, score). Rows without an expert, item or score say nothing.
    """
    if ratings is None or not ratings.height:
        return {}
    said = ratings.filter((pl.col("expert") != "") & (pl.col("item") != "") & pl.col("score").is_not_null())
    rounds = pl.col("round") if "round" in said.columns else pl.lit(0).alias("round")
    ordered = said.select("expert", "item", rounds, "score").sort("expert", "item", "round", nulls_last=False)
    found: dict[str, dict[str, float]] = {}
    for expert, item, _, score in ordered.iter_rows():
        found.setdefault(expert, {})[item] = float(score)
    return found
