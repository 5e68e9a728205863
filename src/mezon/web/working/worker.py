"""The process that does jobs: one after another, until it is told to end or its parent is gone.

Each worker holds a lock on a file of its own for as long as it lives; the kernel lets go of it however the worker ends,
so another worker on the same machine knows at once. On another machine, one not seen for a minute is held for dead.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import IO

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction

from mezon.web.working.kinds import find_kinds
from mezon.web.working.models import Job, State, Worker
from mezon.web.working.running import Ending, claim, perform, take_up_again

#: Seconds between looks into an empty queue, and between signs of life.
PAUSE = 0.5
BEAT = 10.0
#: A worker elsewhere that was not seen for so long is held for dead.
SILENCE = timedelta(seconds=60)


def clock() -> datetime:
    """Give the time now."""
    return datetime.now(UTC)


def work(*, parent: int | None = None, once: bool = False, pause: float = PAUSE) -> int:
    """Do jobs until told to end; give how many were done.

    parent : process to end with. once : end when the queue is empty.
    """
    find_kinds()
    finished = 0
    with _alive() as name, _told_to_end() as ending:
        while not ending.is_set() and (parent is None or os.getppid() == parent):
            worked = False
            with ending.may_interrupt():
                worked = _one(name)
            finished += worked
            if not worked and once:
                break
            if not worked:
                ending.wait(pause)
    return finished


def _one(name: str) -> bool:
    """Do one job; False when there was none. A database that is busy is asked again later."""
    close_old_connections()
    try:
        take_up_again(dead_workers(now=clock()), now=clock())
        job = claim(name, now=clock())
    except OperationalError:
        time.sleep(PAUSE)
        return False
    if job is None:
        return False
    perform(job, clock=clock)
    return True


def dead_workers(*, now: datetime) -> list[str]:
    """Name the workers that have jobs and are gone. Usually one query, which finds no running job."""
    busy = list(Job.objects.filter(state=State.RUNNING).values_list("worker", flat=True))
    if not busy:
        return []
    known = {worker.name: worker for worker in Worker.objects.filter(name__in=busy)}
    return [name for name in busy if not _lives(known.get(name), now)]


def somebody_works(*, now: datetime) -> bool:
    """Say whether any worker lives: pages tell people who wait when none does."""
    return any(_lives(worker, now) for worker in Worker.objects.order_by("-seen_at")[:5])


def _lives(worker: Worker | None, now: datetime) -> bool:
    if worker is None:
        return False
    if worker.machine != _machine():
        return now - worker.seen_at < SILENCE
    place = _lock_file(worker.name)
    if not place.exists():
        return False
    with place.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _machine() -> str:
    """Name the machine and the home: workers that share both see each other's locks."""
    return f"{socket.gethostname()}:{settings.HOME}"[:250]


def _lock_file(name: str) -> Path:
    return Path(settings.HOME) / "workers" / name


@contextmanager
def _alive() -> Iterator[str]:
    """Be a worker: registered, locked, and seen."""
    name = f"{os.getpid()}-{secrets.token_hex(6)}"
    place = _lock_file(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    with place.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _register(name)
        beat = threading.Thread(target=_beat, args=(name, stop), daemon=True)
        beat.start()
        try:
            yield name
        finally:
            stop.set()
            beat.join(timeout=5)
            _leave(name, lock)


def _register(name: str) -> None:
    now = clock()
    with transaction.atomic():
        Worker.objects.filter(seen_at__lt=now - timedelta(days=7)).delete()
        Worker.objects.create(name=name, machine=_machine(), began_at=now, seen_at=now)


def _leave(name: str, lock: IO[bytes]) -> None:
    Worker.objects.filter(name=name).delete()
    _lock_file(name).unlink(missing_ok=True)
    lock.flush()


def _beat(name: str, stop: threading.Event) -> None:
    """Say every now and then that the worker lives, on a connection of its own."""
    try:
        while not stop.wait(BEAT):
            try:
                Worker.objects.filter(name=name).update(seen_at=clock())
            except OperationalError:
                connection.close()
    finally:
        connection.close()


@dataclass(slots=True)
class _Told:
    """Whether the worker is to end, and whether the moment allows to break off what it does."""

    _event: threading.Event = field(default_factory=threading.Event)
    _inside: bool = False

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)

    @contextmanager
    def may_interrupt(self) -> Iterator[None]:
        self._inside = True
        try:
            yield
        except Ending:
            pass
        finally:
            self._inside = False

    def tell(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()
        if self._inside:
            self._inside = False
            raise Ending


@contextmanager
def _told_to_end() -> Iterator[_Told]:
    """Listen for Ctrl-C and for the request to end; what is being done is undone and put back."""
    told = _Told()
    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    before: dict[int, Callable[..., object] | int | None] = {
        number: signal.signal(number, told.tell) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
