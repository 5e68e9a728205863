"""A methodology written as a file and read again is the same methodology, whatever it asks for."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from mezon.design.methodologies import read_methodology
from mezon.design.methodology_file import methodology_text
from mezon.design.rulebook import read_rulebook
from mezon.model.indicator import Goalposts
from mezon.model.methodology import Bands, Leaf, MethodCall, Methodology, Node, Robustness, Step, Vary
from mezon.model.text import Text

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [*ROOT.glob("src/mezon/packs/*/methodologies/*.toml"), *ROOT.glob("tests/golden/*/methodologies/*.toml")]
)
RULES = read_rulebook(None)


def again(methodology: Methodology, folder: Path) -> Methodology:
    path = folder / "written.toml"
    path.write_text(methodology_text(methodology, remarks=["first\nsecond"]), encoding="utf-8")
    read, findings = read_methodology(path, rulebook=RULES)
    assert read is not None
    assert findings == []
    return replace(read, file=methodology.file)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_every_methodology_of_this_repository_reads_back_as_it_was(path: Path, tmp_path: Path) -> None:
    methodology, _ = read_methodology(path, rulebook=RULES)
    assert methodology is not None
    assert repr(again(methodology, tmp_path)) == repr(methodology)  # NaN of open goalposts is equal to nothing


def test_what_no_bundled_methodology_uses_reads_back_too(tmp_path: Path) -> None:
    steps = (
        Step(call=MethodCall(name="treat/winsorise", parameters={"then": "log"}), without=("A",), pool="period"),
        Step(call=MethodCall(name="aggregate/owa", parameters={"weights": (0.5, 0.25)}), nodes=("TOP",)),
    )
    options = (MethodCall(name="aggregate/formula", parameters={"expression": "A * (B + 1)"}), MethodCall(name="none"))
    by_sex = Goalposts(low=nan, high=nan, by="sex", groups={"F": (1.0, 2.0)})
    vary = (
        Vary(kind="step", family="aggregate", options=options),
        Vary(kind="drop", parameters={"what": "one-indicator"}),
        Vary(kind="weights", parameters={"concentration": 30}),
        Vary(kind="observations", parameters={"what": "standard-error"}),
    )
    methodology = Methodology(
        id="odd",
        version="2",
        title=Text(en='A "quoted" title \\ and more', uz="Oʻlchov"),
        level="ENTERPRISE",
        unit_filter={"region": ("NORTH", "SOUTH")},
        period_list=("2020", "2021-Q1"),
        nodes=(
            Node(id="TOP", aggregate="power", parameters={"p": 0.1 + 0.2}),
            Node(id="LOW", parent="TOP", direction=-1),
        ),
        leaves=(
            Leaf(indicator="A", parent="LOW", goalposts=by_sex),
            Leaf(indicator="B", parent="TOP", weight=1 / 3, transform="log", overrides={"direction": -1, "target": 4}),
        ),
        steps=steps,
        robustness=Robustness(draws=7, seed=1, interval=0.8, vary=vary),
        bands=(Bands(node="TOP", edges=(1.5, 2.0), names=("low", "middle", "high")),),
        strengths_rule="rank",
        strengths_top=3,
    )
    assert repr(again(methodology, tmp_path)) == repr(methodology)
