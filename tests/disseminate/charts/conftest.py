"""One sample of every picture, in any language and look, from small frames that hold gaps, ties and long names."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from mezon.disseminate.charts import (
    Caption,
    Chart,
    Look,
    Shading,
    bounded_bars,
    currency_lines,
    gaps_lollipop,
    heat_map,
    lines_over_time,
    paired_bars,
    shaded_matrix,
    slope,
    stacked_bars,
    waterfall,
    whisker_rank,
)

NAMES = {
    "UZB": {"en": "Uzbekistan", "ru": "Узбекистан", "uz": "Oʻzbekiston"},
    "CAN": {"en": "Canada", "ru": "Канада", "uz": "Kanada"},
    "CHL": {"en": "Chile", "ru": "Чили", "uz": "Chili"},
    "KAZ": {"en": "Kazakhstan", "ru": "Казахстан", "uz": "Qozogʻiston"},
    "ZMB": {"en": "Zambia", "ru": "Замбия", "uz": "Zambiya"},
    "NMMC": {
        "en": "Navoi Mining and Metallurgical Company",
        "ru": "Навоийский горно-металлургический комбинат",
        "uz": "Navoiy kon-metallurgiya kombinati",
    },
    "AMMC": {
        "en": "Almalyk Mining and Metallurgical Complex",
        "ru": "Алмалыкский горно-металлургический комбинат",
        "uz": "Olmaliq kon-metallurgiya kombinati",
    },
}
GROUPS = {
    "RESOURCE": {"en": "Resource support", "ru": "Ресурсное обеспечение", "uz": "Resurs taʼminoti"},
    "SOCIAL_ENV": {
        "en": "Social and environmental effect",
        "ru": "Социальный и экологический эффект",
        "uz": "Ijtimoiy va ekologik samara",
    },
    "TECHNOLOGY": {"en": "Technological development", "ru": "Технологическое развитие", "uz": "Texnologik rivojlanish"},
}
TITLES = {
    "en": "Conditions for innovation in mining and metallurgy, 2017",
    "ru": "Условия для инноваций в горно-металлургической отрасли, 2017",
    "uz": "Togʻ-kon metallurgiya sanoatida innovatsiyalar uchun sharoitlar, 2017",
}
SCORES = [
    ("CAN", 67.2, 56.8, 78.0, 1),
    ("CHL", 52.0, 41.6, 60.9, 2),
    ("UZB", 45.0, 41.4, 54.6, 2),
    ("KAZ", 23.3, 19.9, 49.3, 3),
    ("ZMB", None, None, None, None),
]


def caption(language: str) -> Caption:
    return Caption(
        title=TITLES[language],
        subtitle="0–100",
        source="World Bank (2025)",
        release="uzbekistan(0.1.0)@2026-07-13#e5140e242558",
    )


def scores(language: str) -> pl.DataFrame:
    rows = [(unit, NAMES[unit][language], *rest) for unit, *rest in SCORES]
    return pl.DataFrame(rows, schema=["unit", "label", "value", "low", "high", "band"], orient="row")


def _whiskers(look: Look) -> Chart:
    return whisker_rank(
        scores(look.language),
        caption=caption(look.language),
        look=look,
        value_name="Score",
        interval_name="90 % of the variants",
        highlight="UZB",
    )


def gaps(language: str) -> pl.DataFrame:
    rows = [
        (group, names[language], gap) for (group, names), gap in zip(GROUPS.items(), (-12.5, 30.25, None), strict=True)
    ]
    return pl.DataFrame(rows, schema=["indicator", "label", "gap"], orient="row")


def _lollipop(look: Look) -> Chart:
    return gaps_lollipop(gaps(look.language), caption=caption(look.language), look=look, peers_name="median of peers")


def cells(language: str) -> pl.DataFrame:
    rows = [
        (unit, NAMES[unit][language], group, names[language], value)
        for unit, values in (("CAN", (88.3, 48.0, 100.0)), ("UZB", (35.2, 100.0, None)))
        for (group, names), value in zip(GROUPS.items(), values, strict=True)
    ]
    return pl.DataFrame(rows, schema=["unit", "label", "column", "column_label", "value"], orient="row")


def _heat(look: Look) -> Chart:
    return heat_map(cells(look.language), caption=caption(look.language), look=look, highlight="UZB", decimals=1)


def history(language: str) -> pl.DataFrame:
    rows = [
        (unit, NAMES[unit][language], period, value, low, high, status)
        for unit, period, value, low, high, status in [
            ("CAN", "2014", 68.0, None, None, "A"),
            ("CAN", "2015", 67.5, None, None, "A"),
            ("CAN", "2016", 67.4, None, None, "A"),
            ("CAN", "2017", 67.2, None, None, "A"),
            ("UZB", "2014", 22.5, 18.0, 30.0, "A"),
            ("UZB", "2015", None, None, None, "O"),
            ("UZB", "2016", 45.3, 43.0, 55.0, "A"),
            ("UZB", "2017", 45.0, 41.4, 54.6, "P"),
        ]
    ]
    return pl.DataFrame(rows, schema=["series", "label", "period", "value", "low", "high", "status"], orient="row")


def _lines(look: Look) -> Chart:
    return lines_over_time(history(look.language), caption=caption(look.language), look=look, highlight="UZB")


def composition(language: str) -> pl.DataFrame:
    rows = [
        (year, year, group, names[language], value)
        for year, values in (("2021", (8.1, 5.2, 0.4)), ("2022", (11.0, 5.9, 0.6)), ("2023", (16.2, 6.25, None)))
        for (group, names), value in zip(GROUPS.items(), values, strict=True)
    ]
    return pl.DataFrame(rows, schema=["bar", "label", "part", "part_label", "value"], orient="row")


def _stacked(look: Look) -> Chart:
    return stacked_bars(composition(look.language), caption=caption(look.language), look=look)


def _lying(look: Look) -> Chart:
    rows = composition(look.language).with_columns(
        label=pl.col("bar").replace({"2021": NAMES["NMMC"][look.language], "2022": NAMES["AMMC"][look.language]})
    )
    more = rows.with_columns(bar=pl.col("bar") + "b", value=pl.col("value") * 1.3)
    return stacked_bars(pl.concat([rows, more]), caption=caption(look.language), look=look)


def moves(language: str) -> pl.DataFrame:
    rows = [("CAN", 64.5, 67.2), ("CHL", 47.6, 52.0), ("KAZ", 24.5, 23.3), ("UZB", 22.6, 45.0), ("ZMB", 31.2, None)]
    named = [(unit, NAMES[unit][language], before, after) for unit, before, after in rows]
    return pl.DataFrame(named, schema=["unit", "label", "before", "after"], orient="row")


def _slope(look: Look) -> Chart:
    return slope(moves(look.language), caption=caption(look.language), look=look, before="2012", after="2017")


def _waterfall(look: Look) -> Chart:
    frame = gaps(look.language).select(pl.col("indicator").alias("item"), "label", pl.col("gap").alias("contribution"))
    return waterfall(
        frame, caption=caption(look.language), look=look, end_name="Score", start=20.0, start_name="Reference"
    )


def attracted(language: str) -> pl.DataFrame:
    rows = [("NMMC", "~", 1.0), ("AMMC", ">", 1.94)]
    named = [(unit, NAMES[unit][language], qualifier, value) for unit, qualifier, value in rows]
    return pl.DataFrame(named, schema=["bar", "label", "qualifier", "value"], orient="row")


def _bounds(look: Look) -> Chart:
    return bounded_bars(attracted(look.language), caption=caption(look.language), look=look, highlight="AMMC")


MONEY = pl.DataFrame(
    {
        "period": ["2021", "2022", "2023", "2024"],
        "national": [9.8, None, 22.45, 29.6],
        "dollars_official": [0.92, None, 1.91, 2.34],
        "dollars_stated": [0.92, 1.4, 2.6, 2.33],
    }
)


def _currencies(look: Look) -> Chart:
    return currency_lines(
        MONEY, caption=caption(look.language), look=look, national_name="UZS tn", dollars_name="USD bn"
    )


def squares(language: str) -> pl.DataFrame:
    shares = {("CAN", 1): 0.9, ("CAN", 2): 0.1, ("CHL", 2): 0.6, ("CHL", 3): 0.4, ("UZB", 3): 0.6, ("UZB", 2): 0.3}
    rows = [
        (unit, NAMES[unit][language], str(rank), str(rank), str(rank), shares.get((unit, rank)))
        for unit in ("CAN", "CHL", "UZB")
        for rank in (1, 2, 3)
    ]
    return pl.DataFrame(rows, schema=["unit", "label", "column", "head", "column_label", "value"], orient="row")


SHARES = Shading(scale=100, no_zeros=True, key=((0.0, "0 %"), (1.0, "100 %")))


def _matrix(look: Look) -> Chart:
    return shaded_matrix(
        squares(look.language), caption=caption(look.language), look=look, shading=SHARES,
        alt_text=["First.", "Second."], highlight="UZB", breaks=[2],
    )  # fmt: skip


def pairs(language: str) -> pl.DataFrame:
    rows = [
        ("A", group, names[language], first, first - 0.05, first + 0.1, second)
        for (group, names), first, second in zip(GROUPS.items(), (0.5, 0.04, 0.2), (0.7, None, 0.1), strict=True)
    ]
    columns = ["group", "row", "label", "first", "first_low", "first_high", "second"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _pairs(look: Look) -> Chart:
    return paired_bars(
        pairs(look.language), caption=caption(look.language), look=look, names=("alone", "with all"),
        alt_text=["Two of each."], bounds_name="Thin lines: bounds.",
    )  # fmt: skip


def _nothing(look: Look) -> Chart:
    return whisker_rank(scores(look.language).head(0), caption=caption(look.language), look=look)


SAMPLES: dict[str, Callable[[Look], Chart]] = {
    "whiskers": _whiskers,
    "lollipop": _lollipop,
    "heat": _heat,
    "lines": _lines,
    "stacked": _stacked,
    "lying": _lying,
    "slope": _slope,
    "waterfall": _waterfall,
    "bounds": _bounds,
    "currencies": _currencies,
    "matrix": _matrix,
    "pairs": _pairs,
    "nothing": _nothing,
}


@pytest.fixture(params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest) -> Callable[[Look], Chart]:
    """Give the maker of one kind of picture."""
    return SAMPLES[request.param]
