"""Tables in the shapes that other tools write, made up here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mezon.collect.pack_draft import ImportSettings
from mezon.design.rulebook import read_rulebook
from mezon.model.finding import Finding

RULEBOOK = read_rulebook(None)
SETTINGS = ImportSettings(level="COUNTRY", accessed="2025-03-01", period="2024")

IMETA_HEADER = ("iCode", "iName", "Type", "Level", "Parent", "Direction", "Weight", "Unit", "Target", "Denominator")
IMETA = (
    ("IDX", "Index", "Aggregate", "3", "NA", "1", "1", "NA", "NA", "NA"),
    ("MONEY", "Money", "Aggregate", "2", "IDX", "1", "0.75", "NA", "NA", "NA"),
    ("PEOPLE", "People", "Aggregate", "2", "IDX", "1", "0.25", "NA", "NA", "NA"),
    ("RD", "Research", "Indicator", "1", "MONEY", "1", "2", "Million USD", "9", "GDP"),
    ("DEBT", "Debt", "Indicator", "1", "MONEY", "-1", "1", "%", "10", "NA"),
    ("SKILL", "Skills", "Indicator", "1", "PEOPLE", "1", "1", "NA", "80", "NA"),
    ("GDP", "Product", "Denominator", "NA", "NA", "NA", "NA", "Billion USD", "NA", "NA"),
    ("SIZE", "Size", "Group", "NA", "NA", "NA", "NA", "NA", "NA", "NA"),
)
IDATA_HEADER = ("uCode", "uName", "Time", "RD", "DEBT", "SKILL", "GDP", "SIZE")
IDATA = (
    ("AAA", "Aland", "2022", "10", "60", "40", "100", "S"),
    ("BBB", "Bland", "2022", "40", "30", "NA", "200", "L"),
    ("CCC", "Cland", "2022", "90", "45", "70", "300", "L"),
    ("AAA", "Aland", "2023", "15", "55", "45", "100", "S"),
    ("BBB", "Bland", "2023", "44", "30", "65", "200", "L"),
    ("CCC", "Cland", "2023", "96", "50", "75", "300", "L"),
)

Rows = Sequence[Sequence[object]]


def write_csv(path: Path, rows: Iterable[Sequence[object]], *, mark: str = ",") -> Path:
    path.write_text("\n".join(mark.join(str(cell) for cell in row) for row in rows) + "\n", encoding="utf-8")
    return path


def write_workbook(path: Path, sheets: dict[str, Rows]) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell not in ("", None):
                    sheet.write(row, column, cell)
    book.close()
    return path


def coin_tables(folder: Path, *, idata: Rows = (IDATA_HEADER, *IDATA), imeta: Rows = (IMETA_HEADER, *IMETA)):
    return write_csv(folder / "iData.csv", idata), write_csv(folder / "iMeta.csv", imeta)


def codes(findings: Iterable[Finding], *, severity: str = "error") -> list[str]:
    return [finding.code for finding in findings if finding.severity == severity]
