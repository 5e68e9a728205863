"""Killed at any step or moment, an approval and a release are as they were or as they should be, and can be repeated.

Every act runs in a process of its own on a real database (SQLite in a file, or PostgreSQL where MEZON_DATABASE says
so). It is killed by SIGKILL before each change of database and disk in turn, after each commit, and at random moments.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.killing.site import Server, Site, begin, do, done, end, killed_after

pytestmark = pytest.mark.endurance

#: Kills at random moments of each act; MEZON_KILLS asks for more.
TURNS = int(os.environ.get("MEZON_KILLS", "4"))
#: Of an act with more steps, so many are tried, chosen by the seed.
MOST_STEPS = int(os.environ.get("MEZON_KILL_STEPS", "12"))


@pytest.fixture(scope="module")
def made(opened: tuple[Site, Server]) -> tuple[Site, Server]:
    """Give a site kept at five states: verified, approved, asked, frozen, published."""
    site, server = opened
    steps = {"verify": "verified", "approve": "approved", "ask": "asked", "freeze": "frozen", "publish": "published"}
    for act, state in steps.items():
        done(server, act)
        site.keep(state)
    return opened


def _looked(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = done(server, "state")
    assert not found.pop("faults"), found
    return found


def _each_kill(site: Site, server: Server, begun: str, act: str, seed: int) -> Iterator[str]:
    """Give every kill of an act from a kept state, done: at its steps, and at random moments."""
    site.put_back(begun)
    whole = time.perf_counter()
    counted = do(server, act, options={"stepwise": True})
    whole = time.perf_counter() - whole
    assert counted.steps > 5, counted
    chance = random.Random(seed)  # noqa: S311 - no secret
    steps = range(1, counted.steps + 1)
    for step in sorted(chance.sample(steps, min(len(steps), MOST_STEPS))):
        site.put_back(begun)
        assert do(server, act, options={"stepwise": True, "die_at": step}).killed
        yield f"{act} killed at step {step} of {counted.steps}"
    for _ in range(TURNS):
        site.put_back(begun)
        moment = chance.uniform(0, whole)
        killed_after(server, moment, act)
        yield f"{act} killed after {moment:.3f} s"


def _old_or_new(
    site: Site, server: Server, begun: str, act: str, new: Callable[[dict[str, Any]], bool], seed: int
) -> None:
    """Kill an act in every way; each time it is undone or done, and done after it is repeated."""
    site.put_back(begun)
    before = _looked(server)
    done(server, act)
    after = _looked(server)
    assert new(after)
    assert not new(before)
    undone = 0
    for how in _each_kill(site, server, begun, act, seed):
        found = _looked(server)
        assert found in (before, after), how
        undone += found == before
        if found == before:
            done(server, act)
        assert _looked(server) == after, how
    assert undone, "no kill fell into the act"


def test_an_approval_killed_at_any_step_is_undone_or_done_and_can_be_repeated(made: tuple[Site, Server]) -> None:
    _old_or_new(*made, "verified", "approve", lambda found: found["submissions"]["A"] == "approved", seed=51)


def test_a_freezing_killed_at_any_step_leaves_nothing_public_and_goes_on(made: tuple[Site, Server]) -> None:
    _old_or_new(*made, "asked", "freeze", lambda found: found["freezings"] == {"2026.1": "frozen"}, seed=52)


def test_a_publication_killed_at_any_step_is_undone_or_done_with_its_submissions(made: tuple[Site, Server]) -> None:
    def public(found: dict[str, Any]) -> bool:
        return bool(found["releases"] == 1 and found["submissions"]["A"] == "released")

    _old_or_new(*made, "frozen", "publish", public, seed=53)


def test_a_new_freezing_killed_at_any_step_never_touches_the_release_that_is_public(made: tuple[Site, Server]) -> None:
    site, server = made
    site.put_back("published")
    done(server, "rename_unit")
    done(server, "ask", label="2026.2")
    site.keep("asked_again")
    before = _looked(server)
    names = _public_folders(site.home)
    for how in _each_kill(site, server, "asked_again", "freeze_again", seed=54):
        found = _looked(server)
        assert found["releases"] == 1, how
        assert _public_folders(site.home).items() >= names.items(), how
        if found == before:
            done(server, "freeze_again")
        assert _looked(server)["freezings"] == {"2026.1": "published", "2026.2": "frozen"}, how
        assert _public_folders(site.home).items() >= names.items(), how


def _public_folders(home: Path) -> dict[str, bytes]:
    """Give every file of releases and assessments that are in their place."""
    folders = [path for name in ("releases", "assessments") for path in (home / name).iterdir()]
    files = [file for path in folders if not path.name.startswith(".") for file in path.rglob("*") if file.is_file()]
    return {file.relative_to(home).as_posix(): file.read_bytes() for file in files}


def test_approvals_a_recording_and_a_freezing_at_one_moment_lose_nothing(made: tuple[Site, Server]) -> None:
    site, first = made
    others = [site.server() for _ in range(4)]
    for turn in range(2):
        site.put_back("verified")
        for server, act, told in zip(
            [first, *others],
            ("approve", "approve", "record", "ask", "record"),
            ({"unit": "A"}, {"unit": "B"}, {"unit": "A", "times": 8}, {}, {"unit": "B", "times": 8}),
            strict=True,
        ):
            begin(server, act, **told)
        ended = [end(server) for server in (first, *others)]
        assert not [one.fault for place, one in enumerate(ended) if place != 3 and one.fault], turn
        found = _looked(first)
        assert found["submissions"] == {"A": "approved", "B": "approved"}
        # One change for each approval and recording beside the first load: nothing is lost, nothing twice.
        assert found["last_change"] == 1 + 2 + 16
        assert found["freezings"] == ({} if ended[3].fault else {"2026.1": "asked"})
        assert not ended[3].fault or "ChangedMeanwhile" in ended[3].fault


def test_of_two_who_approve_the_same_at_one_moment_one_is_told(made: tuple[Site, Server]) -> None:
    site, first = made
    second = site.server()
    for _ in range(3):
        site.put_back("verified")
        for server in (first, second):
            begin(server, "approve")
        ended = [end(server) for server in (first, second)]
        assert sorted(bool(one.fault) for one in ended) == [False, True]
        told = next(one.fault for one in ended if one.fault)
        assert told.startswith(("ChangedMeanwhile", "NotAllowed")), told
        assert _looked(first)["approvals"] == 1
