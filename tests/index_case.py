"""A small index for tests, made in code: the toy of methods.md section 2, and any other panel of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from mezon.model.codelists import Level
from mezon.model.indicator import Goalposts, Indicator
from mezon.model.methodology import Leaf, MethodCall, Methodology, Node, Robustness, Step
from mezon.model.observations import RELEASE_SCHEMA
from mezon.model.pack import Definitions
from mezon.model.release import Release
from mezon.model.text import Text
from mezon.model.unit import Unit

TOY = np.array([[2.1, 12, 30, 180], [0.8, 5, 45, 260], [3.5, 20, 55, 120], [1.4, 9, 20, 210], [2.8, 14, 70, 150]])
TOY_GOALPOSTS = ((0.0, 4.0), (0.0, 25.0), (0.0, 100.0), (100.0, 300.0))
TOY_DIRECTIONS = (1, 1, 1, -1)


def step(text: str, **rest: Any) -> Step:
    """Write a step as `normalise/goalposts(low=0, high=1)`."""
    return Step(call=MethodCall.parse(text), **rest)


def release_of(
    values: np.ndarray,
    *,
    indicators: Sequence[str] = ("I1", "I2", "I3", "I4"),
    directions: Sequence[int] = TOY_DIRECTIONS,
    goalposts: Sequence[tuple[float, float] | None] = TOY_GOALPOSTS,
    units: Sequence[str] | None = None,
    periods: Sequence[str] = ("2020",),
    errors: np.ndarray | None = None,
    not_applicable: Sequence[tuple[int, int, int]] = (),
    attributes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Release:
    """Make a release of (units, indicators) or (units, periods, indicators); NaN is a row that is not there."""
    cube = values[:, None, :] if values.ndim == 2 else values
    codes = list(units or (f"U{at + 1}" for at in range(len(cube))))
    rows = [
        _row(indicators[i], codes[u], periods[t], cube[u, t, i], errors[u, t, i] if errors is not None else None)
        for u, t, i in np.argwhere(~np.isnan(cube))
    ]
    rows += [{**_row(indicators[i], codes[u], periods[t], None, None), "status": "M"} for u, t, i in not_applicable]
    definitions = Definitions(
        id="toy",
        version="1",
        title=Text(en="Toy"),
        indicators={
            code: Indicator(
                code=code,
                name=Text(en=code),
                unit="NUMBER",
                direction=directions[at],
                goalposts=Goalposts(low=posts[0], high=posts[1]) if (posts := goalposts[at]) else None,
                attributes=(attributes or {}).get(code, {}),
            )
            for at, code in enumerate(indicators)
        },
        units={code: Unit(code=code, level=Level.ENTERPRISE, name=Text(en=code)) for code in codes},
    )
    return Release(
        pack="toy",
        pack_version="1",
        pack_sha256="0" * 64,
        as_of=date(2024, 1, 1),
        definitions=definitions,
        observations=pl.DataFrame(rows, schema=RELEASE_SCHEMA),
        content_sha256="1" * 64,
    )


def methodology_of(
    *steps: Step,
    nodes: Sequence[Node] = (Node(id="INDEX"),),
    leaves: Sequence[Leaf] | None = None,
    robustness: Robustness | None = None,
    **rest: Any,
) -> Methodology:
    """Make a methodology; without `leaves`, the toy's four under INDEX."""
    return Methodology(
        id="toy",
        version="1",
        title=Text(en="Toy"),
        level="ENTERPRISE",
        nodes=tuple(nodes),
        leaves=tuple(leaves or (Leaf(indicator=f"I{at}", parent="INDEX") for at in range(1, 5))),
        steps=steps,
        robustness=robustness,
        **rest,
    )


def _row(indicator: str, unit: str, period: str, value: float | None, error: float | None) -> dict[str, Any]:
    text = {name: "" for name, kind in RELEASE_SCHEMA.items() if kind == pl.String()}
    return {
        **text,
        "indicator": indicator,
        "unit": unit,
        "period": period,
        "value": None if value is None else float(value),
        "unit_of_measure": "NUMBER",
        "variant": "FACT",
        "price_basis": "NOMINAL",
        "status": "A",
        "standard_error": None if error is None or np.isnan(error) else float(error),
        "origin": "reported",
    }
