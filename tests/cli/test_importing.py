"""`mezon import`: what is printed, what is written, and the exit code."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mezon.cli.application import application
from mezon.errors import WrongUse
from tests.collect.import_cases import coin_tables, write_csv


def run(*arguments: object):
    return CliRunner().invoke(application, [str(each) for each in arguments])


def test_an_imported_index_is_checked_and_assessed_at_once(tmp_path):
    tables = coin_tables(tmp_path)
    result = run("import", "coinr", *tables, "-o", tmp_path / "pack", "--accessed", "2024-02-01")
    assert result.exit_code == 0
    assert "4 indicators, 3 units, 23 values, 1 empty cells" in result.output
    assert run("check", tmp_path / "pack").exit_code == 0
    assert run("assess", tmp_path / "pack", "-o", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out/scores.csv").exists()


def test_a_doubtful_table_is_shown_with_its_question_and_nothing_is_written(tmp_path):
    table = write_csv(tmp_path / "t.csv", [("country", "year", "RD"), ("Aland", "2020", "1,234")], mark=";")
    result = run("import", "table", table, "-o", tmp_path / "pack")
    assert result.exit_code == 1
    assert "--decimal" in result.output
    assert not (tmp_path / "pack").exists()


def test_an_unknown_level_is_refused(tmp_path):
    result = run("import", "coinr", *coin_tables(tmp_path), "-o", tmp_path / "pack", "--level", "PLANET")
    assert isinstance(result.exception, WrongUse)


@pytest.mark.parametrize("option", ["--year", "--accessed"])
def test_a_period_that_is_none_is_refused(tmp_path, option):
    result = run("import", "coinr", *coin_tables(tmp_path), "-o", tmp_path / "pack", option, "soon")
    assert isinstance(result.exception, WrongUse)
