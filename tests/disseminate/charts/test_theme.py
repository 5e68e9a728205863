"""Colours that can be read, and told apart without colour vision."""

from __future__ import annotations

from itertools import combinations

import pytest

from mezon.disseminate.charts.theme import THEMES, Theme, blend, contrast, readable_on, series_colour

#: Text needs 4.5 : 1, marks 3 : 1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
TEXT, MARK = 4.5, 3.0


@pytest.fixture(params=sorted(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    return THEMES[request.param]


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_colour_of_letters_reads_on_its_paper(theme: Theme) -> None:
    letters = (theme.ink, theme.soft, theme.accent, theme.positive, theme.negative, *theme.inks)
    for ground in (theme.paper, theme.faint):
        assert min(contrast(colour, ground) for colour in letters) >= TEXT


def test_every_mark_of_other_units_is_seen_on_its_paper(theme: Theme) -> None:
    assert contrast(theme.muted, theme.paper) >= MARK


def test_values_in_a_heat_map_read_on_every_shade(theme: Theme) -> None:
    shades = [blend(*theme.heat, place / 100) for place in range(101)]
    assert min(contrast(readable_on(shade), shade) for shade in shades) >= TEXT


def test_the_heat_scale_goes_one_way_in_lightness(theme: Theme) -> None:
    steps = [contrast(blend(*theme.heat, place / 20), theme.paper) for place in range(21)]
    assert steps == sorted(steps)


def test_series_differ_for_a_reader_without_red_green_vision(theme: Theme) -> None:
    """Simulate deuteranopia (Viénot, Brettel and Mollon 1999) and ask for a distance in RGB between all pairs."""
    assert min(_distance(one, two) for one, two in combinations(theme.series, 2)) > 45


def test_an_eighth_series_does_not_look_like_the_first(theme: Theme) -> None:
    assert _distance(series_colour(theme, 0), series_colour(theme, 7)) > 45


def _distance(one: str, two: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(_deuteranopic(one), _deuteranopic(two), strict=True)) ** 0.5


def _deuteranopic(colour: str) -> tuple[float, float, float]:
    red, green, blue = ((int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5))
    yellowish = 0.29275 * red + 0.70725 * green
    bluish = -0.02234 * red + 0.02234 * green + blue
    return tuple(255 * max(value, 0.0) ** (1 / 2.2) for value in (yellowish, yellowish, bluish))
