"""What changed from one day with news to the next: settled values that were added, removed or revised.

A pack has an edition for each day on which something in it was published. Two of them are compared by what each settled
on, before anything is computed from it: a revision is what a source changed, never what a method did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from mezon import production
from mezon.errors import UnsettledDisagreement
from mezon.model.observations import KEY
from mezon.model.pack import Pack
from mezon.model.period import last_day
from mezon.process.settling import known_by, settle
from mezon.web.portal.edition import original_pack

Row = dict[str, Any]

#: Revisions listed for one day, the largest in relation to the former value first.
LISTED = 10
_KEY = list(KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One day on which something was published, against the day before it that could be settled.

    `sources` : whose publication it is. `largest` : rows with the key, `before`, `after` and `change` (after / before
    - 1). `contradiction` : why there is no edition of that day, "" where there is one.
    """

    day: date
    sources: tuple[str, ...]
    known: int = 0
    added: int = 0
    removed: int = 0
    revised: int = 0
    largest: tuple[Row, ...] = ()
    contradiction: str = ""


@lru_cache(maxsize=4)
def history(pack_name: str) -> tuple[News, ...]:
    """Give the days with news of a pack, the latest first."""
    pack = original_pack(pack_name)
    sources = _sources_by_day(pack)
    return tuple(reversed(list(_days(pack, sources))))


def _days(pack: Pack, sources: dict[date, tuple[str, ...]]) -> Iterator[News]:
    former: pl.DataFrame | None = None
    for day in production.publication_days(pack):
        try:
            known, _cut, _notes = known_by(pack.observations, pack.definitions, as_of=day)
            settled = settle(known, pack.definitions).filter(pl.col("value").is_not_null()).select(*_KEY, "value")
        except UnsettledDisagreement as open_question:
            yield News(day=day, sources=sources.get(day, ()), contradiction=str(open_question))
            continue
        yield _against(former, settled, day, sources.get(day, ()))
        former = settled


def _against(former: pl.DataFrame | None, settled: pl.DataFrame, day: date, sources: tuple[str, ...]) -> News:
    if former is None:
        return News(day=day, sources=sources, known=settled.height, added=settled.height)
    both = former.rename({"value": "before"}).join(settled.rename({"value": "after"}), on=_KEY)
    revised = (
        both.filter(pl.col("before") != pl.col("after"))
        .with_columns(pl.when(pl.col("before") != 0).then(pl.col("after") / pl.col("before") - 1).alias("change"))
        .sort(pl.col("change").abs(), *_KEY, descending=[True, *([False] * len(_KEY))], nulls_last=True)
    )
    return News(
        day=day,
        sources=sources,
        known=settled.height,
        added=settled.height - both.height,
        removed=former.height - both.height,
        revised=revised.height,
        largest=tuple(revised.head(LISTED).to_dicts()),
    )


def _sources_by_day(pack: Pack) -> dict[date, tuple[str, ...]]:
    """Give the sources that something was published of on each day; a partial date counts as its last day."""
    sources = pack.definitions.sources
    found: dict[date, set[str]] = {}
    for own, source in pack.observations.select("published", "source").unique().iter_rows():
        text = own or (sources[source].published or sources[source].accessed if source in sources else "")
        if text:
            found.setdefault(last_day(text), set()).add(source)
    return {day: tuple(sorted(codes)) for day, codes in found.items()}
