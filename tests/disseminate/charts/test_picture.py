"""What a picture may be asked for, and what it hands over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import combinations
from pathlib import Path

import altair as alt
import pytest

from mezon.disseminate.charts import Chart, Look, render_svg
from mezon.errors import WrongUse
from tests.disseminate.charts.test_rendering import lines_of_text

Sample = Callable[[Look], Chart]


@pytest.mark.parametrize("wrong", [{"language": "de"}, {"theme": "pink"}, {"width": 200}])
def test_a_look_that_does_not_exist_is_refused_with_what_does(wrong: dict[str, object]) -> None:
    with pytest.raises(WrongUse) as refused:
        Look(**wrong)
    assert refused.value.hint


def test_a_picture_is_frozen_and_an_altair_chart_at_heart(sample: Sample) -> None:
    chart = sample(Look())
    assert isinstance(chart.spec, alt.LayerChart)
    assert chart._repr_mimebundle_()
    with pytest.raises(FrozenInstanceError):
        chart.title = "another"


def test_the_table_twin_has_a_heading_for_every_column(sample: Sample) -> None:
    chart = sample(Look(language="ru"))
    assert [column for column, _ in chart.headings] == chart.table.columns
    assert all(heading for _, heading in chart.headings)


def test_the_alternative_text_begins_with_the_title(sample: Sample) -> None:
    chart = sample(Look(language="uz"))
    assert chart.alt.startswith(f"{chart.title}.")
    assert len(chart.alt) > len(chart.title) + 10


def test_numbers_and_words_of_the_pictures_do_not_load_altair() -> None:
    loaded = "import sys, mezon.disseminate.charts.numbers, mezon.disseminate.charts.wording"
    code = f"{loaded}; sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_of_the_documentation_runs() -> None:
    page = (Path(__file__).parents[3] / "docs/start/charts.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0] + "print(chart.alt)"
    ran = subprocess.run([sys.executable, "-c", example], check=True, capture_output=True, encoding="utf-8")
    assert "Oʻzbekiston: 3 tadan 2-oʻrin, 45,0." in ran.stdout


def test_a_crowd_of_long_names_and_odd_numbers_still_fits(sample: Sample) -> None:
    """Every sample is drawn at the narrowest width that a look allows."""
    chart = sample(Look(language="ru", width=300))
    lines = lines_of_text(render_svg(chart))
    assert not [line.text for line in lines if line.left < 0 or line.right > 300]
    assert not [(one.text, two.text) for one, two in combinations(lines, 2) if one.overlaps(two)]
