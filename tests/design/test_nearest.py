from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mezon.design.nearest import Nearest, listed, nearest


def test_a_slip_of_the_pen_finds_its_name() -> None:
    assert nearest("RD_SHRAE", ["RD_SPEND", "RD_SHARE", "REVENUE"]) == "RD_SHARE"
    assert nearest("uzb", ["KAZ", "UZB"]) == "UZB"


def test_a_stranger_gets_the_list_instead() -> None:
    assert nearest("xyz", ["b", "a"]) == "a, b"
    assert Nearest(["a"]).one("xyz") == ""
    assert listed([]) == "–"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f, …"


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8, unique=True), st.text(max_size=8))
def test_the_order_of_names_makes_no_difference(names: list[str], asked: str) -> None:
    assert nearest(asked, names) == nearest(asked, list(reversed(names)))


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8, unique=True))
def test_a_known_name_is_nearest_to_itself(names: list[str]) -> None:
    assert nearest(names[0], names).casefold() == names[0].casefold()
