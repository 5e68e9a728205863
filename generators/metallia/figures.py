"""The simulated panel: what each enterprise did in each year, before anything is planted in it.

Every enterprise has a hidden ability that grows, at its own pace, and six hidden leanings, one a group. Shares are
logistic in ability plus leaning plus a slowly wandering disturbance; volumes follow from shares and size. Money is in
millions of the synthetic currency XTS at current prices.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from generators.metallia.country import DOMINANT, ENTERPRISES, MERGED, SUCCESSOR, YEARS

Array = npt.NDArray[np.float64]
Panel = Mapping[str, Array]
SOURCES_OF_FUNDS = ("OWN", "STATE_BUDGET", "DOMESTIC_LOAN", "FOREIGN_DIRECT", "FOREIGN_LOAN", "GRANT", "OTHER")
_FUND_WEIGHTS = np.array([46.0, 8.0, 16.0, 12.0, 13.0, 3.0, 2.0])
#: XTS for one USD, average of the year.
RATES = np.array([10.00, 10.42, 11.03, 11.71, 12.20, 12.84, 13.41, 14.10, 14.52, 15.08, 15.77, 16.40])
_INFLATION = np.array([0.0, 0.041, 0.012, 0.035, 0.083, 0.067, 0.028, 0.049, 0.118, 0.094, 0.037, 0.061])
_SHAPE = (len(ENTERPRISES), len(YEARS))


def simulate(rng: np.random.Generator) -> dict[str, Array]:
    """Draw the panel: each term an array of (enterprises, years), in the order of ENTERPRISES and YEARS."""
    size = _size(rng)
    ability = _abilities(rng)
    panel = {**size, **_resources(rng, size, ability["RESOURCE"])}
    panel |= _activity(rng, ability["ACTIVITY"])
    panel |= _performance(rng, size, ability["PERFORMANCE"])
    panel |= _society(rng, panel, ability["SOCIAL_ENV"])
    panel |= _trade(rng, panel, ability["INTEGRATION"])
    panel |= _technology(rng, size, ability["TECHNOLOGY"])
    return panel


def by_source_of_funds(rng: np.random.Generator, finance: Array) -> Array:
    """Split financing by source: (enterprises, years, sources), cent by cent equal to the total."""
    shares = rng.dirichlet(_FUND_WEIGHTS / 8, size=finance.shape[0])[:, None, :]
    drift = np.exp(0.12 * rng.standard_normal((*finance.shape, len(SOURCES_OF_FUNDS))))
    mixed = np.maximum(shares, 0.01) * drift
    parts: Array = np.round(mixed / mixed.sum(axis=2, keepdims=True) * finance[:, :, None], 2)
    parts[:, :, 0] = np.round(finance - parts[:, :, 1:].sum(axis=2), 2)
    return parts


def share(ability: Array, low: float, high: float) -> Array:
    """Turn ability into a share between low and high: low + (high - low) / (1 + exp(-ability))."""
    return low + (high - low) / (1 + np.exp(-ability))


def _wandering(rng: np.random.Generator, persistence: float, spread: float) -> Array:
    """Draw first-order autoregressive disturbances, one series an enterprise."""
    shocks = spread * rng.standard_normal(_SHAPE)
    series = np.zeros(_SHAPE)
    series[:, 0] = shocks[:, 0]
    for year in range(1, _SHAPE[1]):
        series[:, year] = persistence * series[:, year - 1] + shocks[:, year]
    return series


def _noise(rng: np.random.Generator, spread: float) -> Array:
    return np.exp(spread * rng.standard_normal(_SHAPE))


def _abilities(rng: np.random.Generator) -> dict[str, Array]:
    level = 0.85 * rng.standard_normal((_SHAPE[0], 1))
    pace = np.clip(0.09 + 0.05 * rng.standard_normal((_SHAPE[0], 1)), -0.02, 0.2)
    common = level - 0.6 + pace * np.arange(_SHAPE[1])
    groups = ("RESOURCE", "ACTIVITY", "PERFORMANCE", "SOCIAL_ENV", "INTEGRATION", "TECHNOLOGY")
    return {group: common + 0.5 * rng.standard_normal((_SHAPE[0], 1)) + _wandering(rng, 0.6, 0.12) for group in groups}


def _size(rng: np.random.Generator) -> dict[str, Array]:
    beginning = np.array([[float(enterprise.employees)] for enterprise in ENTERPRISES])
    growth = np.clip(0.012 + 0.012 * rng.standard_normal((_SHAPE[0], 1)), -0.01, 0.04)
    years = np.arange(_SHAPE[1])
    employees = np.round(beginning * (1 + growth) ** years * np.exp(_wandering(rng, 0.7, 0.012)))
    prices = np.cumprod(1 + _INFLATION)[None, :] * np.exp(_wandering(rng, 0.5, 0.015))
    index = 100 * prices / prices[:, [YEARS.index(2020)]]
    per_head = (0.75 * np.exp(0.25 * rng.standard_normal((_SHAPE[0], 1)))) * 1.022**years * _noise(rng, 0.03)
    per_head[_place(DOMINANT)] *= 1.9
    output = np.round(employees * per_head * index / 100, 2)
    joined = _place(SUCCESSOR)
    employees[joined] = np.round(employees[[_place(code) for code in MERGED]].sum(axis=0) * 0.97)
    output[joined] = np.round(output[[_place(code) for code in MERGED]].sum(axis=0) * 1.04, 2)
    return {
        "EMPLOYEES": employees,
        "OUTPUT_PRICE_INDEX": np.round(index, 1),
        "OUTPUT_VALUE": output,
        "REVENUE": np.round(output * 0.985 * _noise(rng, 0.012), 2),
    }


def _place(code: str) -> int:
    return next(place for place, enterprise in enumerate(ENTERPRISES) if enterprise.code == code)


def _resources(rng: np.random.Generator, size: Panel, ability: Array) -> dict[str, Array]:
    spend = np.round(size["REVENUE"] * 0.86 * _noise(rng, 0.03), 2)
    innovation = np.round(spend * share(ability, 0.008, 0.09) * _noise(rng, 0.05), 2)
    staff = np.ceil(size["EMPLOYEES"] * share(ability + 0.3 * _wandering(rng, 0.6, 0.2), 0.008, 0.07))
    finance = np.round(innovation * 0.62 * _noise(rng, 0.08), 2)
    return {
        "TOTAL_SPEND": spend,
        "INNOV_SPEND": innovation,
        "RD_SPEND": np.round(innovation * share(ability, 0.12, 0.42) * _noise(rng, 0.05), 2),
        "INNOV_STAFF_HEADCOUNT": staff,
        "INNOV_STAFF": np.round(staff * 0.64 * _noise(rng, 0.03), 1),
        "PROJECT_FINANCE": finance,
        "PROJECT_FINANCE_COMMITTED": np.round(finance * 1.12 * _noise(rng, 0.06), 2),
    }


def _activity(rng: np.random.Generator, ability: Array) -> dict[str, Array]:
    active = (ability + 0.7 * rng.standard_normal(_SHAPE) > -0.9).astype(float)
    return {
        "IN_SCOPE": np.ones(_SHAPE),
        "INNOV_ACTIVE": active,
        "INNOV_IMPLEMENTED": 3.0 + rng.binomial(6, share(ability, 0.1, 0.95)),
        "INNOV_ABANDONED": 1.0 + rng.binomial(2, share(-ability, 0.1, 0.7)),
        "INNOV_ON_HOLD": 1.0 + rng.binomial(2, share(-ability, 0.1, 0.6)),
        "INNOV_OVERDUE": 1.0 + rng.binomial(2, share(-ability, 0.05, 0.8)),
    }


def _performance(rng: np.random.Generator, size: Panel, ability: Array) -> dict[str, Array]:
    output, revenue = size["OUTPUT_VALUE"], size["REVENUE"]
    baseline = np.round(output * 0.68 * _noise(rng, 0.02), 2)
    value_added = np.round(output * share(0.4 * ability + _wandering(rng, 0.5, 0.08), 0.28, 0.58), 2)
    return {
        "INNOV_REVENUE_NEW_TO_MARKET": np.round(revenue * share(ability, 0.01, 0.11) * _noise(rng, 0.06), 2),
        "INNOV_REVENUE_NEW_TO_FIRM": np.round(revenue * share(ability, 0.02, 0.2) * _noise(rng, 0.06), 2),
        "INNOV_OUTPUT": np.round(output * share(ability, 0.03, 0.34) * _noise(rng, 0.05), 2),
        "COST_BASELINE": baseline,
        "COST_SAVING": np.round(baseline * share(ability, 0.004, 0.075) * _noise(rng, 0.12), 2),
        "VALUE_ADDED": value_added,
        "HOURS_WORKED": np.round(size["EMPLOYEES"] * 1765 * _noise(rng, 0.012), -2),
    }


def _society(rng: np.random.Generator, panel: Panel, ability: Array) -> dict[str, Array]:
    real = 100 * panel["OUTPUT_VALUE"] / panel["OUTPUT_PRICE_INDEX"]
    dirtiness = 260 * np.exp(0.45 * rng.standard_normal((_SHAPE[0], 1)))
    cleaning = np.exp(-0.22 * (ability - ability[:, :1]))
    invited = np.ceil(panel["EMPLOYEES"] * 0.12 * _noise(rng, 0.05)) + 40
    return {
        "EMISSIONS_CO2E": np.round(real * dirtiness * cleaning * _noise(rng, 0.015)),
        "SATISFACTION_MEAN": np.round(share(ability, 2.5, 4.6) * _noise(rng, 0.012), 2),
        "SURVEY_INVITED": invited,
        "SURVEY_RESPONDENTS": np.floor(invited * share(0.3 * ability + 0.8, 0.35, 0.85)),
    }


def _trade(rng: np.random.Generator, panel: Panel, ability: Array) -> dict[str, Array]:
    openness = np.clip(0.42 + 0.2 * rng.standard_normal((_SHAPE[0], 1)), 0.12, 0.85)
    exports = np.round(panel["REVENUE"] * openness * _noise(rng, 0.05) / RATES, 3)
    innovative = np.round(exports * share(ability, 0.02, 0.38) * _noise(rng, 0.07), 3)
    return {"EXPORT_VALUE": exports, "INNOV_EXPORT": innovative}


def _technology(rng: np.random.Generator, size: Panel, ability: Array) -> dict[str, Array]:
    processes = np.round(18 + 9 * np.log(size["EMPLOYEES"][:, :1] / 200) + 0 * ability)
    assets = np.round(size["OUTPUT_VALUE"] * 1.7 * np.exp(0.2 * rng.standard_normal((_SHAPE[0], 1))), 2)
    return {
        "DIGITAL_ABILITY": ability,
        "PROCESSES": processes,
        "PROCESSES_AUTOMATED": np.round(processes * share(ability, 0.12, 0.82)),
        "ASSETS_OPENING": assets,
        "ASSETS_COMMISSIONED": np.round(assets * share(ability, 0.025, 0.14) * _noise(rng, 0.1), 2),
    }
