"""Tables: what is published (folders and their index), and the store that everybody works on."""

from __future__ import annotations

from mezon.web.warehouse.models.published import AssessmentRecord, ReleaseRecord
from mezon.web.warehouse.models.store import (
    OPEN,
    VERSIONS_EACH,
    Change,
    FileVersion,
    Observation,
    ObservationVersion,
    Placement,
    RegisterRow,
    Series,
    StoredPack,
)

__all__ = [
    "OPEN",
    "VERSIONS_EACH",
    "AssessmentRecord",
    "Change",
    "FileVersion",
    "Observation",
    "ObservationVersion",
    "Placement",
    "RegisterRow",
    "ReleaseRecord",
    "Series",
    "StoredPack",
]
