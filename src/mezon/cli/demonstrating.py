"""`mezon demo`: the whole line on a bundled pack, from sources to verdicts, in one screen after another."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated, Any

import polars as pl
import typer

from mezon.analyse.comparison import latest_period, ranking
from mezon.cli.auditing import print_verdicts
from mezon.cli.options import Language, known_language
from mezon.cli.scoreboard import print_scoreboard, unit_name
from mezon.cli.screen import heading, number, percent, plain, progress, say, table
from mezon.cli.serving import become_the_site
from mezon.cli.words import word
from mezon.model.assessment import Assessment
from mezon.model.claim import Verdict
from mezon.model.finding import Finding
from mezon.model.pack import Pack


def demo(
    pack: Annotated[str, typer.Option("--pack", help="uzbekistan (real) or metallia (synthetic).")] = "",
    *,
    desk: Annotated[
        bool, typer.Option("--desk", help="Try the desk too: metallia, with links for its people.")
    ] = False,
    port: Annotated[int, typer.Option("--port", help="Where the portal answers on this machine.")] = 8000,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Print the results here; serve nothing.")] = False,
    lang: Language = "en",
) -> None:
    """Run the line on a bundled pack and open its portal; with --text, print ranking, money, claims and gaps here."""
    pack = pack or ("metallia" if desk else "uzbekistan")
    if not text and find_spec("django") is not None:
        become_the_site([pack], port=port, open_browser=not no_browser, desk=desk)
    if not text:
        say(word("The portal needs the extra: pip install 'mezon[web]'. Here are the results as text."))
    print_results(pack, lang)


def print_results(pack: str, lang: str) -> None:
    """Print ranking, money in two currencies, claims, and what cannot be computed yet."""
    from mezon import production
    from mezon.analyse.coverage import missing_of_framework

    read = production.read_pack(pack, language=known_language(lang))
    findings = production.check(read)
    release = production.prepare(read)
    title = read.definitions.title.in_language(lang)
    named = f"{title} ({read.definitions.id} {read.definitions.version})"
    say(word("{pack}, as of {date}", pack=named, date=release.as_of.isoformat()), style="bold")
    _say_findings(findings, pack)
    with progress(word("Drawing modelling variants")) as moved:
        assessment = production.assess(read, release=release, coherence=False, progress=moved)
    print_scoreboard(assessment, read.definitions, language=lang)
    _print_money(read, lang)
    verdicts = production.audit(read, release=release)
    if verdicts:
        heading(word("Published sentences, recomputed"))
        print_verdicts(verdicts, full=f"mezon audit {pack}")
    _print_missing(missing_of_framework(release, language=lang), read, lang)
    _say_next(pack, assessment, verdicts)


def _say_findings(findings: tuple[Finding, ...], pack: str) -> None:
    counts = {severity: sum(item.severity == severity for item in findings) for severity in ("error", "warning")}
    say(
        word(
            "Checks: {errors} errors, {warnings} warnings. All of them: {command}",
            errors=counts["error"],
            warnings=counts["warning"],
            command=f"mezon check {pack}",
        )
    )


def _print_money(pack: Pack, language: str) -> None:
    from mezon.analyse.currencies import two_currency_statements

    pairs = two_currency_statements(pack)
    if not pairs.height:
        return
    heading(word("Money stated in two currencies: the rate the statements imply, beside the official one"))
    for (indicator, unit), rows in pairs.group_by("indicator", "unit", maintain_order=True):
        say(f"{_indicator(pack, str(indicator), language)} ({unit_name(pack.definitions, str(unit), language)})")
        table(
            ("period", "stated#", "in dollars#", "implied rate#", "official rate#?", "off by#", "at official rate#?"),
            (_money_row(row) for row in rows.iter_rows(named=True)),
        )
    sources = pack.definitions.sources
    official = [sources[code].title if code in sources else code for code in pairs["rate_source"].drop_nulls().unique()]
    say(word("Official rate: average of the period, {sources}.", sources="; ".join(sorted(official))))


def _money_row(row: dict[str, Any]) -> tuple[str, ...]:
    official = row["usd_at_official"]
    return (
        row["period"],
        f"{number(row['value'], 2)} {row['unit_of_measure']}",
        f"{number(row['value_usd'], 2)} {row['unit_of_measure_usd']}",
        number(row["implied_rate"], 0),
        number(row["official_rate"], 0),
        percent(row["deviation"], 1, signed=True) if row["deviation"] is not None else "",
        f"{number(official / 1e9, 2)} USD_BN" if official is not None else "",
    )


def _print_missing(missing: pl.DataFrame, pack: Pack, language: str) -> None:
    if not missing.height:
        return
    framework = sum(bool(item.methods_id) for item in pack.definitions.indicators.values())
    heading(
        word(
            "What cannot be computed yet: {missing} of the framework's {all} indicators have no value",
            missing=missing.height,
            all=framework,
        )
    )
    table(
        ("group", "indicator", "would be supplied by"),
        (
            (row["group"], plain(_indicator(pack, row["indicator"], language)), plain(row["holder"]))
            for row in missing.iter_rows(named=True)
        ),
    )
    say(word("Nothing is filled in: an index on these indicators is refused until somebody reports them."))


def _say_next(pack: str, assessment: Assessment, verdicts: tuple[Verdict, ...]) -> None:
    scored = ranking(assessment, latest_period(assessment))["unit"].to_list()
    claims = [item.claim for item in verdicts if item.verdict != "cannot be checked"]
    commands = [(f"mezon check {pack}", word("every finding at its place, with how to mend it"))]
    if scored:
        unit = "UZB" if "UZB" in scored else scored[0]
        commands.insert(0, (f"mezon profile {pack} {unit}", word("one unit: groups, strengths, weaknesses")))
    if claims:
        claim = "C06" if "C06" in claims else claims[0]
        commands.append((f"mezon audit {pack} --claim {claim}", word("one claim, back to each observation")))
    commands.append((f"mezon assess {pack} -o out/", word("all tables, with the trace and checksums")))
    heading(word("Next (in a clone: source .venv/bin/activate first)"))
    for command, what in commands:
        say(f"{command:<40} {what}")


def _indicator(pack: Pack, code: str, language: str) -> str:
    indicator = pack.definitions.indicators.get(code)
    return (indicator.name.in_language(language) if indicator else "") or code
