from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.collect.counting import count_registers
from mezon.design.quantities import bundled_units_of_measure
from mezon.errors import FormulaFault, MalformedValue
from mezon.model.codelists import Frequency
from mezon.model.indicator import Indicator
from mezon.model.observations import ORIGIN, WORKING_SCHEMA
from mezon.model.pack import Definitions, Derivation
from mezon.model.source import Rate, Source
from mezon.model.text import Text

SOURCES = {
    "A": Source(id="A", producer="P", title="A", published="2023-06"),
    "B": Source(id="B", producer="P", title="B", published="2024"),
}
RATES = (Rate(origin="USD", into="UZS", period="2020", kind="average", rate=10_000.0, source="A"),)


def counted(
    rows: list[dict[str, Any]],
    *,
    measure: str = "count",
    unit: str = "NUMBER",
    frequency: str = "A",
    register: str = "projects",
    **derivation: str,
) -> pl.DataFrame:
    usual = {"id": "", "unit": "U", "source": "A", "kind": "", "started": "2020", "brought_into_use": "", "period": ""}
    frame = pl.DataFrame(
        [{**usual, **row, "row": place + 2} for place, row in enumerate(rows)], infer_schema_length=None
    )
    how = Derivation(indicator="N", register=register, measure=measure, **{"date": "started", **derivation})
    definitions = Definitions(
        id="x", version="1", title=Text(en="x"), sources=SOURCES, rates=RATES,
        units_of_measure=bundled_units_of_measure(),
        indicators={"N": Indicator(code="N", name=Text(en="N"), unit=unit, frequency=Frequency(frequency))},
        derivations=(how,),
    )  # fmt: skip
    return count_registers(definitions, {register: frame})


def values(frame: pl.DataFrame) -> list[tuple[str, str, float | None]]:
    return frame.select("unit", "period", "value").rows()


def test_rows_are_counted_by_unit_and_period_with_the_way_back():
    frame = counted([{}, {"unit": "V"}, {"started": "2021-05-03"}, {"started": "2021"}])
    assert values(frame) == [("U", "2020", 1.0), ("U", "2021", 2.0), ("V", "2020", 1.0)]
    assert dict(frame.schema) == {**WORKING_SCHEMA, **ORIGIN}
    assert frame["source_ref"].to_list()[1] == "registers/projects.csv rows 4, 5"
    assert set(frame["origin"]) == {"counted"}
    assert frame["origin_note"][0] == "count of registers/projects.csv, by started"


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("kind = 'patent'", 2.0),
        ("kind <> 'patent'", 1.0),
        ("kind IS NULL", 1.0),
        ("NOT kind IS NULL AND size > 2", 2.0),
        ("kind IN ('patent', 'licence')", 3.0),
        ("size BETWEEN 1 AND 3", 2.0),
        ("flag", 2.0),
        ("flag AND (size < 2 OR size = 9)", 1.0),
        ("size * 2 >= 6", 2.0),
    ],
)
def test_a_condition_keeps_the_rows_that_satisfy_it(where, number):
    rows = [
        {"kind": "patent", "size": 1.0, "flag": True},
        {"kind": "patent", "size": 3.0, "flag": False},
        {"kind": "licence", "size": 9.0, "flag": None},
        {"kind": "", "size": None, "flag": True},
    ]
    assert values(counted(rows, where=where)) == [("U", "2020", number)]


def test_rows_of_which_none_satisfies_count_zero_and_no_rows_count_nothing():
    rows = [{"kind": "a"}, {"kind": "b", "started": "2021"}]
    assert values(counted(rows, where="kind = 'a'")) == [("U", "2020", 1.0), ("U", "2021", 0.0)]


def test_a_condition_that_is_none_is_refused():
    with pytest.raises(FormulaFault):
        counted([{}], where="kind =")


def test_a_shared_patent_counts_for_its_share():
    assert values(counted([{"owners": 2}, {"owners": 4}, {"owners": None}], fraction="owners")) == [("U", "2020", 1.75)]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_fractions_of_all_owners_add_up_to_the_number_of_patents(owners):
    rows = [{"id": str(n), "unit": f"U{k}", "owners": n} for n in owners for k in range(n)]
    assert counted(rows, fraction="owners")["value"].sum() == pytest.approx(len(owners))


def test_sums_means_and_distinct_counts():
    rows = [{"jobs": 2.0, "kind": "x"}, {"jobs": 4.0, "kind": "x"}]
    assert values(counted(rows, measure="sum(jobs)")) == [("U", "2020", 6.0)]
    assert values(counted(rows, measure="mean(jobs)")) == [("U", "2020", 3.0)]
    assert values(counted(rows, measure="distinct(kind)")) == [("U", "2020", 1.0)]


def test_a_sum_over_an_empty_cell_is_absent_and_not_the_sum_of_the_rest():
    frame = counted([{"jobs": 2.0}, {"jobs": None}], measure="sum(jobs)")
    assert frame.select("value", "status").rows() == [(None, "O")]


def test_an_unknown_measure_is_refused():
    with pytest.raises(MalformedValue, match="median"):
        counted([{}], measure="median(jobs)")


def test_money_is_brought_to_the_indicators_unit():
    rows = [{"amount": 2.0, "unit_of_measure": "USD_MN"}, {"amount": 30.0, "unit_of_measure": "UZS_BN"}]
    assert values(counted(rows, measure="sum(amount)", unit="USD_MN")) == [("U", "2020", 5.0)]


def test_money_without_a_rate_is_absent_and_says_so():
    rows = [{"amount": 2.0, "unit_of_measure": "UZS_BN", "started": "2019"}]
    frame = counted(rows, measure="sum(amount)", unit="USD_MN")
    assert frame.select("value", "status").rows() == [(None, "O")]
    assert "UZS" in frame["note"][0]
    assert "2019" in frame["note"][0]


def test_a_span_counts_in_every_period_it_touches():
    rows = [{"signed": "2019-05", "expires": "2021-02"}, {"signed": "2023", "expires": ""}]
    frame = counted(rows, date="active(signed, expires)", register="partnerships")
    assert values(frame) == [("U", year, 1.0) for year in ("2019", "2020", "2021", "2023", "2024")]


@pytest.mark.parametrize(
    ("frequency", "started", "periods"),
    [("A", "2020-05-17", ["2020"]), ("Q", "2020-05-17", ["2020-Q2"]), ("S", "2020-07", ["2020-S2"]),
     ("M", "2020-05", ["2020-05"]), ("Q", "2020", []), ("M", "2020", []), ("A", "", [])],
)  # fmt: skip
def test_a_date_counts_in_its_period_unless_it_is_too_coarse(frequency, started, periods):
    assert [period for _, period, _ in values(counted([{"started": started}], frequency=frequency))] == periods


def test_a_column_of_periods_is_a_date_too():
    frame = counted([{"period": "2020-Q3"}, {"period": "2020"}], date="period")
    assert values(frame) == [("U", "2020", 2.0)]


def test_several_sources_give_the_latest_of_their_dates():
    frame = counted([{"source": "A"}, {"source": "B"}])
    assert frame.select("source", "published").rows() == [("A", "2024-12-31")]


def test_the_order_of_the_rows_changes_nothing_but_their_numbers():
    rows = [{"jobs": value, "unit": unit} for unit in "UVW" for value in (0.1, 0.2, 0.7)]
    one, other = (counted(order, measure="sum(jobs)") for order in (rows, rows[::-1]))
    assert one.select("unit", "period", "status").equals(other.select("unit", "period", "status"))
    assert one["value"].to_list() == pytest.approx(other["value"].to_list())
