from __future__ import annotations

import polars as pl

from mezon.collect.registers import read_registers
from mezon.design.rulebook import read_rulebook
from mezon.model.pack import Definitions
from mezon.model.text import Text

RULEBOOK = read_rulebook(None)
DEFINITIONS = Definitions(id="x", version="1", title=Text(en="x"), default_source="FORM")


def read(tmp_path, **files):
    folder = tmp_path / "registers"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_registers(tmp_path, DEFINITIONS, rulebook=RULEBOOK)


def test_a_register_has_its_declared_columns_typed_and_further_ones_as_text(tmp_path):
    frames, findings = read(tmp_path, projects="id,name_en,innovative,amount,depth\nP1,Mill,true,2.5,300\n")
    assert findings == []
    row = frames["projects"].row(0, named=True)
    assert (row["innovative"], row["amount"], row["depth"], row["row"]) == (True, 2.5, "300", 2)
    assert row["source"] == "FORM"


def test_a_pack_without_registers_has_none(tmp_path):
    assert read_registers(tmp_path, DEFINITIONS, rulebook=RULEBOOK) == ({}, [])


def test_a_file_that_is_no_register_is_named_with_the_nearest(tmp_path):
    frames, (finding,) = read(tmp_path, project="id,name_en\nP1,Mill\n")
    assert frames == {}
    assert (finding.code, finding.file) == ("unknown-register", "registers/project.csv")
    assert "projects" in finding.hint


def test_faults_of_registers_are_reported_at_their_cells(tmp_path):
    _, findings = read(tmp_path, projects="id,name_en,amount\nP1,Mill,many\nP1,Mine,3\n")
    assert {(finding.file, finding.row, finding.column) for finding in findings} == {
        ("registers/projects.csv", 2, "amount"),
        ("registers/projects.csv", 3, "id"),
    }


def test_empty_text_is_never_null(tmp_path):
    frames, _ = read(tmp_path, projects="id,name_en\nP1,Mill\n")
    assert frames["projects"].select(pl.selectors.string().is_null().any()).row(0).count(True) == 0
