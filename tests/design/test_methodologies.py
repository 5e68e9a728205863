from __future__ import annotations

from tiny_pack_files import Reading

from mezon.model.indicator import Goalposts
from mezon.model.methodology import Bands, MethodCall

INDEX = "methodologies/index.toml"


def test_a_methodology_is_read_as_written(after: Reading) -> None:
    definitions, findings = after(INDEX)
    index = definitions.methodologies["index"]
    assert findings == []
    assert (index.version, index.level, index.file) == ("2.0", "ENTERPRISE", INDEX)
    assert (index.periods, index.unit_filter) == (("2018", "2020"), {"region": ("North", "South")})
    assert index.root.aggregate == "geometric"
    assert index.nodes[1].parameters == {"min_coverage": 0.5}
    assert (index.nodes[1].weight, index.nodes[1].weight_by) == (2.0, "editors")
    assert (index.leaves[0].goalposts, index.leaves[0].transform) == (Goalposts(low=0.05, high=4), "log")
    assert index.bands == (Bands(node="INDEX", edges=(40.0, 60.0), names=("low", "middle", "high")),)
    assert (index.strengths_rule, index.strengths_top) == ("rank", 3)


def test_steps_join_inline_parameters_with_those_of_their_table(after: Reading) -> None:
    definitions, _ = after(INDEX)
    steps = definitions.methodologies["index"].steps
    assert steps[0].only == ("RD_SHARE",)
    assert steps[1].call == MethodCall(name="normalise/goalposts", parameters={"low": 1, "high": 100})
    assert steps[3].nodes == ("RESOURCE",)
    assert {step.pool for step in steps} == {"all"}


def test_every_kind_of_variation_is_read(after: Reading) -> None:
    definitions, _ = after(INDEX)
    robustness = definitions.methodologies["index"].robustness
    assert robustness is not None
    assert (robustness.draws, robustness.seed, robustness.interval) == (100, 7, 0.8)
    assert [vary.factor for vary in robustness.vary] == ["normalise", "weights", "drop", "observations"]
    assert robustness.vary[0].options == (MethodCall.parse("normalise/min-max(low=1, high=100)"),)
    assert robustness.vary[1].parameters == {"noise": 0.25}


def test_periods_and_units_may_be_lists(after: Reading) -> None:
    definitions, findings = after(
        INDEX,
        ('{ from = "2018", to = "2020" }', '["2018", 2020]'),
        ('{ region = ["North", "South"] }', '["TWO", "ONE"]'),
    )
    index = definitions.methodologies["index"]
    assert findings == []
    assert (index.period_list, index.units) == (("2018", "2020"), ("TWO", "ONE"))
    assert (index.periods, index.unit_filter) == (("", ""), {})


def test_goalposts_may_be_those_seen_percentiles_or_go_by_a_grouping_of_units(after: Reading) -> None:
    before = "[0.05, 4]"
    for written, expected in (
        ('"observed"', {"percentiles": (0.0, 100.0)}),
        ("{ percentiles = [5, 95] }", {"percentiles": (5.0, 95.0)}),
        ('{ by = "region", North = [0, 4], South = [1, 5] }', {"by": "region"}),
    ):
        definitions, findings = after(INDEX, (f"goalposts = {before}", f"goalposts = {written}"))
        before = written
        posts = definitions.methodologies["index"].leaves[0].goalposts
        assert findings == []
        assert posts is not None
        assert {name: getattr(posts, name) for name in expected} == expected
    assert posts is not None
    assert posts.groups == {"North": (0.0, 4.0), "South": (1.0, 5.0)}


def test_goalposts_of_another_shape_are_refused_with_the_shapes_there_are(after: Reading) -> None:
    before = "[0.05, 4]"
    for written in ("{ percentiles = [95, 5] }", '{ by = "region" }', "{ North = [0, 4] }", '"guessed"'):
        definitions, findings = after(INDEX, (f"goalposts = {before}", f"goalposts = {written}"))
        before = written
        assert [finding.code for finding in findings] == ["toml-wrong-type"]
        assert definitions.methodologies["index"].leaves[0].goalposts is None


def test_statistics_may_be_frozen_at_a_period(after: Reading) -> None:
    definitions, findings = after(INDEX, ('do = "weight/given"', 'do = "weight/given"\npool = "2019"'))
    assert findings == []
    assert {step.pool for step in definitions.methodologies["index"].steps} == {"all", "2019"}
    _, refused = after(INDEX, ('pool = "2019"', 'pool = "decade"'))
    assert [finding.code for finding in refused] == ["code-unknown"]
