"""The checks of a submission, cell by cell: what blocks it, what asks for a reason, and what has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.form import CELLS, Form
from mezon.model.pack import Definitions
from mezon.process.checks.of_submission import check_cells
from mezon.web.desk.knowing import form_of, known_of, pack_to_check
from mezon.web.desk.models import Cell, Remark, Submission
from mezon.web.desk.states import CellState
from mezon.web.desk.typed import NOT_A_NUMBER, read_typed

#: The finding that a value must be given and is not: nothing was done wrong yet.
EMPTY = "cell-required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding beside its cell, and the reason somebody gave for it."""

    finding: Finding
    cell: Cell | None
    answer: Remark | None = None

    @property
    def hard(self) -> bool:
        """Whether it blocks the submission whatever is said about it."""
        return self.finding.severity == Severity.ERROR

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it: notes only inform."""
        return self.hard or (self.finding.severity == Severity.WARNING and self.answer is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks found in a submission. `versions` : the version of each cell that they saw."""

    found: tuple[Found, ...]
    versions: Mapping[int, int] = field(default_factory=dict)

    @property
    def hard(self) -> tuple[Found, ...]:
        """Faults to mend."""
        return tuple(one for one in self.found if one.hard)

    @property
    def to_mend(self) -> tuple[Found, ...]:
        """What was filled in and is at fault."""
        return tuple(one for one in self.hard if one.finding.code != EMPTY)

    @property
    def to_fill_in(self) -> tuple[Found, ...]:
        """What must be given and is not."""
        return tuple(one for one in self.hard if one.finding.code == EMPTY)

    @property
    def first_open(self) -> int:
        """The key of the first cell with something to do; 0 where there is none."""
        return next((one.cell.pk for one in self.found if one.open and one.cell and one.cell.writable), 0)

    @property
    def soft(self) -> tuple[Found, ...]:
        """Questions, answered or not."""
        return tuple(one for one in self.found if one.finding.severity == Severity.WARNING)

    @property
    def unanswered(self) -> tuple[Found, ...]:
        """Questions without an answer."""
        return tuple(one for one in self.soft if one.open)

    @property
    def blocking(self) -> bool:
        """Whether the submission may not be handed in."""
        return bool(self.hard or self.unanswered)

    def by_cell(self) -> dict[int, list[Found]]:
        """Give what was found at each cell, by its key."""
        grouped: dict[int, list[Found]] = {}
        for one in self.found:
            if one.cell is not None:
                grouped.setdefault(one.cell.pk, []).append(one)
        return grouped

    @property
    def general(self) -> tuple[Found, ...]:
        """Give what was found at no cell in particular."""
        return tuple(one for one in self.found if one.cell is None)


def check_submission(
    submission: Submission,
    definitions: Definitions,
    cells: Sequence[Cell],
    *,
    known: pl.DataFrame | None = None,
    remarks: Iterable[Remark] | None = None,
) -> Checked:
    """Check the cells of a submission as they are.

    `known` : observations of the unit (read here when not given: one query). Values of other units are no part of it:
    an enterprise's own page never depends on a byte of another's.
    """
    form = form_of(definitions, submission.form)
    before = known if known is not None else known_of_submission(submission, form)
    answers = submission.remarks.filter(kind=Remark.ANSWER) if remarks is None else remarks
    findings = [*_typed(definitions, cells, submission), *_by_rules(submission, definitions, form, cells, before)]
    return Checked(found=tuple(_beside(findings, cells, answers)), versions={cell.pk: cell.version for cell in cells})


def known_of_submission(submission: Submission, form: Form) -> pl.DataFrame:
    """Read what is known already of the unit and indicators of a submission: one query."""
    return known_of(submission.pack, units=[submission.unit], indicators=[item.indicator for item in form.items])


def frame_of(cells: Iterable[Cell]) -> pl.DataFrame:
    """Give cells as the frame that checks and workbooks work with; those that say nothing are left out."""
    said = [cell for cell in cells if cell.filled]
    return pl.DataFrame({name: [getattr(cell, name) for cell in said] for name in CELLS}, schema=CELLS)


def _typed(definitions: Definitions, cells: Iterable[Cell], submission: Submission) -> Iterable[Finding]:
    rulebook = definitions.rulebook
    for cell in cells:
        if cell.unreadable:
            fault = read_typed(cell.text, cell.status).fault or NOT_A_NUMBER
            yield rulebook.finding(f"cell-{fault}", key=_name(cell), value=cell.text)
        elif cell.required and not cell.filled:
            yield rulebook.finding(EMPTY, key=_name(cell))
        if cell.state == CellState.RETURNED and submission.editable:
            yield rulebook.finding("cell-returned", key=_name(cell))


def _by_rules(
    submission: Submission, definitions: Definitions, form: Form, cells: Sequence[Cell], before: pl.DataFrame
) -> Iterable[Finding]:
    said = [cell for cell in cells if cell.filled]
    named = frame_of(said).with_columns(pl.Series("place", [_name(cell) for cell in said], dtype=pl.String))
    return check_cells(
        pack_to_check(definitions, submission.pack),
        named,
        form=form,
        unit=submission.unit,
        period=submission.period,
        before=before,
        peers=before.clear(),
    )


def _name(cell: Cell) -> str:
    """Name a cell while it is checked. Places will not do: two files each have a second row."""
    return f"cell {cell.position}"


def _beside(findings: Iterable[Finding], cells: Iterable[Cell], answers: Iterable[Remark]) -> Iterable[Found]:
    by_name = {_name(cell): cell for cell in cells}
    given = {(answer.cell_id, answer.rule, answer.cell_version): answer for answer in answers}
    seen: set[tuple[str, str]] = set()
    found = []
    for finding in findings:
        if (finding.code, finding.key) in seen:
            continue
        seen.add((finding.code, finding.key))
        cell = by_name.get(finding.key)
        answer = given.get((cell.pk, finding.code, cell.version)) if cell else given.get((None, finding.code, 0))
        at_its_place = replace(finding, key=cell.place) if cell else finding
        found.append(Found(finding=at_its_place, cell=cell, answer=answer))
    return sorted(found, key=lambda one: (one.cell.position if one.cell else 0, one.finding.code))
