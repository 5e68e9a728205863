"""The table of the working view: its values as somebody may see them, as rows of a page or lines of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import quote

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from mezon.errors import UnsettledDisagreement, WrongStep
from mezon.model.codelists import ConfStatus, ObsStatus, Variant
from mezon.model.indicator import Indicator
from mezon.model.observations import CONVERTED, COUNTED, DEFAULTS, DERIVED, KEY, REPORTED, ROLLED_UP
from mezon.model.pack import Definitions
from mezon.web.desk.viewing.choosing import Choice
from mezon.web.desk.viewing.ordering import Line
from mezon.web.desk.viewing.seeing import Place, Reach, confidential_places, masked_places
from mezon.web.portal.addresses import query
from mezon.web.portal.formatting import number
from mezon.web.portal.observed import ORIGIN_WORDS, STATUS_WORDS, VARIANT_WORDS, Mark
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import dashboard

#: More cells than these stand on the next page of the table.
MOST_CELLS = 2400
_FEWEST_LINES = 20
_LETTERS = {CONVERTED: "c", DERIVED: "f", ROLLED_UP: "r", COUNTED: "n"}
_BLANKED = ("value", "status", "origin", "origin_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Values of the working view, and the places among them that are masked for this reader."""

    frame: pl.DataFrame
    masked: frozenset[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One cell of the table. `kind`: value, absent (said to have none), parts, masked, elsewhere or nothing."""

    kind: str
    text: str = ""
    href: str = ""
    marks: tuple[Mark, ...] = ()
    others: int = 0


NOTHING, _ELSEWHERE = Box(kind="nothing"), Box(kind="elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the tree with its cells."""

    line: Line
    name: str
    boxes: tuple[Box, ...]


def view_of(
    pack: StoredPack,
    definitions: Definitions,
    reach: Reach,
    *,
    indicators: Sequence[str],
    units: Iterable[str],
    periods: Sequence[str],
    known: int,
    at: int | None,
    seen_from: date | None,
) -> View:
    """Read values of the working view for somebody: nine queries at most, whatever is asked.

    units : none outside `reach.free` is read, whoever asks for it.
    Raises : WrongStep, where two sources disagree; which, is told to those alone who may see all of it.
    """
    within = sorted(reach.free & frozenset(units))
    try:
        frame = dashboard(
            pack, indicators=indicators, units=within, periods=periods or None, at=at, seen_from=seen_from
        )
    except UnsettledDisagreement as fault:
        if reach.whole:
            raise
        raise WrongStep(
            _("Two sources state one of these values differently, and nothing says yet which of them counts."),
            hint=_("The statistical office settles it; choose other indicators or periods until then."),
        ) from fault
    if reach.whole:
        return View(frame=frame, masked=frozenset())
    there = frame.select("indicator", "unit", "period").unique().iter_rows()
    places = {*there, *product(indicators, within, periods)}
    masked = masked_places(pack, definitions, reach, places, known=known)
    return View(frame=frame, masked=masked | confidential_places(frame, reach))


def lines_with_something(lines: Sequence[Line], view: View) -> list[Line]:
    """Leave out the lines without any value, unless one further in that follows has some."""
    told = frozenset(view.frame["unit"].unique().to_list())
    kept: list[Line] = []
    above = 0
    for line in reversed(lines):
        if line.unit.code in told or line.depth < above:
            kept.append(line)
            above = line.depth
    return kept[::-1]


def pages_of(lines: Sequence[Line], columns: int) -> list[Sequence[Line]]:
    """Turn a long table over: so many lines a page that a browser and a reader have enough with them."""
    each = max(MOST_CELLS // max(columns, 1), _FEWEST_LINES)
    return [lines[start : start + each] for start in range(0, len(lines), each)] or [[]]


def rows_of(choice: Choice, view: View, lines: Sequence[Line]) -> list[Row]:
    """Lay the values of some lines out: a row each, a cell for each indicator and period."""
    here = view.frame.filter(pl.col("unit").is_in(list({line.unit.code for line in lines})))
    places = by_place(here, choice.definitions)
    suffix = query(choice.asked)
    base = reverse("desk:working-pack", args=[choice.pack.code])
    columns = [(choice.definitions.indicators[code], period) for code in choice.indicators for period in choice.periods]

    def box(line: Line, indicator: Indicator, period: str) -> Box:
        if period not in line.here:
            return _ELSEWHERE
        place = (indicator.code, line.unit.code, period)
        rows = places.get(place)
        if rows and place in view.masked:
            return Box(kind="masked")
        href = f"{base}values/{'/'.join(quote(part, safe='') for part in place)}/{suffix}"
        return box_of(indicator, rows, href=href) if rows else NOTHING

    return [
        Row(
            line=line,
            name=line.unit.name.in_language(language()),
            boxes=tuple(box(line, indicator, period) for indicator, period in columns),
        )
        for line in lines
    ]


def box_of(indicator: Indicator, rows: Sequence[Mapping[str, Any]], *, href: str) -> Box:
    """Give the cell of a place: the total if there is one, and how many more rows there are."""
    first = rows[0]
    if first["breakdown"]:
        return Box(kind="parts", href=href, others=len(rows))
    absent = first["value"] is None
    text = STATUS_WORDS.get(ObsStatus(first["status"]), "") if absent else value_text(indicator, first["value"])
    return Box(
        kind="absent" if absent else "value", text=str(text), href=href,
        marks=tuple(marks_of(first, indicator)), others=len(rows) - 1,
    )  # fmt: skip


def marks_of(row: Mapping[str, Any], indicator: Indicator) -> list[Mark]:
    """Give what must not be overlooked about a value: status, plan, how it was computed, confidential, its measure."""
    found = []
    if row["status"] != ObsStatus.NORMAL and row["value"] is not None:
        found.append(Mark(letter=row["status"], words=str(STATUS_WORDS.get(row["status"], row["status"]))))
    if row["variant"] in VARIANT_WORDS:
        found.append(Mark(letter="p", words=str(VARIANT_WORDS[row["variant"]])))
    if row["origin"] in _LETTERS:
        found.append(Mark(letter=_LETTERS[row["origin"]], words=str(ORIGIN_WORDS[row["origin"]])))
    if row["confidentiality"] == ConfStatus.NOT_FOR_PUBLICATION:
        found.append(Mark(letter="N", words=_("not for publication")))
    elif row["confidentiality"] != ConfStatus.FREE:
        found.append(Mark(letter="C", words=_("confidential: you may see it, the public may not")))
    if row["unit_of_measure"] != indicator.unit:
        found.append(Mark(letter=row["unit_of_measure"], words=_("in another unit of measure than the indicator's")))
    return found


def value_text(indicator: Indicator, value: float) -> str:
    """Write a value with the decimals of its indicator."""
    return number(value, digits=indicator.decimals, language=language())


def legend_of(rows: Iterable[Row]) -> list[Mark]:
    """Give the marks that stand in some rows, each once."""
    found = {mark.letter: mark for row in rows for box in row.boxes for mark in box.marks}
    return [found[letter] for letter in sorted(found)]


def file_of(choice: Choice, view: View, lines: Sequence[Line]) -> pl.DataFrame:
    """Give all rows of the view as a file says them, each with what it is: working, as known when, and grouped how.

    Of what is masked the key stands there, and no more.
    """
    order = {line.unit.code: place for place, line in reversed(list(enumerate(lines)))}
    names = {code: choice.definitions.units[code].name.in_language(language()) for code in order}
    called = {code: choice.definitions.indicators[code].name.in_language(language()) for code in choice.indicators}
    masked = pl.DataFrame(sorted(view.masked), schema=["indicator", "unit", "period"], orient="row").cast(pl.String)
    frame = view.frame.filter(pl.col("unit").is_in(list(order))).join(
        masked.with_columns(_masked=pl.lit(value=True)), on=["indicator", "unit", "period"], how="left"
    )
    hidden = pl.col("_masked").fill_null(value=False)
    shown = [pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in _BLANKED]
    moment, grouped = choice.moment, choice.seen_from.isoformat() if choice.seen_from else "then"
    return (
        frame.with_columns(
            *shown,
            pl.when(hidden).then(pl.lit("yes")).otherwise(pl.lit("")).alias("masked"),
            pl.col("unit").replace_strict(names, default="", return_dtype=pl.String).alias("unit_name"),
            pl.col("indicator").replace_strict(called, default="", return_dtype=pl.String).alias("indicator_name"),
            pl.col("unit").replace_strict(order, default=0, return_dtype=pl.Int64).alias("_line"),
            pl.lit(choice.pack.code).alias("pack"),
            pl.lit("working view, not released").alias("view"),
            pl.lit(moment.known).alias("known_after_change"),
            pl.lit(moment.change.at.isoformat(timespec="seconds")).alias("recorded_at"),
            pl.lit(grouped).alias("units_grouped_as"),
        )
        .sort("_line", "indicator", "period", "breakdown", "variant", "price_basis", "unit_of_measure")
        .select("indicator_name", "unit_name", *KEY, "value", "status", "confidentiality", "origin", "origin_note",
                "masked", "pack", "view", "known_after_change", "recorded_at", "units_grouped_as")
    )  # fmt: skip


def by_place(frame: pl.DataFrame, definitions: Definitions) -> dict[Place, list[dict[str, Any]]]:
    """Give the rows of each place, the one that an index would take first: its own measure, the total, a fact."""
    found: dict[Place, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault((row["indicator"], row["unit"], row["period"]), []).append(row)
    for (code, _unit, _period), rows in found.items():
        if len(rows) > 1:
            rows.sort(key=lambda row: _order(row, definitions.indicators[code]))
    return found


def _order(row: Mapping[str, Any], indicator: Indicator) -> tuple[Any, ...]:
    return (
        row["breakdown"] != "", row["unit_of_measure"] != indicator.unit, row["variant"] != Variant.FACT,
        row["price_basis"] != DEFAULTS["price_basis"], row["origin"] != REPORTED,
        *(row[name] for name in ("breakdown", "variant", "price_basis", "unit_of_measure")),
    )  # fmt: skip
