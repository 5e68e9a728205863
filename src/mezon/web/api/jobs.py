"""What the worker does for the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mezon.web.accounts.policy import Target
from mezon.web.api.acts_importing import import_observations
from mezon.web.warehouse.store import find_stored
from mezon.web.working.kinds import Arguments, Cancelled, Report, Stopped, job
from mezon.web.working.running import asking_actor


@job("observation-import", action="observation.import", label=gettext_noop("import observations"))
def import_file(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Read, check and record a file of observations: all of it, or its good rows."""
    pack = find_stored(arguments["pack"])
    words = _("reading, checking and recording")

    def progress(done: int, whole: int) -> None:
        if cancelled():
            raise Stopped
        report(done, whole, words)

    now = timezone.now()
    return import_observations(
        asking_actor(now=now),
        Target(pack=pack.code),
        pack=pack,
        file=arguments["file"],
        mode=arguments["mode"],
        reason=arguments["reason"],
        now=now,
        progress=progress,
    )
