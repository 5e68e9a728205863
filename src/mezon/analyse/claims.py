"""Published sentences, recomputed: holds, holds only if, does not hold, or cannot be checked, and why.

A claim is a row of registers/claims.csv: what it states, the rule by which to recompute it, the bases to try. The
grammar, with a worked example, is in docs/methods/claims.md; a new claim needs data and no code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mezon.analyse.claims_evidence import Archive, NotToBeHad
from mezon.analyse.claims_grammar import Basis, Selector, read_asides, read_bases, read_comparison, read_terms
from mezon.engine.formula import Formula
from mezon.errors import FormulaFault, MalformedValue
from mezon.model.claim import Reckoning, Verdict, VerdictKind
from mezon.model.pack import Pack
from mezon.model.release import Release

Row = Mapping[str, Any]

#: Room for the last bits of a float at the edge of a tolerance; far below any tolerance a claim would state.
_LAST_BITS = 1e-12


def audit(pack: Pack, release: Release) -> tuple[Verdict, ...]:
    """Recompute every claim of the pack's register, in order of id.

    pack : for the register, and for statements that no release settled on. release : for settled values, rates,
    and the date: what was published later is not known to the audit.
    A row that cannot be read is itself a claim that cannot be checked, with the fault as its reason.
    """
    register = pack.registers.get("claims")
    if register is None or register.is_empty():
        return ()
    rows = sorted(register.iter_rows(named=True), key=lambda row: str(row["id"]))
    archive = Archive(pack, release, _indicators(rows))
    return tuple(_verdict(row, archive) for row in rows)


def _indicators(rows: Sequence[Row]) -> set[str]:
    wanted: set[str] = set()
    for row in rows:
        try:
            wanted |= {selector.indicator for selector in read_terms(_text(row, "terms"))}
        except MalformedValue:
            continue  # the verdict on this row says so
    return wanted - {""}


def _verdict(row: Row, archive: Archive) -> Verdict:
    try:
        return _judge(row, archive)
    except (MalformedValue, FormulaFault) as fault:
        return _worded(row, VerdictKind.CANNOT_BE_CHECKED, reason=f"The claim's row cannot be read: {fault}")


def _judge(row: Row, archive: Archive) -> Verdict:
    terms = read_terms(_text(row, "terms"))
    beside, lines = _asides(row, terms, archive)
    if _text(row, "cannot") or not _text(row, "rule"):
        reason = _join(_text(row, "cannot_reason") or "The row gives no rule.", _needed(row), beside)
        return _worded(row, VerdictKind.CANNOT_BE_CHECKED, reason=reason, observations=lines)
    reckonings = tuple(_reckon(row, terms, basis, archive) for basis in read_bases(_text(row, "bases")))
    return _weigh(row, reckonings, beside, lines)


def _reckon(row: Row, terms: tuple[Selector, ...], basis: Basis, archive: Archive) -> Reckoning:
    """Recompute a claim on one basis."""
    left, comparator, right = read_comparison(basis.rule or _text(row, "rule"))
    formula, bound = Formula.parse(left), Formula.parse(right) if right else None
    names = formula.terms | (bound.terms if bound else frozenset())
    try:
        found = {term.name: archive.find(term, basis) for term in terms if term.name in names}
    except NotToBeHad as gap:
        return Reckoning(basis=basis.label, computed=None, holds=None, reason=str(gap))
    values = {name: evidence.value for name, evidence in found.items()}
    lines = tuple(evidence.line for evidence in found.values())
    computed = _evaluate(formula, values)
    stated = _evaluate(bound, values) if bound else _stated(row)
    if computed is None or stated is None:
        reason = "the rule has no answer for these values"
        return Reckoning(basis=basis.label, computed=None, holds=None, reason=reason, observations=lines)
    comparator = comparator or _text(row, "comparator") or "="
    tolerance = row.get("tolerance") or 0.0
    holds = _compare(computed, comparator, stated, tolerance)
    reason = _sentence(computed, comparator, stated, tolerance, holds=holds)
    return Reckoning(basis=basis.label, computed=computed, holds=holds, reason=reason, observations=lines)


def _evaluate(formula: Formula, values: Mapping[str, float]) -> float | None:
    result = np.asarray(formula.evaluate({name: np.asarray([value]) for name, value in values.items()}))
    number = float(result.reshape(-1)[0])
    return number if np.isfinite(number) else None


def _stated(row: Row) -> float:
    """Give the bound of a rule that has none of its own.

    Raises : MalformedValue when the row states none either.
    """
    stated = row.get("stated")
    if stated is not None:
        return float(stated)
    if _text(row, "comparator") == "true":
        return 1.0
    raise MalformedValue("the rule is compared with nothing.", hint="Fill in `stated`, or write a comparison.")


def _sentence(computed: float, comparator: str, stated: float, tolerance: float, *, holds: bool) -> str:
    """Say what came out and whether it is what was claimed: "2.40 is not 3 (within 0.3)"."""
    if comparator == "true":
        return "true" if holds else "false"
    sign = "" if comparator == "=" else f"{comparator} "
    room = f" (within {tolerance:g})" if tolerance else ""
    return f"{_figure(computed)} {'is' if holds else 'is not'} {sign}{_bound(stated)}{room}"


def _compare(computed: float, comparator: str, stated: float, tolerance: float) -> bool:
    """Say whether computed and stated stand as claimed; `tolerance` (in the unit of the rule) always favours the claim.

    Raises : MalformedValue for a comparator that does not exist.
    """
    room = tolerance + _LAST_BITS * max(abs(computed), abs(stated), 1.0)
    answers = {
        "=": abs(computed - stated) <= room,
        "<>": abs(computed - stated) > room,
        "<": computed < stated + tolerance,
        "<=": computed <= stated + room,
        ">": computed > stated - tolerance,
        ">=": computed >= stated - room,
        "true": computed != 0,
    }
    if comparator not in answers:
        raise MalformedValue(f"{comparator!r} is no comparator.", hint=f"Use one of {' '.join(answers)}.")
    return bool(answers[comparator])


def _weigh(row: Row, reckonings: tuple[Reckoning, ...], beside: str, lines: tuple[str, ...]) -> Verdict:
    """Put the reckonings together: one verdict, the first number that speaks for it, and every basis in the reason."""
    reckoned = [reckoning for reckoning in reckonings if reckoning.holds is not None]
    met = [reckoning for reckoning in reckoned if reckoning.holds]
    if not reckoned:
        kind, shown = VerdictKind.CANNOT_BE_CHECKED, list(reckonings)
    elif len(met) == len(reckoned):
        kind, shown = VerdictKind.HOLDS, met
    elif met:
        kind, shown = VerdictKind.HOLDS_ONLY_IF, met
    else:
        kind, shown = VerdictKind.DOES_NOT_HOLD, reckoned
    told = "; ".join(f"{reckoning.basis}: {reckoning.reason}" for reckoning in reckonings)
    tolerance = _text(row, "tolerance_reason")
    reason = _join(told + ".", tolerance, _needed(row) if not reckoned else "", beside)
    seen = [line for reckoning in reckonings for line in reckoning.observations]
    return _worded(
        row,
        kind,
        reason=reason,
        computed=shown[0].computed,
        basis="; ".join(reckoning.basis for reckoning in shown),
        observations=tuple(dict.fromkeys([*seen, *lines])),
        reckonings=reckonings,
    )


def _asides(row: Row, terms: tuple[Selector, ...], archive: Archive) -> tuple[str, tuple[str, ...]]:
    """Reckon the figures that stand beside the verdict, and give them as one sentence with their observations."""
    told, lines = [], []
    plain = Basis(label="as stated")
    for label, expression in read_asides(_text(row, "beside")):
        formula = Formula.parse(expression)
        try:
            found = {term.name: archive.find(term, plain) for term in terms if term.name in formula.terms}
        except NotToBeHad as gap:
            told.append(f"{label}: not known ({gap})")
            continue
        computed = _evaluate(formula, {name: evidence.value for name, evidence in found.items()})
        told.append(f"{label}: {'no answer' if computed is None else _figure(computed)}")
        lines += [evidence.line for evidence in found.values()]
    return (f"Beside it: {'; '.join(told)}." if told else ""), tuple(dict.fromkeys(lines))


def _worded(
    row: Row,
    kind: VerdictKind,
    *,
    reason: str,
    computed: float | None = None,
    basis: str = "",
    observations: tuple[str, ...] = (),
    reckonings: tuple[Reckoning, ...] = (),
) -> Verdict:
    return Verdict(
        claim=str(row["id"]),
        publication=_text(row, "publication"),
        place=_text(row, "place"),
        sentence=_text(row, "sentence"),
        verdict=kind,
        stated=row.get("stated"),
        computed=computed,
        basis=basis,
        reason=reason,
        rule=_text(row, "rule"),
        observations=observations,
        reckonings=reckonings,
    )


def _needed(row: Row) -> str:
    needed = _text(row, "data_needed")
    return f"Needed: {needed}." if needed else ""


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "")


def _figure(value: float) -> str:
    """Write what was reckoned for reading: three significant digits, and no fewer than those before the point."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def _bound(value: float) -> str:
    """Write what was claimed as it was claimed: no digits that nobody stated."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:g}"
