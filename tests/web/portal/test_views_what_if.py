"""What if: a reader's own variant beside the official index, as the command line gives it, and never in its place."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table

from mezon import production
from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
LABEL = "Your variant, not the official index"
VARIANTS = [
    {"w.RESOURCE": "2.5", "w.RD_GDP": "0"},
    {"drop": "CO2_GDP", "step7": "aggregate/arithmetic"},
    {"step4": "normalise/z-score", "step7": "aggregate/arithmetic", "step6": "aggregate/median"},
    {"step3": "none", "step4": "normalise/goalposts(clip=true, high=100, low=10)", "w.TECHNOLOGY": "0.25"},
]


def rows_of(html: str) -> list[list[str]]:
    return table(html, "official rank and rank by your variant")[1:]


def official(edition: Edition, period: str, methodology: str = "conditions") -> dict[str, dict]:
    scores = edition.assessments[methodology].scores
    rows = scores.filter((pl.col("period") == period) & (pl.col("node") == "INDEX")).to_dicts()
    return {edition.definitions.units[row["unit"]].name.en: row for row in rows if row["rank"] is not None}


def test_without_a_change_both_columns_are_the_official_ranks_and_nothing_is_called_a_variant(
    page: Page, edition: Edition
) -> None:
    html = page("/en/what-if/")
    shown = {row[0]: row for row in rows_of(html)}
    for name, row in official(edition, "2017").items():
        assert shown[name][1] == shown[name][2] == f"{row['rank']:.0f}{row['rank_low']:.0f}–{row['rank_high']:.0f}"
        assert shown[name][3] == "0"
        assert shown[name][4] == shown[name][5] == f"{row['score']:.1f}"
        assert shown[name][6] == shown[name][7]
    assert "Nothing is changed yet" in html
    assert f'<span class="mark variant">{LABEL}</span>' not in html


def test_a_changed_weight_shows_ranks_beside_the_official_ones_and_says_what_is_different(
    page: Page, edition: Edition
) -> None:
    html = page("/en/what-if/", **{"w.RESOURCE": "2"})
    assert f'<span class="mark variant">{LABEL}</span>' in html
    assert "Weight of Resource support: 2 instead of 1, 28.6% of the index instead of 16.7%." in html
    assert "6 of 19 units have another rank." in html
    assert "Uzbekistan keeps rank 13." in html
    shown = {row[0]: row for row in rows_of(html)}
    for name, row in official(edition, "2017").items():
        assert shown[name][1] == f"{row['rank']:.0f}{row['rank_low']:.0f}–{row['rank_high']:.0f}"
    assert shown["Russia"][2].startswith("10")
    assert shown["Russia"][3] == "+2"


@pytest.mark.parametrize("asked", VARIANTS, ids=lambda asked: "+".join(asked))
def test_the_methodology_file_gives_the_same_numbers_on_the_command_line(
    client, edition: Edition, tmp_path: Path, asked: dict[str, str]
) -> None:
    saved = client.get("/en/what-if/variant.toml", asked)
    name = saved["Content-Disposition"].split('"')[1]
    (tmp_path / name).write_bytes(saved.content)
    pack, methodology = production.with_methodology(production.read_pack("uzbekistan"), tmp_path / name)
    assessed = production.assess(pack, methodology, as_of=edition.as_of, coherence=False)
    assert assessed.trace.release == edition.release_id
    for period in ("2013", "2017"):
        table_file = client.get("/en/what-if/variant.csv", {**asked, "period": period}).content.decode()
        shown = {row["unit"]: row for row in csv.DictReader(io.StringIO(table_file))}
        of_root = (pl.col("period") == period) & (pl.col("node") == "INDEX")
        bands = {row["unit"]: row["band"] for row in assessed.tables["robustness"].filter(of_root).to_dicts()}
        ranked = [row for row in assessed.scores.filter(of_root).to_dicts() if row["rank"] is not None]
        assert len(ranked) > 10
        assert {row["unit"] for row in ranked} == {unit for unit, row in shown.items() if row["variant_rank"]}
        for row in ranked:
            mine = shown[row["unit"]]
            assert float(mine["variant_score"]) == row["score"]
            for column in ("rank", "rank_low", "rank_high"):
                assert float(mine[f"variant_{column}"]) == row[column], (row["unit"], column)
            assert int(mine["variant_band"]) == int(bands[row["unit"]])


def test_the_command_on_the_page_runs_and_writes_what_the_page_shows(client, page: Page, tmp_path: Path) -> None:
    asked = {"w.RESOURCE": "3", "drop": "CO2_GDP"}
    html = page("/en/what-if/", **asked)
    command = next(line for line in html.splitlines() if "mezon assess" in line).rpartition(">")[2].split()
    (tmp_path / command[command.index("-m") + 1]).write_bytes(client.get("/en/what-if/variant.toml", asked).content)
    for line in ([*command[1:], "-o", "out"], ["verify", "out"]):
        ended = subprocess.run(
            [sys.executable, "-m", "mezon", *line],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ended.returncode == 0, ended.stderr
    written = pl.read_csv(tmp_path / "out" / "scores.csv", infer_schema=False)
    of_root = written.filter((pl.col("period") == "2017") & (pl.col("node") == "INDEX"))
    ranks = {row["unit"]: row["rank"] for row in of_root.to_dicts() if row["rank"]}
    table_file = client.get("/en/what-if/variant.csv", asked).content.decode()
    shown = {row["unit"]: row["variant_rank"] for row in csv.DictReader(io.StringIO(table_file))}
    assert {unit: float(rank) for unit, rank in ranks.items()} == {u: float(r) for u, r in shown.items() if r}
    manifest = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert manifest["methodology"].startswith("conditions-variant-")


def test_every_download_says_that_it_is_not_official(client) -> None:
    asked = {"w.RESOURCE": "2"}
    saved = client.get("/en/what-if/variant.csv", asked)
    rows = list(csv.DictReader(io.StringIO(saved.content.decode())))
    assert {row["what"] for row in rows} == {LABEL}
    assert {row["variant"] for row in rows} == {"w.RESOURCE=2"}
    assert "not-official" in saved["Content-Disposition"]
    toml = client.get("/en/what-if/variant.toml", asked).content.decode()
    assert toml.startswith(f"# {LABEL}.")
    assert f'title.en = "{LABEL}: National conditions for mining innovation"' in toml
    assert "conditions-variant-" in toml


def test_a_changed_weight_does_not_keep_the_official_reason(client) -> None:
    asked = {"w.RESOURCE": "2", "w.RD_GDP": "3"}
    written = tomllib.loads(client.get("/en/what-if/variant.toml", asked).content.decode())
    changed = {"RESOURCE", "RD_GDP"}
    for each in (*written["nodes"], *written["leaves"]):
        if each.get("weight_by"):
            mine = each["weight_by"] == "chosen by a reader on the what-if page"
            assert mine == (each.get("id", each.get("indicator")) in changed)
    parts = {each.get("id", each.get("indicator")): each for each in (*written["nodes"], *written["leaves"])}
    assert all(parts[code]["weight_by"] == "chosen by a reader on the what-if page" for code in changed)


def test_the_official_index_stays_as_it_is_whatever_is_asked_here(page: Page, edition: Edition) -> None:
    before = page("/en/ranking/")
    page("/en/what-if/", **{"w.RESOURCE": "9", "drop": "RD_GDP"})
    assert page("/en/ranking/") == before
    assert set(edition.assessments) == {"conditions"}


def test_the_address_of_a_form_is_sent_to_the_shortest_one_that_says_the_same(client) -> None:
    asked = {"w.RESOURCE": "2", "w.ACTIVITY": "1", "step4": "", "step7": "aggregate/arithmetic", "period": ""}
    answer = client.get("/en/what-if/", asked)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {"step7": ["aggregate/arithmetic"], "w.RESOURCE": ["2"]}
    assert client.get(answer["Location"]).status_code == 200


def test_a_shared_address_restores_every_choice(page: Page) -> None:
    html = page(
        "/ru/what-if/", **{"w.RESOURCE": "2", "drop": "CO2_GDP", "step7": "aggregate/arithmetic", "period": "2014"}
    )
    tree = parsed(html)
    inputs = {element.get("id"): element for element in tree.iter() if element.get("id")}
    assert inputs["w-RESOURCE"].get("value") == "2"
    assert inputs["drop-CO2_GDP"].get("checked") is not None
    assert inputs["drop-RD_GDP"].get("checked") is None
    chosen = [option.get("value") for option in inputs["step7"].iter() if option.get("selected") is not None]
    assert chosen == ["aggregate/arithmetic"]
    assert "2014" in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"w.RESOURCE": "much"}, "“much” is no weight for Resource support"),
        ({"w.RESOURCE": "-1"}, "“-1” is no weight for Resource support"),
        ({"w.RESOURCE": "nan"}, "“nan” is no weight for Resource support"),
        ({"w.NOTHING": "1"}, "“NOTHING” is no part of this index"),
        ({"drop": "NOTHING"}, "“NOTHING” is no indicator of this index"),
        (
            {"step4": "normalise/nothing"},
            "“normalise/nothing” is no method that can stand at “From raw values to points”",
        ),
        ({"step99": "normalise/rank"}, "“step99” is no step of this index in which a method can be chosen."),
        ({"step7": "aggregate/kemeny"}, "it takes too long for a page; the command line does it"),
        ({"step4": "normalise/distance-to-target"}, "no target is declared"),
        ({"step7": "aggregate/formula"}, "it needs settings that this methodology does not give"),
        ({"w.RD_GDP": "0", "w.RESEARCHERS_PER_MN": "0"}, "All parts of Resource support weigh nothing"),
    ],
)
def test_a_choice_that_cannot_be_taken_is_explained_and_the_official_one_stays(
    page: Page, asked: dict[str, str], said: str
) -> None:
    html = page("/en/what-if/", **asked)
    assert "Not everything could be taken:" in html
    assert said in html
    assert all(row[3] == "0" for row in rows_of(html))


def test_all_indicators_cannot_be_left_out(client, edition: Edition) -> None:
    codes = edition.definitions.methodologies["conditions"].indicators
    html = client.get("/en/what-if/", {"drop": list(codes)}).content.decode()
    assert "An index needs at least one indicator" in html


def test_a_method_that_does_not_fit_the_data_is_said_with_the_reason_and_no_rank_is_made_up(page: Page) -> None:
    html = page("/en/what-if/", step4="normalise/z-score")
    assert "These methods do not fit the data:" in html
    assert "a geometric mean needs values above zero" in html
    assert "19 units have no rank any more." in html
    assert all(row[2] == "–" for row in rows_of(html))


def test_a_method_that_is_slow_to_draw_gives_ranks_at_once_and_says_that_it_has_no_bands(page: Page) -> None:
    html = page("/en/what-if/", step7="aggregate/copeland")
    assert "No intervals and bands here" in html
    assert all(row[2] for row in rows_of(html))


def test_methods_that_cannot_be_chosen_are_listed_with_why(page: Page) -> None:
    html = page("/en/what-if/")
    assert "Methods that cannot be chosen here, and why" in html
    assert "nobody has judged these weights" in html


def test_the_fragment_is_the_result_of_the_page(client, page: Page) -> None:
    fragment = client.get("/en/what-if/result/", {"w.RESOURCE": "2", "w.ACTIVITY": "1"}).content.decode()
    assert fragment.strip().startswith('<div id="result" data-query="?w.RESOURCE=2"')
    assert fragment.strip() in page("/en/what-if/", **{"w.RESOURCE": "2"})


def test_the_script_is_our_own_and_nothing_stands_inline(page: Page, client) -> None:
    html = page("/en/what-if/")
    scripts = [element for element in parsed(html).iter() if str(element.tag).endswith("}script")]
    assert [element.get("src") for element in scripts] == ["/static/what-if.js"] or all(
        (element.get("src") or "").startswith("/") for element in scripts
    )
    assert "style=" not in html
    assert (
        "unsafe-inline"
        not in client.get("/en/what-if/")["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    )


def test_the_date_asked_for_is_kept(page: Page, client) -> None:
    html = page("/en/what-if/", as_of="2026-07-13", **{"w.RESOURCE": "2"})
    assert 'name="as_of" value="2026-07-13"' in html
    assert "variant.toml?as_of=2026-07-13&amp;w.RESOURCE=2" in html
    assert 'href="/en/what-if/?as_of=2026-07-13"' in html


def test_it_costs_one_query_however_much_is_changed(client) -> None:
    client.get("/en/what-if/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/what-if/", {"w.RESOURCE": "2.75", "drop": "RD_GDP"})
    assert len(queries) == 1


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
@pytest.mark.parametrize("asked", [{}, {"w.RESOURCE": "2"}, {"step4": "normalise/z-score"}, {"w.RESOURCE": "x"}])
def test_the_page_is_sound_html_with_headings_in_order_and_small(page: Page, language: str, asked: dict) -> None:
    html = page(f"/{language}/what-if/", **asked)
    parsed(html)
    levels = headings(html)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(html.encode()) < 300_000


def test_a_synthetic_index_has_its_own_choices_and_an_aggregation_that_a_node_names(
    metallia: Edition, page: Page, client, tmp_path: Path
) -> None:
    asked = {"node.INDEX": "aggregate/arithmetic", "w.RD_SHARE": "2", "drop": "DIGITAL_MATURITY"}
    html = page("/en/what-if/", **asked)
    assert '<span class="mark synthetic">synthetic</span>' in html
    assert "From points to a score: Enterprise innovation index: arithmetic mean instead of geometric mean." in html
    (tmp_path / "mine.toml").write_bytes(client.get("/en/what-if/variant.toml", asked).content)
    pack, methodology = production.with_methodology(production.read_pack("metallia"), tmp_path / "mine.toml")
    assessed = production.assess(pack, methodology, as_of=metallia.as_of, coherence=False)
    last = assessed.scores.filter((pl.col("period") == "2024") & (pl.col("node") == "INDEX"))
    ranks = {row["unit"]: row["rank"] for row in last.to_dicts() if row["rank"] is not None}
    written = client.get("/en/what-if/variant.csv", {**asked, "period": "2024"}).content.decode()
    shown = {row["unit"]: row["variant_rank"] for row in csv.DictReader(io.StringIO(written))}
    assert {unit: float(rank) for unit, rank in ranks.items()} == {u: float(r) for u, r in shown.items() if r}
