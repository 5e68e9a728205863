"""A submission as a reviewer reads it: every cell beside what was said before, the most influential first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils import timezone

from mezon.model.form import Form
from mezon.model.pack import Definitions
from mezon.version import VERSION
from mezon.web.desk import differences, influence, reckoned
from mezon.web.desk.acts_review import observations_of
from mezon.web.desk.before import past_of
from mezon.web.desk.checking import Found, known_of_submission
from mezon.web.desk.differences import Difference
from mezon.web.desk.influence import Effect, Reckoning, Standing
from mezon.web.desk.laying_out import Line
from mezon.web.desk.models import Cell, CellVersion, Remark, Submission
from mezon.web.desk.showing import Row, Shown, shown
from mezon.web.desk.states import CellState
from mezon.web.warehouse.store import working_pack

_NOT_SAID = frozenset({"cell-required", "cell-returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One cell for a reviewer. `effect` None: it reaches no index. `returned` : the version that went back last."""

    row: Row
    section: str
    difference: Difference
    effect: Effect | None = None
    remarks: tuple[Remark, ...] = ()
    returned: CellVersion | None = None
    reason: str = ""

    @property
    def cell(self) -> Cell:
        """Its cell."""
        return self.row.cell

    @property
    def line(self) -> Line:
        """Its words."""
        return self.row.line

    @property
    def found(self) -> tuple[Found, ...]:
        """What the checks found beside it, answered or not."""
        return tuple(one for one in self.row.found if one.finding.code not in _NOT_SAID)

    @property
    def accepted(self) -> bool:
        """Whether somebody accepted it."""
        return self.cell.state == CellState.ACCEPTED

    @property
    def went_back(self) -> bool:
        """Whether it was returned at least once."""
        return self.returned is not None

    @property
    def clean(self) -> bool:
        """Whether nothing asks for a look, so that it may be accepted along with others.

        Nothing was found or said; it never came back; it stays inside the band of its history; nobody says something
        else of it; it moves no rank; and no value is missing where one is asked for or was given before.
        """
        questions = any(one.hard or one.open or one.answer for one in self.found)
        compared = self.difference.outside or self.difference.changed or self._moves_a_rank
        return not (questions or self.remarks or self.went_back or compared or self.cell.unreadable or self._missing)

    @property
    def _moves_a_rank(self) -> bool:
        return self.effect is not None and (bool(self.effect.rank) or self.effect.score is None)

    @property
    def _missing(self) -> bool:
        expected = self.cell.required or self.difference.last_value is not None
        return self.cell.value is None and expected

    @property
    def weight(self) -> tuple[Any, ...]:
        """For sorting, largest first: what moves a rank, a score, what leaves its band, what changed most."""
        moves = self.effect.size if self.effect else (False, 0.0)
        change = abs(self.difference.ratio_to_last or self.difference.ratio_to_earlier or 0.0)
        return (*moves, self.difference.outside, len(self.found), change, -self.cell.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A submission under review. `reckoning` None: its influence is not reckoned yet."""

    page: Shown
    rows: tuple[ReviewRow, ...]
    reckoning: Reckoning | None

    @property
    def influential_first(self) -> tuple[ReviewRow, ...]:
        """All rows, what matters most first."""
        return tuple(sorted(self.rows, key=lambda row: row.weight, reverse=True))

    @property
    def clean(self) -> tuple[ReviewRow, ...]:
        """Cells that can be accepted in one act: clean, and not accepted yet."""
        return tuple(row for row in self.rows if row.clean and not row.accepted)

    @property
    def accepted(self) -> int:
        """How many are accepted."""
        return sum(row.accepted for row in self.rows)

    @property
    def questions(self) -> int:
        """How many questions of the checks were raised."""
        return sum(len(row.found) for row in self.rows)

    @property
    def changed(self) -> tuple[ReviewRow, ...]:
        """Cells of which something else was said before."""
        return tuple(row for row in self.rows if row.difference.changed)

    @property
    def mended(self) -> tuple[ReviewRow, ...]:
        """Cells that went back and came again, for the two columns side by side."""
        return tuple(row for row in self.rows if row.went_back)

    @property
    def top(self) -> ReviewRow | None:
        """The cell that moves most."""
        first = next(iter(self.influential_first), None)
        return first if first is not None and first.effect is not None and first.effect.score != 0.0 else None


def review_of(submission: Submission, *, reckon: bool = True) -> Review:
    """Read a submission for its reviewer; a constant number of queries. `reckon` : its influence too, if not kept."""
    page = shown(submission)
    remarks = list(submission.remarks.select_related("by"))
    known = known_of_submission(submission, page.form)
    returned = differences.returned_versions(submission, remarks)
    beside = _differences(page, known, returned)
    reckoning = kept_reckoning(submission)
    if reckoning is None and reckon:
        reckoning = reckon_now(submission, page.cells, page.form, page.definitions, beside)
    return Review(page=page, rows=tuple(_rows(page, beside, remarks, returned, reckoning)), reckoning=reckoning)


def _differences(page: Shown, known: pl.DataFrame, returned: Mapping[int, CellVersion]) -> dict[int, Difference]:
    own = f"submission {page.submission.pk} "
    others = known.filter(~pl.col("source_ref").str.starts_with(own))
    return differences.differences(
        page.cells,
        past_of(known, page.cells, page.definitions),
        returned=returned,
        approved=differences.approved_before(page.submission),
        known=differences.known_values(others, page.definitions),
    )


def _rows(
    page: Shown,
    beside: Mapping[int, Difference],
    remarks: Sequence[Remark],
    returned: Mapping[int, CellVersion],
    reckoning: Reckoning | None,
) -> Iterable[ReviewRow]:
    from mezon.web.portal.pages import language

    said: dict[int, list[Remark]] = {}
    reasons: dict[int, str] = {}
    for remark in remarks:
        if remark.cell_id is None or remark.kind == Remark.ANSWER:
            continue
        if remark.kind == Remark.RETURN:
            reasons[remark.cell_id] = remark.text
        else:
            said.setdefault(remark.cell_id, []).append(remark)
    effects = reckoning.effects if reckoning else {}
    for part, rows in page.parts:
        for row in rows:
            key = row.cell.pk
            yield ReviewRow(
                row=row,
                section=part.title.in_language(language()),
                difference=beside[key],
                effect=effects.get(key),
                remarks=tuple(said.get(key, ())),
                returned=returned.get(key),
                reason=reasons.get(key, ""),
            )


def reckon_now(
    submission: Submission,
    cells: Sequence[Cell],
    form: Form,
    definitions: Definitions,
    beside: Mapping[int, Difference],
) -> Reckoning:
    """Reckon the influence of a submission on the store as it is now, and keep it."""
    frame = observations_of(submission, cells, form, definitions, now=timezone.now())
    keys = {cell.place: cell.pk for cell in cells}
    prefix = f"submission {submission.pk} "
    places = [keys[text.removeprefix(prefix)] for text in frame["source_ref"]]
    pack = working_pack(submission.pack, home=Path(settings.HOME))
    found = influence.reckon(
        pack,
        frame.with_columns(cell=pl.Series(places, dtype=pl.Int64)),
        unit=submission.unit,
        period=submission.period,
        last={key: one.last_value for key, one in beside.items() if one.last_value is not None},
    )
    reckoned.keep(asdict(found), "influence", *_follows_from(submission))
    reckoned.keep({str(cell.pk): cell.indicator for cell in cells}, "names", submission.pk, submission.receipt)
    return found


def kept_reckoning(submission: Submission) -> Reckoning | None:
    """Give the influence of a submission as reckoned before, or None."""
    found = reckoned.kept("influence", *_follows_from(submission))
    return None if found is None else reckoning_from(found)


def reckoning_from(found: Mapping[str, Any]) -> Reckoning:
    """Read a kept reckoning."""
    effects = {
        int(key): Effect(**{**effect, "without": Standing(**effect["without"])})
        for key, effect in found["effects"].items()
    }
    before, after = Standing(**found["before"]), Standing(**found["after"])
    return Reckoning(**{**found, "before": before, "after": after, "effects": effects})


def _follows_from(submission: Submission) -> tuple[object, ...]:
    return (submission.pk, submission.receipt, submission.pack.last_change, VERSION)
