"""An index of any size over made values, and what a plain NumPy loop makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from mezon.engine.index import CompiledIndex, compile_index, panel_of
from mezon.methods import METHODS
from mezon.model.codelists import Level
from mezon.model.indicator import Goalposts, Indicator
from mezon.model.methodology import Leaf, MethodCall, Methodology, Node, Robustness, Step, Vary
from mezon.model.observations import RELEASE_SCHEMA
from mezon.model.pack import Definitions
from mezon.model.release import Release
from mezon.model.text import Text
from mezon.model.unit import Unit

Values = npt.NDArray[np.float64]

#: The index that figures are about: 51 units, 49 indicators in 8 pillars of one index.
UNITS, LEAVES, PILLARS = 51, 49, 8

NOISE = Vary(kind="weights", parameters={"noise": 0.25})
DROP = Vary(kind="drop")
ERRORS = Vary(kind="observations")
STEPS = ("treat/winsorise", "normalise/min-max(low=1, high=100)", "weight/given", "aggregate/arithmetic")


def option(family: str, *methods: str) -> Vary:
    """A step with other methods in its place."""
    return Vary(kind="step", family=family, options=tuple(MethodCall.parse(method) for method in methods))


def made_index(
    *vary: Vary,
    units: int = UNITS,
    leaves: int = LEAVES,
    periods: int = 1,
    errors: float = 0.0,
    steps: Sequence[str] = STEPS,
    own: Sequence[str] = (),
) -> CompiledIndex:
    """Make an index of three levels over lognormal values. `own` : aggregations of the first pillars."""
    codes = [f"I{at:03d}" for at in range(leaves)]
    nodes = [Node(id="INDEX")]
    nodes += [Node(id=f"P{at}", parent="INDEX", aggregate=own[at] if at < len(own) else "") for at in range(PILLARS)]
    methodology = Methodology(
        id="made",
        version="1",
        title=Text(en="Made"),
        level=Level.COUNTRY,
        nodes=tuple(nodes),
        leaves=tuple(Leaf(indicator=code, parent=f"P{at % PILLARS}") for at, code in enumerate(codes)),
        steps=tuple(Step(call=MethodCall.parse(text)) for text in steps),
        robustness=Robustness(vary=vary),
    )
    return compile_index(
        methodology, panel_of(_release(made_values(units, leaves, periods), codes, errors), methodology)
    )


def made_values(units: int = UNITS, leaves: int = LEAVES, periods: int = 1) -> Values:
    """Lognormal values, (units, periods, leaves)."""
    return np.exp(np.random.default_rng(1).normal(0, 0.5, (units, periods, leaves)))


def plain_loop(values: Values, draws: int, *, every_step: bool) -> tuple[Values, Values]:
    """Replay one variant at a time: weights with noise, then each step by its plain function, then ranks.

    values : (units, leaves). `every_step` : run treatment and normalisation anew for every variant, as a replay of the
    methodology does; else only what the weights change. Returns : scores and ranks (draws, nodes, units).
    """
    winsorise, scale, mean, rank = (METHODS[name].function for name in (
        "treat/winsorise", "normalise/min-max", "aggregate/arithmetic", "rank/competition"))  # fmt: skip
    chance = np.random.default_rng(12345)
    units, leaves = values.shape
    children = [np.arange(pillar, leaves, PILLARS) for pillar in range(PILLARS)]
    scores, ranks = np.empty((draws, PILLARS + 1, units)), np.empty((draws, PILLARS + 1, units))
    direction, points = np.ones(leaves), values
    for draw in range(draws):
        if every_step or draw == 0:
            points = scale(winsorise(values).values, direction=direction, low=1.0, high=100.0)
        weights = chance.uniform(0.75, 1.25, leaves + PILLARS)
        for pillar, mine in enumerate(children):
            scores[draw, pillar] = mean(points[:, mine], weights=weights[mine])
        scores[draw, PILLARS] = mean(scores[draw, :PILLARS].T, weights=weights[leaves:])
        ranks[draw] = rank(scores[draw])
    return scores, ranks


def _release(values: Values, codes: list[str], errors: float) -> Release:
    units = [f"U{at:04d}" for at in range(values.shape[0])]
    periods = [str(2000 + at) for at in range(values.shape[1])]
    u, t, i = (axis.ravel() for axis in np.indices(values.shape))
    columns: dict[str, object] = {
        "indicator": np.array(codes, dtype=object)[i],
        "unit": np.array(units, dtype=object)[u],
        "period": np.array(periods, dtype=object)[t],
        "value": values.ravel(),
        "standard_error": np.full(values.size, errors),
    }
    said = {
        "unit_of_measure": "NUMBER",
        "variant": "FACT",
        "price_basis": "NOMINAL",
        "status": "A",
        "origin": "reported",
    }
    rest = {name: pl.lit(said.get(name, "")) for name, kind in RELEASE_SCHEMA.items()
            if name not in columns and kind == pl.String()}  # fmt: skip
    frame = pl.DataFrame(columns, schema_overrides={name: RELEASE_SCHEMA[name] for name in columns})
    frame = frame.with_columns(**rest)
    lacking = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in RELEASE_SCHEMA.items() if name not in frame.columns
    ]
    definitions = Definitions(
        id="made",
        version="1",
        title=Text(en="Made"),
        indicators={
            code: Indicator(
                code=code, name=Text(en=code), unit="NUMBER", direction=1, goalposts=Goalposts(low=0.05, high=8.0)
            )
            for code in codes
        },
        units={code: Unit(code=code, level=Level.COUNTRY, name=Text(en=code)) for code in units},
    )
    return Release(
        pack="made",
        pack_version="1",
        pack_sha256="0" * 64,
        as_of=date(2024, 1, 1),
        definitions=definitions,
        observations=frame.with_columns(lacking).select(list(RELEASE_SCHEMA)),
        content_sha256="0" * 64,
    )
