from __future__ import annotations

from pathlib import Path

import pytest

from mezon.design.definitions import read_definitions
from mezon.design.rulebook import read_rulebook
from mezon.model.finding import Finding
from mezon.model.form import Form, parts_of
from mezon.model.pack import Definitions
from mezon.model.period import Period
from mezon.production import read_pack
from tests.design.tiny_pack_files import FILES

FORM = """
version = "1"
title.en = "Return"
levels = ["ENTERPRISE"]
frequency = "A"
deadline = 30
source = "agency"
[[sections]]
id = "money"
title.en = "Money"
items = [{ indicator = "RD_SPEND", required = true }, { indicator = "TOTAL_SPEND" }]
"""


def read(folder: Path, form: str) -> tuple[Definitions, list[Finding]]:
    for name, text in {**FILES, "forms/return.toml": form}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    definitions, findings = read_definitions(folder, rulebook=read_rulebook(folder))
    return definitions, [finding for finding in findings if finding.file.startswith("forms/")]


def test_a_form_is_read_with_its_sections_and_lines(tmp_path: Path) -> None:
    definitions, findings = read(tmp_path, FORM)
    form = definitions.forms["return"]
    assert findings == []
    assert [(item.indicator, item.required) for item in form.items] == [("RD_SPEND", True), ("TOTAL_SPEND", False)]
    assert str(form.due(Period.parse("2024"))) == "2025-01-30"
    assert form.confidentiality == "C"


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('"RD_SPEND"', '"RD_SPND"', "unknown-indicator", "sections[money].items[RD_SPND].indicator"),
        ('source = "agency"', 'source = "agancy"', "unknown-source", "source"),
        ('levels = ["ENTERPRISE"]', 'units = ["NOBODY"]', "unknown-unit", "units"),
        ('levels = ["ENTERPRISE"]', 'levels = ["AREA"]', "form-asks-nobody", "levels"),
        ('frequency = "A"', 'frequency = "W"', "code-unknown", "frequency"),
        ('frequency = "A"', 'frequency = "Q"', "form-frequency-finer", "sections[money].items[RD_SPEND].frequency"),
        ("deadline = 30", "deadline = -1", "toml-wrong-type", "deadline"),
        ("deadline = 30", "dedline = 30", "toml-key-unknown", "dedline"),
        ("required = true", "requird = true", "toml-key-unknown", "sections[money].items[RD_SPEND].requird"),
        ('"TOTAL_SPEND"', '"RD_SPEND"', "form-item-twice", "sections[money].items[RD_SPEND].indicator"),
        ('"TOTAL_SPEND"', '"RD_SHARE"', "form-asks-computed", "sections[money].items[RD_SHARE].indicator"),
        ('frequency = "A"', 'frequency = "A"\nfirst = "24"', "not-a-period", "first"),
        ('version = "1"', "", "toml-key-missing", "version"),
        ("required = true", 'adds_up_to = "NOTHING"', "unknown-indicator",
         "sections[money].items[RD_SPEND].adds_up_to"),
        ("required = true", 'breakdowns = ["COLOUR"]', "form-breakdown-unknown",
         "sections[money].items[RD_SPEND].breakdowns"),
        ("required = true", 'unit_of_measure = "XTSMN"', "unknown-unit-of-measure",
         "sections[money].items[RD_SPEND].unit_of_measure"),
    ],
)  # fmt: skip
def test_a_fault_of_a_form_is_found_at_its_key(tmp_path: Path, old: str, new: str, code: str, key: str) -> None:
    assert old in FORM
    _, findings = read(tmp_path, FORM.replace(old, new))
    assert (code, key) in {(finding.code, finding.key) for finding in findings}


def test_a_second_form_of_one_id_is_left_out(tmp_path: Path) -> None:
    read(tmp_path, FORM)
    (tmp_path / "forms" / "zweite.toml").write_text('id = "return"\n' + FORM, encoding="utf-8")
    definitions, findings = read_definitions(tmp_path, rulebook=read_rulebook(tmp_path))
    assert [finding.file for finding in findings if finding.code == "form-twice"] == ["forms/zweite.toml"]
    assert definitions.forms["return"].file == "forms/return.toml"


def test_the_parts_of_a_year_by_halves_are_its_halves() -> None:
    year = Period.parse("2024")
    assert [str(part) for part in parts_of(year, Period.parse("2024-S1").frequency)] == ["2024-S1", "2024-S2"]
    quarter = Period.parse("2024-Q2")
    months = parts_of(quarter, Period.parse("2024-05").frequency)
    assert [str(part) for part in months] == ["2024-04", "2024-05", "2024-06"]
    assert parts_of(quarter, year.frequency) == (quarter,)


@pytest.mark.parametrize("name", ["metallia", "uzbekistan"])
def test_bundled_forms_ask_only_for_what_can_be_stated(name: str) -> None:
    definitions = read_pack(name).definitions
    form: Form = definitions.forms["enterprise"]
    asked = list(form.cells(Period.parse("2025")))
    assert len({cell.key for cell in asked}) == len(asked) > 40
    assert not [cell.indicator for cell in asked if definitions.indicators[cell.indicator].formula]
    assert not form.instructions.missing()
    assert all(not section.title.missing() and not section.note.missing() for section in form.sections)
    assert form.translation == "unreviewed"
    assert form.is_period(Period.parse("2025"))
    assert not form.is_period(Period.parse("2013"))
    assert not form.is_period(Period.parse("2025-Q1"))
