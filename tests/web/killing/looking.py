"""What is in a site after a kill, and every way in which it does not agree with itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

_FILLED = {"A": 3, "B": 2}


def look() -> dict[str, Any]:
    """Give the states of submissions and releases, and the faults found."""
    from mezon.web.audit.models import AuditRecord, Kind
    from mezon.web.desk.freezing_models import Freezing
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import ReleaseRecord, StoredPack

    acts = AuditRecord.objects.filter(kind=Kind.ACT)
    return {
        "faults": [*_of_the_database(), *_of_the_changes(), *_of_submissions(), *_of_releases()],
        "submissions": dict(Submission.objects.order_by("unit").values_list("unit", "state")),
        "freezings": dict(Freezing.objects.order_by("label").values_list("label", "stage")),
        "releases": ReleaseRecord.objects.count(),
        "last_change": StoredPack.objects.get().last_change,
        "approvals": acts.filter(action="review.approve").count(),
        "frozen": acts.filter(action="release.freeze").count(),
        "published": acts.filter(action="release.publish").count(),
    }


def _of_the_database() -> Iterator[str]:
    from mezon.web.audit.verifying import verify

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for check in ("integrity_check", "foreign_key_check"):
                found = [row for row in cursor.execute(f"PRAGMA {check}").fetchall() if row != ("ok",)]
                yield from (f"{check}: {row}" for row in found)
    chain = verify()
    if not chain.holds:
        yield f"the audit chain does not hold: {chain.fault}"


def _of_the_changes() -> Iterator[str]:
    from mezon.web.warehouse.models import OPEN, Change, ObservationVersion, StoredPack

    pack = StoredPack.objects.get()
    numbers = list(Change.objects.filter(pack=pack).order_by("number").values_list("number", flat=True))
    if numbers != list(range(1, pack.last_change + 1)):
        yield f"changes are numbered {numbers}, the last is {pack.last_change}"
    if ObservationVersion.objects.filter(recorded_from__gt=pack.last_change).exists():
        yield "rows of a change that was never kept"
    open_ones = ObservationVersion.objects.filter(recorded_to=OPEN)
    if open_ones.count() != open_ones.values("observation").distinct().count():
        yield "an observation has two open versions"


def _of_submissions() -> Iterator[str]:
    """A verified submission has stated nothing yet; an approved one each of its filled cells, once."""
    from mezon.web.desk.acts_review import source_ref
    from mezon.web.desk.models import Submission
    from mezon.web.desk.states import DONE
    from mezon.web.warehouse.models import ObservationVersion

    for one in Submission.objects.all():
        stated = ObservationVersion.objects.filter(observation__source_ref__startswith=source_ref(one.pk, ""))
        wanted = _FILLED[one.unit] if one.state in DONE else 0
        if stated.count() != wanted:
            yield f"{one.unit} is {one.state} and states {stated.count()} observations, not {wanted}"
        if (one.state in DONE) != (one.change is not None) or (one.state in DONE) != (one.approved_at is not None):
            yield f"{one.unit} is {one.state} with change {one.change} and approval {one.approved_at}"


def _of_releases() -> Iterator[str]:
    """What is public is whole, and every release the public does not see has no submission in it."""
    from mezon.web.desk.freezing_models import Freezing, Stage
    from mezon.web.desk.models import Submission
    from mezon.web.warehouse.models import ReleaseRecord

    published = Freezing.objects.filter(stage=Stage.PUBLISHED)
    if ReleaseRecord.objects.count() != published.values("release").distinct().count():
        yield "a release is public without its publication, or the other way round"
    if Submission.objects.filter(state="released").exclude(release__in=published.values("release")).exists():
        yield "a submission is in a release that is not public"
    for record in ReleaseRecord.objects.all():
        yield from _of_folders(record)
    for made in Freezing.objects.filter(stage=Stage.FROZEN):
        yield from _of_release(Path(settings.HOME) / made.made["release"]["folder"], made.made["release"])


def _of_folders(record: Any) -> Iterator[str]:
    from mezon.disseminate.assessment_check import changed_files, read_manifest
    from mezon.web.portal.edition import edition_for

    home = Path(settings.HOME)
    yield from _of_release(home / record.folder, {"pack_sha256": record.pack_sha256})
    if not (home / f"{record.folder}-audit" / "audit.csv").is_file():
        yield f"{record.folder} has no audit"
    for assessed in record.assessments.all():
        folder = home / assessed.folder
        yield from (f"{assessed.folder}: {line}" for line in changed_files(folder, read_manifest(folder)))
    settings.PACKS = (record.pack_name,)
    edition_for(record.pack_name)


def _of_release(folder: Path, said: dict[str, Any]) -> Iterator[str]:
    from mezon.process.manifest import read_manifest
    from mezon.process.verifying import verify_release

    yield from (f"{folder.name}: {line}" for line in verify_release(folder, None))
    if read_manifest(folder)["pack_sha256"] != said["pack_sha256"]:
        yield f"{folder.name} was made of another pack than its record says"
