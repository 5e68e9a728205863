"""Counts what the goldens reproduce, and prints it as a table at the end of `make golden`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

#: (index, what is compared, how many agree, of how many)
_COUNTED: list[tuple[str, str, int, int]] = []
Count = Callable[[str, str, int, int], None]


@pytest.fixture
def count() -> Count:
    """Give a function that notes a count for the table, before the test asks for all of them."""

    def note(index: str, what: str, agreeing: int, of: int) -> None:
        _COUNTED.append((index, what, agreeing, of))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _COUNTED:
        return
    terminalreporter.section("Published figures reproduced by methodology files")
    for index, what, agreeing, of in sorted(_COUNTED):
        terminalreporter.write_line(f"{index:<38} {what:<52} {agreeing:>6} of {of:>6}")
