"""How a row of claims.csv says what to look up and how to reckon: terms, bases and asides (docs/methods/claims.md).

terms    investment = FIXED_CAP_INV @ UZB_MINING @ 2024 [source_ref=Chart 1]; asia = 520 [unit_of_measure=PERSONS_MN]
bases    soums: UZS; official rates: UZS > USD average; one rate: UZS > USD at 13255; real: deflated by GDP to 2021
beside   growth of the gold price, %: 100 * (gold_2024 / gold_2023 - 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mezon.errors import MalformedValue

#: The attributes by which a term may pick among the rows on one indicator, unit and period.
ATTRIBUTES = ("unit_of_measure", "source", "source_ref", "variant", "price_basis", "breakdown")
#: The period that asks for the latest year with a value.
LATEST = "latest"

_TERM = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<what>[^\[]+?)\s*(?:\[(?P<attributes>[^\]]*)\])?")
_CONVERSION = re.compile(
    r"(?P<origin>[A-Z]{3})(?:\s*>\s*(?P<into>[A-Z]{3})\s+(?P<how>average|end|at\s+\d+(?:\.\d+)?))?"
)
_DEFLATION = re.compile(r"deflated by (?P<deflator>\S+) to (?P<base>\S+)")
_OVERRIDE = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*\[(?P<attributes>[^\]]*)\]")
_COMPARISON = re.compile(r"<=|>=|<>|<|>|=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which observation a name in a rule stands for; a `constant` is a number that the sentence itself states."""

    name: str
    indicator: str = ""
    unit: str = ""
    period: str = ""
    constant: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.constant is not None:
            return f"{self.constant:g}"
        return f"{self.indicator} @ {self.unit} @ {self.period}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A named way of recomputing a claim: what it changes about the terms or the rule.

    `currency` : take money as stated in this currency, in whole units of it. `into` : then convert, at the rates of
    rates.csv of kind `rate_kind`, or at one `constant_rate` (units of `currency` for one unit of `into`).
    `deflator` : then divide by that price index and multiply by its value in `base`.
    `rule` : reckon by this rule instead.
    `overrides` : attributes of terms to change, by the term's name.
    """

    label: str
    currency: str = ""
    into: str = ""
    rate_kind: str = ""
    constant_rate: float | None = None
    deflator: str = ""
    base: str = ""
    rule: str = ""
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_terms(text: str) -> tuple[Selector, ...]:
    """Read the column `terms`.

    Raises : MalformedValue, naming the part that is no term.
    """
    return tuple(_read_term(part) for part in _parts(text))


def _read_term(part: str) -> Selector:
    found = _TERM.fullmatch(part)
    if found is None:
        raise MalformedValue(f"{part!r} is no term.", hint="Write name = INDICATOR @ UNIT @ PERIOD [attribute=value].")
    attributes = _read_attributes(found["attributes"] or "", part)
    where = [piece.strip() for piece in found["what"].split("@")]
    if len(where) == 1:
        return Selector(name=found["name"], constant=_number(where[0], part), attributes=attributes)
    if len(where) != 3 or not all(where):
        raise MalformedValue(
            f"{part!r} does not name indicator, unit and period.", hint="Write INDICATOR @ UNIT @ 2024."
        )
    return Selector(name=found["name"], indicator=where[0], unit=where[1], period=where[2], attributes=attributes)


def read_bases(text: str) -> tuple[Basis, ...]:
    """Read the column `bases`; an empty column is the one basis "as stated".

    Raises : MalformedValue, naming the part that is no basis.
    """
    return tuple(_read_basis(part) for part in _parts(text)) or (Basis(label="as stated"),)


def _read_basis(part: str) -> Basis:
    label, colon, specification = part.partition(":")
    if not colon:
        raise MalformedValue(f"{part!r} is no basis.", hint="Write label: UZS > USD average.")
    changes: dict[str, object] = {}
    overrides: dict[str, Mapping[str, str]] = {}
    for clause in (piece.strip() for piece in specification.split("|")):
        if found := _OVERRIDE.fullmatch(clause):
            overrides[found["name"]] = _read_attributes(found["attributes"], part)
        elif clause:
            changes.update(_read_clause(clause, part))
    return Basis(label=label.strip(), overrides=overrides, **changes)  # type: ignore[arg-type]


def _read_clause(clause: str, part: str) -> dict[str, object]:
    if found := _CONVERSION.fullmatch(clause):
        return {"currency": found["origin"], "into": found["into"] or "", **_read_rate(found["how"] or "")}
    if found := _DEFLATION.fullmatch(clause):
        return {"deflator": found["deflator"], "base": found["base"]}
    if clause.startswith("rule "):
        return {"rule": clause.removeprefix("rule ").strip()}
    raise MalformedValue(
        f"{clause!r} in {part!r} is no way of reckoning.",
        hint="Write UZS, UZS > USD average, UZS > USD at 13255, deflated by NAME to 2021, rule EXPRESSION > 0, or "
        "term[attribute=value].",
    )


def _read_rate(how: str) -> dict[str, object]:
    if how.startswith("at"):
        return {"constant_rate": float(how.removeprefix("at"))}
    return {"rate_kind": how}


def read_comparison(rule: str) -> tuple[str, str, str]:
    """Split a rule at its one comparison outside brackets: what is reckoned, the comparator, and the bound.

    A rule without one, with several, or with CASE is reckoned whole; comparator and bound are then empty.
    """
    depth, outside = 0, []
    for character in rule:
        depth += (character == "(") - (character == ")")
        outside.append(character if depth == 0 and character != ")" else " ")
    found = list(_COMPARISON.finditer("".join(outside)))
    if len(found) != 1 or re.search(r"\bcase\b", rule, re.IGNORECASE):
        return rule, "", ""
    return rule[: found[0].start()].strip(), found[0].group(), rule[found[0].end() :].strip()


def read_asides(text: str) -> tuple[tuple[str, str], ...]:
    """Read the column `beside`: labels and the expressions whose values stand beside the verdict.

    Raises : MalformedValue, naming the part that is no aside.
    """
    asides = []
    for part in _parts(text):
        label, colon, expression = part.partition(":")
        if not colon:
            raise MalformedValue(f"{part!r} is no aside.", hint="Write label: EXPRESSION.")
        asides.append((label.strip(), expression.strip()))
    return tuple(asides)


def _read_attributes(text: str, part: str) -> dict[str, str]:
    pairs = [piece.partition("=") for piece in text.split(",") if piece.strip()]
    attributes = {name.strip(): value.strip() for name, _, value in pairs}
    unknown = sorted(attributes.keys() - set(ATTRIBUTES))
    if unknown:
        raise MalformedValue(f"{part!r} asks for {unknown[0]!r}.", hint=f"Attributes are {', '.join(ATTRIBUTES)}.")
    return attributes


def _number(text: str, part: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise MalformedValue(f"{part!r}: {text!r} is neither a number nor INDICATOR @ UNIT @ PERIOD.") from None


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())
