"""Every number of every page, held against the command line: to its last printed digit, and in full behind it.

Pages carry a number twice: printed, and at full precision in `title` or `<data value>`. Three things are asked of all
of them. What is printed is the rounding of what is carried. What is carried and links to its way back is, bit by bit,
what `mezon assess` and `mezon export` wrote for that key. And the tables of scores hold nothing else.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from mezon.web.portal import formatting
from tests.web.portal.reading import table
from tests.web.test_urls import PAGES

#: One worker reads every page once; the others have the rest of the suite.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("every-number")]

_SIGN = "\u2212"
_NUMBER = re.compile(rf"^{_SIGN}?\d[\d,\u00a0]*(\.\d+)?$")
Page = Callable[..., str]


@dataclass(frozen=True)
class Shown:
    """A number on a page: as printed, at full precision where the page carries it, and the way back it links to."""

    printed: str
    carried: str
    way_back: str


class _Numbers(HTMLParser):
    """Collect the numbers of a page that carry their full precision."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self._open: list[tuple[str, str | None, str]] = []
        self._printed = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag not in {"a", "data", "td", "span", "b"}:
            return
        carried = told.get("value") if tag == "data" else told.get("title")
        link = told.get("href") or "" if tag == "a" else (self._open[-1][2] if self._open else "")
        self._open.append((tag, carried if carried and _as_number(carried) is not None else None, link))
        if self._open[-1][1]:
            self._printed = ""

    def handle_data(self, data: str) -> None:
        self._printed += data

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, carried, link = self._open.pop()
        if carried:
            self.found.append(Shown(self._printed.strip(), carried, link))


def numbers_of(html: str) -> list[Shown]:
    reader = _Numbers()
    reader.feed(html)
    return reader.found


def _as_number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what the command line writes of the same pack, in a process of its own that knows nothing of the site."""
    folder = tmp_path_factory.mktemp("written")
    for words in (("assess", "uzbekistan", "--steps", "-o", f"{folder}/assessment"),
                  ("export", "uzbekistan", "--to", "csv", "-o", f"{folder}/export")):  # fmt: skip
        subprocess.run([sys.executable, "-m", "mezon", *words], check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def scores(written: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    frame = pl.read_csv(written / "assessment" / "scores.csv", schema_overrides={"period": pl.String})
    return {(row["unit"], row["period"], row["node"]): row for row in frame.iter_rows(named=True)}


@pytest.fixture(scope="module")
def values(written: Path) -> dict[tuple[str, str, str], set[float]]:
    """Give every value of an indicator, unit and period: as released, in any unit of measure, or as imputed."""
    frame = pl.read_csv(written / "export" / "observations.csv", schema_overrides={"period": pl.String})
    found: dict[tuple[str, str, str], set[float]] = defaultdict(set)
    for row in frame.iter_rows(named=True):
        found[row["indicator"], row["unit"], row["period"]] |= {row["value"], row["low"], row["high"]} - {None}
    imputed = pl.read_csv(written / "assessment" / "imputed.csv", schema_overrides={"period": pl.String})
    for row in imputed.iter_rows(named=True):
        found[row["indicator"], row["unit"], row["period"]].add(row["value"])
    return found


@pytest.fixture
def addresses(edition: Any) -> list[str]:
    """Give every page: each address the site's tests know, and each unit, indicator, claim and year there is."""
    definitions = edition.definitions
    periods = sorted({row["period"] for row in edition.assessment.tables["scores"].iter_rows(named=True)})
    known = [address for group in PAGES.values() for address in group]
    return [
        *known,
        *(f"ranking/?period={period}" for period in periods),
        *(f"units/{unit}/?period={period}" for unit in definitions.units for period in periods),
        *(f"indicators/{indicator}/" for indicator in definitions.indicators),
        *(f"claims/{claim}/" for claim in edition.pack.registers["claims"]["id"]),
    ]


def test_what_is_printed_on_any_page_is_the_rounding_of_what_it_carries(page: Page, addresses: list[str]) -> None:
    faults, checked = [], 0
    for address in addresses:
        for shown in numbers_of(page(f"/en/{address}")):
            printed = shown.printed.removesuffix("%").lstrip("+<>~≥≤ ")
            if not _NUMBER.match(printed):
                continue
            checked += 1
            digits = len(printed.partition(".")[2])
            scale = 100 if shown.printed.endswith("%") else 1
            value = float(shown.carried)
            allowed = {formatting.number(factor * value, digits=digits) for factor in {1, scale}}
            if printed not in allowed:
                faults.append(f"{address}: {shown.printed} is carried as {shown.carried}")
    assert faults == []
    assert checked > 5_000


def test_every_number_with_a_way_back_is_the_one_the_command_line_wrote(
    page: Page, addresses: list[str], scores: dict[Any, dict[str, Any]], values: dict[Any, set[float]]
) -> None:
    faults, checked = [], defaultdict(int)
    for address in addresses:
        for shown in numbers_of(page(f"/en/{address}")):
            asked = {key: each[0] for key, each in parse_qs(urlsplit(shown.way_back).query).items()}
            if "/trace/" not in shown.way_back or not _NUMBER.match(shown.printed):
                continue
            kind = "score" if "node" in asked else "value"
            truth = (
                {scores[asked["unit"], asked["period"], asked["node"]]["score"]}
                if kind == "score"
                else values[asked["indicator"], asked["unit"], asked["period"]]
            )
            checked[kind] += 1
            if float(shown.carried) not in truth:
                faults.append(f"{address}: {shown.carried} leads to {asked}, which has {sorted(truth)[:3]}")
    assert faults == []
    assert checked["score"] > 2_000
    assert checked["value"] > 1_000


def test_every_cell_of_the_ranking_of_every_year_is_in_the_files(
    page: Page, edition: Any, scores: dict[Any, dict[str, Any]]
) -> None:
    names = {code: unit.name.in_language("en") for code, unit in edition.definitions.units.items()}
    for period in sorted({key[1] for key in scores}):
        ranked = [
            row for key, row in scores.items() if key[1] == period and key[2] == "INDEX" and row["rank"] is not None
        ]
        rows = {
            row[1]: row for row in table(page("/en/ranking/", period=period), "rank, score and groups") if len(row) > 5
        }
        assert len(rows) - 1 == len(ranked)
        for each in ranked:
            cells = rows[names[each["unit"]]]
            assert cells[0] == f"{each['rank']}{_ends(each, 'rank')}"
            assert cells[2] == f"{formatting.number(each['score'])}{_ends(each, 'score')}"
            assert cells[-2:] == [formatting.share(each["coverage"]), formatting.share(each["imputed_share"])]


def test_every_table_to_download_holds_what_the_command_line_wrote(client: Any, edition: Any, written: Path) -> None:
    for name in ("scores", "robustness", "contributions", "strengths", "pairwise", "weights"):
        answer = client.get(f"/en/data/tables/{name}.csv")
        assert answer.status_code == 200, name
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        downloaded = [line.rsplit(",", 1)[0] for line in content.decode("utf-8").splitlines()]
        own = (written / "assessment" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert sorted(downloaded[1:]) == sorted(own[1:]), name


def _ends(row: dict[str, Any], what: str) -> str:
    return "–".join(formatting.number(row[f"{what}_{end}"], digits=0) for end in ("low", "high"))
