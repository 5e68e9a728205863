"""Results that took a while, kept as small files under MEZON_HOME: they can be thrown away and are made again.

A name says what a result follows from (the digest of what was handed in, the change of the store), so that none is ever
out of date; a file is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

_FOLDER = "reckoned"


def kept(kind: str, *parts: object) -> Any | None:
    """Give a kept result, or None."""
    path = _path(kind, parts)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(result: Any, kind: str, *parts: object) -> None:
    """Keep a result (plain JSON) under what it follows from."""
    path = _path(kind, parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False)
    Path(beside).replace(path)


def _path(kind: str, parts: tuple[object, ...]) -> Path:
    name = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    return Path(settings.HOME) / _FOLDER / kind / name[:2] / f"{name}.json"
