"""What a picture may be asked for, and what it hands over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import altair as alt
import pytest

from mezon.disseminate.charts import Chart, Look
from mezon.errors import WrongUse

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
