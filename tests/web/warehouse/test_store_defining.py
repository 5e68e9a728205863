"""Definitions: checked before they are accepted, previewed, versioned; and where units are placed on which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mezon.errors import AskedForUnknown, PackHasFaults, WrongUse
from tests.web.warehouse.conftest import MEMBERSHIPS, later


def _changed(pack: Any, path: str, text: str, home: Path, *, minutes: int = 1) -> Any:
    from mezon.web.warehouse import store

    return store.change_definition(pack, path, text, by=3, reason="agreed", now=later(minutes), home=home)


def test_a_definition_is_another_text_from_its_change_on(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    old = store.definition_text(stored, "indicators.toml")
    new = old.replace("Spending on research and development", "Research and development spending")
    change = _changed(stored, "indicators.toml", new, tmp_path)

    assert change.number == 2
    assert store.definition_text(stored, "indicators.toml") == new
    assert store.definition_text(stored, "indicators.toml", at=1) == old
    name = store.working_pack(stored, home=tmp_path).definitions.indicators["RD_SPEND"].name
    assert name.in_language("en") == "Research and development spending"


def test_the_same_text_changes_nothing(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    assert _changed(stored, "units.csv", store.definition_text(stored, "units.csv"), tmp_path) is None


def test_a_text_that_brings_an_error_is_refused(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    old = store.definition_text(stored, "indicators.toml")
    with pytest.raises(PackHasFaults, match="would bring"):
        _changed(stored, "indicators.toml", old.replace("100 * RD_SPEND / TOTAL_SPEND", "100 * RD_SPEND /"), tmp_path)

    assert store.definition_text(stored, "indicators.toml") == old


@pytest.mark.parametrize(
    "path", ["../secret.toml", "/etc/x.toml", "observations.csv", "registers/projects.csv", ".x.toml"]
)
def test_what_is_no_definition_is_refused(stored: Any, tmp_path: Path, path: str) -> None:
    with pytest.raises(WrongUse):
        _changed(stored, path, "x", tmp_path)


def test_an_unknown_definition_is_answered_with_those_there_are(stored: Any) -> None:
    from mezon.web.warehouse import store

    with pytest.raises(AskedForUnknown, match=r"units\.csv"):
        store.definition_text(stored, "unit.csv")


def test_a_preview_shows_the_scores_that_would_move_and_changes_nothing(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    indicators = store.definition_text(stored, "indicators.toml")
    preview = store.preview_definition(
        stored, "indicators.toml", indicators.replace("100 * RD_SPEND", "50 * RD_SPEND"), home=tmp_path
    )

    assert preview.refused == ""
    assert preview.before is not None
    assert preview.after is not None
    assert not preview.before.observations.equals(preview.after.observations)
    stored.refresh_from_db()
    assert stored.last_change == 1


def test_a_preview_says_why_a_text_would_be_refused(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    units = store.definition_text(stored, "units.csv").replace("B,ENTERPRISE,Enterprise B\n", "")
    preview = store.preview_definition(stored, "units.csv", units, home=tmp_path)

    assert "B" in preview.refused
    assert any(finding.code == "unknown-unit" for finding in preview.findings)


def test_a_subtree_is_found_as_it_was_made_up_on_a_day(stored: Any) -> None:
    from mezon.web.warehouse import store

    assert store.units_below(stored, "NORTH", on=date(2019, 12, 31)) == {"NORTH", "A", "B"}
    assert store.units_below(stored, "NORTH", on=date(2020, 1, 1)) == {"NORTH", "B"}
    assert store.units_below(stored, "LAND", on=date(2024, 1, 1)) == {"LAND", "NORTH", "SOUTH", "A", "B"}
    assert store.units_below(stored, "ORES", on=date(2017, 12, 31)) == {"ORES"}


def test_parallel_hierarchies_are_kept_apart(stored: Any) -> None:
    from mezon.web.warehouse import store

    assert store.units_below(stored, "ORES", hierarchy="cluster") == {"ORES", "A"}
    assert store.units_below(stored, "ORES", hierarchy="territory") == {"ORES"}


def test_a_subtree_is_found_as_it_was_known_at_a_change(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    _changed(stored, "memberships.csv", MEMBERSHIPS.replace("B,NORTH", "B,SOUTH"), tmp_path)

    assert store.units_below(stored, "SOUTH", on=date(2024, 1, 1)) == {"SOUTH", "A", "B"}
    assert store.units_below(stored, "SOUTH", on=date(2024, 1, 1), at=1) == {"SOUTH", "A"}


def test_a_subtree_is_one_query(stored: Any, django_assert_num_queries: Any) -> None:
    from mezon.web.warehouse import store

    with django_assert_num_queries(1):
        store.units_below(stored, "LAND", on=date(2024, 1, 1), at=1)
