"""Plain tables: what is clear is said, what is not is asked, and damaged numbers are not read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mezon
from mezon import production
from mezon.collect.number_style import NumberStyle, StyleFault, find_style
from mezon.collect.pack_draft import write_draft
from mezon.collect.table import TableOptions, import_table
from tests.collect.import_cases import RULEBOOK, SETTINGS, codes, write_csv, write_workbook

WIDE = (("country", "year", "RD", "PATENTS"), ("Aland", "2020", "1.5", "12"), ("Bland", "2020", "2.25", "NA"))
LONG = (("unit", "period", "indicator", "value"), ("AAA", "2020", "RD", "1.5"), ("BBB", "2020", "RD", "2"))
ACROSS = (("iso3", "indicator", "2019", "2020"), ("AAA", "RD", "1.5", "1.7"), ("BBB", "RD", "..", "2.5"))


def imported(path, **options):
    columns = {name: options.pop(name) for name in ("unit", "period", "indicator", "value") if name in options}
    return import_table(path, options=TableOptions(columns=columns, **options), settings=SETTINGS, rulebook=RULEBOOK)


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (WIDE, [("PATENTS", "Aland", "2020", 12.0), ("PATENTS", "Bland", "2020", None),
                ("RD", "Aland", "2020", 1.5), ("RD", "Bland", "2020", 2.25)]),
        (LONG, [("RD", "AAA", "2020", 1.5), ("RD", "BBB", "2020", 2.0)]),
        (ACROSS, [("RD", "AAA", "2019", 1.5), ("RD", "AAA", "2020", 1.7),
                  ("RD", "BBB", "2019", None), ("RD", "BBB", "2020", 2.5)]),
    ],
)  # fmt: skip
def test_wide_long_and_years_across_are_told_apart(tmp_path, rows, values):
    draft, findings = imported(write_csv(tmp_path / "t.csv", rows))
    assert codes(findings) == []
    assert list(draft.values) == values
    assert "import-read-as" in codes(findings, severity="note")


BARE = (("country", "2021", "2022"), ("Aland", "1.5", "1.7"), ("Bland", "2", "2.5"))
ONE_VALUE = (("country", "year", "value"), ("Aland", "2021", "1.5"))


def test_bare_years_are_refused_until_the_indicator_is_named(tmp_path):
    path = write_csv(tmp_path / "t.csv", BARE)
    draft, findings = imported(path)
    assert draft is None
    assert codes(findings) == ["import-years-without-indicator"]
    assert "--indicator" in findings[0].hint
    named, _ = imported(path, indicator="RD_GDP")
    assert list(named.values) == [
        ("RD_GDP", "Aland", "2021", 1.5), ("RD_GDP", "Aland", "2022", 1.7),
        ("RD_GDP", "Bland", "2021", 2.0), ("RD_GDP", "Bland", "2022", 2.5),
    ]  # fmt: skip


def test_a_column_of_values_can_be_of_one_named_indicator(tmp_path):
    draft, _ = imported(write_csv(tmp_path / "t.csv", ONE_VALUE), indicator="RD_GDP")
    assert list(draft.values) == [("RD_GDP", "Aland", "2021", 1.5)]


def test_a_misspelled_column_of_indicators_is_no_name_of_one(tmp_path):
    draft, findings = imported(write_csv(tmp_path / "t.csv", ACROSS), indicator="indikator")
    assert draft is None
    assert codes(findings) == ["import-column-missing"]


def test_a_written_table_is_a_pack_without_errors(tmp_path):
    draft, _ = imported(write_csv(tmp_path / "t.csv", WIDE))
    write_draft(draft, SETTINGS, tmp_path / "pack")
    findings = production.check(mezon.read_pack(tmp_path / "pack"))
    assert [each for each in findings if each.severity == "error"] == []


def test_a_workbook_is_a_table_too(tmp_path):
    book = write_workbook(tmp_path / "t.xlsx", {"Data": [["country", "year", "RD"], ["Aland", 2020, 1.5]]})
    draft, findings = imported(book)
    assert codes(findings) == []
    assert draft.values == (("RD", "Aland", "2020", 1.5),)


def test_of_two_filled_sheets_one_has_to_be_named(tmp_path):
    rows = [["country", "year", "RD"], ["Aland", 2020, 1.5]]
    book = write_workbook(tmp_path / "t.xlsx", {"A": rows, "B": rows})
    assert codes(imported(book)[1]) == ["import-sheet-missing"]
    assert imported(book, sheet="B")[0] is not None


def test_the_real_damaged_file_is_refused_with_two_cells_that_contradict_each_other(shared):
    """../shared/data/dirty_locale_sample.csv: thousands dots were put into decimals, so its numbers cannot be told."""
    draft, findings = imported(shared / "data/dirty_locale_sample.csv")
    assert draft is None
    assert codes(findings) == ["import-numbers-damaged"]
    assert "186.208.832.263.947" in findings[0].message
    assert "0.958148717880249" in findings[0].message


def test_a_comma_that_could_be_either_is_asked_about_and_the_answer_is_taken(tmp_path):
    path = write_csv(tmp_path / "t.csv", [("country", "year", "RD"), ("Aland", "2020", "1,234")], mark=";")
    draft, findings = imported(path)
    assert draft is None
    assert codes(findings) == ["import-numbers-unclear"]
    assert imported(path, decimal=",")[0].values[0][3] == 1.234
    assert imported(path, decimal=".")[0].values[0][3] == 1234.0


def test_one_cell_settles_how_all_numbers_are_written(tmp_path):
    rows = [("country", "year", "RD"), ("Aland", "2020", "1.234"), ("Bland", "2020", "1.234,5")]
    draft, findings = imported(write_csv(tmp_path / "t.csv", rows, mark=";"))
    assert [value[3] for value in draft.values] == [1234.0, 1234.5]
    assert "1.234,5" in findings[-1].message


def test_two_separators_that_fit_equally_are_asked_about(tmp_path):
    path = write_csv(tmp_path / "t.csv", [("country;year,RD",), ("Aland;2020,1",)])
    assert codes(imported(path)[1]) == ["import-separator-unclear"]


def test_a_table_without_a_column_of_units_is_asked_for_one(tmp_path):
    path = write_csv(tmp_path / "t.csv", [("who", "year", "RD"), ("Aland", "2020", "1")])
    assert codes(imported(path)[1]) == ["import-which-column"]
    assert imported(path, unit="who")[0] is not None


def test_two_columns_of_periods_are_asked_about(tmp_path):
    rows = [("country", "year", "date", "RD"), ("Aland", "2020", "2021", "1")]
    path = write_csv(tmp_path / "t.csv", rows)
    assert codes(imported(path)[1]) == ["import-which-column"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("01/01/2020", "2020"), ("2020-01-01", "2020"), ("2020-05-01", "2020-05"), ("2020-Q3", "2020-Q3")],
)
def test_a_date_that_begins_a_period_is_that_period(tmp_path, written, read):
    draft, _ = imported(write_csv(tmp_path / "t.csv", [("country", "date", "RD"), ("Aland", written, "1")]))
    assert draft.values[0][2] == read


def test_a_date_of_which_day_and_month_cannot_be_told_is_refused(tmp_path):
    _, findings = imported(write_csv(tmp_path / "t.csv", [("country", "date", "RD"), ("Aland", "01/05/2020", "1")]))
    assert codes(findings) == ["not-a-period"]


def test_dates_with_points_say_nothing_about_decimal_signs(tmp_path):
    rows = [("country", "date", "RD"), ("Aland", "01.01.2020", "1,5"), ("Aland", "01.01.2021", "2,5")]
    draft, _ = imported(write_csv(tmp_path / "t.csv", rows, mark=";"))
    assert [value[2:] for value in draft.values] == [("2020", 1.5), ("2021", 2.5)]


def test_a_name_in_cyrillic_is_kept_and_gets_a_code(tmp_path):
    draft, _ = imported(write_csv(tmp_path / "t.csv", [("страна", "год", "Экспорт"), ("UZB", "2020", "1.5")]))
    assert [(each.code, each.name) for each in draft.indicators] == [("INDICATOR_1", "Экспорт")]
    assert draft.values == (("INDICATOR_1", "UZB", "2020", 1.5),)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_import_stop(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(content)
    draft, findings = imported(path)
    assert draft is not None or codes(findings)


def test_one_cell_said_twice_with_two_values_is_refused(tmp_path):
    path = write_csv(tmp_path / "t.csv", (*LONG, ("AAA", "2020", "RD", "7")))
    _, findings = imported(path)
    assert [(each.code, each.row) for each in findings if each.severity == "error"] == [("import-code-twice", 4)]


def test_a_text_among_numbers_is_reported_at_its_cell(tmp_path):
    _, findings = imported(write_csv(tmp_path / "t.csv", (*WIDE, ("Cland", "2020", "about 3", "1"))))
    assert [(each.row, each.column) for each in findings if each.severity == "error"] == [(4, "RD")]


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)), min_size=1), st.sampled_from([(".", ","), (",", ".")]))
def test_numbers_written_in_one_style_are_read_back(numbers, marks):
    decimal, thousands = marks
    texts = [f"{x:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands) for x in numbers]
    style = find_style(texts)
    assert isinstance(style, NumberStyle)
    assert [style.number(text) for text in texts] == numbers


@given(st.text(alphabet="0123456789.,- e", max_size=12), st.text(alphabet="0123456789.,- e", max_size=12))
def test_no_text_makes_the_reader_of_numbers_stop(first, second):
    style = find_style([first, second])
    if isinstance(style, StyleFault):
        assert style.first
    else:
        assert all(number is None or isinstance(number, float) for number in map(style.number, (first, second)))
