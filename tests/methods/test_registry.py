from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from mezon.errors import MethodRegisteredTwice
from mezon.methods import METHODS
from mezon.methods.registry import method

PAGES = Path(__file__).parents[2] / "docs" / "methods"


def test_two_owners_of_one_name_cannot_be_imported():
    with pytest.raises(MethodRegisteredTwice, match=r"mezon\.methods\.aggregate"):
        method("aggregate/arithmetic")(lambda values: values)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_has_a_page_that_names_its_settings(name):
    page = (PAGES / f"{name.replace('/', '-')}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {name}\n")
    assert [setting for setting in METHODS[name].settings if f"`{setting}`" not in page] == []
    assert "## Example" in page


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_example_of_every_page_comes_out_as_written(name):
    text = (PAGES / f"{name.replace('/', '-')}.md").read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    assert example.examples
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=lambda _: None)
    assert runner.summarize(verbose=False).failed == 0


def test_a_setting_has_a_default_and_context_has_none():
    assert set(METHODS["normalise/goalposts"].context) == {"direction", "goalposts"}
    assert METHODS["normalise/goalposts"].settings == {"low": 0.0, "high": 100.0, "clip": True}
