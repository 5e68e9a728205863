"""As now: mergers, splits and renamings count in the wholes of today, for every period."""

from __future__ import annotations

from datetime import date

from mezon.model.codelists import Level
from mezon.model.pack import Definitions
from mezon.model.text import Text
from mezon.model.unit import Membership, Unit
from mezon.process.regrouping import as_now

TODAY = date(2024, 12, 31)


def _unit(code: str, level: Level = Level.ENTERPRISE, *, until: str = "", successors: tuple[str, ...] = ()) -> Unit:
    return Unit(code=code, level=level, name=Text(en=code), valid_to=until, successors=successors)


def _links(units: list[Unit], *links: tuple[str, str] | tuple[str, str, str]) -> set[tuple[str, str]]:
    memberships = tuple(
        Membership(unit=link[0], parent=link[1], hierarchy="territory", valid_to=link[2] if len(link) > 2 else "")
        for link in links
    )
    text = Text(en="x")
    definitions = Definitions(
        id="x", version="1", title=text, units={unit.code: unit for unit in units}, memberships=memberships
    )
    seen = as_now(definitions, on=TODAY)
    assert all(not link.valid_from and not link.valid_to for link in seen.memberships)
    assert all(not unit.valid_to for unit in seen.units.values())
    return {(link.unit, link.parent) for link in seen.memberships}


REGIONS = [_unit("NORTH", Level.REGION), _unit("SOUTH", Level.REGION), _unit("LAND", Level.COUNTRY)]
OF_LAND = [("NORTH", "LAND"), ("SOUTH", "LAND")]


def test_a_unit_that_moved_belongs_where_it_is_today() -> None:
    seen = _links([_unit("A"), *REGIONS], ("A", "NORTH", "2019"), ("A", "SOUTH"), *OF_LAND)

    assert seen == {("A", "SOUTH"), ("NORTH", "LAND"), ("SOUTH", "LAND")}


def test_a_merged_unit_belongs_where_its_successor_is() -> None:
    old = _unit("OLD", until="2019", successors=("NEW",))
    seen = _links([old, _unit("NEW"), *REGIONS], ("OLD", "NORTH"), ("NEW", "SOUTH"), *OF_LAND)

    assert ("OLD", "SOUTH") in seen
    assert ("OLD", "NORTH") not in seen


def test_a_chain_of_successors_is_followed_to_its_end() -> None:
    units = [_unit("A", until="2010", successors=("B",)), _unit("B", until="2019", successors=("C",)), _unit("C")]
    seen = _links([*units, *REGIONS], ("A", "NORTH"), ("B", "NORTH"), ("C", "SOUTH"), *OF_LAND)

    assert {("A", "SOUTH"), ("B", "SOUTH"), ("C", "SOUTH")} <= seen


def test_a_split_unit_belongs_to_the_lowest_whole_that_its_successors_share() -> None:
    whole = _unit("A", until="2019", successors=("A1", "A2"))
    apart = _links(
        [whole, _unit("A1"), _unit("A2"), *REGIONS], ("A", "NORTH"), ("A1", "NORTH"), ("A2", "SOUTH"), *OF_LAND
    )
    together = _links(
        [whole, _unit("A1"), _unit("A2"), *REGIONS], ("A", "NORTH"), ("A1", "SOUTH"), ("A2", "SOUTH"), *OF_LAND
    )

    assert {parent for unit, parent in apart if unit == "A"} == {"LAND"}
    assert {parent for unit, parent in together if unit == "A"} == {"SOUTH"}


def test_a_closed_unit_without_successor_stays_in_what_became_of_its_whole() -> None:
    regions = [_unit("NORTH", Level.REGION, until="2019", successors=("SOUTH",)), *REGIONS[1:]]
    seen = _links([_unit("A", until="2015"), *regions], ("A", "NORTH"), *OF_LAND)

    assert ("A", "SOUTH") in seen


def test_successors_in_a_circle_end_nowhere_and_do_no_harm() -> None:
    units = [_unit("A", until="2019", successors=("B",)), _unit("B", until="2019", successors=("A",))]
    seen = _links([*units, *REGIONS], ("A", "NORTH"), ("B", "SOUTH"), *OF_LAND)

    assert {("NORTH", "LAND"), ("SOUTH", "LAND")} <= seen
