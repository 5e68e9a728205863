"""The store: packs in the database, with everything they ever said.

`load`, `unload`, `working_pack` move between folder and database; `record_observations`, `change_definition` and
`change_register` record; `read_observations` and `history` read, as known now or at any change.
"""

from __future__ import annotations

from mezon.web.warehouse.store.changes import Recording, changing, find_stored, known_at
from mezon.web.warehouse.store.dashboards import dashboard
from mezon.web.warehouse.store.defining import change_definition, definition_text, preview_definition
from mezon.web.warehouse.store.drafting import Preview
from mezon.web.warehouse.store.history import history
from mezon.web.warehouse.store.importing import Imported, import_observations
from mezon.web.warehouse.store.loading import load
from mezon.web.warehouse.store.placing import units_below
from mezon.web.warehouse.store.reading import read_observations, read_working
from mezon.web.warehouse.store.recording import Recorded, record_observations
from mezon.web.warehouse.store.registering import change_register, preview_register, register_text
from mezon.web.warehouse.store.unloading import definitions_of, unload, working_pack

__all__ = [
    "Imported",
    "Preview",
    "Recorded",
    "Recording",
    "change_definition",
    "change_register",
    "changing",
    "dashboard",
    "definition_text",
    "definitions_of",
    "find_stored",
    "history",
    "import_observations",
    "known_at",
    "load",
    "preview_definition",
    "preview_register",
    "read_observations",
    "read_working",
    "record_observations",
    "register_text",
    "units_below",
    "unload",
    "working_pack",
]
