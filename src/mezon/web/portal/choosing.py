"""Which unit and period a page shows when nobody chose: Uzbekistan where it is, with those it is compared with."""

from __future__ import annotations

from mezon.model.methodology import Methodology
from mezon.web.portal.edition import Edition
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.score_path import scores_by_place

#: The country the product is made for, and those its users compare it with.
HIGHLIGHTED = "UZB"
COMPARATORS = ("AUS", "CAN", "CHL", "KAZ")


def highlighted(edition: Edition) -> str:
    """Give the unit that pages draw attention to; nothing in a pack that does not have it."""
    return home_unit(edition) or (HIGHLIGHTED if HIGHLIGHTED in edition.definitions.units else "")


def shown_unit(edition: Edition, methodology: Methodology, *, unit: str = "") -> tuple[str, str]:
    """Give a unit (the one asked for, else the highlighted one, else the first in rank) and its last scored period."""
    root = methodology.root.id
    scored = [(row["period"], row["unit"], row["rank"]) for (_unit, _period, node), row in
              scores_by_place(edition, methodology.id).items() if node == root and row["rank"] is not None]  # fmt: skip
    if not scored:
        return "", ""
    wanted = unit or highlighted(edition)
    own = [entry for entry in scored if entry[1] == wanted]
    if own:
        return wanted, max(own)[0]
    last = max(period for period, _unit, _rank in scored)
    first = min((rank, code) for period, code, rank in scored if period == last)
    return first[1], last
