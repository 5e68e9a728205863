from __future__ import annotations

import polars as pl
import pytest
from check_cases import found, pack_of, places

REFERENCES = pl.DataFrame(
    {
        "publication": ["PAPER"] * 4,
        "number": ["1", "2", "3", "16"],
        "entry": ["A report", "A law", "A review", ""],
        "published": ["2023", "2018-05", "", ""],
        "listed": [True, None, True, False],
        "row": [2, 3, 4, 5],
    }
)


def pack_citing(*cites: str, **same: object):
    rows = [{"source": "PAPER", "source_ref": str(place), "cites": text, **same} for place, text in enumerate(cites)]
    return pack_of(rows, registers={"references": REFERENCES})


@pytest.mark.parametrize("cites", ["1", "[1]", "1; 2", "[1], [3]", "1-3", "1, 2,3", ""])
def test_references_that_are_listed_are_in_order(cites):
    pack = pack_citing(cites)
    assert found(pack, "dangling-citation") + found(pack, "citation-residue") == []


def test_citations_of_nothing_are_one_finding_a_number_with_all_rows():
    pack = pack_citing("1; 16", "[16]", "24")
    assert places(pack, "dangling-citation") == [(2, "cites", "[16]"), (4, "cites", "[24]")]
    assert "(rows 2, 3)" in found(pack, "dangling-citation")[0].message


@pytest.mark.parametrize("token", ["[0search12]", "[0]", "[turn0search3]"])
def test_residue_of_tools_is_no_reference(token):
    pack = pack_citing(f"[1]; {token}")
    assert places(pack, "citation-residue") == [(2, "cites", token)]
    assert found(pack, "dangling-citation") == []


@pytest.mark.parametrize(
    ("cites", "row", "is_older"),
    [
        ("1", {"period": "2024"}, True),
        ("1", {"period": "2023"}, False),
        ("2", {"period": "2018"}, True),
        ("3", {"period": "2024"}, False),
        ("1", {"period": "2024", "variant": "PLAN"}, False),
    ],
)
def test_a_cited_source_cannot_be_older_than_the_fact(cites, row, is_older):
    assert bool(found(pack_citing(cites, **row), "cited-source-older-than-fact")) == is_older


def test_registers_cite_too():
    claims = pl.DataFrame({"publication": ["PAPER"], "cites": ["99; [0search1]"], "row": [2]})
    pack = pack_of([], registers={"references": REFERENCES, "claims": claims})
    assert [finding.file for finding in found(pack, "dangling-citation")] == ["registers/claims.csv"]
    assert places(pack, "citation-residue") == [(2, "cites", "[0search1]")]
