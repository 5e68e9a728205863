from __future__ import annotations

import pytest
from check_cases import RULEBOOK, pack_of

from mezon.errors import MethodRegisteredTwice
from mezon.process.checks import CHECKS, check, check_pack


def test_two_owners_of_one_kind_are_refused_at_import():
    with pytest.raises(MethodRegisteredTwice, match="range"):
        check("range")(CHECKS["range"])


def test_every_registered_kind_has_a_bundled_rule_or_is_for_the_packs_own():
    kinds = {rule.kind for rule in RULEBOOK.rules.values()}
    assert set(CHECKS) - kinds == {"expression"}


def test_every_bundled_rule_speaks_three_languages():
    silent = [
        r.code for r in RULEBOOK.rules.values() if r.kind in CHECKS and (r.sentence.missing() or r.hint.missing())
    ]
    assert silent == []


def test_findings_come_in_the_order_of_their_places():
    rows = [{"unit": "NORD", "standard_error": -1.0}, {"indicator": "X"}, {"status": "O"}]
    findings = check_pack(pack_of(rows))
    assert [finding.place for finding in findings] == sorted(finding.place for finding in findings)
    assert len(findings) >= 4


def test_an_empty_pack_has_no_findings():
    assert check_pack(pack_of([])) == []
