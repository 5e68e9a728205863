"""The portal on loopback: how long one reader waits for a page, and how many pages fifty readers get.

A fresh server with its default settings and a home of its own. Readers speak HTTP/1.1, keep their connection and take
gzip, as browsers do; they run on the same machine and take their share of it.
"""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import ceil

from benchmarks.measuring import Figure

LANGUAGES = ("uz", "ru", "en")
PAGES = (
    "", "ranking/", "ranking/?period=2014", "units/UZB/", "units/UZB_MINING/", "compare/?u=UZB&u=AUS&u=CAN&u=CHL",
    "companies/NMMC/", "companies/AMMC/", "indicators/", "indicators/FIXED_CAP_INV/", "indicators/RD_GDP/",
    "investments/", "claims/", "claims/C06/", "registers/", "registers/documents/", "registers/projects/", "coverage/",
    "methodology/conditions/", "robustness/", "what-if/", "data/", "about/", "releases/", "search/?q=gold",
    "trace/?unit=UZB&period=2017&node=INDEX", "trace/?indicator=RD_GDP&unit=UZB&period=2017",
)  # fmt: skip
READERS = 50
REQUESTS = 3_000
_TIMES = 5
_ALL = [f"/{language}/{page}" for language in LANGUAGES for page in PAGES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one page, and how long it took to its last byte."""

    seconds: float
    status: int
    size: int


def figures() -> Iterator[Figure]:
    """Measure first pages, pages read before, fifty readers, and the size of pages."""
    with _site() as port, _Reader(port) as reader:
        first = reader.read(f"/en/what-if/result/?{next(_variants(0))}")
        cold = [reader.read(f"/en/{page}") for page in PAGES]
        for _ in range(_TIMES):  # each worker keeps pages of its own
            with ThreadPoolExecutor(8) as several:
                list(several.map(lambda address: _read_alone(port, address), _ALL))
        warm = [reader.read(address) for _ in range(_TIMES) for address in _ALL]
        yield Figure(
            what=f"portal, one reader: first time that anybody asks for one of {len(PAGES)} pages, 95th percentile",
            measured=f"{_percentile(cold):.2f} s",
            goal="under 1.5 s",
        )
        yield Figure(
            what=f"the same, warm, in {len(LANGUAGES)} languages",
            measured=f"{1000 * _percentile(warm):.0f} ms",
            goal="under 100 ms",
        )
        anew = [reader.read(_never_asked(address, turn)) for turn in range(2) for address in _ALL]
        yield Figure(
            what="the same, each page written anew (addresses that nobody asked for before)",
            measured=f"{1000 * _percentile(anew):.0f} ms",
            goal="under 100 ms",
        )
        yield from _what_if(reader, first)
        yield from _fifty(port)
        yield Figure(
            what="largest page as HTML, before compression",
            measured=f"{max(answer.size for answer in warm) / 1000:.0f} KB",
            goal="under 300 KB",
        )


def _never_asked(address: str, turn: int) -> str:
    """A query that no page knows makes an address of its own: nothing is kept for it."""
    return f"{address}{'&' if '?' in address else '?'}nobody={turn}"


def _what_if(reader: _Reader, first: Answer) -> Iterator[Figure]:
    """Ask for variants that nobody asked for before, as a slider, a method or a box does."""
    answers = [reader.read(f"/en/what-if/result/?{variant}") for variant in _variants(1)]
    assert all(answer.status == http.client.OK for answer in answers)
    yield Figure(
        what="what-if: the first answer of a fresh site",
        measured=f"{1000 * first.seconds:.0f} ms",
        goal="under 150 ms once warm",
    )
    yield Figure(
        what=f"the same, {len(answers)} variants never asked for before, with ranks and bands, 95th percentile",
        measured=f"{1000 * _percentile(answers):.0f} ms",
        goal="under 150 ms",
    )


def _variants(turn: int) -> Iterator[str]:
    """Give a hundred changes: weights, most with a method or an indicator left out as well."""
    others = ("", "&step7=aggregate/arithmetic", "&drop=CO2_GDP", "&step4=normalise/min-max", "&step6=aggregate/median")
    for number in range(100):
        yield f"w.RESOURCE={2 + turn + number / 1000}{others[number % len(others)]}"


def _fifty(port: int) -> Iterator[Figure]:
    started = time.perf_counter()
    with ThreadPoolExecutor(READERS) as readers:
        shares = list(readers.map(lambda number: _session(port, number), range(READERS)))
    seconds = time.perf_counter() - started
    answers = [answer for share in shares for answer in share]
    errors = sum(answer.status != http.client.OK for answer in answers)
    yield Figure(
        what=f"portal, {READERS} readers at once, {len(answers):,} pages",
        measured=f"{len(answers) / seconds:.0f} pages a second, {errors} errors",
        goal="at least 100, 0 errors",
    )
    yield Figure(
        what="the same, 95th percentile",
        measured=f"{1000 * _percentile(answers):.0f} ms",
        goal="under 500 ms",
    )


def _session(port: int, number: int) -> list[Answer]:
    """Read on and on from a place of one's own, without a pause."""
    first = number * len(_ALL) // READERS
    addresses = islice((_ALL[place % len(_ALL)] for place in range(first, first + REQUESTS)), REQUESTS // READERS)
    with _Reader(port) as reader:
        return [reader.read(address) for address in addresses]


class _Reader:
    """One connection, kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self, address: str) -> Answer:
        """Read a page to its end; a broken connection is an answer with status 0."""
        started = time.perf_counter()
        try:
            self._connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return Answer(seconds=time.perf_counter() - started, status=0, size=0)
        seconds = time.perf_counter() - started
        packed = response.headers.get("Content-Encoding") == "gzip"
        return Answer(seconds=seconds, status=response.status, size=len(gzip.decompress(body) if packed else body))


def _read_alone(port: int, address: str) -> Answer:
    with _Reader(port) as reader:
        return reader.read(address)


def _percentile(answers: Sequence[Answer]) -> float:
    """Give the 95th percentile of the seconds (nearest rank)."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[ceil(0.95 * len(ordered)) - 1]


@contextmanager
def _site() -> Iterator[int]:
    """Serve the Uzbek pack from an empty home folder; the port it answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(
        [sys.executable, "-m", "mezon", "serve", "uzbekistan", "--port", str(port)],
        env={**os.environ, "MEZON_HOME": home}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            assert any(line.startswith("Serving") for line in process.stdout), "The site did not start."
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
