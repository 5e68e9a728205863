"""Each fault that definitions can have, planted alone in a sound pack: file, change, and the finding that must come."""

from __future__ import annotations

import pytest
from tiny_pack_files import Reading

INDEX = "methodologies/index.toml"
STEPS = 'do = "weight/given"'
CASES = [
    ("pack.toml", '"index"', '"indx"', "unknown-methodology", "default_methodology"),
    ("pack.toml", '"agency"', '"agancy"', "unknown-source", "default_source"),
    ("pack.toml", 'id = "tiny"', "id = 3", "toml-wrong-type", "id"),
    ("pack.toml", 'version = "1"', "", "toml-key-missing", "version"),
    ("pack.toml", "languages =", "langauges =", "toml-key-unknown", "langauges"),
    ("pack.toml", '["en"]', '["en", "fr"]', "code-unknown", "languages"),
    ("pack.toml", '["en"]', '["en", "ru"]', "translation-missing", "languages"),
    ("groups.toml", "[group.RESOURCE]", "[group.RESOURCES]", "unknown-group", "RD_SPEND.group"),
    ("groups.toml", "[pillar.SOVEREIGNTY]", "[pillar.OTHER]", "unknown-pillar", "RD_SPEND.pillars"),
    ("indicators.toml", 'name.en = "Expenditure"', "", "toml-key-missing", "TOTAL_SPEND.name"),
    ("indicators.toml", '"PERCENT"', '"PERCANT"', "unknown-unit-of-measure", "RD_SHARE.unit"),
    ("indicators.toml", "direction = 1", "direction = 2", "code-unknown", "RD_SPEND.direction"),
    ("indicators.toml", '["ENTERPRISE"]', '["FIRM"]', "code-unknown", "RD_SPEND.levels"),
    ("indicators.toml", '"sum"', '"total"', "code-unknown", "RD_SPEND.roll_up"),
    ("indicators.toml", "[0, inf]", "[5, 0]", "range-reversed", "RD_SPEND.range"),
    ("indicators.toml", "[0, inf]", '["0"]', "toml-wrong-type", "RD_SPEND.range"),
    ("indicators.toml", "[1, 4]", "[4, 1]", "goalposts-reversed", "RD_SHARE.goalposts"),
    ("indicators.toml", "direction = 1", "direktion = 1", "toml-key-unknown", "RD_SPEND.direktion"),
    ("indicators.toml", "range_min = 0", 'weather = "fine"', "toml-key-kept", "TOTAL_SPEND.weather"),
    ("indicators.toml", "/ TOTAL_SPEND", "/ TOTAL_SPENT", "formula-term-unknown", "RD_SHARE.formula"),
    ("indicators.toml", "/ TOTAL_SPEND", "/ / TOTAL_SPEND", "formula-syntax", "RD_SHARE.formula"),
    ("indicators.toml", "range_min = 0", 'formula = "RD_SHARE * 2"', "formula-cycle", "RD_SHARE.formula"),
    ("indicators.toml", 'formula = "100 * RD_SPEND / TOTAL_SPEND"', "",
     "ratio-of-sums-without-formula", "RD_SHARE.roll_up"),
    ("indicators.toml", "(TOTAL_SPEND)", "", "weighted-mean-without-weight", "SATISFACTION.roll_up"),
    ("indicators.toml", "(TOTAL_SPEND)", "(STAFF)", "unknown-indicator", "SATISFACTION.roll_up"),
    ("indicators.toml", "goalposts = [1, 4]", 'goalposts = [0, 4]\ntransform = "log"',
     "goalposts-unfit-for-log", "RD_SHARE.goalposts"),
    ("sources.toml", 'licence = "CC-BY-4.0"', "", "source-without-licence", "agency"),
    ("sources.toml", 'citation = "Agency (2024), Survey."', "", "source-without-citation", "agency"),
    ("sources.toml", '"2024-05"', '"May 2024"', "not-a-date", "agency.published"),
    ("sources.toml", "priority = 1", 'priority = "high"', "toml-wrong-type", "agency.priority"),
    ("derivations.toml", '"projects"', '"project"', "unknown-reference", "RD_SPEND.register"),
    ("derivations.toml", "sum(amount)", "sum(amonut)", "unknown-column", "RD_SPEND.measure"),
    ("derivations.toml", "sum(amount)", "total(amount)", "derivation-measure", "RD_SPEND.measure"),
    ("derivations.toml", "innovative = TRUE", "inovative = TRUE", "unknown-column", "RD_SPEND.where"),
    ("derivations.toml", "innovative = TRUE", "innovative = = TRUE", "formula-syntax", "RD_SPEND.where"),
    ("derivations.toml", "[RD_SPEND]", "[RD_SPEN]", "unknown-indicator", "RD_SPEN"),
    ("rules.toml", "RD_SHARE <= 100", "RD_SHAER <= 100", "formula-term-unknown", "share-is-low.expression"),
    (INDEX, '"ENTERPRISE"', '"FIRM"', "code-unknown", "level"),
    (INDEX, 'level = "ENTERPRISE"', "", "toml-key-missing", "level"),
    (INDEX, 'from = "2018"', 'from = "2O18"', "not-a-period", "periods.from"),
    (INDEX, 'from = "2018"', 'from = "2028"', "dates-reversed", "periods"),
    (INDEX, "{ region =", "{ regoin =", "unknown-column", "units.regoin"),
    (INDEX, '"South"]', '"Suoth"]', "code-unknown", "units.region"),
    (INDEX, '{ region = ["North", "South"] }', '["ONE", "THREE"]', "unknown-unit", "units"),
    (INDEX, 'parent = "INDEX"', "", "root-several", "nodes[RESOURCE].parent"),
    (INDEX, 'parent = "INDEX"', 'parent = "INDXE"', "unknown-node", "nodes[RESOURCE].parent"),
    (INDEX, 'parent = "INDEX"', 'parent = "RESOURCE"', "node-cycle", "nodes[RESOURCE].parent"),
    (INDEX, 'id = "INDEX"', 'id = "INDEX"\nparent = "RESOURCE"', "root-missing", "nodes"),
    (INDEX, 'parent = "RESOURCE"', 'parent = "INDEX"', "node-without-leaves", "nodes[RESOURCE]"),
    (INDEX, 'id = "RESOURCE"', 'id = "INDEX"', "node-twice", "nodes[INDEX].id"),
    (INDEX, "weight = 2", "weight = -2", "weight-negative", "nodes[RESOURCE].weight"),
    (INDEX, 'indicator = "RD_SHARE"', 'indicator = "RD_SHARE"\nweight = 0', "weights-zero", "nodes[RESOURCE]"),
    (INDEX, "min_coverage = 0.5", "min_covrage = 0.5", "toml-key-unknown", "nodes[RESOURCE].min_covrage"),
    (INDEX, '"geometric"', '"geometrical"', "method-unknown", "nodes[INDEX].aggregate"),
    (INDEX, 'indicator = "SATISFACTION"', 'indicator = "SATISFACTON"',
     "unknown-indicator", "leaves[SATISFACTON].indicator"),
    (INDEX, 'indicator = "SATISFACTION"', 'indicator = "TOTAL_SPEND"',
     "leaf-without-direction", "leaves[TOTAL_SPEND].indicator"),
    (INDEX, 'indicator = "SATISFACTION"', 'indicator = "RD_SPEND"', "goalposts-missing", "steps[2].do"),
    (INDEX, "[0.05, 4]", "[0, 4]", "goalposts-unfit-for-log", "leaves[RD_SHARE].goalposts"),
    (INDEX, 'transform = "log"', "wieght = 2", "toml-key-unknown", "leaves[RD_SHARE].wieght"),
    (INDEX, STEPS, 'do = "weight/givn"', "method-unknown", "steps[3].do"),
    (INDEX, STEPS, 'do = "weight/given("', "method-malformed", "steps[3].do"),
    (INDEX, "max_gap = 2", "max_gp = 2", "method-parameter-unknown", "steps[1].do"),
    (INDEX, 'only = ["RD_SHARE"]', 'only = ["RD_SHAER"]', "step-idle", "steps[1].only"),
    (INDEX, 'nodes = ["RESOURCE"]', 'nodes = ["RESOURCES"]', "unknown-node", "steps[4].nodes"),
    (INDEX, "(low=1)", "(low=0)", "scale-unfit-for-mean", "steps[4].do"),
    (INDEX, "draws = 100", "draws = 0", "toml-wrong-type", "robustness.draws"),
    (INDEX, "interval = 0.8", "interval = 80", "toml-wrong-type", "robustness.interval"),
    (INDEX, '{ step = "normalise"', '{ step = "treat"', "vary-without-step", "robustness.vary[1].step"),
    (INDEX, '["normalise/min-max(low=1, high=100)"]', "[]", "vary-empty", "robustness.vary[1].with"),
    (INDEX, '["normalise/min-max(low=1, high=100)"]', '["weight/equal"]',
     "vary-other-family", "robustness.vary[1].with"),
    (INDEX, "noise = 0.25", "nois = 0.25", "toml-key-unknown", "robustness.vary[2].weights"),
    (INDEX, "noise = 0.25", "noise = 25", "noise-unfit", "robustness.vary[2].weights.noise"),
    (INDEX, "noise = 0.25", "noise = -0.25", "noise-unfit", "robustness.vary[2].weights.noise"),
    (INDEX, "noise = 0.25", "noise = 0", "noise-unfit", "robustness.vary[2].weights.noise"),
    (INDEX, "noise = 0.25", "noise = 1", "noise-unfit", "robustness.vary[2].weights.noise"),
    (INDEX, "noise = 0.25", "concentration = 0", "concentration-unfit", "robustness.vary[2].weights.concentration"),
    (INDEX, "(low=1, high=100)", "(low=100, high=100)", "scale-reversed", "robustness.vary[1].with"),
    (INDEX, "(low=1)", "(low=100)", "scale-reversed", "steps[2].do"),
    (INDEX, 'level = "ENTERPRISE"', 'level = "REGION"', "level-without-units", "level"),
    (INDEX, '"one-indicator"', '"two"', "toml-wrong-type", "robustness.vary[3].drop"),
    (INDEX, "[40, 60]", "[60, 40]", "bands-unfit", "bands[INDEX]"),
    (INDEX, 'node = "INDEX"', 'node = "INDXE"', "unknown-node", "bands[INDXE].node"),
    (INDEX, 'rule = "rank"', 'rule = "rang"', "code-unknown", "strengths.rule"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code", "key"), CASES, ids=lambda value: str(value)[:40])
def test_a_fault_of_a_definition_is_found_at_its_key(
    after: Reading, file: str, old: str, new: str, code: str, key: str
) -> None:
    _, findings = after(file, (old, new))
    assert (code, key) in {(finding.code, finding.key) for finding in findings}, findings


TABLE_CASES = [
    ("units.csv", "2010,2020", "2021,2020", "dates-reversed", 5, "valid_to"),
    ("memberships.csv", "ONE,MINE", "ON,MINE", "unknown-unit", 2, "unit"),
    ("memberships.csv", "MINE,MET", "MINE,ONE", "membership-level-order", 3, "parent"),
    ("memberships.csv", "MINE,MET", "MINE,ONE", "membership-cycle", 3, "parent"),
    ("memberships.csv", "ONE,MINE", "ONE,TWO", "parent-ends-before-child", 2, "valid_to"),
    ("rates.csv", "USD", "UDS", "unknown-currency", 2, "from"),
    ("rates.csv", "average", "averge", "code-unknown", 2, "kind"),
    ("rates.csv", "10.5", "-1", "rate-not-positive", 2, "rate"),
    ("rates.csv", "agency", "agencia", "unknown-source", 2, "source"),
    ("deflators.csv", "107.5", "0", "deflator-not-positive", 2, "index"),
    ("parameters.csv", "NORM,,2", "NORM,,two", "not-a-number", 2, "value"),
    ("targets.csv", "RD_SHARE", "RD_SHAER", "unknown-indicator", 2, "indicator"),
    ("settlements.csv", "ONE", "ON", "unknown-unit", 2, "unit"),
    ("codelists/CL_SIZE.csv", "ALL\n", "ALLE\n", "code-unknown", 3, "parent"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "row", "column"), TABLE_CASES)
def test_a_fault_of_a_table_is_found_at_its_cell(
    after: Reading, file: str, old: str, new: str, code: str, row: int, column: str
) -> None:
    _, findings = after(file, (old, new))
    assert (code, row, column) in {(finding.code, finding.row, finding.column) for finding in findings}, findings


def test_an_index_without_aggregation_is_found(after: Reading) -> None:
    changes = [(f'do = "aggregate/{name}"', STEPS) for name in ("arithmetic", "geometric")]
    _, findings = after(INDEX, *changes)
    assert ("step-missing", "steps") in {(finding.code, finding.key) for finding in findings}


def test_two_methodologies_of_one_id_are_found(tiny_pack, after: Reading) -> None:
    text = (tiny_pack / INDEX).read_text("utf-8")
    (tiny_pack / "methodologies/second.toml").write_text(text, "utf-8")
    definitions, findings = after(INDEX)
    assert [(finding.code, finding.file) for finding in findings] == [
        ("methodology-twice", "methodologies/second.toml")
    ]
    assert definitions.methodologies["index"].file == INDEX


def test_hints_name_the_nearest_that_there_is(after: Reading) -> None:
    _, findings = after(INDEX, ('indicator = "SATISFACTION"', 'indicator = "SATISFACTON"'))
    assert any("SATISFACTION" in finding.hint for finding in findings)


HINTS = [
    ("indicators.toml", "direction = 1", 'direction = "up"', "RD_SPEND.direction", "-1 / 0 / 1"),
    ("indicators.toml", '"PERCENT"', '"kgs"', "RD_SHARE.unit", "KG, KGS"),
    (INDEX, "draws = 100", 'draws = "many"', "robustness.draws", "1 … 1 000 000"),
    (INDEX, "noise = 0.25", "noise = -0.25", "robustness.vary[2].weights.noise", "above 0 and below 1"),
    (INDEX, 'level = "ENTERPRISE"', 'level = "REGION"', "level", "ENTERPRISE"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "remedy"), HINTS, ids=lambda value: str(value)[:40])
def test_a_hint_says_what_may_stand_there(after: Reading, file: str, old: str, new: str, key: str, remedy: str) -> None:
    _, findings = after(file, (old, new))
    assert [remedy in finding.hint for finding in findings if finding.key == key] == [True], findings


@pytest.mark.parametrize("unread", ['"up"', "2"])
def test_a_direction_that_cannot_be_read_is_not_called_context_as_well(after: Reading, unread: str) -> None:
    share = 'direction = 1\nformula = "100 * RD_SPEND / TOTAL_SPEND"'
    _, findings = after("indicators.toml", (share, share.replace("= 1", f"= {unread}", 1)))
    assert {finding.key for finding in findings} == {"RD_SHARE.direction"}, findings
