"""Publish a pack: freeze a release, assess it, audit its claims, and record where they are kept.

Everything is a folder under MEZON_HOME, named by what is in it; publishing the same again changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from mezon import production
from mezon.disseminate.assessment_check import changed_files, read_manifest
from mezon.disseminate.assessment_files import write_assessment
from mezon.disseminate.audit_files import write_audit
from mezon.errors import CopyDiffers
from mezon.model.pack import Pack
from mezon.model.release import Release
from mezon.process.verifying import verify_release
from mezon.version import VERSION
from mezon.web.warehouse.models import AssessmentRecord, ReleaseRecord

Progress = Callable[[str], None]
#: What is to be recorded of a release and its assessments: plain JSON.
Made = dict[str, Any]


def publish(
    pack: Pack,
    *,
    name: str,
    as_of: date | None,
    home: Path,
    now: datetime,
    on_demand: bool = False,
    say: Progress = lambda _what: None,
) -> ReleaseRecord:
    """Make a pack's release of a date public, with its assessments and its audit.

    `name` : what the site calls the pack (a bundled name or a folder). `on_demand` : a reader asked for that date, and
    nobody publishes it.

    Raises : PackHasFaults, UnsettledDisagreement (nothing is recorded then).
    """
    kept = _kept(pack, as_of or production.last_date(pack))
    if kept is not None and (on_demand or not kept.on_demand):
        return kept
    return record(make(pack, name=name, as_of=as_of, home=home, say=say), now=now, on_demand=on_demand)


def make(pack: Pack, *, name: str, as_of: date | None, home: Path, say: Progress = lambda _what: None) -> Made:
    """Write a pack's release of a date, its audit and its assessments, and make nothing public.

    Gives what `record` needs, as plain JSON: it can be kept until somebody says so. Every folder is named by all that
    its content follows from, so what is public is never written over; one that is there and whole is left alone, so
    that a freezing that was killed goes on where it stopped.

    Raises : PackHasFaults, UnsettledDisagreement.
    """
    say("freezing the release")
    release = production.prepare(pack, as_of=as_of)
    folder = home / "releases" / f"{release.pack}-{release.as_of.isoformat()}-{_digests(release)}"
    if not _is_whole_release(folder):
        production.write_release(release, pack, folder)
    say("auditing the claims")
    write_audit(production.audit(pack, release=release), folder.with_name(folder.name + "-audit"))
    assessed = _assess(pack, release, home, say)
    return {
        "release": {
            "pack": release.pack,
            "pack_sha256": release.pack_sha256,
            "as_of": release.as_of.isoformat(),
            "pack_name": name,
            "pack_version": release.pack_version,
            "release": release.id,
            "content_sha256": release.content_sha256,
            "folder": folder.relative_to(home).as_posix(),
            "synthetic": pack.definitions.synthetic,
        },
        "assessments": assessed,
    }


def record(made: Made, *, now: datetime, on_demand: bool = False) -> ReleaseRecord:
    """Make public what was made: one transaction, and the same again changes nothing but the moment."""
    said = dict(made["release"])
    about = {"pack": said.pop("pack"), "pack_sha256": said.pop("pack_sha256")}
    as_of = date.fromisoformat(said.pop("as_of"))
    with transaction.atomic():
        kept, _ = ReleaseRecord.objects.update_or_create(
            **about, as_of=as_of, defaults={**said, "published_at": now, "on_demand": on_demand}
        )
        for assessment in made["assessments"]:
            AssessmentRecord.objects.update_or_create(
                release=kept,
                methodology=assessment["methodology"],
                methodology_version=assessment["methodology_version"],
                software=assessment["software"],
                defaults={name: assessment[name] for name in ("seed", "draws", "folder")},
            )
    return kept


def keep_pack(pack: Pack, home: Path) -> Path:
    """Keep the folder a release is made from under the digest of its content, for whoever asks for the original."""
    folder = home / "packs" / pack.sha256
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        copied = shutil.copytree(pack.folder, Path(made) / "pack")
        with suppress(OSError):  # another process was quicker: the folder is whole, put in its place in one move
            copied.replace(folder)
    return folder


def place_of(pack_name: str, pack_sha256: str, home: Path) -> str:
    """Say where the pack a release was made from is read: where it was kept, or else under its name."""
    folder = home / "packs" / pack_sha256
    return str(folder) if folder.exists() else pack_name


def _digests(release: Release) -> str:
    """Tell a release from one with other values, and from one with the same values and other definitions."""
    return f"{release.content_sha256[:16]}-{release.pack_sha256[:12]}"


def _is_whole_release(folder: Path) -> bool:
    try:
        return not verify_release(folder, None)
    except CopyDiffers:
        return False


def _kept(pack: Pack, as_of: date) -> ReleaseRecord | None:
    """Give the record of this very pack and date when it is whole and made by this version of the software."""
    record = ReleaseRecord.objects.filter(pack=pack.definitions.id, pack_sha256=pack.sha256, as_of=as_of).first()
    if record is None:
        return None
    assessed = AssessmentRecord.objects.filter(release=record)
    made_by = set(assessed.values_list("software", flat=True))
    wanted = set(pack.definitions.methodologies)
    have = set(assessed.values_list("methodology", flat=True))
    return record if made_by <= {VERSION} and wanted <= have else None


def _assess(pack: Pack, release: Release, home: Path, say: Progress) -> list[dict[str, object]]:
    """Assess a release by every methodology of its pack; write each, give what is to be recorded."""
    written: list[dict[str, object]] = []
    for code, methodology in sorted(pack.definitions.methodologies.items()):
        say(f"assessing by {code}")
        folder = home / "assessments" / f"{_digests(release)}-{code}-{methodology.version}-{VERSION}"
        trace = _whole_assessment(folder)
        if trace is None:
            assessment = production.assess(pack, code, release=release, keep_steps=True)
            write_assessment(assessment, folder)
            trace = assessment.trace.as_dict()
        said = {name: trace[name] for name in ("methodology", "methodology_version", "software", "seed", "draws")}
        written.append({**said, "folder": folder.relative_to(home).as_posix()})
    return written


def _whole_assessment(folder: Path) -> dict[str, Any] | None:
    """Give the trace of an assessment that is there as its manifest says; None when there is none."""
    try:
        said = read_manifest(folder)
    except CopyDiffers:
        return None
    return None if changed_files(folder, said) else said
