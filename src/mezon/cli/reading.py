"""`mezon rank`, `profile`, `compare` and `coverage`: what a reader asks of an index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import polars as pl
import typer

from mezon.analyse.comparison import latest_period, node_scores, root_scores, shares_above
from mezon.cli.options import AsOf, Draws, Language, MethodologyId, PackName, known_date, known_language
from mezon.cli.scoreboard import print_scoreboard, unit_name
from mezon.cli.screen import bar, coloured, heading, interval, number, plain, progress, say, table
from mezon.errors import AskedForUnknown
from mezon.model.assessment import Assessment
from mezon.model.pack import Definitions, Pack

Period = Annotated[str | None, typer.Option("--period", help="Which period; the last one with scores when left out.")]


def rank(
    pack: PackName,
    period: Period = None,
    methodology: MethodologyId = None,
    as_of: AsOf = None,
    draws: Draws = None,
    lang: Language = "en",
) -> None:
    """Print the ranking of one period, with rank intervals and bands."""
    read, assessment = _assessed(pack, methodology, as_of, draws, lang)
    _require_period(assessment, period)
    print_scoreboard(assessment, read.definitions, period=period, language=lang)


def profile(
    pack: PackName,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code, such as UZB.")],
    methodology: MethodologyId = None,
    as_of: AsOf = None,
    lang: Language = "en",
) -> None:
    """Print one unit: its place over time, its groups, strengths and weaknesses, and what it lacks."""
    read, assessment = _assessed(pack, methodology, as_of, None, lang)
    definitions = read.definitions
    node_scores(assessment, [unit], "")
    last = latest_period(assessment, unit)
    heading(f"{unit_name(definitions, unit, lang)} ({unit})")
    if definitions.synthetic:
        say("SYNTHETIC: made by a generator.", style="yellow")
    _print_over_time(assessment, unit)
    if not last:
        say("It has no score in any period; `mezon coverage` shows what is missing.")
        return
    _print_caveat(assessment, unit)
    _print_groups(assessment, unit, last)
    _print_strengths(assessment, definitions, unit, last, lang)


def compare(
    pack: PackName,
    units: Annotated[list[str], typer.Argument(metavar="UNIT UNIT...", help="Two or more units.")],
    period: Period = None,
    methodology: MethodologyId = None,
    as_of: AsOf = None,
    lang: Language = "en",
) -> None:
    """Print units side by side, group by group, and in how many variants each is above the others."""
    read, assessment = _assessed(pack, methodology, as_of, None, lang)
    _require_period(assessment, period)
    chosen = period or latest_period(assessment)
    wide = node_scores(assessment, units, chosen)
    heading(f"{assessment.trace.methodology}, {chosen}")
    names = [unit_name(read.definitions, unit, lang) for unit in units]
    table(
        ("node", *(f"{name}#" for name in names)),
        ((row["node"], *(number(row.get(unit)) for unit in units)) for row in wide.iter_rows(named=True)),
    )
    shares = shares_above(assessment, units, chosen)
    if shares.height:
        heading("Share of modelling variants in which the first is above the second")
        table(
            ("first", "second", "share#", ""),
            (
                (row["a"], row["b"], f"{row['share_a_above_b']:.0%}", bar(row["share_a_above_b"]))
                for row in shares.iter_rows(named=True)
            ),
        )


def coverage(pack: PackName, as_of: AsOf = None, lang: Language = "en") -> None:
    """Print what exists of every indicator, how old it is, and who would have to supply the rest."""
    from mezon import production
    from mezon.analyse.coverage import coverage as count_coverage

    read = production.read_pack(pack, language=known_language(lang))
    release = production.prepare(read, as_of=known_date(as_of))
    print_coverage(count_coverage(release, language=lang), read.definitions, lang)


def print_coverage(counted: pl.DataFrame, definitions: Definitions, language: str) -> None:
    """Print a coverage table, an indicator a line."""
    table(
        ("indicator", "group", "units#", "values#", "periods", "held by"),
        (
            (
                plain(definitions.indicators[row["indicator"]].name.in_language(language) or row["indicator"]),
                row["group"],
                f"{row['units_observed']} of {row['units_expected']}",
                number(row["values"], 0) if row["values"] else "[red]none[/red]",
                _span(row),
                plain(row["holder"]) if not row["values"] else "",
            )
            for row in counted.iter_rows(named=True)
        ),
    )


def _assessed(
    pack: str, methodology: str | None, as_of: str | None, draws: int | None, lang: str
) -> tuple[Pack, Assessment]:
    from mezon import production

    read = production.read_pack(pack, language=known_language(lang))
    with progress("Drawing modelling variants") as moved:
        known = known_date(as_of)
        return read, production.assess(read, methodology, as_of=known, draws=draws, coherence=False, progress=moved)


def _require_period(assessment: Assessment, period: str | None) -> None:
    known = assessment.scores["period"].unique().sort().to_list()
    if period is not None and period not in known:
        raise AskedForUnknown(f"There are no scores for {period}.", hint=f"There are: {', '.join(known)}.")


def _span(row: dict[str, Any]) -> str:
    if not row["first_period"]:
        return ""
    return row["first_period"] if row["first_period"] == row["last_period"] else (
        f"{row['first_period']}–{row['last_period']}"
    )  # fmt: skip


def _print_over_time(assessment: Assessment, unit: str) -> None:
    rows = root_scores(assessment).filter(pl.col("unit") == unit).sort("period")
    table(
        ("period", "score#", "rank#", "variants", "coverage#", "imputed#"),
        (
            (
                row["period"],
                number(row["score"]),
                number(row["rank"], 0),
                interval(row["rank_low"], row["rank_high"]),
                f"{row['coverage']:.0%}",
                f"{row['imputed_share']:.0%}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _print_caveat(assessment: Assessment, unit: str) -> None:
    rows = root_scores(assessment).filter((pl.col("unit") == unit) & pl.col("score").is_not_null())
    say("A change smaller than the variants' intervals is not shown by the data, nor is its cause: see the groups.")
    missing = assessment.scores.filter(
        (pl.col("unit") == unit) & (pl.col("period") == rows["period"].max()) & pl.col("score").is_null()
    )["node"].to_list()
    if missing:
        say(f"No data for {', '.join(missing)}: the score rests on the other groups.", style="yellow")


def _print_groups(assessment: Assessment, unit: str, period: str) -> None:
    heading(f"Groups, {period}")
    chosen = assessment.scores.filter((pl.col("unit") == unit) & (pl.col("period") == period))
    table(
        ("node", "score#", "rank#", ""),
        (
            (row["node"], number(row["score"]), number(row["rank"], 0), bar((row["score"] or 0.0) / 100))
            for row in chosen.iter_rows(named=True)
        ),
    )
    say(f"What each indicator contributes is in contributions.csv: mezon assess {assessment.trace.pack} -o out/")


def _print_strengths(assessment: Assessment, definitions: Definitions, unit: str, period: str, language: str) -> None:
    rows = assessment.tables["strengths"].filter((pl.col("unit") == unit) & (pl.col("period") == period))
    heading(f"Strengths and weaknesses against the median of peers, {period}")
    table(
        ("", "indicator", "value#", "points#", "peers#", "gap#", "rank#"),
        _strength_rows(rows.iter_rows(named=True), definitions, language),
    )


def _strength_rows(
    rows: Iterable[dict[str, Any]], definitions: Definitions, language: str
) -> Iterable[tuple[str, ...]]:
    for row in rows:
        indicator = definitions.indicators.get(row["indicator"])
        name = indicator.name.in_language(language) if indicator else row["indicator"]
        digits = indicator.decimals if indicator else 2
        mark = " (stand-in)" if indicator and indicator.proxy else ""
        yield (
            coloured(row["kind"]),
            plain(name + mark),
            number(row["value"], digits),
            number(row["normalised"]),
            number(row["peer_median"]),
            number(row["gap"]),
            number(row["rank"], 0),
        )
