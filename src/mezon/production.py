"""The line itself, start to end, and nothing else: sources, observations, release, assessment, verdicts.

Every function here is one station or one run over several; all that is asked of the world (folders, clock, workers)
comes in as an argument.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from mezon.collect.counting import count_registers
from mezon.collect.observations import read_observations
from mezon.collect.registers import read_registers
from mezon.design.choice_files import read_choices, read_weight_sets
from mezon.design.definitions import read_definitions
from mezon.design.digest import pack_digest
from mezon.design.locating import bundled_packs, find_pack
from mezon.design.methodology_outside import read_outside_methodology
from mezon.design.output_folder import Replaced
from mezon.design.rulebook import read_rulebook
from mezon.errors import AskedForUnknown, CopyDiffers, PackHasFaults, WrongUse
from mezon.model.assessment import Assessment
from mezon.model.claim import Verdict
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.methodology import Methodology
from mezon.model.pack import Pack
from mezon.model.period import last_day
from mezon.model.release import Release
from mezon.model.source import Source
from mezon.model.verification import Verification

if TYPE_CHECKING:
    from mezon.analyse.explaining import Explained

Progress = Callable[[int, int], None]
DrawsTo = Callable[[pl.DataFrame], None]


def read_pack(name_or_path: str | Path, *, language: str = "en") -> Pack:
    """Read a pack (a folder, or the name of a bundled one) with everything that reading it finds.

    Faults do not stop the reading: they are in `pack.findings`, and what could not be read is left out.

    Raises : AskedForUnknown when there is no such folder or bundled pack.
    """
    folder = find_pack(str(name_or_path))
    rulebook = read_rulebook(folder, language=language)
    definitions, of_definitions = read_definitions(folder, rulebook=rulebook)
    observations, of_observations = read_observations(folder, definitions, rulebook=rulebook)
    registers, of_registers = read_registers(folder, definitions, rulebook=rulebook)
    return Pack(
        folder=folder,
        sha256=pack_digest(folder),
        definitions=definitions,
        observations=observations,
        registers=registers,
        findings=_in_order([*of_definitions, *of_observations, *of_registers]),
    )


def check(pack: Pack) -> tuple[Finding, ...]:
    """Everything that is wrong with a pack, in order of place: faults of reading, and of what was read.

    What only follows from a faulty definition is counted there.
    """
    from mezon.process.checks import check_pack, from_their_causes

    return _in_order(from_their_causes([*pack.findings, *check_pack(pack)], pack))


def prepare(pack: Pack, *, as_of: date | None = None) -> Release:
    """Make the release of a pack in memory: settled, converted, derived, rolled up.

    Raises : PackHasFaults when `mezon check` would show an error; UnsettledDisagreement.
    """
    from mezon.process.releasing import prepare as prepare_release

    _refuse_errors(pack)
    counted = count_registers(pack.definitions, dict(pack.registers))
    return prepare_release(pack, as_of=as_of, counted=counted)


def freeze(pack: Pack, folder: Path, *, as_of: date | None = None) -> Release:
    """Freeze a pack as it was known at a date into a folder, all or nothing."""
    release = prepare(pack, as_of=as_of)
    write_release(release, pack, folder)
    return release


def write_release(release: Release, pack: Pack, folder: Path) -> Replaced:
    """Write a release that is prepared already, all or nothing, and tell what it took the place of."""
    from mezon.process.freezing import freeze as freeze_release

    return freeze_release(release, pack, folder)


def assess(
    pack: Pack | str | Path,
    methodology: str | None = None,
    *,
    release: Release | None = None,
    as_of: date | None = None,
    seed: int | None = None,
    draws: int | None = None,
    workers: int = 1,
    keep_steps: bool = False,
    keep_draws: bool = False,
    coherence: bool = True,
    progress: Progress | None = None,
    draws_to: DrawsTo | None = None,
    choices: Path | None = None,
    weight_sets: Path | None = None,
) -> Assessment:
    """Score and rank the units of a pack the way a methodology says, with intervals and a trace.

    `pack` : as `read_pack` gives it, or what that is given: a folder, or the name of a bundled pack.
    `methodology` : id; the pack's default one when left out. `seed`, `draws` : the methodology's own when left out.
    `keep_steps` : also the table after each step; `keep_draws` : also every draw.
    `release` : the pack's release where it is prepared already; otherwise it is prepared here, as of `as_of`.
    `choices` : file of variants to evaluate, `weight_sets` : file of weights they, or else the draws, choose from.

    Raises : AskedForUnknown for a methodology the pack does not have, and for an `as_of` before anything was published;
    PackHasFaults; WrongUse for faulty choices.
    """
    from mezon.analyse.assessing import assess as assess_release
    from mezon.analyse.replaying import Replay

    pack = _read(pack)
    chosen = find_methodology(pack, methodology)
    sets = read_weight_sets(weight_sets) if weight_sets is not None else {}
    return assess_release(
        release or _with_something_published(pack, as_of),
        chosen,
        seed=seed,
        draws=draws,
        workers=workers,
        keep_steps=keep_steps,
        keep_draws=keep_draws,
        coherence=coherence,
        progress=progress,
        draws_to=draws_to,
        replay=Replay(rows=read_choices(choices), weight_sets=sets) if choices is not None else None,
        weight_sets=sets if choices is None else None,
    )


def _read(pack: Pack | str | Path) -> Pack:
    """Give a pack that was read, reading it where only its name or folder was given. Raises : WrongUse for others."""
    if isinstance(pack, str | Path):
        return read_pack(pack)
    if not isinstance(pack, Pack):
        raise WrongUse(f"{type(pack).__name__} is no pack.", hint='Read one first: mezon.read_pack("folder").')
    return pack


def explain(
    before: Pack,
    after: Pack,
    *,
    methodologies: tuple[str | None, str | None] = (None, None),
    periods: tuple[str, str] = ("", ""),
    dates: tuple[date | None, date | None] = (None, None),
) -> Explained:
    """Split what moved between two releases into revised data, another method and real change, and count revisions.

    `methodologies` : ids, before and after; each pack's default one when left out, and the first for both where only it
    is named. `periods` : the last one that has scores when empty. `dates` : as of when each is looked at.

    Raises : AskedForUnknown for a methodology or period that is not there; PackHasFaults.
    """
    from mezon.analyse.explaining import Look
    from mezon.analyse.explaining import explain as explain_changes

    wanted = (methodologies[0], methodologies[1] or methodologies[0])
    first, second = (
        Look(release=prepare(pack, as_of=as_of), methodology=find_methodology(pack, name), period=period)
        for pack, as_of, name, period in zip((before, after), dates, wanted, periods, strict=True)
    )
    return explain_changes(first, second)


def audit(pack: Pack, *, release: Release | None = None, as_of: date | None = None) -> tuple[Verdict, ...]:
    """Recompute every claim of the pack's register."""
    from mezon.analyse.claims import audit as audit_claims

    return audit_claims(pack, release or prepare(pack, as_of=as_of))


def verify(folder: Path, *, pack: str | None = None) -> Verification:
    """Compare a release or an assessment with its checksums and, where its pack is at hand, with a re-run.

    `pack` : name or folder of the pack it was made from; a bundled pack of the same id is found without it.

    Raises : AskedForUnknown when the folder is neither; CopyDiffers when its manifest cannot be read.
    """
    if (folder / "manifest.json").exists():
        return _verify_release(folder, pack)
    if (folder / "assessment.json").exists():
        return _verify_assessment(folder, pack)
    raise AskedForUnknown(
        f"{folder} is neither a release (manifest.json) nor an assessment (assessment.json).",
        hint="Name the folder that `mezon release -o` or `mezon assess -o` wrote.",
    )


def last_date(pack: Pack) -> date:
    """Give the date that a release has when none is asked for: the latest publication or access date in the pack."""
    from mezon.process.settling import known_by

    return known_by(pack.observations, pack.definitions, as_of=None)[1]


def statements(pack: Pack, *, as_of: date) -> pl.DataFrame:
    """Give every row of a pack's observations that was published by a date, also those that a release does not use."""
    from mezon.process.settling import known_by

    return known_by(pack.observations, pack.definitions, as_of=as_of)[0]


def publication_days(pack: Pack) -> tuple[date, ...]:
    """Give every day on which something in the pack was published, in order; a partial date counts as its last day."""
    sources = pack.definitions.sources
    stated = pack.observations.select("published", "source").unique().iter_rows()
    texts = {own or _date_of_source(sources.get(source)) for own, source in stated}
    return tuple(sorted({last_day(text) for text in texts if text}))


def find_methodology(pack: Pack, methodology: str | None) -> Methodology:
    """Give the methodology of that id, or the default one.

    Raises : AskedForUnknown, with those there are.
    """
    found = pack.methodology(methodology)
    if found is not None:
        return found
    known = ", ".join(sorted(pack.definitions.methodologies))
    wanted = methodology or pack.definitions.default_methodology
    if not known:
        raise AskedForUnknown(
            f"Pack {pack.definitions.id} has no methodology, so there is nothing to score it by.",
            hint="Write methodologies/<id>.toml (docs/start/your-first-pack.md shows one), and name it in pack.toml: "
            'default_methodology = "<id>".',
        )
    if not wanted:
        raise AskedForUnknown(
            f"Pack {pack.definitions.id} does not say which methodology is its own.",
            hint=f'Choose one with -m: {known}. Or write default_methodology = "<id>" in pack.toml.',
        )
    raise AskedForUnknown(f"Pack {pack.definitions.id} has no methodology {wanted!r}.", hint=f"It has: {known}.")


def check_methodology_file(pack: Pack, path: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a methodology file that lies outside its pack, by the rules of the pack's own.

    Raises : AskedForUnknown when there is no such file.
    """
    return _methodology_of(pack, path)[1]


def with_methodology(pack: Pack, path: Path, *, identifier: str = "") -> tuple[Pack, str]:
    """Give a pack with one more methodology, out of a file that lies outside it, and that methodology's id.

    One of the same id takes the place of the pack's own. Faults are found as those of the pack's own files are.
    `identifier` : the id it goes by, whatever the file says; left out, the file's own.

    Raises : AskedForUnknown when there is no such file; PackHasFaults, with every error, when it has any.
    """
    chosen, found = _methodology_of(pack, path, identifier=identifier)
    errors = [finding for finding in found if finding.severity == Severity.ERROR]
    if chosen is None or errors:
        lines = (f"  {one.key or one.file}: {one.code}: {one.message} {one.hint}" for one in errors)
        raise PackHasFaults(
            "\n".join((f"{path} has {len(errors)} error(s), so nothing is computed by it:", *lines)),
            hint=f"Check it again: mezon check {_called(pack)} -m {path}",
        )
    replaced = pack.definitions.methodologies.get(chosen.id)
    kept = [finding for finding in pack.findings if replaced is None or finding.file != replaced.file]
    known = {**pack.definitions.methodologies, chosen.id: chosen}
    definitions = replace(pack.definitions, methodologies=known)
    return replace(pack, definitions=definitions, findings=_in_order([*kept, *found])), chosen.id


def _methodology_of(pack: Pack, path: Path, *, identifier: str = "") -> tuple[Methodology | None, tuple[Finding, ...]]:
    if not path.is_file():
        raise AskedForUnknown(f"There is no methodology file {path}.", hint="Name a file, or the id of a methodology.")
    return read_outside_methodology(path, pack, identifier=identifier)


def _called(pack: Pack) -> str:
    """Say what a pack is called on the command line: the name of a bundled one, or its folder."""
    folder = Path(pack.folder)
    names = (name for name, home in bundled_packs().items() if home.resolve() == folder.resolve())
    return next(names, folder.as_posix())


def _verify_release(folder: Path, pack: str | None) -> Verification:
    from mezon.process.verifying import verify_release

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    source, unrerun = _pack_at_hand(folder, manifest, pack)
    again = prepare(source, as_of=date.fromisoformat(manifest["as_of"])) if source else None
    differences = tuple(verify_release(folder, again))
    return Verification(what=_COMPARED[source is not None], differences=differences, unrerun=unrerun)


def _verify_assessment(folder: Path, pack: str | None) -> Verification:
    from mezon.disseminate.assessment_check import changed_files, changed_values, read_manifest

    manifest = read_manifest(folder)
    differences = changed_files(folder, manifest)
    source, unrerun = _pack_at_hand(folder, manifest, pack)
    kept, chosen = manifest.get("methodology_file"), manifest["methodology"]
    if source is not None and kept and any(line.startswith(f"{kept}:") for line in differences):
        source, unrerun = None, f"{kept} is not the methodology it was made by"
    elif source is not None and kept:
        source, chosen = with_methodology(source, folder / kept, identifier=chosen)
    elif source is not None and source.methodology(chosen) is None:
        source, unrerun = None, f"the pack has no methodology {chosen!r}, and this assessment keeps none"
    if source is not None:
        as_of, seed, draws = date.fromisoformat(manifest["as_of"]), manifest["seed"], manifest["draws"]
        differences += changed_values(folder, assess(source, chosen, as_of=as_of, seed=seed, draws=draws))
    return Verification(what=_COMPARED[source is not None], differences=tuple(differences), unrerun=unrerun)


_COMPARED = {True: "every checksum agrees, and a re-run gives the same values", False: "every checksum agrees"}


def _pack_at_hand(folder: Path, manifest: dict[str, Any], named: str | None) -> tuple[Pack | None, str]:
    """Give the pack that something was made from, or else say why it cannot be run again.

    One that is `named` must be it. Otherwise it is looked for by its id: here, among the bundled ones, beside `folder`.
    """
    code, sha256 = manifest["pack"], manifest["pack_sha256"]
    unrerun = f"the pack it was made from, {code}, is not at hand; name it with --pack"
    for place in (named,) if named else (code, str(folder.resolve().parent / code)):
        try:
            pack = read_pack(place)
        except AskedForUnknown:
            if named:
                raise
            continue
        if pack.sha256 == sha256:
            return pack, ""
        changed = f"sha256 {pack.sha256[:12]} instead of {sha256[:12]}"
        if named:
            raise CopyDiffers(
                f"Pack {named} is not the one this was made from, or has changed since ({changed}).",
                hint="Take the version of the pack that the manifest names.",
            )
        unrerun = f"the pack at hand, {_called(pack)}, has changed since ({changed}); name the one it was with --pack"
    return None, unrerun


def _with_something_published(pack: Pack, as_of: date | None) -> Release:
    release = prepare(pack, as_of=as_of)
    days = publication_days(pack)
    if as_of is None or not release.observations.is_empty() or not days or as_of >= days[0]:
        return release
    raise AskedForUnknown(
        f"Nothing in pack {pack.definitions.id} was published by {as_of}: its first publication is of {days[0]}.",
        hint=f"Ask for that day or a later one: --as-of {days[0]}",
    )


def _date_of_source(source: Source | None) -> str:
    return (source.published or source.accessed) if source else ""


def _refuse_errors(pack: Pack) -> None:
    """Raise when `check` would find an error; rules that only warn are not run for it."""
    from mezon.process.checks import check_pack, from_their_causes

    only_errors = frozenset({Severity.ERROR})
    found = _in_order(from_their_causes([*pack.findings, *check_pack(pack, severities=only_errors)], pack))
    errors = [finding for finding in found if finding.severity in only_errors]
    if not errors:
        return
    first = errors[0]
    place = " ".join(str(part) for part in (first.file, first.row or "", first.key or first.column) if part)
    files = ", ".join(sorted({finding.file for finding in errors}))
    raise PackHasFaults(
        f"Pack {pack.definitions.id} has {len(errors)} error(s), so nothing is computed from it (in {files}). "
        f"The first: {place}: {first.message}",
        hint=f"All of them: mezon check {_called(pack)}",
    )


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings), key=lambda finding: (finding.place, finding.code, finding.message)))
