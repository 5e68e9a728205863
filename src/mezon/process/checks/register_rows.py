"""Rows of registers: references that lead nowhere, dates out of order, documents cited by another act's number."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from mezon.design.nearest import Nearest
from mezon.model.finding import Finding, Rule
from mezon.model.registers import REGISTERS
from mezon.model.tables import Column
from mezon.process.checks.codes import known_codes
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check


@check("register-reference")
def references_lead_somewhere(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report cells of registers that name a unit, source, project ... which the pack does not have."""
    for name, frame in sorted(evidence.pack.registers.items()):
        table = REGISTERS.get(name)
        for column in table.columns if table else ():
            if column.refers and column.name in frame.columns:
                yield from _dangling(evidence, rule, name, frame, column)


@check("dates-out-of-order")
def dates_are_in_order(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report rows whose first date of a pair (`pairs` = [[register, first, last], ...]) is later than its last.

    Partial dates are compared as far as both of them go: 2024 is not later than 2024-03.
    """
    for register, first, last in rule.parameters["pairs"]:
        frame = evidence.pack.registers.get(register)
        if frame is None or not {first, last} <= set(frame.columns):
            continue
        length = pl.min_horizontal(pl.col(first).str.len_chars(), pl.col(last).str.len_chars())
        is_late = (pl.col(first).str.slice(0, length) > pl.col(last).str.slice(0, length)) & (length > 0)
        for row, start, end in frame.filter(is_late).select("row", first, last).iter_rows():
            yield evidence.rulebook.finding(
                rule.code, file=f"registers/{register}.csv", row=row, column=last, value=end, first=first, start=start,
            )  # fmt: skip


@check("number-of-another-act")
def numbers_belong_to_their_document(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report documents whose number, once looked up, turned out to belong to another act."""
    frame = evidence.pack.registers.get("documents")
    if frame is None or "number_belongs_to" not in frame.columns:
        return
    for line in frame.filter(pl.col("number_belongs_to").fill_null("") != "").iter_rows(named=True):
        yield evidence.rulebook.finding(
            rule.code, file="registers/documents.csv", row=line["row"], column="number", value=line["number"] or "",
            title=line["title_stated"] or "", belongs_to=line["number_belongs_to"],
        )  # fmt: skip


def _dangling(evidence: Evidence, rule: Rule, register: str, frame: pl.DataFrame, column: Column) -> Iterator[Finding]:
    known = _known(evidence, column.refers)
    cells = frame.select("row", pl.col(column.name).fill_null("").alias("cell")).filter(pl.col("cell") != "")
    if column.separator:
        split = pl.col("cell").str.split(column.separator)
        cells = cells.with_columns(split).explode("cell").with_columns(pl.col("cell").str.strip_chars())
    lost = cells.filter(~pl.col("cell").is_in(sorted(known)) & (pl.col("cell") != ""))
    similar = Nearest(known) if lost.height else None
    for row, cell in lost.iter_rows():
        yield evidence.rulebook.finding(
            rule.code, file=f"registers/{register}.csv", row=row, column=column.name, value=cell,
            table=column.refers, nearest=similar(cell) if similar else "",
        )  # fmt: skip


def _known(evidence: Evidence, table: str) -> set[str]:
    if table not in REGISTERS:
        return set(known_codes(evidence.definitions, table))
    frame = evidence.pack.registers.get(table)
    return set() if frame is None or "id" not in frame.columns else set(frame["id"].drop_nulls().to_list())
