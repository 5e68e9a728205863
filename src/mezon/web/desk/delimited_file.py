"""A form's answers as a CSV: read with the separator and decimal sign that the file shows, or that somebody chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from mezon.errors import WrongUse
from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.web.desk.models import Submission

if TYPE_CHECKING:
    from mezon.web.desk.reading import File

CSV = "csv"


def read(
    content: bytes, *, form: Form, submission: Submission, definitions: Definitions, separator: str, decimal: str
) -> File:
    """Read a CSV. Raises : WrongUse."""
    raise WrongUse(_("A CSV is not read yet."), hint=_("Send the workbook."))
