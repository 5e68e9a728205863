"""A release: one row a key, in order, the same whatever the order of its rows, and the same when made of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from process_cases import cell, observations, pack, said

from mezon.model.observations import KEY, RELEASE_SCHEMA
from mezon.process.releasing import content_hash, prepare


def busy_rows() -> list[dict[str, Any]]:
    rows = [
        said(code, f"E{number}", 10.0 * number + year / 100, period=str(year))
        for code in ("RD", "SPEND", "STAFF", "SCORE")
        for number in range(1, 6)
        for year in (2022, 2023)
    ]
    return [
        *rows,
        said("RD", "E1", 7.0, source="survey-2025"),
        said("RD", "E1", 3.0, unit_of_measure="USD_MN", breakdown="FUNDS=STATE", low=2.0),
        said("EXPORT", "E2", 11_734.8, unit_of_measure="UZS_MN", confidentiality="C"),
        said("SPEND", "NORTH", None, status="M", variant="PLAN"),
    ]


def test_a_release_has_one_row_a_key_in_order_and_the_columns_of_the_contract() -> None:
    released = prepare(pack(*busy_rows())).observations
    assert dict(released.schema) == RELEASE_SCHEMA
    assert not released.select(KEY).is_duplicated().any()
    assert_frame_equal(released, released.sort(KEY))
    assert set(released["origin"]) == {"reported", "converted", "derived", "rolled-up"}
    texts = [name for name, kind in RELEASE_SCHEMA.items() if kind == pl.String]
    assert released.select(texts).null_count().sum_horizontal().item() == 0


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(chance: Any) -> None:
    rows = busy_rows()
    before = prepare(pack(*rows))
    chance.shuffle(rows)
    after = prepare(pack(*rows))
    assert_frame_equal(after.observations, before.observations, check_exact=True)
    assert (after.content_sha256, after.findings) == (before.content_sha256, before.findings)


def test_a_release_made_of_a_release_is_the_same_release() -> None:
    first = prepare(pack(*busy_rows()))
    numbered = first.observations.with_row_index("row", offset=2)
    second = prepare(replace(pack(), observations=numbered))
    assert_frame_equal(second.observations, first.observations, check_exact=True)
    assert second.content_sha256 == first.content_sha256


def test_counted_rows_fill_what_nobody_reported() -> None:
    counted = observations(said("STAFF", "E1", 4.0), said("STAFF", "E2", 6.0)).with_columns(
        origin_note=pl.lit("2 rows")
    )
    release = prepare(pack(said("STAFF", "E1", 5.0)), counted=counted)
    assert (cell(release, "STAFF")["value"], cell(release, "STAFF")["origin"]) == (5.0, "reported")
    assert (cell(release, "STAFF", "E2")["value"], cell(release, "STAFF", "E2")["origin"]) == (6.0, "counted")
    assert cell(release, "STAFF", "E2")["origin_note"] == "2 rows"


def test_an_empty_pack_makes_an_empty_release() -> None:
    release = prepare(pack())
    assert release.observations.height == 0
    assert release.as_of.isoformat() == "2025-05-01"


@pytest.mark.parametrize(("factor", "same"), [(1 + 1e-12, True), (1 + 1e-8, False)])
def test_the_content_hash_reads_ten_significant_digits(factor: float, same: bool) -> None:
    released = prepare(pack(*busy_rows())).observations
    nudged = released.with_columns(pl.col("value") * factor)
    assert (content_hash(nudged) == content_hash(released)) is same


def test_the_content_hash_knows_the_sign_of_nothing_but_not_of_zero() -> None:
    zero = prepare(pack(said("RD", "E1", 0.0), memberships=())).observations
    assert content_hash(zero.with_columns(value=pl.lit(-0.0))) == content_hash(zero)
    absent = zero.with_columns(value=pl.lit(None, dtype=pl.Float64))
    assert content_hash(absent) != content_hash(zero)


def test_a_text_that_moves_to_the_next_column_changes_the_hash() -> None:
    released = prepare(pack(said("RD", "E1", 1.0, source_ref="p. 1"), memberships=())).observations
    moved = released.with_columns(source_ref=pl.lit(""), cites=pl.lit("p. 1"))
    assert content_hash(moved) != content_hash(released)


def test_the_rest_of_a_reported_row_stays_as_it_was_said() -> None:
    stated = said("RD", "E1", 1.94, qualifier=">", low=1.9, cites="7", note="over", source_ref="p. 2", status="E")
    row = cell(prepare(pack(stated)), "RD")
    assert {name: row[name] for name in stated} == stated
