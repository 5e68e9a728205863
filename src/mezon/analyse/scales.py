"""Which variants give scores on another scale, so that their ranks can be compared and their scores cannot."""

from __future__ import annotations

from collections.abc import Hashable

from mezon.engine.index import CompiledIndex, Event
from mezon.engine.index.choices import Factor, merged
from mezon.methods import METHODS
from mezon.model.methodology import MethodCall

#: Parameters that say where the top of a method's scale lies; the best unit has that score, whatever the data.
_TOPS = {
    "normalise/min-max": "high",
    "normalise/goalposts": "high",
    "normalise/scaled": "high",
    "normalise/percentile-rank": "scale",
    "normalise/distance-to-target": "scale",
    "normalise/two-ended-target": "scale",
}
_TOP_OF_ONE = frozenset({"normalise/distance-to-best", "normalise/fraction-of-best"})
#: Aggregations that count places, wins or distances to a frontier instead of averaging scores.
_COUNTING = frozenset({"aggregate/borda", "aggregate/copeland", "aggregate/kemeny", "aggregate/benefit-of-the-doubt"})


def scale_of(call: MethodCall | None) -> Hashable:
    """Name the scale that a method puts scores on; equal names can be compared. None for a step that is left out.

    Scales with one top are one scale: only where they begin may differ. Averages keep the scale of what they average.
    """
    if call is None:
        return None
    values = {**METHODS[call.name].settings, **call.parameters}
    if call.name in _TOPS:
        return "top", float(values[_TOPS[call.name]])
    if call.name in _TOP_OF_ONE:
        return "top", 1.0
    if call.name == "normalise/z-score":
        return call.name, float(values["mean"]), float(values["sd"])
    return call.name if call.family == "normalise" or call.name in _COUNTING else "average"


def different_scales(index: CompiledIndex, factors: tuple[Factor, ...]) -> tuple[Event, ...]:
    """Tell of each varied normalisation or aggregation whose options give scores on different scales."""
    found = []
    for factor in factors:
        if factor.vary.family.partition("/")[0] not in {"normalise", "aggregate"} or not factor.options:
            continue
        other = sorted({str(option or "none") for option in factor.options[1:] if _is_other(index, factor, option)})
        if other:
            details = {"factor": factor.name, "options": ", ".join(other)}
            found.append(Event(code="variants-on-different-scales", step=0, call="robustness", details=details))
    return tuple(found)


def _is_other(index: CompiledIndex, factor: Factor, option: MethodCall | None) -> bool:
    """Say whether an option puts scores on another scale than a step it replaces."""
    written = [index.written[place] for place in factor.places]
    return any(scale_of(merged(call, option)) != scale_of(call) for call in written)
