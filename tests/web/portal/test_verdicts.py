"""Claims as pages read them: register and audit as one, observations as links."""

from __future__ import annotations

import pytest

from mezon.web.portal import verdicts
from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db


def test_an_observation_of_the_audit_is_read_back_into_what_it_is_about(edition: Edition) -> None:
    seen = verdicts.checked_claims(edition)["C06"].evidence[0]
    assert (seen.indicator, seen.unit, seen.period) == ("FIXED_CAP_INV", "UZB_MINING", "2021")
    assert seen.said.startswith("~")


def test_a_number_that_the_sentence_states_leads_nowhere(edition: Edition) -> None:
    evidence = verdicts.checked_claims(edition)["C34"].evidence
    assert any(not item.indicator for item in evidence)
    assert any(item.indicator == "POPULATION" for item in evidence)


def test_claims_are_found_by_the_indicators_they_are_reckoned_from(edition: Edition) -> None:
    about = {claim.id for claim in verdicts.claims_by_indicator(edition)["FIXED_CAP_INV"]}
    assert {"C01", "C06", "E01"} <= about


def test_every_verdict_has_a_mark_and_a_word(edition: Edition) -> None:
    outcomes = {claim.outcome for claim in verdicts.checked_claims(edition).values()}
    assert outcomes <= set(verdicts.MARKS)
    assert set(verdicts.outcome_words()) == set(verdicts.MARKS)
    assert {claim.kind for claim in verdicts.checked_claims(edition).values()} <= set(verdicts.kind_words())
    assert {claim.row["cannot"] for claim in verdicts.checked_claims(edition).values()} - {""} <= set(
        verdicts.obstacle_words()
    )
