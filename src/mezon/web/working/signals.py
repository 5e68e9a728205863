"""Progress and requests to stop, as small files: a job tells them while its own transaction holds the database.

SQLite lets nobody else write while an import is being recorded, and nothing told inside a transaction is seen before
its end. What is here is a copy for people who watch; the record of a job is its row.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """So much done, of so much (0 = not known), and what is being done."""

    done: int
    of: int
    words: str


def tell(job: int, progress: Progress) -> None:
    """Say how far a job is: written beside its place and renamed, so that nobody reads half a file."""
    place = _folder(job) / "progress.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".new")
    text = json.dumps([progress.done, progress.of, progress.words], ensure_ascii=False)
    beside.write_text(text, encoding="utf-8")
    beside.replace(place)


def told(job: int) -> Progress | None:
    """Give what a job said last, if it said anything here."""
    try:
        done, of, words = json.loads((_folder(job) / "progress.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Progress(done=done, of=of, words=words)


def ask_to_stop(job: int, *, by: int | None) -> None:
    """Ask a job to stop at its next step, and say which person asked."""
    folder = _folder(job)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stop").write_text(str(by or ""), encoding="utf-8")


def asked_to_stop(job: int) -> bool:
    """Say whether it was asked to."""
    return (_folder(job) / "stop").exists()


def who_asked_to_stop(job: int) -> int | None:
    """Give the person who asked it to stop."""
    try:
        return int((_folder(job) / "stop").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def forget(job: int) -> None:
    """Take the files of a job away."""
    shutil.rmtree(_folder(job), ignore_errors=True)


def _folder(job: int) -> Path:
    return Path(settings.HOME) / "jobs" / str(int(job))
