"""What codes and columns mean, in the words of docs/reference.md; every one that the code has must be here."""

from __future__ import annotations

OBSERVATION_MEANINGS = {
    "indicator": "code of an indicator of `indicators.toml`",
    "unit": "code of a unit of `units.csv`: who or where",
    "period": "when: a year, half-year, quarter or month",
    "breakdown": "a part of the whole, as `DIM=CODE;DIM=CODE` with dimensions in alphabetical order; empty: the whole",
    "value": "the number, with a decimal point and nothing else; empty where the status says that there is none",
    "unit_of_measure": "in what it is measured; empty: the indicator's own unit",
    "variant": "whether it happened, is planned or is aimed at",
    "price_basis": "of money: `NOMINAL`, or `CONSTANT-` and the year whose prices are meant",
    "status": "what kind of value it is, or why there is none",
    "confidentiality": "who may see it",
    "qualifier": "how the source hedges it: exactly, about, more than, less than",
    "low": "lower bound of the value, where the source gives one",
    "high": "upper bound",
    "standard_error": "the source's standard error, in the value's own unit; Monte Carlo draws from it",
    "source": "id of a source of `sources.toml`; empty: the pack's `default_source`",
    "source_ref": "place in the source: page, table, line",
    "cites": "what the source itself cites there",
    "published": "when this value was published (whole or partial date); empty: the source's date. What is later than "
    "`--as-of` is not known yet",
    "note": "anything a reader should know",
}
ORIGIN_MEANINGS = {
    "origin": "how the value came about: `reported`, `converted`, `derived`, `rolled-up` or `counted`",
    "origin_note": "the formula, rate, parts or register rows it was made of",
}
STATUSES = {
    "A": "normal value", "B": "break in the series", "D": "definition differs", "E": "estimated", "F": "forecast",
    "G": "experimental", "I": "imputed", "K": "imputed by the receiver", "L": "exists, but is not collected",
    "M": "cannot exist", "N": "not significant", "O": "missing", "P": "provisional", "Q": "suppressed",
    "S": "strike or other special event", "U": "low reliability", "V": "not validated",
}  # fmt: skip
CONFIDENTIALITY = {
    "F": "free", "C": "confidential", "N": "not for publication, for internal use only",
    "D": "secondary confidentiality, set by the sender", "S": "secondary confidentiality, set by the receiver",
    "A": "primary: too few contribute", "O": "primary: another rule", "T": "primary: one or two dominate",
    "G": "primary: geography", "M": "primary: microdata",
}  # fmt: skip
QUALIFIERS = {"=": "exactly", "~": "about", ">": "more than", "<": "less than"}
VARIANTS = {"FACT": "it happened", "PLAN": "it is planned", "TARGET": "it is aimed at"}
PERIODS = (
    ("2024", "a year"),
    ("2024-S1, 2024-S2", "a half-year; `2024-H1` is read as `2024-S1`"),
    ("2024-Q1 ... 2024-Q4", "a quarter"),
    ("2024-01 ... 2024-12", "a month"),
)
FUNCTION_MEANINGS = {
    "ln": ("ln(x)", "natural logarithm; none of 0 or less"),
    "exp": ("exp(x)", "e to the power of x"),
    "power": ("power(x, y)", "x to the power of y"),
    "sqrt": ("sqrt(x)", "square root; none below 0"),
    "abs": ("abs(x)", "size without sign"),
    "least": ("least(x, y, ...)", "the smallest"),
    "greatest": ("greatest(x, y, ...)", "the largest"),
    "round": ("round(x, n)", "rounded half up to n digits, 0 when left out"),
    "lag": ("lag(x, n)", "the value n periods before, 1 when left out"),
    "mean": ("mean(x, n)", "mean of this and the n - 1 periods before; all n are needed"),
    "sum": ("sum(x, n)", "sum of this and the n - 1 periods before; all n are needed"),
}
EXIT_CODES = (
    ("0", "done; `check` found no error; `verify` found no difference"),
    ("1", "the data stop it: `check` found an error, `verify` a difference, the pack has faults, sources disagree"),
    ("2", "wrong use: an unknown pack, unit, option or period; the message names what there is"),
    ("130", "stopped with Ctrl-C"),
)
