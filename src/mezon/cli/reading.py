"""`mezon rank`, `profile`, `compare` and `coverage`: what a reader asks of an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import polars as pl
import typer

from mezon.analyse.comparison import latest_period, node_scores, root_scores, shares_above, shares_risen
from mezon.analyse.strengths import least_gap
from mezon.cli.options import AsOf, Draws, Language, MethodologyId, PackName, known_date, known_language
from mezon.cli.scoreboard import named_unit, print_scoreboard
from mezon.cli.screen import bar, coloured, heading, interval, number, percent, plain, progress, say, table
from mezon.cli.words import word
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.assessment import Assessment
from mezon.model.methodology import Node
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
    heading(named_unit(definitions, unit, lang))
    if definitions.synthetic:
        say(word("SYNTHETIC: made by a generator."), style="yellow")
    _print_over_time(assessment, unit)
    if not last:
        say(word("It has no score in any period; `mezon coverage` shows what is missing."))
        return
    names = _node_names(assessment, definitions, lang)
    _print_caveat(assessment, unit, names)
    _print_groups(assessment, unit, last, names)
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
    units = list(dict.fromkeys(units))
    if len(units) < 2:
        raise WrongUse(
            "Comparing takes two units or more.", hint=f"One unit by itself: mezon profile {pack} {units[0]}"
        )
    read, assessment = _assessed(pack, methodology, as_of, None, lang)
    _require_period(assessment, period)
    chosen = period or latest_period(assessment)
    wide = node_scores(assessment, units, chosen)
    title = read.definitions.methodologies[assessment.trace.methodology].title.in_language(lang)
    heading(f"{title or assessment.trace.methodology}, {chosen}")
    nodes = _node_names(assessment, read.definitions, lang)
    names = {unit: named_unit(read.definitions, unit, lang) for unit in units}
    table(
        ("node", *(f"{name}#" for name in names.values())),
        ((plain(nodes[row["node"]]), *(number(row.get(unit)) for unit in units)) for row in wide.iter_rows(named=True)),
        repeated=1,
    )
    _print_shares(assessment, units, chosen, names)


def _print_shares(assessment: Assessment, units: list[str], chosen: str, names: Mapping[str, str]) -> None:
    shares = shares_above(assessment, units, chosen)
    if shares.height:
        heading(word("Share of modelling variants in which the first is above the second"))
        table(
            ("first", "second", "share#", ""),
            (
                (
                    plain(names[row["a"]]),
                    plain(names[row["b"]]),
                    percent(row["share_a_above_b"]),
                    bar(row["share_a_above_b"]),
                )
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
                word("{seen} of {all}", seen=row["units_observed"], all=row["units_expected"]),
                number(row["values"], 0) if row["values"] else f"[red]{word('none')}[/red]",
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
    with progress(word("Drawing modelling variants")) as moved:
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
    rows, rose = root_scores(assessment).filter(pl.col("unit") == unit).sort("period"), shares_risen(assessment, unit)
    table(
        ("period", "score#", "higher in#", "rank#", "variants", "coverage#", "imputed#"),
        (
            (
                row["period"],
                number(row["score"]),
                percent(rose[row["period"]]) if row["period"] in rose else "",
                number(row["rank"], 0),
                interval(row["rank_low"], row["rank_high"]),
                percent(row["coverage"]),
                percent(row["imputed_share"]),
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _node_names(assessment: Assessment, definitions: Definitions, language: str) -> dict[str, str]:
    """Give each node's title with its id: `Resources (RESOURCE)`; the id alone when it has no title."""
    titles = {node.id: node.title.in_language(language) for node in _nodes_of(assessment, definitions)}
    codes = assessment.scores["node"].unique().to_list()
    return {code: f"{titles[code]} ({code})" if titles.get(code, code) not in ("", code) else code for code in codes}


def _nodes_of(assessment: Assessment, definitions: Definitions) -> tuple[Node, ...]:
    methodology = definitions.methodologies.get(assessment.trace.methodology)
    return methodology.nodes if methodology else ()


def _print_caveat(assessment: Assessment, unit: str, names: Mapping[str, str]) -> None:
    rows = root_scores(assessment).filter((pl.col("unit") == unit) & pl.col("score").is_not_null())
    say(
        word(
            "higher in: the share of variants in which the score is higher than in the period before, both of the same "
            "variant. The cause of a change is not shown: see the groups."
        )
    )
    missing = assessment.scores.filter(
        (pl.col("unit") == unit) & (pl.col("period") == rows["period"].max()) & pl.col("score").is_null()
    )["node"].to_list()
    if missing:
        lacking = ", ".join(names[node] for node in missing)
        say(word("No data for {nodes}: the score rests on the other groups.", nodes=lacking), style="yellow")


def _print_groups(assessment: Assessment, unit: str, period: str, names: Mapping[str, str]) -> None:
    heading(word("Groups, {period}", period=period))
    chosen = assessment.scores.filter((pl.col("unit") == unit) & (pl.col("period") == period))
    table(
        ("node", "score#", "rank#", ""),
        (
            (plain(names[row["node"]]), number(row["score"]), number(row["rank"], 0), bar((row["score"] or 0.0) / 100))
            for row in chosen.iter_rows(named=True)
        ),
    )
    command = f"mezon assess {assessment.trace.pack} -o out/"
    say(word("What each indicator contributes is in contributions.csv: {command}", command=command))


def _print_strengths(assessment: Assessment, definitions: Definitions, unit: str, period: str, language: str) -> None:
    strengths = assessment.tables["strengths"]
    least = least_gap(definitions.methodologies[assessment.trace.methodology], strengths)
    chosen = (pl.col("unit") == unit) & (pl.col("period") == period) & (pl.col("gap").abs() >= least)
    rows = strengths.filter(chosen)
    heading(word("Strengths and weaknesses against the median of peers, {period}", period=period))
    table(
        ("", "indicator", "value#", "points#", "peers#", "gap#", "rank#"),
        _strength_rows(rows.iter_rows(named=True), definitions, language),
    )
    if least:
        say(word("A gap below {least} points is called neither.", least=number(least, 3 if least < 0.1 else 1)))


def _strength_rows(
    rows: Iterable[dict[str, Any]], definitions: Definitions, language: str
) -> Iterable[tuple[str, ...]]:
    for row in rows:
        indicator = definitions.indicators.get(row["indicator"])
        name = indicator.name.in_language(language) if indicator else row["indicator"]
        digits = indicator.decimals if indicator else 2
        mark = f" ({word('stand-in')})" if indicator and indicator.proxy else ""
        yield (
            coloured(row["kind"]),
            plain(f"{name or row['indicator']}{mark} ({row['indicator']})" if name else row["indicator"] + mark),
            number(row["value"], digits),
            number(row["normalised"]),
            number(row["peer_median"]),
            number(row["gap"]),
            number(row["rank"], 0),
        )
