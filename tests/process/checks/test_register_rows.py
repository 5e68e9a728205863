from __future__ import annotations

import polars as pl
import pytest
from check_cases import found, pack_of, places


def registers(**columns: list[object]) -> dict[str, pl.DataFrame]:
    return {"projects": pl.DataFrame({"id": ["P1"], **columns, "row": [2]})}


@pytest.mark.parametrize(("unit", "is_lost"), [("NORTH", False), ("", False), ("NORD", True)])
def test_a_register_names_units_that_exist(unit, is_lost):
    pack = pack_of([], registers=registers(unit=[unit]))
    assert places(pack, "unknown-register-reference") == ([(2, "unit", unit)] if is_lost else [])


def test_a_register_names_rows_of_other_registers():
    investments = pl.DataFrame({"id": ["I1", "I2"], "project": ["P1", "P2"], "row": [2, 3]})
    pack = pack_of([], registers={**registers(), "investments": investments})
    (finding,) = found(pack, "unknown-register-reference")
    assert (finding.file, finding.row, finding.value) == ("registers/investments.csv", 3, "P2")
    assert "P1" in finding.hint


@pytest.mark.parametrize(
    ("started", "used", "is_late"),
    [("2020", "2021", False), ("2020-05", "2020", False), ("2020", "2019-12", True), ("2020-05-02", "2020-05-01", True),
     ("", "2019", False), ("2021", "", False)],
)  # fmt: skip
def test_nothing_is_in_use_before_it_is_begun(started, used, is_late):
    pack = pack_of([], registers=registers(started=[started], brought_into_use=[used]))
    assert bool(found(pack, "dates-out-of-order")) == is_late


def test_a_document_cited_by_the_number_of_another_act_is_reported():
    documents = pl.DataFrame(
        {
            "id": ["D1", "D2"],
            "number": ["UP-6079", "UP-1"],
            "title_stated": ["On mining", "On law"],
            "number_belongs_to": ["Digital Uzbekistan-2030", ""],
            "row": [2, 3],
        }
    )
    pack = pack_of([], registers={"documents": documents})
    assert places(pack, "document-number-of-another-act") == [(2, "number", "UP-6079")]
    assert "Digital Uzbekistan-2030" in found(pack, "document-number-of-another-act")[0].message
