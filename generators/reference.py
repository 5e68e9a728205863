"""Write docs/reference.md from the code: every column, code, function, rule and exit code, so that none can go stale.

Run `python -m generators.reference`; a test compares what is committed with what this writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from generators.reference_words import (
    CONFIDENTIALITY,
    EXIT_CODES,
    FUNCTION_MEANINGS,
    OBSERVATION_MEANINGS,
    ORIGIN_MEANINGS,
    PERIODS,
    QUALIFIERS,
    STATUSES,
    VARIANTS,
)
from mezon.design.expressions import FUNCTIONS, OVER_TIME
from mezon.design.quantities import bundled_units_of_measure
from mezon.design.rulebook import read_rulebook
from mezon.model import tables
from mezon.model.assessment import TABLES
from mezon.model.codelists import ABSENT, ConfStatus, ObsStatus, Qualifier, Variant
from mezon.model.observations import DEFAULTS, ORIGIN
from mezon.model.registers import REGISTERS
from mezon.model.tables import Column, Table

PAGE = Path(__file__).parents[1] / "docs/reference.md"
_HEAD = """# Reference

Everything that a file of Mezon may hold and everything that Mezon says, in one page. It is written by
`python -m generators.reference` from the code itself; what this page says is what the program does.

[observations.csv](#observationscsv) · [statuses](#statuses) · [periods](#periods) ·
[other tables](#other-tables-of-a-pack) · [registers](#registers) · [results](#tables-of-an-assessment) ·
[units of measure](#units-of-measure) · [formulas](#formulas) · [rules](#rules) · [exit codes](#exit-codes)
"""


def page() -> str:
    """Give the whole page."""
    parts = (
        _HEAD, *_observations(), *_codes(), *_periods(), *_tables(), *_registers(), *_results(), *_measures(),
        *_formulas(), *_rules(), *_exit_codes(),
    )  # fmt: skip
    return "\n".join(parts) + "\n"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _observations() -> Iterable[str]:
    yield "## observations.csv\n"
    yield "A row is one statement of one source about one unit and period. UTF-8, commas, decimal points;"
    yield "columns in any order, and an empty cell means what the table says. Only the columns marked * are needed.\n"
    rows = (
        (
            _code(column.name) + (" *" if column.required else ""),
            column.type,
            OBSERVATION_MEANINGS[column.name],
            _code(str(DEFAULTS[column.name])) if column.name in DEFAULTS else "",
        )
        for column in tables.OBSERVATIONS.columns
    )
    yield _grid(("column", "type", "what it says", "empty means"), rows)
    yield "A release (`observations.parquet`) has two columns more:\n"
    yield _grid(("column", "what it says"), ((_code(name), ORIGIN_MEANINGS[name]) for name in ORIGIN))


def _codes() -> Iterable[str]:
    yield "## Statuses\n"
    yield "`status`, of SDMX's CL_OBS_STATUS. Those that say why there is no value take none; the others need one.\n"
    yield _grid(
        ("status", "meaning", "value"),
        ((_code(code), STATUSES[code], "none" if code in ABSENT else "needed") for code in ObsStatus),
    )
    for name, codes, words in (
        ("confidentiality", ConfStatus, CONFIDENTIALITY),
        ("qualifier", Qualifier, QUALIFIERS),
        ("variant", Variant, VARIANTS),
    ):
        yield f"`{name}`:\n"
        yield _grid((name, "meaning"), ((_code(code), words[code]) for code in codes))


def _periods() -> Iterable[str]:
    yield "## Periods\n"
    yield "A period is written one way only; `2 024` and `H 1 2025` are refused, with the right spelling in the hint.\n"
    yield _grid(("written", "means"), ((_code(written), meaning) for written, meaning in PERIODS))


def _tables() -> Iterable[str]:
    yield "## Other tables of a pack\n"
    yield "Columns marked * are needed. Types: string, number, integer, boolean (`true`, `false`), period, and date"
    yield "(whole or partial: `2024`, `2024-05`, `2024-05-17`).\n"
    found = (value for value in vars(tables).values() if isinstance(value, Table) and value is not tables.OBSERVATIONS)
    for table in sorted(found, key=lambda table: table.path):
        yield _table(table)


def _registers() -> Iterable[str]:
    yield "## Registers\n"
    yield "A row of a register is a source, which `derivations.toml` counts into observations. Further columns"
    yield "are kept.\n"
    for table in sorted(REGISTERS.values(), key=lambda table: table.path):
        yield _table(table)


def _table(table: Table) -> str:
    rows = (
        (_code(column.name) + (" *" if column.required else ""), column.type, _holds(column))
        for column in table.columns
    )
    return f"### {table.path}\n\n" + _grid(("column", "type", "holds"), rows)


def _holds(column: Column) -> str:
    parts = []
    if column.codes:
        parts.append("one of " + ", ".join(_code(code) for code in column.codes))
    if column.refers:
        parts.append(f"a code of {column.refers}")
    if column.separator:
        parts.append(f"several, separated by {_code(column.separator)}")
    return "; ".join(parts) or column.title


def _results() -> Iterable[str]:
    yield "## Tables of an assessment\n"
    yield "What `mezon assess -o DIR` writes, one CSV each at full double precision, beside"
    yield "`assessment.json` (the trace).\n"
    rows = ((_code(f"{name}.csv"), ", ".join(_code(column) for column in columns)) for name, columns in TABLES.items())
    yield _grid(("file", "columns"), rows)


def _measures() -> Iterable[str]:
    yield "## Units of measure\n"
    yield "Two units convert into one another when their dimension agrees, money at a dated rate of `rates.csv`."
    yield "A pack adds its own in `codelists/CL_UNIT_MEASURE.csv`. A value times `scale` is the value in"
    yield "the base unit.\n"
    rows = (
        (_code(unit.code), unit.name.en, unit.dimension, unit.currency, f"{unit.scale:g}")
        for unit in bundled_units_of_measure().values()
    )
    yield _grid(("code", "name", "dimension", "currency", "scale"), rows)


def _formulas() -> Iterable[str]:
    yield "## Formulas\n"
    yield "An SQL expression over codes of indicators and parameters: numbers, `+ - * / %`, comparison, `AND`, `OR`,"
    yield "`NOT`, `IS NULL`, `BETWEEN`, `CASE`, and the functions below. Codes with `.` or `-` stand in quotation"
    yield "marks. A term that is absent makes the result absent; a division by zero has no value.\n"
    rows = (
        (
            _code(FUNCTION_MEANINGS[name][0]),
            FUNCTION_MEANINGS[name][1],
            "over periods" if name in OVER_TIME else "cell by cell",
        )
        for name in sorted(FUNCTIONS)
    )
    yield _grid(("function", "gives", "works"), rows)


def _rules() -> Iterable[str]:
    rulebook = read_rulebook(None)
    yield "## Rules\n"
    yield f"The {len(rulebook.rules)} rules by which `mezon check`, `import`, `assess` and `release` report."
    yield "What stands in braces is filled in. A pack's `rules.toml` may change severity, parameters and words,"
    yield "and add rules of its own.\n"
    rows = (
        (_code(rule.code), str(rule.severity), rule.sentence.en, rule.hint.en)
        for rule in sorted(rulebook.rules.values(), key=lambda rule: rule.code)
    )
    yield _grid(("rule", "severity", "what it says", "how to mend it"), rows)


def _exit_codes() -> Iterable[str]:
    yield "## Exit codes\n"
    yield _grid(("code", "means"), ((_code(code), meaning) for code, meaning in EXIT_CODES))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
