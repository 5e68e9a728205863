"""Importing a CSV: a block at a time, as one change, every fault at its row of the whole file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.errors import WrongUse
from tests.web.warehouse.conftest import later

HEADER = "indicator,unit,period,value,source_ref\n"


def _import(pack: Any, tmp_path: Path, text: str, **options: Any) -> Any:
    from mezon.web.warehouse import store

    file = tmp_path / "sent.csv"
    file.write_bytes(text.encode("utf-8"))
    options = {"minutes": 1, **options}
    minutes = options.pop("minutes")
    return store.import_observations(
        pack, file, by=7, reason="the year's data", now=later(minutes), name="sent.csv", home=tmp_path, **options
    )


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks so small that a short file has many."""
    from mezon.web.warehouse.store import importing

    whole = importing.blocks_of
    monkeypatch.setattr(importing, "blocks_of", lambda file: whole(file, size=40))


def _years(first: int, last: int) -> str:
    return "".join(f"RD_SPEND,A,{year},{year - 1990}.5,line 1\n" for year in range(first, last))


def test_a_file_is_one_change_with_its_name_and_digest(stored: Any, tmp_path: Path, small_blocks: None) -> None:
    from mezon.web.warehouse import store

    done = _import(stored, tmp_path, HEADER + _years(2000, 2020))

    assert (done.new, done.changed, done.unchanged, done.change.number) == (20, 0, 0, 2)
    assert "sent.csv, sha256 " in done.change.reason
    assert store.read_observations(stored, indicators=["RD_SPEND"], units=["A"]).height == 21


def test_the_same_file_twice_changes_nothing(stored: Any, tmp_path: Path, small_blocks: None) -> None:
    _import(stored, tmp_path, HEADER + _years(2000, 2020))
    again = _import(stored, tmp_path, HEADER + _years(2000, 2020), minutes=2)

    assert (again.change, again.new, again.unchanged) == (None, 0, 20)


def test_a_fault_is_found_at_its_row_of_the_whole_file_and_nothing_is_recorded(
    stored: Any, tmp_path: Path, small_blocks: None
) -> None:
    text = HEADER + _years(2000, 2010) + "RD_SPEND,NOBODY,2011,5,line 1\n" + _years(2012, 2015)
    done = _import(stored, tmp_path, text)

    assert [(item.code, item.file, item.row) for item in done.findings if item.severity == "error"] == [
        ("unknown-unit", "sent.csv", 12)
    ]
    assert (done.change, done.new) == (None, 0)
    stored.refresh_from_db()
    assert stored.last_change == 1


def test_good_rows_only_leaves_the_faulty_ones_out(stored: Any, tmp_path: Path, small_blocks: None) -> None:
    text = HEADER + _years(2000, 2010) + "RD_SPEND,NOBODY,2011,5,line 1\nRD_SPEND,A,2012,abc,line 1\n"
    done = _import(stored, tmp_path, text, good_rows_only=True)

    assert (done.new, done.left_out, done.change.number) == (10, 2, 2)


def test_one_row_twice_in_different_blocks_is_refused(stored: Any, tmp_path: Path, small_blocks: None) -> None:
    with pytest.raises(WrongUse, match=r"Row 23 states RD_SPEND of A in 2000 a second time"):
        _import(stored, tmp_path, HEADER + _years(2000, 2021) + "RD_SPEND,A,2000,1,line 1\n")

    stored.refresh_from_db()
    assert stored.last_change == 1


def test_rules_that_compare_rows_see_what_is_stored_already(stored: Any, tmp_path: Path) -> None:
    done = _import(stored, tmp_path, HEADER + "RD_SPEND,A,2023,1250,line 1\nRD_SPEND,A,2022,1240,line 1\n")

    assert done.found.get("year-on-year") == 1


def test_what_is_no_utf8_is_explained_and_not_recorded(stored: Any, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    file = tmp_path / "sent.csv"
    file.write_bytes((HEADER + _years(2000, 2003)).encode("utf-16"))
    done = store.import_observations(stored, file, by=None, reason="x", now=later(1), home=tmp_path)

    assert "file-encoding" in done.found
    assert done.change is None or done.new == 3


@given(
    st.lists(st.text(alphabet='ab,"\n1 ', max_size=12), min_size=1, max_size=30), st.integers(min_value=1, max_value=60)
)
def test_blocks_are_the_whole_file_cut_between_records(tmp_path_factory: Any, notes: list[str], size: int) -> None:
    import csv
    import io

    from mezon.web.warehouse.store.importing import blocks_of

    written = io.StringIO()
    rows = [["x", note] for note in notes]
    csv.writer(written, lineterminator="\n").writerows([["key", "note"], *rows])
    file = tmp_path_factory.getbasetemp() / "blocks.csv"
    file.write_text(written.getvalue(), encoding="utf-8", newline="")

    read, first_rows, taken = [], [], 0
    for block, first, length in blocks_of(file, size=size):
        header, *records = list(csv.reader(io.StringIO(block.decode("utf-8"), newline="")))
        assert header == ["key", "note"]
        first_rows.append(first == 2 + len(read))
        read += records
        taken += length
    assert read == rows
    assert all(first_rows)
    assert taken == file.stat().st_size


def test_an_import_is_stopped_while_it_compares_and_leaves_nothing(stored: Any, tmp_path: Path) -> None:
    class StoppedHereError(Exception):
        pass

    calls: list[tuple[int, int]] = []

    def progress(done: int, whole: int) -> None:
        calls.append((done, whole))
        if len(calls) > 1:
            raise StoppedHereError

    before = stored.last_change
    with pytest.raises(StoppedHereError):
        _import(stored, tmp_path, HEADER + _years(2000, 2020), progress=progress)
    # The file was read to its end by then: what was left was comparing.
    assert calls[0] == calls[1]
    stored.refresh_from_db()
    assert stored.last_change == before


def test_findings_of_comparing_are_counted_and_only_the_first_of_each_rule_kept(
    stored: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.warehouse.store import importing

    monkeypatch.setattr(importing, "_KEPT_OF_A_RULE", 3)
    wild = "".join(f"RD_SPEND,A,{year},{1 if year % 2 else 100000},line {year}\n" for year in range(1900, 2000))
    done = _import(stored, tmp_path, HEADER + wild)
    code, count = max(done.found.items(), key=lambda pair: pair[1])
    assert count > 50
    assert sum(one.code == code for one in done.findings) == 3
