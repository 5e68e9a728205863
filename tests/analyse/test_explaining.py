"""Changes of score and rank split into revised data, another method and real change."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mezon.analyse.explaining import CAUSES, Look, explain
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.methodology import Leaf, Node
from tests.index_case import TOY, methodology_of, release_of, step

NORMALISE = step("normalise/goalposts(low=1, high=100)")
ARITHMETIC = methodology_of(NORMALISE, step("aggregate/arithmetic"))
GEOMETRIC = methodology_of(NORMALISE, step("aggregate/geometric"))
YEARS = ["2020", "2021"]


def release(first, second=None):
    values = np.stack([first, TOY * [1.1, 0.9, 1.2, 1.0] if second is None else second], axis=1)
    return release_of(values, periods=YEARS)


def rows(found, measure="score", unit="U1"):
    return found.changes.filter((pl.col("measure") == measure) & (pl.col("unit") == unit)).row(0, named=True)


def revised():
    values = TOY.astype(float).copy()
    values[0] = [3.4, 19, 50, 130]
    return values


def test_the_parts_add_up_exactly_in_every_row():
    before = Look(release=release(TOY), methodology=ARITHMETIC, period="2020")
    after = Look(release=release(revised()), methodology=GEOMETRIC, period="2021")
    found = explain(before, after).changes
    assert found.height == 5 * 2
    parts = sum((found[cause] for cause in CAUSES), start=pl.Series([0.0] * found.height))
    assert parts.to_list() == pytest.approx((found["after"] - found["before"]).to_list(), abs=1e-9)
    assert found["change"].to_list() == pytest.approx(parts.to_list(), abs=1e-9)


@pytest.mark.parametrize(
    ("after", "cause"),
    [
        (Look(release=release(revised()), methodology=ARITHMETIC, period="2020"), "data_revision"),
        (Look(release=release(TOY), methodology=GEOMETRIC, period="2020"), "method"),
        (Look(release=release(TOY), methodology=ARITHMETIC, period="2021"), "real_change"),
    ],
)
def test_where_one_thing_differs_it_is_the_whole_change(after, cause):
    before = Look(release=release(TOY), methodology=ARITHMETIC, period="2020")
    row = rows(explain(before, after))
    assert row["change"] != 0
    assert {name: row[name] for name in CAUSES} == pytest.approx(
        {name: row["change"] if name == cause else 0.0 for name in CAUSES}
    )


def test_a_period_that_the_earlier_release_does_not_know_is_split_by_what_can_be_computed():
    unknown = np.full(TOY.shape, np.nan)
    before = Look(release=release(TOY, unknown), methodology=ARITHMETIC)
    after = Look(release=release(revised()), methodology=GEOMETRIC)
    found = explain(before, after)
    assert found.periods == ("2020", "2021")
    row = rows(found)
    assert sum(row[cause] for cause in CAUSES) == pytest.approx(row["change"])
    assert all(row[cause] != 0 for cause in CAUSES)


def test_revised_added_and_withdrawn_values_are_counted():
    second = TOY * [1.1, 0.9, 1.2, 1.0]
    missing = second.copy()
    missing[4, 0] = np.nan
    found = explain(
        Look(release=release(TOY, missing), methodology=ARITHMETIC),
        Look(release=release(revised(), second), methodology=ARITHMETIC),
    )
    assert (found.revisions.added, found.revisions.changed, found.revisions.withdrawn) == (1, 4, 0)


def test_nodes_of_one_name_are_compared_and_the_roots_whatever_their_names():
    leaves = [Leaf(indicator=f"I{i}", parent="A" if i < 3 else "B") for i in range(1, 5)]
    nodes = [Node(id="A", parent="TOP"), Node(id="B", parent="TOP")]
    steps = (NORMALISE, step("aggregate/arithmetic"))
    tree = methodology_of(*steps, nodes=[Node(id="TOP"), *nodes], leaves=leaves)
    renamed = methodology_of(*steps, nodes=[Node(id="ALL"), Node(id="A", parent="ALL"), Node(id="C", parent="ALL")],
                             leaves=[Leaf(indicator=leaf.indicator, parent=leaf.parent.replace("B", "C"))
                                     for leaf in leaves])  # fmt: skip
    found = explain(Look(release=release(TOY), methodology=tree), Look(release=release(TOY), methodology=renamed))
    assert found.root == "ALL"
    assert found.changes["node"].unique().sort().to_list() == ["A", "ALL"]
    assert found.changes["change"].abs().max() == pytest.approx(0)


def test_a_unit_that_comes_or_goes_has_no_split():
    fewer = revised()
    fewer[1] = np.nan
    second = TOY * [1.1, 0.9, 1.2, 1.0]
    second[1] = np.nan
    before = Look(release=release(TOY), methodology=ARITHMETIC, period="2020")
    after = Look(release=release(fewer, second), methodology=ARITHMETIC, period="2020")
    row = rows(explain(before, after), unit="U2")
    assert row["before"] is not None
    assert row["after"] is None
    assert all(row[cause] is None for cause in CAUSES)


def test_a_period_that_is_not_assessed_is_refused():
    look = Look(release=release(TOY), methodology=ARITHMETIC)
    with pytest.raises(AskedForUnknown, match="1999"):
        explain(look, Look(release=release(TOY), methodology=ARITHMETIC, period="1999"))


def renamed(units):
    return release_of(np.stack([TOY, TOY * [1.1, 0.9, 1.2, 1.0]], axis=1), periods=YEARS, units=units)


def test_releases_without_a_common_unit_are_not_compared():
    with pytest.raises(WrongUse, match="share no unit"):
        explain(
            Look(release=release(TOY), methodology=ARITHMETIC),
            Look(release=renamed(["V1", "V2", "V3", "V4", "V5"]), methodology=ARITHMETIC),
        )


def test_what_is_in_both_is_counted():
    found = explain(
        Look(release=release(TOY), methodology=ARITHMETIC),
        Look(release=renamed(["U1", "U2", "V3", "V4", "V5"]), methodology=ARITHMETIC),
    )
    assert (found.overlap.shared_units, found.overlap.units, found.overlap.is_whole) == (2, 8, False)
    assert found.overlap.shared_indicators == found.overlap.indicators
