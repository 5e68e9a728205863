"""The shelf of pictures: each drawn once for a release, version, language, theme and width, and kept on disk.

It can be thrown away; what is asked for again is drawn again. A shelf that outgrows its place loses its oldest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock

from django.conf import settings

from mezon.disseminate.charts.picture import Chart, Look
from mezon.disseminate.charts.rendering import render_png, render_svg
from mezon.version import VERSION
from mezon.web.portal.edition import Edition
from mezon.web.portal.pictures import chart_of, known_parameters

RENDERERS: Mapping[str, Callable[[Chart], bytes]] = {"svg": render_svg, "png": render_png}

#: Bytes that the pictures of one edition may take: some five thousand drawings.
MOST_BYTES = 200_000_000

#: The renderer is one engine in this process: one drawing at a time.
_DRAWING = Lock()


def kept_picture(edition: Edition, name: str, look: Look, parameters: Mapping[str, str], ending: str) -> bytes:
    """Give a picture from the shelf, or draw it and put it there.

    Raises : KeyError for a picture there is not, Http404 for parameters that the edition does not have.
    """
    known = known_parameters(edition, name, parameters)
    place = _shelf(edition) / look.language / _file_name(name, known, look, ending)
    if place.exists():
        return place.read_bytes()
    with _DRAWING:
        drawn = RENDERERS[ending](chart_of(edition, name, look, known))
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{os.getpid()}.{place.name}")
    unfinished.write_bytes(drawn)
    unfinished.replace(place)
    make_room(_shelf(edition), MOST_BYTES)
    return drawn


def make_room(shelf: Path, most_bytes: int) -> None:
    """Remove the oldest files of a folder until the rest takes `most_bytes` at most."""
    found = sorted(
        ((status.st_mtime, status.st_size, path) for path in shelf.rglob("*.*") if (status := _status(path))),
        reverse=True,
    )
    taken = 0
    for _written, size, path in found:
        taken += size
        if taken > most_bytes:
            path.unlink(missing_ok=True)


def _status(path: Path) -> os.stat_result | None:
    """Another process may have taken the file away just now."""
    try:
        return path.stat() if path.is_file() else None
    except FileNotFoundError:
        return None


def _shelf(edition: Edition) -> Path:
    return Path(settings.HOME) / "pictures" / f"{edition.token}-{VERSION}"


def _file_name(name: str, known: Mapping[str, str], look: Look, ending: str) -> str:
    """Name a file by a digest of its parameters: nothing of an address reaches the file system."""
    tail = "&".join(f"{key}={known[key]}" for key in sorted(known))
    digest = f"-{sha256(tail.encode()).hexdigest()[:16]}" if tail else ""
    return f"{name}{digest}-{look.theme}-{look.width}.{ending}"
