"""Labels beside their marks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.disseminate.charts.placing import spread

LABELS = st.lists(st.tuples(st.floats(0, 300), st.floats(10, 30)), min_size=1, max_size=12)


@given(LABELS)
def test_no_two_labels_touch_and_none_changes_places(labels: list[tuple[float, float]]) -> None:
    wanted, heights = [y for y, _ in labels], [height for _, height in labels]
    placed = spread(wanted, heights, low=0, high=300)
    order = sorted(range(len(labels)), key=lambda place: (wanted[place], place))
    for above, below in itertools.pairwise(order):
        assert placed[below] - placed[above] >= (heights[above] + heights[below]) / 2 - 1e-6


@given(LABELS)
def test_labels_stay_in_the_plot_while_they_fit(labels: list[tuple[float, float]]) -> None:
    heights = [height for _, height in labels]
    placed = spread([y for y, _ in labels], heights, low=0, high=sum(heights))
    assert all(
        height / 2 - 1e-6 <= y <= sum(heights) - height / 2 + 1e-6 for y, height in zip(placed, heights, strict=True)
    )


def test_labels_that_do_not_touch_stay_where_they_are_wanted() -> None:
    assert spread([10, 100, 50], [12, 12, 12], low=0, high=120) == [10, 100, 50]


def test_two_labels_wanted_at_one_place_part_evenly() -> None:
    assert spread([50, 50], [10, 10], low=0, high=100) == pytest.approx([45, 55])
