"""The methodologies that an imported index gets: those that equal what COINr and the COIN Tool do by default."""

from __future__ import annotations

from collections.abc import Mapping

from mezon.collect.pack_draft import IndicatorDraft, LeafDraft, MethodologyDraft

_DENOMINATE: Mapping[str, object] = {"do": "denominate/by"}
_MIN_MAX: Mapping[str, object] = {"do": "normalise/min-max", "low": 0.0, "high": 100.0}
_GOALPOSTS: Mapping[str, object] = {"do": "normalise/goalposts", "low": 0.0, "high": 100.0}
_TARGETS: Mapping[str, object] = {"do": "normalise/distance-to-target"}
_MEAN: tuple[Mapping[str, object], ...] = ({"do": "weight/given"}, {"do": "aggregate/arithmetic"})


def methodologies_of(
    indicators: tuple[IndicatorDraft, ...], leaves: tuple[LeafDraft, ...], *, goalposts_first: bool = False
) -> tuple[MethodologyDraft, ...]:
    """Give the methodologies that the imported data allow, the default one first.

    goalposts_first : whether the tool that the index comes from uses goalposts wherever all indicators have them.
    """
    by_code = {indicator.code: indicator for indicator in indicators}
    used = [by_code[leaf.indicator] for leaf in leaves if leaf.indicator in by_code]
    if not used:
        return ()
    denominated = any(indicator.denominator for indicator in used)
    first: tuple[Mapping[str, object], ...] = (_DENOMINATE,) if denominated else ()
    what = "Indicators divided by their denominators, then min-max" if denominated else "Min-max"
    found = [
        MethodologyDraft(
            id="index",
            description=f"{what} to 0-100 over all units and periods, weighted arithmetic mean at every level.",
            steps=(*first, _MIN_MAX, *_MEAN),
        )
    ]
    if denominated:
        text = "Min-max to 0-100 of the indicators as they stand, without denominators; weighted arithmetic means."
        found.append(MethodologyDraft(id="index_undenominated", description=text, steps=(_MIN_MAX, *_MEAN)))
    if all(indicator.goalposts for indicator in used):
        text = "Goalposts of the imported file to 0-100; weighted arithmetic means."
        posts = MethodologyDraft(id="index_goalposts", description=text, steps=(_GOALPOSTS, *_MEAN))
        found.insert(0 if goalposts_first else len(found), posts)
    if all(indicator.target is not None for indicator in used) and not denominated:
        text = "Distance to the targets of the imported file; weighted arithmetic means."
        found.append(MethodologyDraft(id="index_targets", description=text, steps=(_TARGETS, *_MEAN)))
    return tuple(found)
