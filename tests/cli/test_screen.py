"""Tables on a terminal of a person's width, and in a pipe."""

from __future__ import annotations

import io
import re
import sys

import pytest

from mezon.cli.screen import table

UNITS = [f"Unit number {place} (U{place})" for place in range(1, 9)]
ROWS = [["A very long name of a node of the index, longer than a third", *(f"{at:.1f}" for at in range(8))]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, width: int) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", stream)
    table(("node", *(f"{unit}#" for unit in UNITS)), ROWS, repeated=1)
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()


def test_many_columns_come_in_blocks_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, Terminal(), 80)
    heads = [line for line in lines if line.startswith("node")]
    assert len(heads) > 1
    assert [unit for unit in UNITS if any(unit in head for head in heads)] == UNITS
    assert all(len(line) <= 80 for line in lines)


def test_columns_that_fit_stay_in_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = [line for line in printed(monkeypatch, Terminal(), 300) if line.startswith("node")]
    assert len(heads) == 1


def test_in_a_pipe_a_row_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, io.StringIO(), 80)
    assert len(lines) == 3
    assert lines[2].startswith(ROWS[0][0])
