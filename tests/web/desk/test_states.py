"""The table of states: what leads where, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from mezon.errors import WrongStep
from mezon.web.desk.states import DONE, EDITABLE, TRANSITIONS, CellState, State, after, writable


def test_every_state_but_the_first_is_reached_by_some_act() -> None:
    reached = {to for steps in TRANSITIONS.values() for to in steps.values()}
    assert reached == set(State)


def test_every_act_of_the_table_is_an_action_of_the_policy() -> None:
    from mezon.web.accounts.policy import ACTIONS

    assert set(TRANSITIONS) <= set(ACTIONS)


@pytest.mark.parametrize(("act", "state"), list(product(TRANSITIONS, State)))
def test_an_act_leads_where_the_table_says_or_is_refused(act: str, state: State) -> None:
    if state in TRANSITIONS[act]:
        assert after(act, state) == TRANSITIONS[act][state]
        return
    with pytest.raises(WrongStep) as refusal:
        after(act, state)
    assert state in refusal.value.message
    assert refusal.value.hint


def test_no_step_leads_out_of_what_is_published() -> None:
    assert all(State.RELEASED not in steps for steps in TRANSITIONS.values())


def test_in_a_returned_form_only_what_came_back_is_writable() -> None:
    assert {cell for cell in CellState if writable(State.RETURNED, cell)} == {CellState.RETURNED, CellState.MENDED}


def test_in_a_draft_only_what_a_reviewer_accepted_is_closed() -> None:
    assert {cell for cell in CellState if not writable(State.DRAFT, cell)} == {CellState.ACCEPTED}


def test_nothing_is_writable_once_it_is_handed_in() -> None:
    closed = set(State) - EDITABLE
    assert closed >= DONE
    assert not any(writable(state, cell) for state, cell in product(closed, CellState))
