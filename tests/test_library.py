"""The library as a reader of its page uses it."""

from __future__ import annotations

import pydoc

import pytest

import mezon
from mezon.errors import AskedForUnknown, WrongUse


def test_a_pack_may_be_named_instead_of_read() -> None:
    found = mezon.assess("uzbekistan", draws=0, coherence=False)
    assert found.scores.equals(mezon.assess(mezon.read_pack("uzbekistan"), draws=0, coherence=False).scores)


def test_what_is_no_pack_is_said_to_be_none() -> None:
    with pytest.raises(AskedForUnknown, match="six"):
        mezon.assess("six")
    with pytest.raises(WrongUse, match="read_pack"):
        mezon.assess(6)  # type: ignore[arg-type]


def test_an_assessment_is_shown_in_a_line() -> None:
    shown = repr(mezon.assess("uzbekistan", draws=0, coherence=False))
    assert shown.startswith("<Assessment of uzbekistan by conditions")
    assert "scores" in shown
    assert len(shown) < 300


def test_help_and_the_names_of_the_module_say_what_there_is() -> None:
    text = pydoc.plain(pydoc.render_doc(mezon))
    assert [word for word in ("read_pack", "assess", "methods", "findings", "as_of") if word not in text] == []
    assert mezon.methods.aggregate.arithmetic is not None
    assert "assess" in dir(mezon)
