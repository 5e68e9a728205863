"""The index engine: a methodology compiled over a panel, which replays its steps with any choice changed."""

from mezon.engine.index.drawing import Draws, draw, survey
from mezon.engine.index.panel import Panel, panel_of
from mezon.engine.index.replay import Choice, CompiledIndex, Outcome, compile_index
from mezon.engine.index.state import Event, State
from mezon.engine.index.tree import Tree

__all__ = [
    "Choice",
    "CompiledIndex",
    "Draws",
    "Event",
    "Outcome",
    "Panel",
    "State",
    "Tree",
    "compile_index",
    "draw",
    "panel_of",
    "survey",
]
