"""Kinds of jobs that tests watch, and a person who may ask for them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor

_KINDS = Path(__file__).parent / "kinds_for_tests" / "jobs.py"


@pytest.fixture(autouse=True)
def _kinds() -> None:
    """Register the kinds of tests once."""
    if "kinds_for_tests.jobs" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location("kinds_for_tests.jobs", _KINDS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kinds_for_tests.jobs"] = module
    spec.loader.exec_module(module)


@pytest.fixture
def statistician(db: None) -> Actor:
    """Give somebody who may import."""
    from tests.web.people import actor_with

    return actor_with("statistician")
