"""The methodology, written out of its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from reading import table

from mezon.methods import METHODS
from mezon.model.methodology import MethodCall, Step
from mezon.web.portal.edition import Edition
from mezon.web.portal.method_words import significant, step_words

pytestmark = pytest.mark.django_db

Page = Callable[..., str]


def test_every_step_of_the_file_is_described(page: Page, edition: Edition) -> None:
    html = page("/en/methodology/")
    for step in edition.definitions.methodologies["conditions"].steps:
        assert str(step.call) in html
        assert step_words(step).split(".")[0] in html.replace("&#x27;", "'")


def test_every_registered_method_can_be_put_into_words() -> None:
    for name in METHODS:
        said = step_words(Step(call=MethodCall(name=name)))
        assert len(said) > 20, name
        assert "%(" not in said, name


def test_every_leaf_stands_with_weight_and_goalposts(page: Page, edition: Edition) -> None:
    html = page("/en/methodology/")
    for leaf in edition.definitions.methodologies["conditions"].leaves:
        assert f"/en/indicators/{leaf.indicator}/" in html
        assert leaf.goalposts is not None
        assert f'value="{leaf.goalposts.low}"' in html
        assert f'value="{leaf.goalposts.high}"' in html
    assert "equal: no evidence for another" in html


def test_worked_example_ends_at_the_rank_of_the_assessment(page: Page, edition: Edition) -> None:
    html = page("/en/methodology/")
    assert edition.assessment is not None
    row = edition.assessment.scores.filter(unit="UZB", period="2017", node="INDEX").to_dicts()[0]
    assert f"{row['score']:.2f} points and rank {row['rank']:.0f} of 19" in html


def test_worked_example_follows_the_address(page: Page) -> None:
    assert "Kazakhstan, 2015" in page("/en/methodology/", unit="KAZ", period="2015")


def test_robustness_is_told_with_its_settings(page: Page) -> None:
    html = page("/en/methodology/")
    assert "1,000 variants" in html
    assert "between 0.75 and 1.25" in html
    assert "no probability of anything in the world" in html


def test_limits_name_the_stand_ins(page: Page) -> None:
    assert "7 of its 7 indicators are stand-ins" in page("/en/methodology/")


def test_decision_record_and_file_are_there(page: Page) -> None:
    html = page("/en/methodology/conditions/")
    assert "docs/decisions/0003-national-methodology.md" in html
    assert "min_coverage = 0.8" in html


def test_unknown_methodology_and_unit_are_not_found(client: Any, edition: Edition) -> None:
    assert client.get("/en/methodology/none/").status_code == 404
    assert client.get("/en/methodology/", {"unit": "XXX"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_page_is_strict_html_in_every_language(page: Page, language: str) -> None:
    html5lib.HTMLParser(strict=True).parse(page(f"/{language}/methodology/"))


def test_methodology_of_metallia_is_described_too(metallia: Edition, page: Page) -> None:
    html = page("/en/methodology/")
    assert "at least 60% of the indicators" in html
    assert "synthetic" in html


@pytest.mark.parametrize(
    ("value", "written"), [(0.06517, "0.06517"), (34.11, "34.11"), (6721.0, "6,721"), (-2.0240, "−2.024"), (0.0, "0")]
)
def test_numbers_keep_the_figures_that_count(value: float, written: str) -> None:
    assert significant(value) == written


def test_choices_that_move_ranks_are_named_in_words(page: Page) -> None:
    rows = table(page("/en/methodology/"), "Which choice moves ranks most")[1:]
    names = {row[0] for row in rows}
    assert names
    assert not names & {"normalise", "aggregate", "weights", "drop"}
