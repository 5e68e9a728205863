"""The states of a submission and of its cells, and the one table of which act leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from mezon.errors import WrongStep


class State(StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    APPROVED = "approved"
    RELEASED = "released"


class CellState(StrEnum):
    """Where one cell stands: open, accepted or returned by a reviewer, or mended after it was returned."""

    OPEN = "open"
    RETURNED = "returned"
    MENDED = "mended"
    ACCEPTED = "accepted"


#: act -> the states it may start from -> the state it leads to. What is not here is not possible.
TRANSITIONS: dict[str, dict[State, State]] = {
    "submission.submit": {State.DRAFT: State.SUBMITTED, State.RETURNED: State.SUBMITTED},
    "submission.withdraw": {State.SUBMITTED: State.DRAFT},
    "review.return": {State.SUBMITTED: State.RETURNED, State.VERIFIED: State.RETURNED},
    "review.verify": {State.SUBMITTED: State.VERIFIED},
    "review.approve": {State.VERIFIED: State.APPROVED},
    "release.freeze": {State.APPROVED: State.RELEASED},
}

#: In these the provider may write; in the others nobody may.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})

#: A submission in one of these is done with; a correction is a new submission of the same form, unit and period.
DONE = frozenset({State.APPROVED, State.RELEASED})


def after(act: str, state: str) -> State:
    """Say which state an act leads to. Raises : WrongStep when it may not be done in this state."""
    steps = TRANSITIONS[act]
    if state not in steps:
        possible = ", ".join(sorted(steps))
        raise WrongStep(
            f"This submission is {state}; “{act.partition('.')[2]}” is possible only when it is {possible}.",
            hint="Open it again to see where it stands now.",
        )
    return steps[State(state)]


def writable(submission: str, cell: str) -> bool:
    """Say whether a cell may be written: in a draft what nobody accepted, in a returned one what came back."""
    if submission == State.DRAFT:
        return cell != CellState.ACCEPTED
    return submission == State.RETURNED and cell in {CellState.RETURNED, CellState.MENDED}
