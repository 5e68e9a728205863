"""Assemble the Uzbekistan pack from its parts: `python -m generators.uzbekistan [--shared ../shared]`.

    indicators.toml   generators/enterprise_indicators.toml + country_indicators.toml + paper_indicators.toml
    sources.toml      country_sources.toml + paper_sources.toml + form_sources.toml
    groups.toml       generators/groups.toml
    codelists/        CL_SOURCE_OF_FUNDS.csv of generators/
    units.csv         country_units.csv + paper_units.csv
    memberships.csv   memberships.csv here
    observations.csv  the country panel + paper_observations.csv
    rates.csv         the official rates of the panel's data
    forms/            enterprise_form_head.toml + generators/enterprise_form.toml + enterprise_form_counted.toml
    methodologies/    the goalposts of conditions.toml are recomputed in place

Everything is in generators/uzbekistan unless said otherwise. The country panel is chosen by `country_panel` from the
open data beside the repository; where that folder is absent, the rows already in the pack are kept. Parts that do
not exist yet are left out, so that two people can work on the pack at once.
"""

from __future__ import annotations

import argparse
import csv
import io
import tomllib
from pathlib import Path

from generators.uzbekistan import country_panel, goalposts
from mezon.model.tables import MEMBERSHIPS, OBSERVATIONS, RATES, UNITS, Table

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PACK = REPOSITORY / "src" / "mezon" / "packs" / "uzbekistan"
ASSEMBLED = "# Assembled by `python -m generators.uzbekistan` from parts in generators/; edit those, not this file.\n"

Rows = list[dict[str, str]]


def read_rows(path: Path) -> Rows:
    """Read a CSV as rows of text; a file that is not there has no rows."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(stream)]


def csv_text(rows: Rows, table: Table) -> str:
    """Write rows under the declared columns, then any further ones.

    Raises : ValueError when two rows of a table with a primary key share it.
    """
    declared = [column.name for column in table.columns]
    further = sorted({name for row in rows for name in row} - set(declared))
    _refuse_doubles(rows, table)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=declared + further, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _refuse_doubles(rows: Rows, table: Table) -> None:
    keys = [tuple(row.get(name, "") for name in table.key) for row in rows] if table.key else []
    doubles = sorted({key for key in keys if keys.count(key) > 1})
    if doubles:
        raise ValueError(f"{table.path}: given twice: {doubles}")


def join_toml(*parts: Path) -> str:
    """Put TOML files one after the other, and make sure that the whole still parses (no table given twice)."""
    texts = [part.read_text(encoding="utf-8").strip() + "\n" for part in parts if part.exists()]
    text = ASSEMBLED + "\n" + "\n".join(texts)
    tomllib.loads(text)
    return text


def panel_rows(shared: Path) -> Rows:
    """Choose the country panel from the open data, or keep the panel that the pack already has."""
    if (shared / "data").is_dir():
        return country_panel.observations(shared / "data")
    ours = tomllib.loads((HERE / "country_sources.toml").read_text(encoding="utf-8"))
    return [row for row in read_rows(PACK / "observations.csv") if row["source"] in ours]


def assemble(shared: Path) -> dict[str, str]:
    """Give the text of each assembled file by its name in the pack."""
    files = {
        "indicators.toml": join_toml(
            REPOSITORY / "generators" / "enterprise_indicators.toml",
            HERE / "country_indicators.toml",
            HERE / "paper_indicators.toml",
        ),
        "sources.toml": join_toml(
            HERE / "country_sources.toml", HERE / "paper_sources.toml", HERE / "form_sources.toml"
        ),
        "forms/enterprise.toml": join_toml(
            HERE / "enterprise_form_head.toml",
            REPOSITORY / "generators" / "enterprise_form.toml",
            HERE / "enterprise_form_counted.toml",
        ),
        "codelists/CL_SOURCE_OF_FUNDS.csv": (REPOSITORY / "generators" / "CL_SOURCE_OF_FUNDS.csv").read_text("utf-8"),
        "groups.toml": join_toml(REPOSITORY / "generators" / "groups.toml"),
        "units.csv": csv_text(read_rows(HERE / "country_units.csv") + read_rows(HERE / "paper_units.csv"), UNITS),
        "memberships.csv": csv_text(read_rows(HERE / "memberships.csv"), MEMBERSHIPS),
        "observations.csv": csv_text(panel_rows(shared) + read_rows(HERE / "paper_observations.csv"), OBSERVATIONS),
    }
    if (shared / "data").is_dir():
        files["rates.csv"] = csv_text(country_panel.rates(shared / "data"), RATES)
        methodology = PACK / "methodologies" / "conditions.toml"
        posts = goalposts.pooled(shared / "data")
        files["methodologies/conditions.toml"] = goalposts.written_into(methodology.read_text("utf-8"), posts)
    return files


def main() -> None:
    """Write the assembled files into the pack."""
    parser = argparse.ArgumentParser(description="Assemble the Uzbekistan pack.")
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="folder that holds data/")
    files = assemble(parser.parse_args().shared)
    for name, text in files.items():
        (PACK / name).parent.mkdir(exist_ok=True)
        (PACK / name).write_text(text, encoding="utf-8", newline="")
        print(f"{name:<32} {text.count(chr(10)):>6} lines")


if __name__ == "__main__":
    main()
