"""Settings of a site of its own, with the kinds of jobs that tests watch."""

from __future__ import annotations

from mezon.web.settings import *  # noqa: F403
from mezon.web.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.web.working.kinds_for_tests"]
