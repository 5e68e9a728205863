"""What a folder would undo: values and definitions that were recorded in the database itself, and it does not say.

An office that loads its old folder again would withdraw what was approved at the desk since. That is refused.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from mezon.errors import WrongUse
from mezon.web.warehouse.models import Change, FileVersion, RegisterRow
from mezon.web.warehouse.store import files, staging
from mezon.web.warehouse.store.changes import Recording

#: What a folder brought may be taken back by a folder; everything else was recorded here.
_BROUGHT = "load"
_HINT = (
    "Unload the database (`mezon unload -o FOLDER`), bring your changes into that folder and load it; or withdraw "
    "what was recorded here: --replace --reason WHY."
)


def refuse_lost_observations(recording: Recording) -> None:
    """Refuse a change that has closed versions which somebody recorded here. Raises : WrongUse."""
    lost = staging.rows_of(
        "SELECT s.indicator, s.unit, o.period FROM warehouse_observationversion v "
        "JOIN warehouse_observation o ON o.id = v.observation_id JOIN warehouse_series s ON s.id = o.series_id "
        "JOIN warehouse_change c ON c.pack_id = s.pack_id AND c.number = v.recorded_from "
        "WHERE s.pack_id = %s AND v.recorded_to = %s AND c.action <> %s ORDER BY 1, 2, 3",
        [recording.pack.pk, recording.number, _BROUGHT],
    )
    if lost:
        indicator, unit, period = lost[0]
        raise WrongUse(
            f"{len(lost):,} observation(s) recorded in the database are not in this folder, or say something else "
            f"there: {indicator} of {unit} in {period} is the first. Nothing was loaded.",
            hint=_HINT,
        )


def refuse_lost_rows(recording: Recording) -> None:
    """Refuse a change that has undone a row of a register recorded here. Raises : WrongUse."""
    closed = RegisterRow.objects.filter(pack=recording.pack, recorded_to=recording.number)
    again = RegisterRow.objects.filter(
        pack=recording.pack, recorded_from=recording.number, register=OuterRef("register"), key=OuterRef("key"),
        line=OuterRef("line"),
    )  # fmt: skip
    loads = Change.objects.filter(pack=recording.pack, action=_BROUGHT).values("number")
    lost = closed.exclude(recorded_from__in=loads).exclude(Exists(again)).order_by("register", "key")
    first = lost.first()
    if first is not None:
        raise WrongUse(
            f"{lost.count():,} row(s) of registers recorded in the database are not in this folder, or say something "
            f"else there: {first.key} of {first.register} is the first. Nothing was loaded.",
            hint=_HINT,
        )


def refuse_lost_files(recording: Recording) -> None:
    """Refuse a change that has undone a change of a definition made here. Raises : WrongUse."""
    closed = FileVersion.objects.filter(pack=recording.pack, recorded_to=recording.number).exclude(kind=files.SHAPE)
    loads = Change.objects.filter(pack=recording.pack, action=_BROUGHT).values("number")
    lost = sorted(closed.exclude(recorded_from__in=loads).values_list("path", flat=True))
    if lost:
        raise WrongUse(
            f"{', '.join(lost)} was changed in the database and is different in this folder. Nothing was loaded.",
            hint=_HINT,
        )
