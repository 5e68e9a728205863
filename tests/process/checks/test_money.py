from __future__ import annotations

import pytest
from check_cases import found, pack_of, places

from mezon.model.source import Rate

OFFICIAL = {"2021": 10_609.46439, "2023": 11_734.83342, "2024": 12_652.28682}
UZS_RATES = tuple(
    Rate(origin="USD", into="UZS", period=period, kind="average", rate=rate, source="FORM")
    for period, rate in OFFICIAL.items()
)


@pytest.mark.parametrize(
    ("row", "is_missing"),
    [
        ({"unit_of_measure": "UZS_BN"}, False),
        ({"unit_of_measure": "UZS_BN", "period": "2020"}, True),
        ({"unit_of_measure": "USD_BN", "period": "2020"}, False),
        ({"unit_of_measure": "EUR_MN"}, True),
        ({"unit_of_measure": "UZS_BN", "period": "2020", "value": None, "status": "O"}, False),
    ],
)
def test_a_conversion_needs_a_rate_of_its_period(row, is_missing):
    assert bool(found(pack_of([row]), "conversion-without-rate")) == is_missing


def test_a_missing_rate_is_answered_with_the_row_to_add():
    (finding,) = found(pack_of([{"unit_of_measure": "UZS_BN", "period": "2020"}]), "conversion-without-rate")
    assert "UZS,USD,2020,average,<rate>,<source>" in finding.hint


@pytest.mark.parametrize(
    ("period", "soums", "dollars", "implied", "deviation"),
    [
        ("2021", 21.6, 1.63, "13,252", "+25 %"),
        ("2021", 21.6, 1.6, "13,500", "+27 %"),
        ("2023", 22.45, 1.8, "12,472", "+6 %"),
        ("2023", 22.45, 2.7, "8,315", "-29 %"),
        ("2023", 16.2, 1.3, "12,462", "+6 %"),
    ],
)
def test_the_rates_implied_by_paper_2_are_found(period, soums, dollars, implied, deviation):
    """Kurbanova (2025), Results table, chart 1 and key findings; official period averages: WDI PA.NUS.FCRF."""
    rows = [
        {"period": period, "value": soums, "unit_of_measure": "UZS_TN", "source_ref": "text"},
        {"period": period, "value": dollars, "unit_of_measure": "USD_BN", "source_ref": "chart"},
    ]
    (finding,) = found(pack_of(rows, rates=UZS_RATES), "implied-exchange-rate")
    assert (finding.row, finding.column, finding.value) == (3, "value", f"{dollars:g}")
    assert f"imply {implied} UZS per USD" in finding.message
    assert finding.message.endswith(f"{deviation}.")
    assert "(row 2)" in finding.message


def test_the_year_2024_of_paper_2_passes():
    rows = [
        {"period": "2024", "value": 61.8, "unit_of_measure": "UZS_TN"},
        {"period": "2024", "value": 4.66, "unit_of_measure": "USD_BN"},
    ]
    assert found(pack_of(rows, rates=UZS_RATES), "implied-exchange-rate") == []


def test_every_pair_of_statements_implies_a_rate():
    rows = [{"value": 21.6, "unit_of_measure": "UZS_TN"}] + [
        {"value": value, "unit_of_measure": "USD_BN", "source_ref": str(value)} for value in (1.6, 1.63, 2.0)
    ]
    assert places(pack_of(rows, rates=UZS_RATES), "implied-exchange-rate") == [
        (3, "value", "1.6"),
        (4, "value", "1.63"),
    ]


def test_figures_of_different_things_imply_no_rate():
    rows = [
        {"value": 21.6, "unit_of_measure": "UZS_TN"},
        {"value": 1.6, "unit_of_measure": "USD_BN", "breakdown": "SEX=F"},
        {"value": 1.6, "unit_of_measure": "USD_BN", "variant": "PLAN"},
    ]
    assert found(pack_of(rows, rates=UZS_RATES), "implied-exchange-rate") == []
