"""What a proposal would change: findings, released values, scores and ranks; reckoned once, and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mezon.model.codelists import Severity
from mezon.version import VERSION
from mezon.web.desk import reckoned
from mezon.web.desk.proposing import Proposal
from mezon.web.desk.public_changes import compared, moved_between
from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store import Preview, preview_definition, preview_register

#: Findings, and units that move, listed of each kind; all of them are counted.
LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a proposal (of this `digest`) would bring.

    `errors` : how many of the new findings block it. `findings`, `mended` : at most LISTED each, errors first.
    `values` : how many released values would be new, changed, withdrawn and unchanged. `moved` : methodology -> units
    whose score or rank would differ, those that move most first, with both. `faults` : methodology -> why not.
    `uncomputed` : why nothing of the last three can be said.
    """

    digest: str
    errors: int
    counts: Mapping[str, int]
    findings: Sequence[Mapping[str, Any]] = ()
    mended: Sequence[Mapping[str, Any]] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    uncomputed: str = ""

    @property
    def nothing_moves(self) -> bool:
        """Whether every released value, score and rank would stay as it is."""
        still = not any(self.values.get(name) for name in ("new", "changed", "withdrawn"))
        return still and not any(self.moved.values()) and not self.faults and not self.uncomputed


def kept_foreseen(pack: StoredPack, proposal: Proposal, language: str) -> Foreseen | None:
    """Give what was reckoned before, or None."""
    found = reckoned.kept("foreseen", *_name(pack, proposal, language))
    return None if found is None else Foreseen(**found)


def foreseen(pack: StoredPack, proposal: Proposal, language: str) -> Foreseen:
    """Reckon what a proposal would change, and keep it. Raises : as the previews of the store do."""
    found = kept_foreseen(pack, proposal, language)
    if found is None:
        found = _reckoned(_preview(pack, proposal, language), proposal.digest)
        reckoned.keep(asdict(found), "foreseen", *_name(pack, proposal, language))
    return found


def _name(pack: StoredPack, proposal: Proposal, language: str) -> tuple[object, ...]:
    return pack.pk, proposal.digest, language, VERSION


def _preview(pack: StoredPack, proposal: Proposal, language: str) -> Preview:
    if proposal.register:
        return preview_register(pack, proposal.register, proposal.text, made_on=proposal.change, language=language)
    return preview_definition(pack, proposal.path, proposal.text, made_on=proposal.change, language=language)


def _reckoned(preview: Preview, digest: str) -> Foreseen:
    order = {Severity.ERROR: 0, Severity.WARNING: 1}
    ordered = sorted(preview.findings, key=lambda one: order.get(one.severity, 2))
    errors = sum(one.severity == Severity.ERROR for one in ordered)
    said: dict[str, Any] = {
        "digest": digest,
        "errors": errors,
        "counts": {"findings": len(ordered), "mended": len(preview.mended)},
        "findings": [asdict(one) for one in ordered[:LISTED]],
        "mended": [asdict(one) for one in preview.mended[:LISTED]],
        "uncomputed": preview.uncomputed,
    }
    if preview.before is None or preview.after is None:
        return Foreseen(**said)
    values, _rows = compared(preview.before.observations, preview.after.observations)
    moved, faults = moved_between(preview.before, preview.after)
    return Foreseen(**said, values=values, moved={name: _most(rows) for name, rows in moved.items()}, faults=faults)


def _most(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort units by how many ranks they move, then by how much their score does."""

    def size(row: dict[str, Any]) -> tuple[float, float]:
        rank, score = ((row[f"{name}_after"] or 0.0) - (row[f"{name}_before"] or 0.0) for name in ("rank", "score"))
        return -abs(rank), -abs(score)

    return sorted(rows, key=size)
