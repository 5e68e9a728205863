"""Puts the pack together: what is written by hand is copied, what is drawn is drawn from one seed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from generators.metallia import country, figures, observations, planted, registers
from generators.metallia.writing import Row, write_table

SEED = 20240101
_HERE = Path(__file__).resolve().parent
_WRITTEN = _HERE / "definitions"
_SHARED = _HERE.parent
#: Written by hand, and put together with what both packs share.
_PARTS = ("own_indicators.toml", "form_head.toml")
_UNIT_COLUMNS = (
    "unit", "level", "name_en", "name_ru", "name_uz", "country", "isic", "valid_from", "valid_to", "aliases", "size",
    "region",
)  # fmt: skip
#: The shared indicators speak of the real country's money and offices; Metallia has its own.
_OWN_WORDS = (
    ('"UZS_', '"XTS_'),
    ("Ministry of Mining Industry and Geology", "Ministry of Mining of Metallia"),
    ("Министерство горнодобывающей промышленности и геологии", "Министерство горного дела Металлии"),
    ("Togʻ-kon sanoati va geologiya vazirligi", "Metalliya konchilik vazirligi"),
    ("Statistics Agency", "Statistics Office of Metallia"),
    ("Агентство статистики", "Статистическое бюро Металлии"),
    ("Statistika agentligi", "Metalliya statistika byurosi"),
)


def write_pack(folder: Path) -> None:
    """Write every file of the pack into a folder; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_WRITTEN, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_PARTS))
    _write_indicators(folder)
    _write_form(folder)
    shutil.copyfile(_SHARED / "groups.toml", folder / "groups.toml")
    (folder / "codelists").mkdir(exist_ok=True)
    shutil.copyfile(_SHARED / "CL_SOURCE_OF_FUNDS.csv", folder / "codelists" / "CL_SOURCE_OF_FUNDS.csv")
    write_table(folder / "units.csv", _UNIT_COLUMNS, country.unit_rows())
    write_table(
        folder / "memberships.csv", ("unit", "parent", "hierarchy", "valid_from", "valid_to"), country.membership_rows()
    )
    write_table(folder / "rates.csv", ("from", "to", "period", "kind", "rate", "source"), _rate_rows())
    write_table(folder / "settlements.csv", _SETTLEMENT_COLUMNS, _settlement_rows())
    _write_drawn(folder)


def _write_indicators(folder: Path) -> None:
    shared = (_SHARED / "enterprise_indicators.toml").read_text(encoding="utf-8")
    for theirs, ours in _OWN_WORDS:
        shared = shared.replace(theirs, ours)
    own = (_WRITTEN / "own_indicators.toml").read_text(encoding="utf-8")
    (folder / "indicators.toml").write_text(f"{shared}\n{own}", encoding="utf-8", newline="\n")


def _write_form(folder: Path) -> None:
    (folder / "forms").mkdir(exist_ok=True)
    parts = (_WRITTEN / "form_head.toml", _SHARED / "enterprise_form.toml")
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    (folder / "forms" / "enterprise.toml").write_text(text, encoding="utf-8", newline="\n")


def _write_drawn(folder: Path) -> None:
    """Draw the panel and the registers; each from its own stream, so that one can grow and the others stay."""
    panel_seed, funds_seed, register_seed = np.random.SeedSequence(SEED).spawn(3)
    panel = figures.simulate(np.random.Generator(np.random.PCG64(panel_seed)))
    funds = figures.by_source_of_funds(np.random.Generator(np.random.PCG64(funds_seed)), panel["PROJECT_FINANCE"])
    panel["FOREIGN_INV_INNOV"] = np.round(funds[:, :, 3:5].sum(axis=2) / figures.RATES, 3)
    drawn = registers.register_rows(np.random.Generator(np.random.PCG64(register_seed)), panel)
    rows = observations.observation_rows(panel, funds, drawn)
    write_table(folder / "observations.csv", observations.COLUMNS, rows)
    for name, rows in drawn.items():
        write_table(folder / "registers" / f"{name}.csv", registers.COLUMNS[name], rows)


def _rate_rows() -> list[Row]:
    """Average rates as simulated; the rate at the end of a year lies half-way to the next year's average."""
    averages = [float(rate) for rate in figures.RATES]
    ends = [round((rate + following) / 2, 3) for rate, following in zip(averages, [*averages[1:], 16.9], strict=True)]
    return [
        {"from": "USD", "to": "XTS", "period": year, "kind": kind, "rate": rate, "source": "CENTRAL_BANK"}
        for year, average, end in zip(country.YEARS, averages, ends, strict=True)
        for kind, rate in (("average", average), ("end", end))
    ]


_SETTLEMENT_COLUMNS = ("indicator", "unit", "period", "source", "source_ref", "reason", "by", "date")


def _settlement_rows() -> list[Row]:
    indicator, unit, period = planted.DISAGREED
    return [
        {
            "indicator": indicator,
            "unit": unit,
            "period": period,
            "source": "LABOUR_FORM",
            "source_ref": f"form {period}, line 1",
            "reason": "The survey counts contractors; the definition asks for persons employed by the enterprise.",
            "by": "Statistics Office of Metallia (synthetic)",
            "date": "2022-02-01",
        }
    ]
