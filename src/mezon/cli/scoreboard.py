"""The scoreboard: ranks with their intervals and bands, and what a reader has to know about them."""

from __future__ import annotations

from typing import Any

from mezon.analyse.comparison import latest_period, ranking
from mezon.cli.screen import bar, coloured, heading, interval, number, percent, plain, say, table
from mezon.cli.words import word
from mezon.model.assessment import Assessment
from mezon.model.methodology import Methodology
from mezon.model.pack import Definitions


def print_scoreboard(
    assessment: Assessment, definitions: Definitions, *, period: str | None = None, language: str = "en"
) -> None:
    """Print the ranking of one period (the last that has scores), with intervals, bands and bars."""
    chosen = period or latest_period(assessment)
    methodology = definitions.methodologies[assessment.trace.methodology]
    heading(f"{methodology.title.in_language(language)}, {chosen or word('no period')}")
    if definitions.synthetic:
        say(word("SYNTHETIC: every value is made by a generator; nothing here describes a real place."), style="yellow")
    if not chosen:
        say(word("No unit can be scored. `mezon coverage` shows what is missing and who would have to supply it."))
        return
    rows = ranking(assessment, chosen)
    top = float(rows["score"].max() or 1.0)  # type: ignore[arg-type]
    table(
        ("rank#", "variants#", "band#", "unit", "score#", "?", "score in variants#?", "coverage#?", "imputed#?"),
        (_row(row, top, definitions, language) for row in rows.iter_rows(named=True)),
    )
    say(_legend(assessment, methodology))
    _say_stand_ins(assessment, definitions)


def print_findings(assessment: Assessment) -> None:
    """Print what the index engine noticed: steps without effect, methods that do not fit."""
    if not assessment.findings:
        return
    heading(word("What the engine noticed"))
    table(
        ("severity", "code", "where", "what"),
        ((coloured(item.severity), item.code, plain(item.key), plain(item.message)) for item in assessment.findings),
    )


def named_unit(definitions: Definitions, code: str, language: str) -> str:
    """Give a unit's name with its code: `Sweden (SWE)`; the code alone when it has no name."""
    name = unit_name(definitions, code, language)
    return name if name == code else f"{name} ({code})"


def unit_name(definitions: Definitions, code: str, language: str) -> str:
    """Give a unit's name in a language, or its code when it has none."""
    unit = definitions.units.get(code)
    return (unit.name.in_language(language) if unit else "") or code


def _row(row: dict[str, Any], top: float, definitions: Definitions, language: str) -> tuple[str, ...]:
    ranked = row["rank"] is not None
    return (
        f"{row['rank']:.0f}" if ranked else "–",
        interval(row["rank_low"], row["rank_high"]) if ranked else word("no rank"),
        _band(row.get("band")),
        plain(unit_name(definitions, row["unit"], language)),
        number(row["score"]),
        bar((row["score"] or 0.0) / top, 20),
        f"{number(row['score_low'])}–{number(row['score_high'])}" if row["score_low"] is not None else "",
        percent(row["coverage"]),
        percent(row["imputed_share"]),
    )


def _band(value: Any) -> str:
    return "" if value is None else str(value)


def _legend(assessment: Assessment, methodology: Methodology) -> str:
    trace, robustness = assessment.trace, methodology.robustness
    if not trace.draws or robustness is None:
        return word("No variants drawn. Release {release}.", release=trace.release)
    left_out = assessment.excluded_draws
    excluded = word(" ({count} did not fit and are left out)", count=left_out) if left_out else ""
    legend = word(
        "variants: where the unit lies in the middle of {draws} modelling variants{excluded}; a band runs from its "
        "first unit to the last one that this first unit is not above in {share} of them.",
        draws=trace.draws,
        excluded=excluded,
        share=percent(robustness.interval),
    )
    return legend + " " + word("Seed {seed}. Release {release}.", seed=trace.seed, release=trace.release)


def _say_stand_ins(assessment: Assessment, definitions: Definitions) -> None:
    methodology = definitions.methodologies[assessment.trace.methodology]
    stand_ins = [
        code for code in methodology.indicators if code in definitions.indicators and definitions.indicators[code].proxy
    ]
    if stand_ins:
        say(word("Stand-ins, not measured in mining itself: {codes}.", codes=", ".join(stand_ins)), style="yellow")
