"""A filled-in workbook read, checked against twelve years and annotated, in this process: 4,000 and 100,000 cells.

The form is made: so many indicators, each for so many categories, in four sections. One cell in fifty has a fault.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import PurePath

import numpy as np
import polars as pl

from benchmarks.measuring import Figure
from mezon.collect.workbook import annotate, read_workbook, write_workbook
from mezon.design.rulebook import read_rulebook
from mezon.model.codelists import Code, Codelist, Level, RollUp, UnitOfMeasure
from mezon.model.form import CELLS, Form, FormItem, FormSection
from mezon.model.indicator import Indicator
from mezon.model.pack import Definitions, Pack
from mezon.model.period import Period
from mezon.model.source import Source
from mezon.model.text import Text
from mezon.model.unit import Unit
from mezon.process.checks.of_submission import check_cells

PERIOD, YEARS = "2024", range(2012, 2024)
SIZES = ((400, 10, "4,000", "under 2 s"), (1_000, 100, "100,000", "under 10 s"))
_SECTIONS = 4
_FAULT = 50


def figures() -> Iterator[Figure]:
    """Time reading, checking and annotating together, best of two."""
    for indicators, categories, name, goal in SIZES:
        form, pack = made_form(indicators, categories)
        before, cells = made_answers(form)
        content = write_workbook(form, "A", PERIOD, definitions=pack.definitions, before=before, values=cells)
        seconds, faults = min(timed(content, form, pack, before) for _ in range(2))
        yield Figure(
            what=f"a workbook of {name} cells read, checked against {len(YEARS)} years and annotated",
            measured=f"{seconds:.1f} s ({faults:,} findings, {len(content) / 1e6:.1f} MB)",
            goal=goal,
        )


def timed(content: bytes, form: Form, pack: Pack, before: pl.DataFrame) -> tuple[float, int]:
    """Read, check and annotate once; give the seconds and the number of findings."""
    started = time.perf_counter()
    reading = read_workbook(content, form, definitions=pack.definitions, unit="A", period=PERIOD)
    checked = check_cells(pack, reading.cells, form=form, unit="A", period=PERIOD, before=before)
    findings = [*reading.findings, *checked]
    annotated = annotate(content, findings, rulebook=pack.definitions.rulebook)
    seconds = time.perf_counter() - started
    assert zipfile.is_zipfile(io.BytesIO(annotated))
    return seconds, len(findings)


def made_form(indicators: int, categories: int) -> tuple[Form, Pack]:
    """Make a form that asks for each indicator by each category, and the pack it belongs to."""
    names = [f"TERM_{number:04d}" for number in range(indicators)]
    codes = [f"C{number:03d}" for number in range(categories)]
    breakdowns = tuple(f"KIND={code}" for code in codes)
    share = indicators // _SECTIONS
    sections = tuple(
        FormSection(
            id=f"part{part}",
            title=Text(en=f"Part {part}"),
            items=tuple(
                FormItem(indicator=name, required=True, breakdowns=breakdowns)
                for name in names[part * share : (part + 1) * share]
            ),
        )
        for part in range(_SECTIONS)
    )
    form = Form(
        id="made", version="1", title=Text(en="A made form"), levels=("ENTERPRISE",), source="made", sections=sections
    )
    return form, _made_pack(form, names, codes)


def _made_pack(form: Form, names: list[str], codes: list[str]) -> Pack:
    definitions = Definitions(
        id="made",
        version="1",
        title=Text(en="Made for a benchmark"),
        indicators={
            name: Indicator(
                code=name, name=Text(en=f"Term {name}"), unit="XTS_MN", roll_up=RollUp.SUM, range=(0.0, None),
                definition=Text(en="What is stated of a term of a form made for a benchmark."),
            )
            for name in names
        },
        units={"A": Unit(code="A", level=Level.ENTERPRISE, name=Text(en="Enterprise A"))},
        sources={"made": Source(id="made", producer="made", title="made")},
        codelists={"CL_KIND": Codelist(id="CL_KIND", codes={c: Code(code=c, name=Text(en=c)) for c in codes})},
        units_of_measure={
            "XTS_MN": UnitOfMeasure(
                code="XTS_MN", name=Text(en="XTS million"), dimension="money", currency="XTS", scale=1e6
            )
        },
        forms={form.id: form},
        rulebook=read_rulebook(None),
    )  # fmt: skip
    return Pack(folder=PurePath("made"), sha256="", definitions=definitions)


def made_answers(form: Form) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw twelve years of values and the answers of the last; one answer in fifty is a thousand times too large."""
    chance = np.random.Generator(np.random.PCG64(7))
    asked = list(form.cells(Period.parse(PERIOD)))
    level = np.exp(chance.normal(3.0, 1.0, len(asked)))
    past = pl.concat(
        pl.DataFrame(
            {
                "indicator": [cell.indicator for cell in asked],
                "breakdown": [cell.breakdown for cell in asked],
                "value": np.round(level * np.exp(chance.normal(0, 0.1, len(asked))), 2),
            }
        ).with_columns(unit=pl.lit("A"), period=pl.lit(str(year)), unit_of_measure=pl.lit("XTS_MN"))
        for year in YEARS
    )  # fmt: skip
    values = np.round(level * np.exp(chance.normal(0, 0.1, len(asked))), 2)
    values[::_FAULT] *= 1000
    rows = [(*cell.key, "", "", float(value), "", "") for cell, value in zip(asked, values, strict=True)]
    return past, pl.DataFrame(rows, schema=CELLS, orient="row")
