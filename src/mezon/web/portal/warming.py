"""Draw in the background what readers will look at first: `python -m mezon.web.portal.warming`.

A process of its own, at the lowest priority: it shares no lock and no interpreter with those who answer, it may use
Polars after the server has forked, and it is ended by its parent, or ends by itself when its parent is gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezon.disseminate.charts.picture import Look

#: Seconds that readers have for themselves before the first drawing.
_HEAD_START = 2.0
_LOWEST_PRIORITY = 19


def start() -> subprocess.Popen[bytes]:
    """Start to draw in the background; the settings are in the environment. End it with `terminate`."""
    # A session of its own: Ctrl-C reaches the server alone, which then ends this.
    return subprocess.Popen([sys.executable, "-m", __name__, str(os.getpid())], start_new_session=True)  # noqa: S603 - our own module


def looks() -> Iterator[Look]:
    """Give every look to draw, those of a page before those of a phone."""
    from django.conf import settings

    from mezon.disseminate.charts.picture import PAGE, PHONE, Look

    languages = [code for code, _name in settings.LANGUAGES]
    for width, language, theme in product((PAGE, PHONE), languages, ("light", "dark")):
        yield Look(language=language, theme=theme, width=width)


def draw_all(parent: int) -> int:
    """Draw the warm pictures of the newest edition while a parent lives; give how many there are now."""
    from django.conf import settings

    from mezon.web.portal.edition import edition_for
    from mezon.web.portal.kept_pictures import kept_picture
    from mezon.web.portal.pictures import PICTURES

    edition = edition_for(settings.PACKS[0])
    wanted = [(name, parameters) for name, picture in PICTURES.items() for parameters in picture.warm(edition)]
    drawn = 0
    for look, (name, parameters) in product(looks(), wanted):
        if os.getppid() != parent:
            break
        kept_picture(edition, name, look, parameters, "svg")
        drawn += 1
    return drawn


def main() -> int:
    """Wait a little, then draw; a parent that is gone, or one that ends this, is no fault."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    os.nice(_LOWEST_PRIORITY)
    time.sleep(_HEAD_START)
    import django

    django.setup()
    draw_all(int(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
