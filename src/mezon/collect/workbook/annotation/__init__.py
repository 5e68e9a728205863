"""The copy that goes back: the person's own workbook with colours, comments and a list of all that was found."""

from __future__ import annotations

from mezon.collect.workbook.annotation.annotating import annotate
from mezon.collect.workbook.annotation.harmless import without_formulas

__all__ = ["annotate", "without_formulas"]
