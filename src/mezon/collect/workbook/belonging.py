"""Whose workbook it is: the marks of the hidden sheet against what was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from mezon.collect.workbook.layout import identity_of
from mezon.collect.workbook.marked import Rows
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import Form
from mezon.model.period import Period


def read_identity(rows: Rows) -> dict[str, str]:
    """Read the hidden sheet: form, version, unit, period, language, pack, marks, and the names of the sheets."""
    found = {}
    for row in rows:
        name, value = (str(cell).strip() if cell != "" else "" for cell in (*row[:2], "", "")[:2])
        if name:
            found[name] = value.removesuffix(".0")
    return found


def check_belonging(
    identity: dict[str, str], form: Form, *, unit: str, period: str, rulebook: Rulebook
) -> Iterator[Finding]:
    """Say whether a workbook is of another form, unit, period or version, or does not say whose it is."""
    if not identity.get("form"):
        yield rulebook.finding("workbook-identity-gone", value=form.id, unit=unit, period=period)
        return
    wrong = (
        ("workbook-other-form", "form", form.id),
        ("workbook-other-unit", "unit", unit),
        ("workbook-other-period", "period", period),
        ("workbook-other-version", "version", form.version),
    )
    for code, name, asked in wrong:
        stated = identity.get(name, "")
        if stated != asked:
            yield rulebook.finding(code, value=stated, asked=asked)
    said = identity_of(form, unit=unit, period=Period.parse(period), language="", pack="")
    same = all(identity.get(name, "") == asked for _, name, asked in wrong)
    if same and identity.get("marks") != said.marks:
        yield rulebook.finding("workbook-marks-differ", value=identity.get("marks", "")[:12])
