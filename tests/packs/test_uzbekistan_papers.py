"""Nothing that the two papers state is lost, and every sentence gets the verdict that the pack's README lists."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import mezon
from mezon import production
from mezon.model.claim import Verdict
from mezon.model.pack import Pack

PACK = Path(mezon.__file__).parent / "packs" / "uzbekistan"
README = (PACK / "README.md").read_text(encoding="utf-8")
PAPERS = ("KARIMOV_2024", "KURBANOVA_2025")
#: How the extraction of the papers writes units of measure, and what they are called here.
UNITS_OF_MEASURE = {
    "UZS trillion": "UZS_TN",
    "US$ bn": "USD_BN",
    "US$ mn": "USD_MN",
    "%": "PERCENT",
    "% of total investments": "PERCENT",
    "projects": "NUMBER",
    "major projects": "NUMBER",
    "minerals": "NUMBER",
}
RENAMED = {"OUTPUT": "PRODUCTION_VALUE", "REVENUE": "COMPANY_REVENUE"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return production.read_pack("uzbekistan")


@pytest.fixture(scope="module")
def verdicts(pack: Pack) -> dict[str, Verdict]:
    return {verdict.claim: verdict for verdict in production.audit(pack)}


def table(heading: str) -> list[list[str]]:
    """Give the rows of the first table under a heading of the README, without its head."""
    section = README.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def facts(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "papers" / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- nothing dropped -----------------------------------------------------------------------------------------------


def test_every_figure_with_a_period_and_a_value_is_an_observation(pack: Pack, shared: Path) -> None:
    stated = {row["note"][:4]: row for row in pack.observations.iter_rows(named=True) if row["source"] in PAPERS}
    expected = [row for row in facts(shared, "observations") if re.fullmatch(r"20\d\d(-H1)?", row["period"])]
    assert len(expected) == len(stated) == 29
    for figure in expected:
        row = stated[figure["obs_id"]]
        assert row["value"] == float(figure["value"]), figure
        assert row["indicator"] == RENAMED.get(figure["indicator"], figure["indicator"])
        assert row["unit"] == figure["unit"].replace("-", "_")
        assert row["period"] == figure["period"].replace("H1", "S1")
        assert row["unit_of_measure"] == UNITS_OF_MEASURE[figure["unit_of_measure"]]
        assert row["qualifier"] == (figure["approx"] or "=")
        assert set(figure["reference_number"].replace(" ", "").split(",")) <= set(row["cites"].split(";"))


def test_every_figure_has_its_place_in_the_readme() -> None:
    mapped = {
        number for row in table("Where each figure of the papers went") for number in re.findall(r"O\d{3}", row[0])
    }
    assert mapped == {f"O{number:03d}" for number in range(1, 45)}


def test_figures_without_a_period_are_claims_or_attributes_of_a_project(pack: Pack) -> None:
    written = "\n".join(
        str(value) for name in ("claims", "projects") for row in pack.registers[name].iter_rows() for value in row
    )
    undated = ["O004", "O005", *(f"O{number:03d}" for number in range(32, 45))]
    assert [number for number in undated if number not in written and number != "O039"] == []
    mill = pack.registers["projects"].filter(pl.col("id") == "P11").row(0, named=True)
    assert (mill["capacity_before"], mill["capacity_after"]) == (8.0, 9.0)


def test_fifteen_to_seventeen_per_cent_and_a_lower_bound_keep_their_hedges(pack: Pack) -> None:
    share = pack.registers["claims"].filter(pl.col("id") == "E08").row(0, named=True)
    assert (share["low"], share["high"], share["qualifier"]) == ("15", "17", "~")
    bound = pack.observations.filter((pl.col("unit") == "AMMC") & (pl.col("indicator") == "INV_ATTRACTED"))
    assert bound.select("value", "qualifier", "low").row(0) == (1.94, ">", 1.94)


def test_registers_hold_every_row_of_the_papers(pack: Pack, shared: Path) -> None:
    counts = {name: pack.registers[name].height for name in ("projects", "actors", "documents", "references")}
    assert counts == {"projects": 17, "actors": 29, "documents": 19, "references": 35}
    for name, table_name in (("projects", "projects"), ("actors", "actors"), ("policy_documents", "documents")):
        assert len(facts(shared, name)) == pack.registers[table_name].height
    assert {row["doc_id"] for row in facts(shared, "policy_documents")} == set(pack.registers["documents"]["id"])
    assert {row["claim_id"] for row in facts(shared, "claims")} <= set(pack.registers["claims"]["id"])
    lists = Counter(pack.registers["references"]["publication"])
    assert lists == {"KARIMOV_2024": 20, "KURBANOVA_2025": 15}


def test_sentences_are_quoted_as_they_stand_in_the_papers(pack: Pack, shared: Path) -> None:
    """An ellipsis leaves words out, square brackets add the auditor's; all else is the paper's own wording."""
    papers = {
        paper: plain(next((shared / "papers").glob(f"paper-{number}-*.md")).read_text(encoding="utf-8"))
        for number, paper in enumerate(PAPERS, start=1)
    }
    for claim in pack.registers["claims"].iter_rows(named=True):
        words = re.sub(r"\[[^\]]*\]$", "", claim["sentence"])
        for part in filter(None, (plain(part) for part in words.split("…"))):
            assert part in papers[claim["publication"]], (claim["id"], part)


def plain(text: str) -> str:
    """Level out markup, kinds of quotation marks and dashes, and white space."""
    text = text.replace("\\", "").replace("*", "")
    text = re.sub("[“”]", '"', re.sub("[’‘]", "'", re.sub("[–—]", "-", text)))
    return re.sub(r"\s+", " ", text).strip()


def test_every_inconsistency_says_where_it_shows() -> None:
    rows = table("Inconsistencies of the papers, and where each shows")
    numbers = [int(number) for row in rows for number in row[0].split(",")]
    assert numbers == list(range(1, 42))


def test_indicators_of_the_papers_are_defined_in_three_languages(pack: Pack) -> None:
    used = pack.observations.filter(pl.col("source").is_in(PAPERS))["indicator"].unique().to_list()
    for code in sorted(used):
        indicator = pack.definitions.indicators[code]
        assert not indicator.name.missing(), code
        assert not indicator.definition.missing(), code
        assert not indicator.holder.missing(), code


# --- settled --------------------------------------------------------------------------------------------------------


def test_a_release_uses_the_figures_that_the_settlements_chose(pack: Pack) -> None:
    release = production.prepare(pack)
    dollars = release.observations.filter(
        (pl.col("indicator") == "FIXED_CAP_INV") & (pl.col("unit_of_measure") == "USD_BN")
    )
    used = {row["period"]: (row["value"], row["source_ref"]) for row in dollars.iter_rows(named=True)}
    assert used["2021"] == (1.63, "Key finding 1")
    assert used["2023"] == (1.8, "Results table")
    share = release.observations.filter(pl.col("indicator") == "FOREIGN_SHARE_OF_INV")["value"].to_list()
    assert share == pytest.approx([72.16], abs=0.005)


def test_two_companies_are_never_added_up_to_the_industry(pack: Pack) -> None:
    observations = production.prepare(pack).observations
    industry = observations.filter((pl.col("unit") == "UZB_MINING") & (pl.col("indicator") == "INV_ATTRACTED"))
    assert industry["value"].to_list() == [7.2]
    assert set(observations.filter(pl.col("unit") == "UZB_MINING")["origin"]) <= {"reported", "converted", "derived"}


# --- audited --------------------------------------------------------------------------------------------------------


def test_every_claim_gets_the_verdict_and_the_rule_of_the_readme(pack: Pack, verdicts: dict[str, Verdict]) -> None:
    listed = {row[0]: (row[2].strip("`"), row[3]) for row in table("The claims")}
    found = {claim: (verdict.rule or "none", str(verdict.verdict)) for claim, verdict in verdicts.items()}
    assert found == listed
    assert len(found) == pack.registers["claims"].height == 65


@pytest.mark.parametrize("claim", ["C06", "E01"])
def test_nearly_tripled_holds_in_soums_and_at_a_constant_rate_only(verdicts: dict[str, Verdict], claim: str) -> None:
    found = verdicts[claim]
    assert found.basis == "soums; dollars as stated; the paper's constant rate"
    computed = {reckoning.basis: reckoning.computed for reckoning in found.reckonings}
    assert computed["soums"] == pytest.approx(2.86, abs=0.005)
    assert computed["the paper's constant rate"] == pytest.approx(2.86, abs=0.005)
    assert computed["official rates"] == pytest.approx(2.40, abs=0.005)
    assert any("10609.46439" in line and "average of 2021" in line for line in found.observations)


def test_increasing_steadily_is_true_of_every_year_and_not_of_an_even_pace(verdicts: dict[str, Verdict]) -> None:
    found = verdicts["C01"]
    assert [reckoning.holds for reckoning in found.reckonings] == [True, True, False]
    assert "growth of 2022, %: 6.25; of 2023, %: 58.8; of 2024, %: 72.6" in found.reason
    assert "2021 to 2023 in two years, %: 3.94" in found.reason


def test_what_is_impossible_is_recomputed_and_what_is_unknowable_says_why(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["C34"].computed == pytest.approx(8125)
    assert "population of the world, bn: 7.95" in verdicts["C34"].reason
    assert "no deflator GFCF of UZB" in verdicts["E02"].reason
    assert "no observation of TOTAL_INV of UZB for 2023" in verdicts["E07"].reason
    assert "names no base period" in verdicts["E03"].reason
    assert "mean of 11 months of 2024 over 2023, %: 21.7" in verdicts["E03"].reason
    assert "it is a recommendation" in verdicts["C28"].reason


def test_foreign_money_is_most_of_it_in_both_currencies(verdicts: dict[str, Verdict]) -> None:
    shares = [reckoning.computed for reckoning in verdicts["C05"].reckonings]
    assert shares == pytest.approx([72.2, 72.2], abs=0.05)


def test_research_is_limited_beside_australia_and_canada_at_their_latest_years(verdicts: dict[str, Verdict]) -> None:
    lines = verdicts["C10"].observations
    values = {unit: line for unit in ("UZB", "AUS", "CAN") for line in lines if f"RD_GDP @ {unit} @" in line}
    assert "@ 2024 = 0.10416 PERCENT" in values["UZB"]
    assert "@ 2021 = 1.85783 PERCENT" in values["AUS"]
    assert "@ 2024 = 1.7908 PERCENT" in values["CAN"]


def test_before_the_papers_nothing_of_theirs_is_known(pack: Pack) -> None:
    early = {verdict.claim: verdict for verdict in production.audit(pack, as_of=date(2021, 1, 1))}
    assert early["C06"].verdict == "cannot be checked"
    assert "no observation of FIXED_CAP_INV" in early["C06"].reason


def test_verdicts_do_not_depend_on_the_order_of_rows(pack: Pack, verdicts: dict[str, Verdict], tmp_path: Path) -> None:
    turned = tmp_path / "uzbekistan"
    shutil.copytree(PACK, turned)
    for name in ("registers/claims.csv", "observations.csv", "rates.csv", "settlements.csv"):
        with (turned / name).open(encoding="utf-8", newline="") as stream:
            head, *rows = list(csv.reader(stream))
        with (turned / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([head, *reversed(rows)])
    assert production.audit(production.read_pack(turned)) == tuple(verdicts.values())


# --- checked --------------------------------------------------------------------------------------------------------


def test_check_finds_no_error_and_exactly_the_warnings_of_the_readme(pack: Pack) -> None:
    findings = production.check(pack)
    assert [finding for finding in findings if finding.severity == "error"] == []
    warnings = [finding for finding in findings if finding.severity == "warning"]
    found = Counter((finding.code, finding.file) for finding in warnings)
    values = {place: {item.value for item in warnings if (item.code, item.file) == place} for place in found}
    listed = {
        (row[0], row[1]): (int(row[2]), set(re.findall(r"`([^`]*)`", row[3]))) for row in table("What `mezon check")
    }
    assert {place: (times, values[place]) for place, times in found.items()} == listed


def test_check_finds_all_fourteen_numbers_that_the_reference_list_lacks(pack: Pack) -> None:
    dangling = {finding.value for finding in production.check(pack) if finding.code == "dangling-citation"}
    assert dangling == {f"[{number}]" for number in range(16, 30)}


def test_check_finds_the_implied_exchange_rates_unaided(pack: Pack) -> None:
    told = [finding.message for finding in production.check(pack) if finding.code == "implied-exchange-rate"]
    for deviation in ("+25 %", "+27 %", "+6 %", "-29 %"):
        assert any(message.endswith(f"{deviation}.") for message in told), deviation
    assert not any("2024" in message for message in told)
