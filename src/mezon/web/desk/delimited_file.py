"""A form's answers as a CSV: read with the separator and decimal sign that the file shows, or that somebody chose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from django.utils.translation import gettext as _

from mezon.collect.delimited import Detected, cells_of, detect, read_delimited
from mezon.disseminate.export import defused
from mezon.model.codelists import ObsStatus
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import CELLS, Form
from mezon.model.observations import ROW, no_observations
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.web.desk.laying_out import lines_of
from mezon.web.desk.models import Submission

if TYPE_CHECKING:
    from mezon.web.desk.reading import File

CSV = "csv"


def read(
    content: bytes, *, form: Form, submission: Submission, definitions: Definitions, separator: str, decimal: str
) -> File:
    """Read a CSV of observations as answers of one form: indicator, period, value, and what else it says.

    What cannot be told (a separator, a decimal sign, a column) is a finding, and then nothing is read.
    """
    from mezon.web.desk.reading import File

    rulebook = definitions.rulebook
    with tempfile.TemporaryDirectory(prefix="mezon-csv-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        detected = detect(path, rulebook=rulebook, separator=separator, decimal=decimal)
        found = list(detected.questions)
        rows = no_observations()
        if not found:
            batches = list(read_delimited(path, detected, rulebook=rulebook))
            rows = pl.concat([rows, *(batch.rows for batch in batches)])
            found = [_at_its_row(_in_its_style(one, detected, rulebook)) for batch in batches for one in batch.findings]
    ours, strange = _of_this_form(rows, form, submission, definitions)
    cells = cells_of(ours, period=submission.period) if ours.height else pl.DataFrame(schema=CELLS)
    return File(kind=CSV, cells=cells, findings=(*found, *strange), settings=_how(detected))


def separators() -> list[tuple[str, str]]:
    """Give what may stand between columns, with a word for each."""
    return [(",", _("a comma")), (";", _("a semicolon")), ("\t", _("a tabulator")), ("|", _("a bar"))]


def decimals() -> list[tuple[str, str]]:
    """Give the decimal signs there are, with a word for each."""
    return [(".", _("a point")), (",", _("a comma"))]


def _how(detected: Detected) -> dict[str, Any]:
    """Say how the file was read, for its sender to confirm."""
    has_numbers = any(meaning == "value" for _written, meaning in detected.columns)
    return {"separator": detected.separator, "decimal": detected.decimal if has_numbers else "",
            "witness": detected.witness, "encoding": detected.encoding}  # fmt: skip


def template(form: Form, submission: Submission, definitions: Definitions, *, language: str) -> pl.DataFrame:
    """Give the form as a table to fill in, a row a cell, with what is filled in already and a name to read beside."""
    lines = lines_of(form, definitions, submission.cells.all(), language=language).values()
    rows = [
        {
            "indicator": line.cell.indicator,
            "breakdown": line.cell.breakdown,
            "variant": line.cell.variant,
            "period": line.cell.period,
            "value": line.cell.value,
            "status": line.cell.status if line.cell.status != ObsStatus.NORMAL else "",
            "note": line.cell.note,
            _("line of the form"): ", ".join(part for part in (line.name, line.part, line.measure) if part),
        }
        for line in sorted(lines, key=lambda line: line.cell.position)
    ]
    filled = [{name: entry if entry != "" else None for name, entry in row.items()} for row in rows]
    return defused(
        pl.DataFrame(filled, schema={name: pl.Float64 if name == "value" else pl.String for name in rows[0]})
    )


def _in_its_style(finding: Finding, detected: Detected, rulebook: Rulebook) -> Finding:
    """Say of what is no number how numbers are written in this very file."""
    if finding.code != "not-a-number":
        return finding
    sign = dict(decimals()).get(detected.decimal, detected.decimal)
    typed = finding.value.removeprefix("? ")
    return rulebook.finding("file-not-a-number", row=finding.row, value=typed, decimal=sign)


def _at_its_row(finding: Finding) -> Finding:
    """Name the place of a finding as its cell does: the line of the file."""
    return replace(finding, key=f"row {finding.row}", row=None) if finding.row else finding


def _of_this_form(
    rows: pl.DataFrame, form: Form, submission: Submission, definitions: Definitions
) -> tuple[pl.DataFrame, list[Finding]]:
    """Keep the rows that answer this form for this unit, each cell once; say of every other why it is left out."""
    asked = {cell.key for cell in form.cells(Period.parse(submission.period))}
    measures = {item.indicator: item.unit_of_measure for item in form.items}
    seen: set[tuple[str, ...]] = set()
    kept: list[int] = []
    strange: list[Finding] = []
    for row in rows.iter_rows(named=True):
        key = (row["indicator"], row["breakdown"], row["variant"] or "FACT", row["period"] or submission.period)
        measure = measures.get(row["indicator"]) or _measure(definitions, row["indicator"])
        fault = next(_faults(row, key, submission.unit, measure, asked, seen, definitions.rulebook), None)
        if fault is None:
            kept.append(row[ROW])
            seen.add(key)
        else:
            strange.append(fault)
    return rows.filter(pl.col(ROW).is_in(kept)), strange


def _faults(
    row: Mapping[str, Any],
    key: tuple[str, str, str, str],
    unit: str,
    measure: str,
    asked: set[tuple[str, str, str, str]],
    seen: set[tuple[str, ...]],
    rulebook: Rulebook,
) -> Iterator[Finding]:
    place = f"row {row[ROW]}"
    if row["unit"] not in ("", unit):
        yield rulebook.finding("file-other-unit", key=place, value=row["unit"], unit=unit)
    if key not in asked:
        yield rulebook.finding("file-not-asked", key=place, value=" ".join(part for part in key if part))
    if row["unit_of_measure"] not in ("", measure):
        yield rulebook.finding("file-other-measure", key=place, value=row["unit_of_measure"], asked=measure)
    if key in seen:
        yield rulebook.finding("file-twice", key=place, value=key[0])


def _measure(definitions: Definitions, indicator: str) -> str:
    defined = definitions.indicators.get(indicator)
    return defined.unit if defined else ""
