"""Units of measure become one another by scale, or by a dated rate with its source."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.design.quantities import bundled_units_of_measure
from mezon.engine.conversion import RateTable, convert, convert_frame
from mezon.errors import MalformedValue, MissingRate
from mezon.model.source import Rate

UNITS = bundled_units_of_measure()
RATES = RateTable(
    [
        Rate(origin="USD", into="UZS", period="2024", kind="average", rate=12_652.7, source="cbu"),
        Rate(origin="USD", into="UZS", period="2024", kind="end", rate=12_920.48, source="cbu-end"),
    ]
)


def to(value: float, origin: str, into: str, period: str = "2024", kind: str = "average") -> float:
    return convert(value, UNITS[origin], UNITS[into], period=period, rates=RATES, kind=kind)[0]


def test_one_currency_changes_scale_without_a_rate() -> None:
    assert to(21.6, "UZS_TN", "UZS_BN", period="1999") == 21_600.0
    assert to(21_600.0, "UZS_BN", "UZS_TN", period="1999") == 21.6


def test_other_units_of_one_dimension_change_scale() -> None:
    assert to(1.5, "KT", "T") == 1_500.0
    assert to(25.0, "PERCENT", "RATIO") == 0.25


def test_money_takes_the_dated_rate_in_either_direction() -> None:
    assert to(61.8, "UZS_TN", "USD_BN") == pytest.approx(61_800 / 12_652.7)
    assert to(1.0, "USD_MN", "UZS_MN") == 12_652.7


def test_stocks_take_the_rate_of_the_end_of_the_period() -> None:
    assert to(1.0, "USD", "UZS", kind="end") == 12_920.48


def test_a_conversion_says_the_rate_and_its_source() -> None:
    _, how = convert(1.0, UNITS["UZS_BN"], UNITS["USD_MN"], period="2024", rates=RATES)
    assert how.source == "cbu"
    assert how.note == "UZS_BN to USD_MN at 12652.7 UZS per USD, average of 2024 (cbu)"


def test_a_missing_rate_says_which_row_to_add() -> None:
    with pytest.raises(MissingRate) as refusal:
        to(1.0, "UZS_BN", "USD_MN", period="2023")
    assert refusal.value.message == "No average rate from UZS to USD for 2023."
    assert '"UZS,USD,2023,average,<rate>,<source>"' in refusal.value.hint


def test_a_rate_of_the_year_does_not_serve_its_quarters() -> None:
    with pytest.raises(MissingRate):
        to(1.0, "UZS_BN", "USD_MN", period="2024-Q1")


def test_tonnes_do_not_become_money() -> None:
    with pytest.raises(MalformedValue, match=r"KT \(mass\) cannot become USD \(money\)"):
        to(1.0, "KT", "USD")


def test_a_frame_converts_what_it_can_and_names_what_it_cannot() -> None:
    frame = pl.DataFrame(
        {
            "value": [10.0, 20.0, 1.0, 2.0],
            "low": [9.0, None, None, None],
            "high": [None, None, None, None],
            "standard_error": [0.5, None, None, None],
            "unit_of_measure": ["UZS_BN", "UZS_BN", "KT", "USD_BN"],
            "period": ["2024", "2023", "2024", "2023"],
            "into": ["USD_MN", "USD_MN", "USD_MN", "USD_MN"],
            "kind": ["average"] * 4,
        },
        schema_overrides={"high": pl.Float64},
    )
    converted, refused = convert_frame(frame, units=UNITS, rates=RATES)
    assert converted["unit_of_measure"].to_list() == ["USD_MN", "USD_MN"]
    assert converted["value"].to_list() == pytest.approx([10_000 / 12_652.7, 2_000.0])
    assert converted.row(0, named=True)["low"] == pytest.approx(9_000 / 12_652.7)
    assert converted.row(0, named=True)["standard_error"] == pytest.approx(500 / 12_652.7)
    assert converted.row(0, named=True)["high"] is None
    assert refused.select("unit_of_measure", "period", "reason").rows() == [
        ("KT", "2024", ""),
        ("UZS_BN", "2023", "No average rate from UZS to USD for 2023."),
    ]


@given(
    st.floats(-1e9, 1e9),
    st.sampled_from(["UZS", "UZS_MN", "UZS_BN", "USD", "USD_MN"]),
    st.sampled_from(["UZS_TN", "USD_BN"]),
)
def test_there_and_back_is_where_one_started(value: float, origin: str, into: str) -> None:
    assert to(to(value, origin, into), into, origin) == pytest.approx(value, rel=1e-12, abs=1e-12)
