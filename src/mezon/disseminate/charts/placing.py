"""Where labels go that stand beside their marks: as near as they can without touching."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], heights: Sequence[float], *, low: float, high: float) -> list[float]:
    """Move label middles apart so that none overlap, each as near as possible to where it is wanted.

    wanted : middles in pixels; heights : of each label; low, high : the span they should keep to, as far as they fit.
    Returns : middles in the order given. Labels wanted at one place keep the order given. Neighbours that collide form
        a block about the mean of what its members want (pool adjacent violators): the least-squares answer.
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    blocks: list[_Block] = []
    for place in order:
        blocks.append(_Block([place], heights[place], wanted[place]))
        while len(blocks) > 1 and blocks[-2].bottom(low, high) > blocks[-1].top(low, high) + 1e-9:
            last = blocks.pop()
            blocks[-1] = blocks[-1].joined(last)
    middles = [0.0] * len(wanted)
    for block in blocks:
        y = block.top(low, high)
        for place in block.members:
            middles[place] = y + heights[place] / 2
            y += heights[place]
    return middles


class _Block:
    """Labels that touch one another and move as one."""

    def __init__(self, members: list[int], height: float, middle: float) -> None:
        self.members, self.height, self.middle = members, height, middle

    def top(self, low: float, high: float) -> float:
        """Give the upper edge, within the span where it fits."""
        return max(low, min(self.middle - self.height / 2, high - self.height))

    def bottom(self, low: float, high: float) -> float:
        """Give the lower edge."""
        return self.top(low, high) + self.height

    def joined(self, below: _Block) -> _Block:
        """Give the block of both, about the mean of their middles weighted by how many labels each holds."""
        mine, theirs = len(self.members), len(below.members)
        middle = (self.middle * mine + below.middle * theirs) / (mine + theirs)
        return _Block(self.members + below.members, self.height + below.height, middle)
