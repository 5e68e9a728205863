"""Importing a file of observations into the store: one mutation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.api.found import keep_findings
from mezon.web.audit.mutating import mutation, note
from mezon.web.desk import keeping
from mezon.web.warehouse import store
from mezon.web.warehouse.models import StoredPack
from mezon.web.working.kinds import Rejected
from mezon.web.working.running import keep_result

ALL, GOOD = "all", "good"


@mutation("observation.import")
def import_observations(
    actor: Actor,
    where: Target,
    *,
    pack: StoredPack,
    file: str,
    mode: str,
    reason: str,
    now: datetime,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Record the observations of a kept file as one change; what is known already changes nothing.

    Called by a job: its result is kept in the same transaction, so that a kill just after it does nothing twice.

    Raises : Rejected with every finding when rows have errors and all of them were asked for.
    """
    if where.pack != pack.code:
        raise ValueError("the target is another pack")
    imported = store.import_observations(
        pack, keeping.place_of(file), by=actor.person.pk if actor.person else None, reason=reason, now=now,
        good_rows_only=mode == GOOD, progress=progress,
    )  # fmt: skip
    result = {
        "new": imported.new,
        "changed": imported.changed,
        "unchanged": imported.unchanged,
        "left_out": imported.left_out,
        "change": imported.change.number if imported.change else None,
        **keep_findings(imported.findings, imported.found),
    }
    if not imported.new + imported.changed + imported.unchanged:
        raise Rejected(
            _("Nothing was recorded: the file has errors, or no row."),
            hint=_("Mend what is listed and send the file again, or ask for its good rows only (mode=good)."),
            result=result,
        )
    note(subject=pack, after={"file_sha256": file, "mode": mode, "change": result["change"], "new": imported.new,
                              "changed": imported.changed, "left_out": imported.left_out})  # fmt: skip
    keep_result(result)
    return result
