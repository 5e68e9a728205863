"""The workbook of a form: written for one unit and period, read back with every fault at its cell, and annotated."""

from __future__ import annotations

from mezon.collect.workbook.annotation import annotate, without_formulas
from mezon.collect.workbook.reading import Reading, read_workbook
from mezon.collect.workbook.writing import write_workbook

__all__ = ["Reading", "annotate", "read_workbook", "without_formulas", "write_workbook"]
