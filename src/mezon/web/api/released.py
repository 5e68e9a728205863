"""Releases as the API tells them: found by their id, filtered, confidential values withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mezon.design.nearest import Nearest
from mezon.disseminate.export import defused
from mezon.errors import AskedForUnknown
from mezon.model.codelists import ConfStatus
from mezon.model.observations import KEY, RELEASE_SCHEMA
from mezon.model.text import Text
from mezon.web.portal.edition import Edition, edition_of_record
from mezon.web.warehouse.models import ReleaseRecord

LATEST = "latest"
#: What a row that is not free does not tell.
_WITHHELD = ("value", "low", "high", "standard_error", "note", "cites")
_ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which observations are asked for; empty = all."""

    indicators: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def expression(self) -> pl.Expr:
        """Give the filter as Polars takes it."""
        wanted = pl.lit(value=True)
        for column, values in (("indicator", self.indicators), ("unit", self.units), ("period", self.periods)):
            if values:
                wanted &= pl.col(column).is_in(list(values))
        return wanted


def id_of(record: ReleaseRecord) -> str:
    """Give the id of a release in addresses: pack, date, and the beginning of its content's hash."""
    return f"{record.pack}-{record.as_of.isoformat()}-{record.content_sha256[:12]}"


def records() -> QuerySet[ReleaseRecord]:
    """Give every published release, newest first."""
    return _kept().filter(on_demand=False)


def _kept() -> QuerySet[ReleaseRecord]:
    return ReleaseRecord.objects.order_by("-as_of", "-published_at", "-pk")


def edition_at(release: str, pack: str = "") -> Edition:
    """Find a release by its id, or the newest one (of a pack). Raises : AskedForUnknown."""
    record = _latest(pack) if release == LATEST else _by_id(release)
    if record is None:
        raise AskedForUnknown(_("There is no such release."), hint=_("/api/v1/releases lists those there are."))
    return edition_of_record(record)


def _latest(pack: str) -> ReleaseRecord | None:
    return (records().filter(pack=pack) if pack else records()).first()


def _by_id(release: str) -> ReleaseRecord | None:
    """An id ends with a date and twelve digits of the hash; what stands before is the pack."""
    named, _dash, content = release.rpartition("-")
    pack, day = named[:-11], named[-10:]
    if len(content) != 12 or not content.isalnum() or named[-11:-10] != "-":
        return None
    try:
        as_of = date.fromisoformat(day)
    except ValueError:
        return None
    return _kept().filter(pack=pack, as_of=as_of, content_sha256__startswith=content.lower()).first()


@lru_cache(maxsize=8)
def told(edition: Edition) -> pl.DataFrame:
    """Give the observations of a release in one order, without what is confidential."""
    free = pl.col("confidentiality") == ConfStatus.FREE
    frame = edition.observations.select(*RELEASE_SCHEMA).sort(*KEY, maintain_order=True)
    texts = {name: pl.lit("") for name in _WITHHELD if RELEASE_SCHEMA[name] == pl.String()}
    instead = {name: texts.get(name, pl.lit(None)) for name in _WITHHELD}
    return frame.with_columns(
        pl.when(free).then(pl.col(name)).otherwise(other).alias(name) for name, other in instead.items()
    ).with_columns(pl.selectors.float().fill_nan(None))


def observations(edition: Edition, asked: Filter) -> pl.DataFrame:
    """Give the observations that a filter asks for. Raises : AskedForUnknown for a code that there is not."""
    known = {"indicator": edition.definitions.indicators, "unit": edition.definitions.units}
    for what, codes in (("indicator", asked.indicators), ("unit", asked.units)):
        for code in codes:
            if code not in known[what]:
                raise _unknown(code, known[what])
    return told(edition).filter(asked.expression())


def _unknown(code: str, known: Iterable[str]) -> AskedForUnknown:
    close = Nearest(known).one(code)
    hint = (
        _("Did you mean %(close)s?") % {"close": close} if close else _("See /indicators and /units of this release.")
    )
    return AskedForUnknown(_("This release does not have “%(code)s”.") % {"code": code}, hint=hint)


def csv_lines(frame: pl.DataFrame) -> Iterator[bytes]:
    """Write a table as CSV, piece by piece, header first; no cell is a formula."""
    yield frame.head(0).write_csv().encode("utf-8")
    for start in range(0, frame.height, _ROWS_AT_A_TIME):
        piece = defused(frame.slice(start, _ROWS_AT_A_TIME))
        yield piece.write_csv(include_header=False).encode("utf-8")


def words(text: Text) -> dict[str, str]:
    """Give a text in the three languages."""
    return {"en": text.en, "ru": text.ru, "uz": text.uz}


def split(values: Sequence[str] | None) -> tuple[str, ...]:
    """Read a filter that may be given several times, or once with commas."""
    parts = (part.strip() for value in values or () for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def release_fields(record: ReleaseRecord, methodologies: list[str]) -> dict[str, Any]:
    """Give a release as fields."""
    return {
        "id": id_of(record),
        "pack": record.pack,
        "version": record.pack_version,
        "as_of": record.as_of,
        "published_at": record.published_at,
        "content_sha256": record.content_sha256,
        "synthetic": record.synthetic,
        "methodologies": methodologies,
    }
