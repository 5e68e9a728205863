"""Choices and weight sets as files: read as text, every fault with its row."""

from __future__ import annotations

import pytest

from mezon.design.choice_files import read_choices, read_weight_sets
from mezon.errors import AskedForUnknown, WrongUse


def written(folder, text, name="choices.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_choices_are_rows_of_text(tmp_path):
    path = written(tmp_path, '\ufeffreplicate,normalise,drop\n1,"normalise/z-score(mean=10, sd=2)",\n\n2, none ,I1\n')
    assert read_choices(path) == [
        {"replicate": "1", "normalise": "normalise/z-score(mean=10, sd=2)", "drop": ""},
        {"replicate": "2", "normalise": "none", "drop": "I1"},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("number,drop\n1,I1\n", "no column replicate"),
        ("replicate,drop\n", "no row"),
        ("replicate,drop\n1,\n1,I2\n", "row 3.*twice"),
        ("replicate;drop\n1;I1\n", "separated by semicolons"),
        ("replicate,drop\n1,\n1,I2\n,I3\n", "2 faults(.|\n)*row 3(.|\n)*row 4"),
        ("replicate,normalise\n1,normalise/z-score(mean=10, sd=2)\n", "row 2 has 3 cells"),
    ],
)
def test_faulty_choices_are_refused_with_their_row(tmp_path, text, message):
    with pytest.raises(WrongUse, match=message):
        read_choices(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    written(tmp_path, "replicate\n1\n", "choices.csv")
    with pytest.raises(AskedForUnknown, match=r"choises\.csv"):
        read_choices(tmp_path / "choises.csv")


def test_weight_sets_are_read_by_set_and_node(tmp_path):
    path = written(tmp_path, "set,node,weight\nA,I1,2\nA,G,0.5\nB,I1,1\n")
    assert read_weight_sets(path) == {"A": {"I1": 2.0, "G": 0.5}, "B": {"I1": 1.0}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set,node\nA,I1\n", "no weight"),
        ("set,node,weight\nA,I1,-2\n", "row 2.*no weight"),
        ("set,node,weight\nA,I1,two\n", "row 2.*no weight"),
        ("set,node,weight\nA,I1,nan\n", "row 2.*no weight"),
        ("set,node,weight\nA,I1,1\nA,I1,2\n", "row 3.*twice"),
    ],
)
def test_faulty_weight_sets_are_refused_with_their_row(tmp_path, text, message):
    with pytest.raises(WrongUse, match=message):
        read_weight_sets(written(tmp_path, text))
