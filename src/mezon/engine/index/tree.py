"""The tree of an index as arrays: who is whose child, in the order in which scores come about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.errors import WrongUse
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import Methodology

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Leaves and nodes, numbered: a leaf by its place among the leaves, node j as child number leaves + j.

    `children` : of each node, as child numbers. `weights` : the written weight of each child number (the root's: 1).
    `upwards` : node places, every node after all below it.
    """

    leaves: tuple[str, ...]
    nodes: tuple[str, ...]
    parents: tuple[str, ...]
    children: tuple[Places, ...]
    weights: Values
    upwards: tuple[int, ...]
    root: int

    @property
    def names(self) -> tuple[str, ...]:
        """Codes by child number."""
        return (*self.leaves, *self.nodes)

    def below(self, node: int) -> Mask:
        """Say of each leaf whether it hangs, at any depth, under a node."""
        found = np.zeros(len(self.leaves), dtype=bool)
        for child in self.children[node]:
            if child < len(self.leaves):
                found[child] = True
            else:
                found |= self.below(int(child) - len(self.leaves))
        return found

    def leaves_of(self, child: int) -> Mask:
        """Say of each leaf whether it is a child, by its number, or hangs below it."""
        if child >= len(self.leaves):
            return self.below(child - len(self.leaves))
        found = np.zeros(len(self.leaves), dtype=bool)
        found[child] = True
        return found

    @classmethod
    def of(cls, methodology: Methodology) -> Tree:
        """Number the nodes and leaves of a methodology.

        Raises : WrongUse when the nodes are no tree with one root.
        """
        nodes = tuple(node.id for node in methodology.nodes)
        parents = (*(leaf.parent for leaf in methodology.leaves), *(node.parent or "" for node in methodology.nodes))
        roots = [place for place, node in enumerate(methodology.nodes) if not node.parent]
        if len(roots) != 1 or set(parents) - {""} - set(nodes):
            raise WrongUse(f"The nodes of methodology {methodology.id} are no tree with one root.")
        weights = [leaf.weight for leaf in methodology.leaves] + [node.weight for node in methodology.nodes]
        return cls(
            leaves=methodology.indicators,
            nodes=nodes,
            parents=parents,
            children=tuple(
                np.array([at for at, parent in enumerate(parents) if parent == node], dtype=np.intp) for node in nodes
            ),
            weights=np.array(weights, dtype=np.float64),
            upwards=_upwards(nodes, parents[len(methodology.leaves) :], methodology.id),
            root=roots[0],
        )


def _upwards(nodes: tuple[str, ...], parents: tuple[str, ...], methodology: str) -> tuple[int, ...]:
    parent_of = dict(zip(nodes, parents, strict=True))

    def depth(node: str) -> int:
        steps = 0
        while node:
            node, steps = parent_of[node], steps + 1
            if steps > len(nodes):
                raise WrongUse(f"The nodes of methodology {methodology} run in a circle.")
        return steps

    return tuple(sorted(range(len(nodes)), key=lambda place: (-depth(nodes[place]), place)))
