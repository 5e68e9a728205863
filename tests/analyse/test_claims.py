"""Claims are recomputed from data alone: every verdict, its reason, and the way back to each observation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mezon.analyse.claims import audit
from mezon.model.claim import Verdict
from mezon.model.codelists import Level, UnitOfMeasure
from mezon.model.observations import COLUMNS, DEFAULTS, RELEASE_SCHEMA, WORKING_SCHEMA
from mezon.model.pack import Definitions, Pack
from mezon.model.release import Release
from mezon.model.source import Deflator, Rate, Source
from mezon.model.text import Text
from mezon.model.unit import Unit

MONEY = {
    code: UnitOfMeasure(code=code, name=Text(en=code), dimension="money", currency=code[:3], scale=scale)
    for code, scale in {"UZS": 1.0, "UZS_BN": 1e9, "UZS_TN": 1e12, "USD_MN": 1e6, "USD_BN": 1e9}.items()
}
INVESTED = "a = INV @ MINES @ 2021; b = INV @ MINES @ 2024"
FOUR_BASES = "soums: UZS; dollars: USD; official rates: UZS > USD average; one rate: UZS > USD at 13255"


def observation(period: str, value: float, measure: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {name: "" if kind == pl.String() else None for name, kind in COLUMNS.items()}
    about = {"indicator": "INV", "unit": "MINES", "period": period, "value": value, "unit_of_measure": measure}
    return {**empty, **DEFAULTS, "source": "PAPER", "source_ref": "table", **about, **more}


STATED = [
    observation("2021", 21.6, "UZS_TN", qualifier="~", cites="7"),
    observation("2021", 1.63, "USD_BN"),
    observation("2021", 1.6, "USD_BN", source_ref="chart; page 3"),
    observation("2024", 61.8, "UZS_TN"),
    observation("2024", 4.66, "USD_BN"),
]


def definitions(**more: Any) -> Definitions:
    rates = tuple(
        Rate(origin="USD", into="UZS", period=period, kind="average", rate=rate, source="BANK")
        for period, rate in (("2021", 10609.46439), ("2024", 12652.28682))
    )
    sources = {"PAPER": Source(id="PAPER", producer="Author", title="Paper", published="2025")}
    units = {"MINES": Unit(code="MINES", level=Level.INDUSTRY, name=Text(en="Mines"), country="UZB")}
    return Definitions(
        id="p",
        version="1",
        title=Text(en="p"),
        units_of_measure=MONEY,
        sources=sources,
        units=units,
        **{"rates": rates, **more},
    )


def claim(**columns: Any) -> dict[str, Any]:
    basics = {"id": "N1", "publication": "PAPER", "place": "page 1", "kind": "finding", "sentence": "It grew."}
    texts = [
        "terms",
        "rule",
        "comparator",
        "tolerance_reason",
        "bases",
        "cannot",
        "cannot_reason",
        "data_needed",
        "beside",
    ]
    return {**dict.fromkeys(texts, ""), "stated": None, "tolerance": None, **basics, **columns}


def release_of(world: Definitions, observations: pl.DataFrame, *, as_of: date = date(2026, 1, 1)) -> Release:
    return Release(
        pack="p",
        pack_version="1",
        pack_sha256="",
        as_of=as_of,
        definitions=world,
        observations=observations,
        content_sha256="",
    )


def verdicts(
    *claims: dict[str, Any],
    stated: list[dict[str, Any]] | None = None,
    as_of: date = date(2026, 1, 1),
    world: Definitions | None = None,
) -> tuple[Verdict, ...]:
    """Audit claims over statements, of which the release settled on the first of each key."""
    world = world or definitions()
    rows = STATED if stated is None else stated
    working = pl.DataFrame([{**row, "row": 2} for row in rows], schema=WORKING_SCHEMA)
    settled = pl.DataFrame([{**row, "origin": "reported", "origin_note": ""} for row in rows], schema=RELEASE_SCHEMA)
    settled = settled.unique(["indicator", "unit", "period", "unit_of_measure"], keep="first", maintain_order=True)
    register = pl.DataFrame(list(claims), schema_overrides={"stated": pl.Float64, "tolerance": pl.Float64})
    pack = Pack(folder=PurePath(), sha256="", definitions=world, observations=working, registers={"claims": register})
    release = release_of(world, settled, as_of=as_of)
    return audit(pack, release)


def verdict(claimed: dict[str, Any], **more: Any) -> Verdict:
    return verdicts(claimed, **more)[0]


TRIPLED = claim(terms=INVESTED, rule="b / a", comparator="=", stated=3.0, tolerance=0.3, bases=FOUR_BASES)


def test_a_claim_that_holds_on_some_bases_only_says_on_which() -> None:
    found = verdict(TRIPLED)
    assert found.verdict == "holds only if"
    assert found.basis == "soums; dollars; one rate"
    assert [reckoning.holds for reckoning in found.reckonings] == [True, True, False, True]
    computed = [reckoning.computed for reckoning in found.reckonings]
    # 61.8 / 21.6; 4.66 / 1.63; (61.8 / 12652.28682) / (21.6 / 10609.46439); the rate cancels out
    assert computed == pytest.approx([2.86111, 2.85890, 2.39916, 2.86111], abs=5e-6)
    assert "official rates: 2.40 is not 3 (within 0.3)" in found.reason


def test_every_number_leads_back_to_its_statement_and_rate() -> None:
    lines = verdict(TRIPLED).observations
    assert lines[0] == "INV @ MINES @ 2021 = ~21.6 UZS_TN, PAPER, table, citing [7]"
    assert any(line.endswith("; 1 USD = 10609.46439 UZS (average of 2021, BANK)") for line in lines)


def test_rates_are_found_the_other_way_round_too() -> None:
    turned = tuple(
        Rate(origin="UZS", into="USD", period=period, kind="average", rate=1 / rate, source="BANK")
        for period, rate in (("2021", 10609.46439), ("2024", 12652.28682))
    )
    found = verdict(TRIPLED, world=definitions(rates=turned))
    assert found.reckonings[2].computed == pytest.approx(2.39916, abs=5e-6)


def test_a_claim_without_an_observation_or_a_rate_names_what_is_missing() -> None:
    absent = claim(terms="a = INV @ MINES @ 2019", rule="a > 0", bases="soums: UZS", data_needed="the year 2019")
    found = verdict(absent)
    assert found.verdict == "cannot be checked"
    assert found.reason == "soums: no observation of INV of MINES for 2019 in UZS. Needed: the year 2019."
    unrated = verdict(TRIPLED, world=definitions(rates=()))
    assert "no rate in rates.csv: No average rate from UZS to USD for 2021" in unrated.reason


def test_growth_at_constant_prices_cannot_be_checked_until_a_deflator_is_added() -> None:
    real = claim(terms=INVESTED, rule="b / a > 1", bases="prices of 2021: UZS | deflated by GDP to 2021")
    assert "no deflator GDP of UZB for 2021 in deflators.csv" in verdict(real).reason
    deflators = tuple(
        Deflator(deflator="GDP", country="UZB", period=period, index=index, base="2021", source="BANK")
        for period, index in (("2021", 100.0), ("2024", 143.0))
    )
    found = verdict(real, world=definitions(deflators=deflators))
    assert (found.verdict, found.computed) == ("holds", pytest.approx(61.8 / 21.6 / 1.43))


def test_a_term_picks_a_statement_that_the_release_did_not_settle_on() -> None:
    settled = claim(terms="a = INV @ MINES @ 2021 [unit_of_measure=USD_BN]", rule="a", comparator="=", stated=1.63)
    charted = claim(terms="a = INV @ MINES @ 2021 [source_ref=chart, unit_of_measure=USD_BN]", rule="a = 1.6")
    assert verdict(settled).verdict == "holds"
    assert (verdict(charted).verdict, verdict(charted).computed) == ("holds", 1.6)


def test_a_term_that_could_mean_several_rows_has_to_name_one() -> None:
    vague = claim(terms="a = INV @ MINES @ 2021", rule="a > 0")
    assert "is stated in USD_BN, UZS_TN: the claim has to name one" in verdict(vague).reason
    torn = claim(terms="a = INV @ MINES @ 2021 [source=PAPER, unit_of_measure=USD_BN]", rule="a > 0")
    assert "is stated as 1.6 (PAPER, chart; page 3), 1.63 (PAPER, table)" in verdict(torn).reason


def test_a_basis_may_change_the_rule_or_a_term() -> None:
    two = claim(
        terms="a = INV @ MINES @ 2021 [source_ref=table, unit_of_measure=USD_BN]; z = 1.6",
        rule="a > z",
        bases="table: ; chart: a[source_ref=chart, unit_of_measure=USD_BN]; doubled: rule 2 * a > z + 100",
    )
    assert [reckoning.holds for reckoning in verdict(two).reckonings] == [True, False, False]


def test_what_was_published_later_is_not_known_yet() -> None:
    charted = claim(terms="a = INV @ MINES @ 2021 [source_ref=chart]", rule="a > 0")
    assert verdict(charted, as_of=date(2025, 12, 31)).verdict == "holds"
    assert verdict(charted, as_of=date(2025, 12, 30)).verdict == "cannot be checked"


def test_a_later_word_of_one_source_in_one_place_is_the_one_used() -> None:
    said = [observation("2021", 1.0, "UZS_TN", published="2022"), observation("2021", 2.0, "UZS_TN", published="2023")]
    found = verdict(claim(terms="a = INV @ MINES @ 2021 [source=PAPER]", rule="a > 0"), stated=said)
    assert found.computed == 2.0


def test_a_sentence_that_states_no_fact_is_said_to() -> None:
    advice = claim(
        cannot="states no fact", cannot_reason="It is a recommendation.", beside="twice: 2 * z", terms="z = 4"
    )
    found = verdict(advice)
    assert (found.verdict, found.computed) == ("cannot be checked", None)
    assert found.reason == "It is a recommendation. Beside it: twice: 8.00."


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        ({"terms": "a : INV", "rule": "a > 1"}, "'a : INV' is no term"),
        ({"terms": "a = 1", "rule": "a >", "comparator": "="}, "cannot be read"),
        ({"terms": "a = 1", "rule": "a"}, "compared with nothing"),
        ({"terms": "a = 1", "rule": "a", "stated": 1.0, "comparator": "~"}, "'~' is no comparator"),
        ({"terms": "a = 1", "rule": "a + b > 1"}, "needs b"),
        ({"terms": "a = 1", "rule": "a / 0 > 1"}, "the rule has no answer"),
        ({"terms": "a = 1 [colour=red]", "rule": "a > 1"}, "asks for 'colour'"),
        ({"terms": "a = 1", "rule": "a > 1", "bases": "x: at noon"}, "'at noon' in 'x: at noon'"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_claim_that_cannot_be_checked(faulty: dict[str, Any], said: str) -> None:
    found = verdict(claim(**faulty))
    assert found.verdict == "cannot be checked"
    assert said in found.reason


def test_verdicts_do_not_depend_on_the_order_of_rows() -> None:
    claims = [TRIPLED, claim(id="M2", terms="z = 4", rule="z > 3")]
    forward = verdicts(*claims)
    backward = verdicts(
        *reversed(claims), stated=[*reversed([row for row in STATED if row["value"] != 1.6]), STATED[2]]
    )
    assert forward == backward
    assert [found.claim for found in forward] == ["M2", "N1"]


def test_a_pack_without_claims_has_no_verdicts() -> None:
    empty = verdicts(TRIPLED)
    assert empty
    world = definitions()
    pack = Pack(folder=PurePath(), sha256="", definitions=world)
    release = release_of(world, pl.DataFrame(schema=RELEASE_SCHEMA))
    assert audit(pack, release) == ()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 100), st.floats(0.1, 100), st.floats(0, 5), st.floats(0, 5))
def test_more_tolerance_never_takes_a_verdict_back(first: float, last: float, tolerance: float, more: float) -> None:
    said = [observation("2021", first, "UZS_TN"), observation("2024", last, "UZS_TN")]
    strict = claim(terms=INVESTED, rule="b / a", comparator="=", stated=3.0, tolerance=tolerance)
    lenient = {**strict, "tolerance": tolerance + more}
    if verdict(strict, stated=said).verdict == "holds":
        assert verdict(lenient, stated=said).verdict == "holds"


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 100), st.floats(0.1, 100))
def test_a_currency_basis_forgets_the_scale_in_which_money_was_stated(first: float, last: float) -> None:
    ratio = claim(terms=INVESTED, rule="b / a", comparator=">", stated=1.0, bases="soums: UZS")
    trillions = [observation("2021", first, "UZS_TN"), observation("2024", last, "UZS_TN")]
    mixed = [trillions[0], observation("2024", last * 1000, "UZS_BN")]
    one, other = verdict(ratio, stated=trillions), verdict(ratio, stated=mixed)
    assert one.computed == pytest.approx(other.computed, rel=1e-12)


def test_statements_converted_by_the_release_are_not_taken_as_stated() -> None:
    world = definitions()
    only_soums = [row for row in STATED if row["unit_of_measure"] == "UZS_TN"]
    converted = [
        {**row, "unit_of_measure": "USD_BN", "value": 9.9, "origin": "converted", "origin_note": "at a rate"}
        for row in only_soums
    ]
    reported = [{**row, "origin": "reported", "origin_note": ""} for row in only_soums]
    dollars = claim(terms="a = INV @ MINES @ 2021", rule="a > 0", bases="dollars as stated: USD")
    pack = Pack(folder=PurePath(), sha256="", definitions=world, registers={"claims": pl.DataFrame([dollars])})
    release = release_of(world, pl.DataFrame([*reported, *converted], schema=RELEASE_SCHEMA))
    assert audit(pack, release)[0].verdict == "cannot be checked"
    soums = replace(pack, registers={"claims": pl.DataFrame([{**dollars, "bases": ""}])})
    assert audit(soums, release)[0].computed == 21.6
