"""The history of observations: who said what when, instead of what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from mezon.errors import WrongUse
from mezon.model.observations import IDENTITY
from mezon.web.warehouse.models import OPEN, Change, StoredPack
from mezon.web.warehouse.store.reading import frame_of
from mezon.web.warehouse.store.staging import MOMENT

_SAID = ("value", "status", "confidentiality", "qualifier", "low", "high", "standard_error", "cites", "note")
#: Changes that a query names one by one.
_NAMED = 500
_NUMBERS = frozenset({"value", "low", "high", "standard_error"})
_SCHEMA: dict[str, pl.DataType] = {
    "observation": pl.Int64(),
    **{name: pl.String() for name in IDENTITY},
    "recorded_from": pl.Int64(),
    "recorded_to": pl.Int64(),
    **{name: pl.Float64() if name in _NUMBERS else pl.String() for name in _SAID},
}
_ACTS: dict[str, pl.DataType] = {
    "change": pl.Int64(), "at": pl.Datetime("us", "UTC"), "by": pl.Int64(), "action": pl.String(),
    "reason": pl.String(),
}  # fmt: skip


def history(pack: StoredPack, identity: Mapping[str, str] | int) -> pl.DataFrame:
    """Give every act on the observations of an identity, in the order in which they were recorded.

    identity : an observation's id, or columns of IDENTITY and what they are; left out columns may be anything, so that
        all statements on one key come together.
    Returns : one row an act: `kind` (new, revised, withdrawn), `change`, `at`, `by`, `action`, `reason`, what was said,
        and `old_value` and `old_status`, what it replaced.
    """
    conditions, parameters = _conditions(identity)
    columns = ", ".join(_column(name) for name in _SCHEMA)
    frame = frame_of(
        f"SELECT {columns} FROM warehouse_series s JOIN warehouse_observation o ON o.series_id = s.id "  # noqa: S608
        f"JOIN warehouse_observationversion v ON v.observation_id = o.id WHERE s.pack_id = %s AND {conditions}",
        [pack.pk, *parameters],
        _SCHEMA,
    )
    acts = _acts(frame)
    return acts.join(_changes(pack, acts["change"].unique().sort().to_list()), on="change", how="left").select(
        "change", "kind", "at", "by", "action", "reason", "old_value", "old_status", *_SAID, *IDENTITY, "observation"
    ).sort("change", *IDENTITY)  # fmt: skip


def _acts(frame: pl.DataFrame) -> pl.DataFrame:
    """Make an act of every version, and of every end that no other version follows."""
    ordered = frame.sort("observation", "recorded_from")
    before = {f"old_{name}": pl.col(name).shift(1).over("observation") for name in ("value", "status")}
    last_to = pl.col("recorded_to").shift(1).over("observation")
    said = ordered.with_columns(
        change=pl.col("recorded_from"),
        kind=pl.when(last_to == pl.col("recorded_from")).then(pl.lit("revised")).otherwise(pl.lit("new")),
        **before,
    )
    follows = pl.col("recorded_from").shift(-1).over("observation")
    ended = ordered.filter(
        (pl.col("recorded_to") != OPEN) & (follows.is_null() | (follows != pl.col("recorded_to")))
    ).with_columns(
        change=pl.col("recorded_to"), kind=pl.lit("withdrawn"), old_value=pl.col("value"), old_status=pl.col("status")
    )
    silent = [pl.lit(None, dtype=_SCHEMA[name]).alias(name) for name in _SAID]
    return pl.concat([said, ended.with_columns(silent).select(said.columns)])


def _changes(pack: StoredPack, numbers: list[int]) -> pl.DataFrame:
    """Give the acts of some changes; of those between the first and the last where they are too many to name."""
    some = {"number__in": numbers} if len(numbers) <= _NAMED else {"number__range": (numbers[0], numbers[-1])}
    rows = list(Change.objects.filter(pack=pack, **some).values_list("number", "at", "by", "action", "reason"))
    return pl.DataFrame(rows, schema=_ACTS, orient="row")


def _column(name: str) -> str:
    if name == "observation":
        return "o.id"
    if name in IDENTITY:
        return f"{'o' if name in MOMENT else 's'}.{name}"
    return f"v.{name}"


def _conditions(identity: Mapping[str, str] | int) -> tuple[str, list[Any]]:
    if isinstance(identity, int):
        return "o.id = %s", [identity]
    strange = sorted(set(identity) - set(IDENTITY))
    if strange or not identity:
        raise WrongUse(
            f"{', '.join(strange) or 'Nothing'} identifies no observation.", hint=f"Use {', '.join(IDENTITY)}."
        )
    return " AND ".join(f"{_column(name)} = %s" for name in identity), list(identity.values())
