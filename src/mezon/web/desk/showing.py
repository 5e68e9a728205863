"""A submission as its page shows it: lines with their past, what was found beside them, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mezon.model.codelists import ObsStatus
from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.web.desk import laying_out
from mezon.web.desk.before import NOTHING_KNOWN, Past, past_of
from mezon.web.desk.checking import EMPTY, Checked, Found, check_submission, known_of_submission
from mezon.web.desk.knowing import definitions_of, form_of
from mezon.web.desk.laying_out import Line, Part
from mezon.web.desk.models import Cell, Remark, Submission
from mezon.web.desk.states import State
from mezon.web.desk.typed import ABSENT_CHOICES, PRESENT_CHOICES
from mezon.web.portal.pages import language

#: How many of the last periods stand beside every cell; the others are in its details.
COLUMNS_BEFORE = 2
#: A form of more rows than this is turned over leaf by leaf: a browser and a reader have enough with so many.
MOST_ROWS = 300

STATUS_LABELS = {
    ObsStatus.NORMAL: gettext_lazy("as counted"),
    ObsStatus.ESTIMATED: gettext_lazy("estimate"),
    ObsStatus.PROVISIONAL: gettext_lazy("provisional"),
    ObsStatus.BREAK: gettext_lazy("counted in a new way"),
    ObsStatus.MISSING: gettext_lazy("no value: it is missing"),
    ObsStatus.CANNOT_EXIST: gettext_lazy("no value: cannot exist here"),
    ObsStatus.EXISTS_NOT_COLLECTED: gettext_lazy("no value: exists, not collected"),
}
STATE_WORDS = {
    State.DRAFT: gettext_lazy("draft"),
    State.SUBMITTED: gettext_lazy("handed in"),
    State.RETURNED: gettext_lazy("came back"),
    State.VERIFIED: gettext_lazy("verified"),
    State.APPROVED: gettext_lazy("approved"),
    State.RELEASED: gettext_lazy("published"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the grid, with all that stands beside it."""

    line: Line
    past: Past
    before: tuple[tuple[str, float | None], ...]
    found: tuple[Found, ...]
    remarks: int

    @property
    def cell(self) -> Cell:
        """Its cell."""
        return self.line.cell

    @property
    def mark(self) -> str:
        """How the cell looks: invalid, asked (a question is open), returned, saved or empty."""
        if any(one.hard for one in self.found if one.finding.code != EMPTY):
            return "invalid"
        if any(one.open and not one.hard for one in self.found):
            return "asked"
        if self.cell.state == "returned":
            return "returned"
        return "saved" if self.cell.filled else "empty"

    @property
    def shown(self) -> tuple[Found, ...]:
        """What is told beside the cell; that it is still empty shows without words."""
        return tuple(one for one in self.found if one.finding.code != EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of the values that must be given are given."""

    answered: int
    asked: int

    @property
    def percent(self) -> int:
        """The share in whole percent; 100 only when nothing is left."""
        return 100 * self.answered // self.asked if self.asked else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A submission with everything that its page shows."""

    submission: Submission
    definitions: Definitions
    form: Form
    cells: Sequence[Cell]
    parts: Sequence[tuple[Part, Sequence[Row]]]
    checked: Checked
    periods: tuple[str, ...]

    @property
    def columns(self) -> int:
        """How many columns the grid has."""
        return 6 + len(self.periods)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return progress_of(self.cells)

    @property
    def unit_name(self) -> str:
        """The unit, in the language of the page."""
        unit = self.definitions.units.get(self.submission.unit)
        return unit.name.in_language(language()) if unit else self.submission.unit

    @property
    def returned(self) -> int:
        """How many cells came back and wait to be mended."""
        return sum(cell.state == "returned" for cell in self.cells)


def shown(submission: Submission) -> Shown:
    """Read a submission for its page: definitions, cells, remarks, observations before it (a query each)."""
    definitions = definitions_of(submission.pack)
    form = form_of(definitions, submission.form)
    cells = list(submission.cells.select_related("changed_by"))
    for cell in cells:
        cell.submission = submission
    remarks = list(submission.remarks.all())
    known = known_of_submission(submission, form)
    checked = check_submission(submission, definitions, cells, known=known, remarks=_answers(remarks))
    past = past_of(known, cells, definitions)
    parts = laying_out.parts_of(form, definitions, cells, language=language())
    said = _count(remarks)
    return Shown(
        submission=submission,
        definitions=definitions,
        form=form,
        cells=cells,
        parts=_with_rows(parts, past, checked, said),
        checked=checked,
        periods=_periods_before(past),
    )


def leaf_of(
    page: Shown, asked: str, cell: str = ""
) -> tuple[Sequence[tuple[Part, Sequence[Row]]], list[dict[str, Any]]]:
    """Give the parts to show, and the leaves that a long form is turned over by: none where it fits one page.

    `asked` : the number of a leaf; `cell` : the key of a cell whose leaf is wanted; the first where there is neither.
    """
    if len(page.cells) <= MOST_ROWS:
        return page.parts, []
    leaves = [
        (part, rows[first : first + MOST_ROWS]) for part, rows in page.parts for first in range(0, len(rows), MOST_ROWS)
    ]
    holding = [number for number, (_part, rows) in enumerate(leaves) if any(str(row.cell.pk) == cell for row in rows)]
    here = int(asked) if asked.isdigit() and int(asked) < len(leaves) else (holding or [0])[0]
    listed = [
        {
            "number": number,
            "title": part.title,
            "first": rows[0].cell.position,
            "last": rows[-1].cell.position,
            "here": number == here,
            "open": sum(row.cell.required and not row.cell.filled for row in rows),
        }
        for number, (part, rows) in enumerate(leaves)
    ]
    return [leaves[here]], listed


def progress_of(cells: Sequence[Cell]) -> Progress:
    """Count what must be given and what is."""
    asked = [cell for cell in cells if cell.required]
    return Progress(answered=sum(cell.filled for cell in asked), asked=len(asked))


def status_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what may be chosen as the kind of a value, in two groups."""
    return [
        (_("A value"), [(str(one), str(STATUS_LABELS[one])) for one in PRESENT_CHOICES]),
        (_("No value, because"), [(str(one), str(STATUS_LABELS[one])) for one in ABSENT_CHOICES]),
    ]


def _with_rows(
    parts: Sequence[Part], past: Mapping[int, Past], checked: Checked, said: Mapping[int, int]
) -> list[tuple[Part, list[Row]]]:
    periods, found = _periods_before(past), checked.by_cell()

    def row(line: Line) -> Row:
        key = line.cell.pk
        known = past.get(key, NOTHING_KNOWN)
        return Row(
            line=line,
            past=known,
            before=known.beside(periods),
            found=tuple(found.get(key, ())),
            remarks=said.get(key, 0),
        )

    return [(part, [row(line) for line in part.lines]) for part in parts]


def _answers(remarks: Sequence[Remark]) -> list[Remark]:
    return [one for one in remarks if one.kind == Remark.ANSWER]


def _count(remarks: Sequence[Remark]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for one in remarks:
        if one.cell_id is not None:
            counted[one.cell_id] = counted.get(one.cell_id, 0) + 1
    return counted


def _periods_before(past: Mapping[int, Past]) -> tuple[str, ...]:
    """Name the columns of last periods: the newest there are, of the frequency that most cells have."""
    counted: dict[str, int] = {}
    for one in past.values():
        for period, _value in one.points[-COLUMNS_BEFORE:]:
            counted[period] = counted.get(period, 0) + 1
    most = sorted(counted, key=lambda period: (-counted[period], period))[:COLUMNS_BEFORE]
    return tuple(sorted(most))
