"""Settling: of all that was said about one key, the one statement that a release uses.

What was published later than `as_of` is not known yet. The same producer saying it later is a revision, and the later
statement holds. Producers that differ are told apart by the priority of their sources, or else by a settlement that a
person has signed; without either there is no release.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from mezon.errors import MalformedValue, UnsettledDisagreement
from mezon.model.finding import Finding
from mezon.model.observations import DEFAULTS, KEY
from mezon.model.pack import Definitions
from mezon.model.period import Period, last_day

_KEY = list(KEY)
_KNOWN_ON = "_known_on"
_PRODUCER, _PRIORITY, _HAS_VALUE = "_producer", "_priority", "_has_value"
_LAST_PRIORITY = 2**31 - 1


def known_by(
    observations: pl.DataFrame, definitions: Definitions, *, as_of: date | None
) -> tuple[pl.DataFrame, date, list[Finding]]:
    """Keep the rows published by a date.

    A row's own date counts, else its source's date of publication, else of access (partial dates: their last day); a
    row without any date is known at all times. `as_of` left out means the latest date in the pack.
    Returns : the rows, the date used, and a note for each source whose date had to be stood in for.
    """
    dated = _with_dates(observations, definitions)
    cut = as_of or _latest_date(dated, definitions)
    kept = dated.filter(pl.col(_KNOWN_ON).is_null() | (pl.col(_KNOWN_ON) <= cut))
    return kept.drop(_KNOWN_ON), cut, _undated_sources(observations, definitions)


def settle(observations: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Keep one row a key: the latest of each producer, then the best priority, then the settlement.

    Statements that agree in value are one statement; the row of the best priority, latest date and first source in
    the alphabet stands for them. A producer who gives a value counts before one who says that there is none.
    Raises : UnsettledDisagreement, listing every key that stays open.
    """
    repeated = observations.select(_KEY).is_duplicated()
    single, several = observations.filter(~repeated), observations.filter(repeated)
    if several.is_empty():
        return single
    candidates = _latest_of_each_producer(_with_standing(several, definitions))
    preferred = _of_best_priority(candidates)
    settled = _by_settlement(preferred, definitions)
    _refuse_disagreement(settled)
    chosen = settled.sort(
        _PRIORITY, _KNOWN_ON, "source", "source_ref", *observations.columns,
        descending=[False, True, *([False] * (len(observations.columns) + 2))], nulls_last=True,
    ).unique(_KEY, keep="first", maintain_order=True)  # fmt: skip
    return pl.concat([single, chosen.select(observations.columns)])


def _with_dates(observations: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Add the day from which a row was known; null where nothing says so."""
    of_source = pl.DataFrame(
        [(source.id, source.published or source.accessed) for source in definitions.sources.values()],
        schema={"source": pl.String, "_stand_in": pl.String},
        orient="row",
    )
    joined = observations.join(of_source, on="source", how="left", maintain_order="left")
    said = pl.when(pl.col("published") != "").then("published").otherwise(pl.col("_stand_in").fill_null(""))
    texts = joined.select(said.alias("_said"))["_said"]
    days = {text: _day(text) for text in texts.unique().to_list()}
    known_on = pl.Series(_KNOWN_ON, [days[text] for text in texts.to_list()], dtype=pl.Date)
    return joined.drop("_stand_in").with_columns(known_on)


def _day(text: str) -> date | None:
    """Read a date; what is no date is reported by the checks, and tells nothing here."""
    try:
        return last_day(text) if text else None
    except MalformedValue:
        return None


def _latest_date(dated: pl.DataFrame, definitions: Definitions) -> date:
    """Give the latest date the pack knows of; in a pack without any, the end of the last period it speaks of."""
    said = [dated[_KNOWN_ON].max()]
    said += [_day(text) for source in definitions.sources.values() for text in (source.published, source.accessed)]
    days = [day for day in said if isinstance(day, date)]
    if days:
        return max(days)
    return max((Period.parse(text).end for text in dated["period"].unique().to_list()), default=date(1970, 1, 1))


def _undated_sources(observations: pl.DataFrame, definitions: Definitions) -> list[Finding]:
    rulebook, found = definitions.rulebook, []
    counts = observations.filter(pl.col("published") == "").group_by("source").len().sort("source")
    for source_id, rows in counts.iter_rows():
        source = definitions.sources.get(source_id)
        if source is None or source.published:
            continue
        used = f"accessed on {source.accessed}, which is used instead" if source.accessed else "they count at any date"
        place = {"file": "sources.toml", "key": source_id, "value": source_id}
        found.append(rulebook.finding("release-date-unknown", **place, rows=rows, used=used))
    return found


def _with_standing(several: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Add who stands behind each row, and how their word ranks."""
    standing = pl.DataFrame(
        [(source.id, source.producer or source.id, source.priority) for source in definitions.sources.values()],
        schema={"source": pl.String, _PRODUCER: pl.String, _PRIORITY: pl.Int64},
        orient="row",
    )
    return (
        _with_dates(several, definitions)
        .join(standing, on="source", how="left", maintain_order="left")
        .with_columns(
            pl.col(_PRODUCER).fill_null(pl.col("source")),
            pl.col(_PRIORITY).fill_null(_LAST_PRIORITY),
            pl.col("value").is_not_null().alias(_HAS_VALUE),
        )
    )


def _latest_of_each_producer(rows: pl.DataFrame) -> pl.DataFrame:
    by = [*_KEY, _PRODUCER]
    undated_first = pl.col(_KNOWN_ON).fill_null(date.min)
    latest = rows.filter(undated_first == undated_first.max().over(by))
    return latest.filter(pl.col(_HAS_VALUE) | ~pl.col(_HAS_VALUE).any().over(_KEY))


def _differs() -> pl.Expr:
    return pl.col("value").n_unique().over(_KEY) > 1


def _of_best_priority(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~_differs() | (pl.col(_PRIORITY) == pl.col(_PRIORITY).min().over(_KEY)))


def _by_settlement(rows: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Where statements still differ, keep the one that a settlement names, if it names one of them."""
    choices = pl.DataFrame(
        [(*_full_key(s.key, definitions), s.source, s.source_ref) for s in definitions.settlements],
        schema={**dict.fromkeys(KEY, pl.String), "_source": pl.String, "_source_ref": pl.String},
        orient="row",
    ).unique(_KEY, keep="first", maintain_order=True)
    named = (pl.col("_source") == "") | (pl.col("_source") == pl.col("source"))
    named &= (pl.col("_source_ref") == "") | (pl.col("_source_ref") == pl.col("source_ref"))
    marked = rows.join(choices, on=_KEY, how="left", maintain_order="left").with_columns(
        named.fill_null(value=False).alias("_named"), _differs().alias("_open")
    )
    settled = marked.filter(~pl.col("_open") | pl.col("_named") | ~pl.col("_named").any().over(_KEY))
    return settled.drop("_source", "_source_ref", "_named", "_open")


def _full_key(key: Iterable[str], definitions: Definitions) -> tuple[str, ...]:
    """Fill in what a settlement leaves empty the way it is filled in for observations."""
    filled = dict(zip(KEY, key, strict=True))
    indicator = definitions.indicators.get(filled["indicator"])
    for column in KEY:
        filled[column] = filled[column] or DEFAULTS.get(column, "")
    filled["unit_of_measure"] = filled["unit_of_measure"] or (indicator.unit if indicator else "")
    return tuple(filled[column] for column in KEY)


def _refuse_disagreement(rows: pl.DataFrame) -> None:
    still_open = rows.filter(_differs()).sort(*_KEY, "source", "source_ref", "value")
    if still_open.is_empty():
        return
    lines = []
    for key, group in still_open.group_by(_KEY, maintain_order=True):
        said = "; ".join(
            f"{value:.10g} ({' '.join(filter(None, (source, ref)))})"
            for value, source, ref in group.select("value", "source", "source_ref").iter_rows()
        )
        lines.append(f"{' '.join(str(part) for part in key if part)}: {said}")
    raise UnsettledDisagreement(
        f"{len(lines)} key(s) are stated differently and nothing says which statement to use:\n" + "\n".join(lines),
        hint="\nGive one source a better priority in sources.toml, or add a row with its reason to settlements.csv.",
    )
