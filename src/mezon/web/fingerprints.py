"""Addresses of stylesheets and scripts that say what is in them, so that a browser may keep them for good."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_LETTERS = 12


class FingerprintedStorage(StaticFilesStorage):
    """Static files as they lie in the packages; an address ends with the beginning of the file's SHA-256."""

    def url(self, name: str | None) -> str:
        """Give the address of a file: another content, another address."""
        address = super().url(name)
        found = finders.find(name) if name else None
        if not isinstance(found, str):
            return address
        path = Path(found)
        return f"{address}?v={_fingerprint(path, path.stat().st_mtime_ns)}"


@lru_cache(maxsize=64)
def _fingerprint(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:_LETTERS]
