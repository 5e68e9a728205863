"""An edition: one published release with its assessments and its audit, loaded once and indexed for pages.

Pages read an edition and nothing else; a page costs one query (which edition applies), however much data there is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _

from mezon import production
from mezon.errors import MezonError
from mezon.model.assessment import Assessment
from mezon.model.finding import Finding
from mezon.model.observations import KEY
from mezon.model.pack import Definitions, Pack
from mezon.model.period import last_day
from mezon.model.release import Release
from mezon.web.desk.freezing_models import Freezing
from mezon.web.warehouse.models import AssessmentRecord, ReleaseRecord
from mezon.web.warehouse.publishing import place_of, publish
from mezon.web.warehouse.reading import read_assessment

Row = dict[str, Any]

#: Two readers who ask for the same past day at once wait for one freezing.
_FREEZING = Lock()


@dataclass(frozen=True, eq=False)
class Edition:
    """Everything that the pages of one release show. Frames are Polars; look-ups by code are dictionaries."""

    release_id: str
    content_sha256: str
    as_of: date
    folder: Path
    pack: Pack
    assessments: Mapping[str, Assessment]
    verdicts: tuple[Row, ...]
    pack_name: str = ""
    made_from: str = ""
    #: Checksum of the pack it was made from; that of the release's own folder is another.
    pack_sha256: str = ""
    #: The change of the site's database that it was frozen at, where it was made on the desk.
    change: int | None = None

    @property
    def origin(self) -> str:
        """Where the pack it was made from is read, with everything that was ever said."""
        return self.made_from or self.pack_name

    @property
    def token(self) -> str:
        """A name of all that its pages follow from, values and definitions: what is kept of it is kept by this."""
        return self.folder.name

    @property
    def definitions(self) -> Definitions:
        """What the release's pack defines."""
        return self.pack.definitions

    @property
    def observations(self) -> pl.DataFrame:
        """Every released observation, reported and computed, with its origin."""
        return self.pack.observations

    @property
    def assessment(self) -> Assessment | None:
        """The assessment by the pack's default methodology."""
        return self.assessments.get(self.definitions.default_methodology)

    @cached_property
    def by_indicator(self) -> Mapping[str, pl.DataFrame]:
        """Observations of each indicator, by unit and period."""
        return {str(code): rows.sort("unit", "period") for (code,), rows in self.observations.group_by("indicator")}

    @cached_property
    def by_unit(self) -> Mapping[str, pl.DataFrame]:
        """Observations of each unit, by indicator and period."""
        return {str(code): rows.sort("indicator", "period") for (code,), rows in self.observations.group_by("unit")}

    @cached_property
    def release(self) -> Release:
        """The release itself, for what `analyse` and `disseminate` ask of one."""
        return Release(
            pack=self.definitions.id,
            pack_version=self.definitions.version,
            pack_sha256=self.pack_sha256,
            as_of=self.as_of,
            definitions=self.definitions,
            observations=self.observations,
            content_sha256=self.content_sha256,
            registers=self.pack.registers,
        )

    def register(self, name: str) -> list[Row]:
        """Rows of a register, in the order of the file; empty when the pack has none.

        A row whose source was published after the edition's date was not known then, and is left out.
        """
        table = self.pack.registers.get(name)
        if table is None:
            return []
        return [row for row in table.to_dicts() if row.get("source") not in self._later_sources]

    @cached_property
    def _later_sources(self) -> frozenset[str]:
        dates = {code: source.published or source.accessed for code, source in self.definitions.sources.items()}
        return frozenset(code for code, text in dates.items() if text and last_day(text) > self.as_of)


def edition_for(pack: str, as_of: date | None = None) -> Edition:
    """Give the edition that applies: the newest published one, or what was known on a date.

    Of a date on which a release was public, that very release; between and before them, what its pack had said by then,
    with its definitions: one edition for each day on which something in it was published. One that nobody asked for yet
    is frozen now: a cache under MEZON_HOME, made from the pack alone, that can be thrown away.

    Raises : Http404 when nothing was known by then, or when what was known contradicts itself and was never settled.
    """
    record = _record(pack, as_of)
    if record is None:
        raise Http404(_("Nothing of this was known by %(day)s.") % {"day": as_of})
    origin = place_of(pack, record["pack_sha256"], Path(settings.HOME))
    return _loaded(
        record["id"], record["release"], record["content_sha256"], record["as_of"], record["folder"], pack, origin,
        record["pack_sha256"],
    )  # fmt: skip


def edition_of_record(record: ReleaseRecord) -> Edition:
    """Give the edition of one published release; nothing is frozen for it."""
    name = record.pack_name
    origin = place_of(name, record.pack_sha256, Path(settings.HOME))
    return _loaded(
        record.pk, record.release, record.content_sha256, record.as_of, record.folder, name, origin, record.pack_sha256
    )


def statements(edition: Edition, indicator: str, unit: str = "") -> pl.DataFrame:
    """Give everything that was said about an indicator (of a unit) by the edition's date, used or not.

    A release holds what was settled on; this is what it was settled from. Columns are those of observations.csv;
    by key, then from the earliest publication to the latest.
    """
    asked = pl.col("indicator") == indicator
    asked &= (pl.col("unit") == unit) if unit else pl.lit(value=True)
    return known_statements(edition).filter(asked)


@lru_cache(maxsize=16)
def known_statements(edition: Edition) -> pl.DataFrame:
    """Give every statement of the pack that was known by the edition's date, as `statements` does for one indicator."""
    rows = production.statements(_original(edition.origin), as_of=edition.as_of)
    dates = {code: source.published or source.accessed for code, source in edition.definitions.sources.items()}
    of_source = pl.col("source").replace_strict(dates, default="", return_dtype=pl.String)
    said = pl.when(pl.col("published") != "").then("published").otherwise(of_source).alias("published")
    return rows.with_columns(said).sort(*KEY, "published", "source", "source_ref")


@lru_cache(maxsize=8)
def findings(edition: Edition, language: str) -> tuple[Finding, ...]:
    """Give everything that `mezon check` finds in the pack the edition was made from, worded in a language."""
    return production.check(production.read_pack(edition.origin, language=language))


def _record(pack: str, as_of: date | None) -> Row | None:
    fields = ("id", "release", "content_sha256", "as_of", "folder", "pack_sha256", "on_demand")
    every = ReleaseRecord.objects.filter(pack_name=pack).order_by("-as_of", "-published_at").values(*fields)
    if as_of is None:
        return every.filter(on_demand=False).first()
    kept: list[Row] = list(every)
    published = [row for row in kept if not row["on_demand"]]
    base = next((row for row in published if row["as_of"] <= as_of), published[-1] if published else None)
    origin = place_of(pack, base["pack_sha256"], Path(settings.HOME)) if base else pack
    day = _last_day_with_news(origin, as_of)
    if base is not None and (day is None or day <= base["as_of"]) and base["as_of"] <= as_of:
        return base
    if day is None:
        return None
    same = (row for row in kept if row["as_of"] == day and (base is None or row["pack_sha256"] == base["pack_sha256"]))
    return next(same, None) or _frozen_now(pack, origin, day, every)


def _frozen_now(pack: str, origin: str, day: date, every: Any) -> Row | None:
    original = _original(origin)
    with _FREEZING:
        try:
            publish(original, name=pack, as_of=day, home=Path(settings.HOME), now=datetime.now(UTC), on_demand=True)
        except MezonError as fault:
            raise Http404(str(fault)) from None
    found: Row | None = every.filter(as_of=day, pack_sha256=original.sha256).first()
    return found


def _last_day_with_news(pack: str, as_of: date) -> date | None:
    """Give the last day, up to a date, on which anything in the pack was published."""
    days = [day for day in _days_with_news(pack) if day <= as_of]
    return days[-1] if days else None


@lru_cache(maxsize=8)
def _days_with_news(pack: str) -> tuple[date, ...]:
    return production.publication_days(_original(pack))


def original_pack(pack: str) -> Pack:
    """Give the pack itself, with everything that was ever said; a release holds what one date settled on."""
    return _original(pack)


@lru_cache(maxsize=4)
def _original(pack: str) -> Pack:
    return production.read_pack(pack)


@lru_cache(maxsize=16)
def _loaded(
    record: int,
    release: str,
    content_sha256: str,
    as_of: date,
    folder: str,
    pack_name: str,
    made_from: str,
    pack_sha256: str,
) -> Edition:
    home = Path(settings.HOME)
    assessed = AssessmentRecord.objects.filter(release_id=record).values("methodology", "folder")
    audit = home / f"{folder}-audit" / "audit.json"
    return Edition(
        release_id=release,
        content_sha256=content_sha256,
        as_of=as_of,
        folder=home / folder,
        pack=production.read_pack(home / folder),
        assessments={item["methodology"]: read_assessment(home / item["folder"]) for item in assessed},
        verdicts=tuple(json.loads(audit.read_text(encoding="utf-8"))) if audit.exists() else (),
        pack_name=pack_name,
        made_from=made_from,
        pack_sha256=pack_sha256,
        change=_change_of(pack_name, pack_sha256),
    )


def _change_of(pack_name: str, pack_sha256: str) -> int | None:
    """Give the change at which the desk froze a pack; None when the pack of that name is the very same."""
    frozen: int | None = (
        Freezing.objects.filter(release__pack_sha256=pack_sha256).values_list("change", flat=True).first()
    )
    if frozen is None:
        return None
    try:
        return None if _original(pack_name).sha256 == pack_sha256 else frozen
    except MezonError:
        return frozen
