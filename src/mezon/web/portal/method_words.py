"""Methods in words: what each step of a methodology does, said for a reader who has never built an index.

Every registered method has a sentence of its own here, filled with the settings the methodology gives it; a method
without one is named with its settings, so that a new method shows before anybody has found words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, log10
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mezon.methods import METHODS
from mezon.model.methodology import MethodCall, Robustness, Step, Vary
from mezon.web.portal import formatting
from mezon.web.portal.pages import language

Settings = Mapping[str, Any]

#: What a family of steps is for, as a heading.
FAMILIES = {
    "screen": gettext_lazy("Who takes part"),
    "impute": gettext_lazy("Filling gaps"),
    "treat": gettext_lazy("Outliers"),
    "transform": gettext_lazy("Change of scale"),
    "normalise": gettext_lazy("From raw values to points"),
    "weight": gettext_lazy("Weights"),
    "aggregate": gettext_lazy("From points to a score"),
    "round": gettext_lazy("Rounding"),
    "rank": gettext_lazy("Ranks"),
}
_SHORT = {
    "impute/linear": gettext_lazy("gap interpolated"),
    "impute/last": gettext_lazy("last value carried"),
    "treat/winsorise": gettext_lazy("outliers pulled in"),
    "treat/log": gettext_lazy("logarithm"),
    "transform/log": gettext_lazy("logarithm"),
    "transform/reciprocal": gettext_lazy("reciprocal"),
    "transform/square-root": gettext_lazy("square root"),
    "transform/cap": gettext_lazy("capped"),
    "normalise/goalposts": gettext_lazy("points between goalposts"),
    "normalise/min-max": gettext_lazy("points between extremes"),
    "normalise/z-score": gettext_lazy("standard scores (z)"),
    "normalise/scaled": gettext_lazy("straight line between two bounds"),
    "normalise/rank": gettext_lazy("ranks"),
    "normalise/borda": gettext_lazy("number of units below (Borda)"),
    "normalise/percentile-rank": gettext_lazy("percentile ranks"),
    "normalise/distance-to-best": gettext_lazy("distance to the best value"),
    "normalise/distance-to-worst": gettext_lazy("distance to the worst value"),
    "normalise/distance-to-mean": gettext_lazy("distance to the mean"),
    "normalise/distance-to-reference": gettext_lazy("distance to one unit"),
    "normalise/distance-to-target": gettext_lazy("distance to a target"),
    "normalise/two-ended-target": gettext_lazy("distance to a target from both sides"),
    "normalise/fraction-of-best": gettext_lazy("share of the best value"),
    "normalise/above-below-mean": gettext_lazy("above, near or below the mean"),
    "normalise/bands": gettext_lazy("classes"),
    "round/half-up": gettext_lazy("rounded"),
    "screen": gettext_lazy("enough data"),
    "weight/given": gettext_lazy("as written"),
    "weight/equal": gettext_lazy("all equal"),
    "weight/pca": gettext_lazy("from principal components"),
    "weight/factor": gettext_lazy("from factor analysis"),
    "weight/entropy": gettext_lazy("by how much values differ (entropy)"),
    "weight/critic": gettext_lazy("by spread and disagreement (CRITIC)"),
    "weight/balanced": gettext_lazy("so that all correlate alike with the index"),
    "weight/ahp": gettext_lazy("experts in pairs (AHP)"),
    "weight/best-worst": gettext_lazy("experts, best and worst"),
    "weight/budget-allocation": gettext_lazy("experts, shares of a budget"),
    "weight/benefit-of-the-doubt": gettext_lazy("best for each unit (benefit of the doubt)"),
    "rank/competition": gettext_lazy("equal scores share a rank"),
    "aggregate/arithmetic": gettext_lazy("arithmetic mean"),
    "aggregate/geometric": gettext_lazy("geometric mean"),
    "aggregate/harmonic": gettext_lazy("harmonic mean"),
    "aggregate/power": gettext_lazy("power mean"),
    "aggregate/median": gettext_lazy("weighted median"),
    "aggregate/minimum": gettext_lazy("the weakest part"),
    "aggregate/mazziotta-pareto": gettext_lazy("mean less a penalty for imbalance (Mazziotta-Pareto)"),
    "aggregate/adjusted-mazziotta-pareto": gettext_lazy("mean less a penalty for imbalance (adjusted)"),
    "aggregate/borda": gettext_lazy("sum of ranks (Borda)"),
    "aggregate/copeland": gettext_lazy("comparisons in pairs (Copeland)"),
    "aggregate/kemeny": gettext_lazy("the order closest to all (Kemeny)"),
    "aggregate/owa": gettext_lazy("mean by place (OWA)"),
    "aggregate/formula": gettext_lazy("a formula"),
    "aggregate/benefit-of-the-doubt": gettext_lazy("best weights for each unit (benefit of the doubt)"),
    "round/half-even": gettext_lazy("rounded, a half to even"),
    "rank/average": gettext_lazy("ties share the mean place"),
    "rank/dense": gettext_lazy("no place skipped after a tie"),
}


def family_words(call: MethodCall) -> str:
    """Give the heading of a step."""
    return str(FAMILIES.get(call.family, call.family))


def short_words(call: MethodCall) -> str:
    """Name a method in two or three words, as the head of a column."""
    return str(_SHORT.get(call.name, call.name))


def step_words(step: Step) -> str:
    """Say what a step does, with its settings."""
    settings = settings_of(step.call)
    sentence = _SENTENCES.get(step.call.name)
    said = sentence(settings) if sentence else _generic(step.call)
    if step.call.family in {"normalise", "treat"} and step.call.name != "normalise/goalposts":
        pooled = _("Extremes are taken in each period alone.") if step.pool == "period" else _(
            "Extremes are taken over all periods together, so that years can be compared.")  # fmt: skip
        said = f"{said} {pooled}"
    return said


def settings_of(call: MethodCall) -> Settings:
    """Give a method's settings: its defaults, with what the methodology says on top."""
    known = METHODS.get(call.name)
    return {**(known.settings if known else {}), **call.parameters}


def call_words(call: MethodCall) -> str:
    """Name a method with what its settings change, for a list of alternatives."""
    settings = settings_of(call)
    if call.family == "normalise" and {"low", "high"} <= settings.keys():
        words = {"method": short_words(call), "low": plain(settings["low"]), "high": plain(settings["high"])}
        return _("%(method)s, %(low)s to %(high)s") % words
    return short_words(call)


def variation_words(vary: Vary) -> str:
    """Say what one source of uncertainty changes from variant to variant."""
    if vary.kind == "step":
        options = "; ".join(call_words(call) for call in vary.options)
        return _("%(family)s: done as written, or instead by %(options)s.") % {
            "family": str(FAMILIES.get(vary.family, vary.family)), "options": options}  # fmt: skip
    if vary.kind == "drop":
        return _("One indicator, or none, is left out.")
    if vary.kind == "observations":
        return _("Every observation with a standard error is drawn again from a normal distribution around its value.")
    if "noise" in vary.parameters:
        noise = float(vary.parameters["noise"])
        return _("Every weight is multiplied by a number drawn evenly between %(low)s and %(high)s.") % {
            "low": plain(1 - noise), "high": plain(1 + noise)}  # fmt: skip
    return _("Weights are drawn from a Dirichlet distribution around the written ones.")


def robustness_words(robustness: Robustness) -> str:
    """Say how many variants are drawn, and what the interval is."""
    counted = ngettext(
        "The index is computed again in %(draws)s variant.",
        "The index is computed again in %(draws)s variants, each with other choices.",
        robustness.draws,
    )
    interval = _(
        "An interval of ranks holds the middle %(share)s of them. Shares are shares of modelling variants: how much a "
        "place depends on our choices, and no probability of anything in the world. Seed %(seed)s gives the same "
        "variants again."
    )
    said = f"{counted} {interval}"
    return said % {
        "draws": plain(robustness.draws), "share": formatting.share(robustness.interval, language=language()),
        "seed": str(robustness.seed)}  # fmt: skip


def plain(value: float | str | None) -> str:
    """Write a setting: a number with as many decimals as it has, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = f"{value:.10g}"
    digits = len(text.partition(".")[2]) if "e" not in text else 0
    return formatting.number(float(value), digits=digits, language=language())


def significant(value: float | None, figures: int = 4) -> str:
    """Write a number with a count of figures that count: 0.06517, 34.11, 6,721."""
    if value is None:
        return formatting.NO_VALUE
    if value == 0:
        return "0"
    magnitude = floor(log10(abs(value))) + 1
    return formatting.number(value, digits=max(figures - magnitude, 0), language=language())


def _generic(call: MethodCall) -> str:
    settings = ", ".join(f"{name} = {plain(value)}" for name, value in sorted(settings_of(call).items()))
    return _("The method %(method)s is applied (%(settings)s).") % {
        "method": call.name, "settings": settings or _("no settings")}  # fmt: skip


def _screen(settings: Settings) -> str:
    said = [_("Units and indicators with too few values are left out before anything is computed.")]
    if settings["min_unit_coverage"]:
        share = formatting.share(settings["min_unit_coverage"], language=language())
        said.append(_("A unit takes part in a year in which it has at least %(share)s of the indicators.") %
                    {"share": share})  # fmt: skip
    if settings["min_unit_nonzero"]:
        share = formatting.share(settings["min_unit_nonzero"], language=language())
        said.append(_("At least %(share)s of its values must differ from zero.") % {"share": share})
    if settings["min_indicator_coverage"]:
        share = formatting.share(settings["min_indicator_coverage"], language=language())
        said.append(_("An indicator takes part if at least %(share)s of units and years have it.") % {"share": share})
    return " ".join(said)


def _linear(settings: Settings) -> str:
    said = _("A gap inside a unit's own series is filled along the straight line between the values on both sides.")
    limit = settings["max_gap"]
    if limit is None:
        return said
    longest = ngettext(
        "Only gaps of %(gap)s period are filled.", "Only gaps of up to %(gap)s periods are filled.", int(limit)
    )
    own = _("Nothing is borrowed from another unit.")
    return f"{said} {longest % {'gap': plain(limit)}} {own}"


def _last(settings: Settings) -> str:
    said = _("Where a series has ended, its last value is carried forward and marked as carried.")
    limit = settings["max_age"]
    if limit is None:
        return said
    longest = ngettext(
        "It is carried for %(age)s period at most.", "It is carried for %(age)s periods at most.", int(limit)
    )
    return f"{said} {longest % {'age': plain(limit)}}"


def _winsorise(settings: Settings) -> str:
    words = {
        "skew": plain(settings["skew"]),
        "kurtosis": plain(settings["kurtosis"]),
        "points": plain(settings["max_points"]),
    }
    said = _(
        "An indicator whose values are both skewed (beyond %(skew)s) and heavy-tailed (kurtosis beyond %(kurtosis)s) "
        "has its most extreme values pulled in to the next one, at most %(points)s of them, so that one giant does not "
        "squeeze all others together."
    )
    logged = _("If that is not enough, the logarithm is taken instead.") if settings["then"] == "log" else ""
    return f"{said % words} {logged}".strip()


def _log(_settings: Settings) -> str:
    return _(
        "The logarithm is taken, because a doubling matters as much at the bottom as at the top. A value at or below "
        "zero has no logarithm and becomes missing. Goalposts are changed in the same way."
    )


def _reciprocal(_settings: Settings) -> str:
    return _("One is divided by the value, which turns “per” round, and with it which way is better.")


def _square_root(_settings: Settings) -> str:
    return _("The square root is taken: milder than a logarithm, and defined at zero.")


def _cap(settings: Settings) -> str:
    words = {
        "low": plain(settings["low"]) if settings["low"] is not None else "–",
        "high": plain(settings["high"]) if settings["high"] is not None else "–",
    }
    return _("Values beyond a bound count as at it (lower: %(low)s, upper: %(high)s).") % words


def _goalposts(settings: Settings) -> str:
    words = {"low": plain(settings["low"]), "high": plain(settings["high"])}
    said = _(
        "Each indicator has two fixed values, its goalposts. The worse one is worth %(low)s points, the better one "
        "%(high)s, and what lies between is scaled in proportion; less is better is turned round. Goalposts do not "
        "move, so years stay comparable and a new unit changes nobody's points."
    )
    clipped = _("What lies beyond a goalpost counts as at it.") if settings["clip"] else ""
    return f"{said % words} {clipped}".strip()


def _min_max(settings: Settings) -> str:
    words = {"low": plain(settings["low"]), "high": plain(settings["high"])}
    return (
        _(
            "The worst value seen is worth %(low)s points, the best %(high)s, and what lies between is scaled in "
            "proportion; less is better is turned round. Points therefore depend on who takes part."
        )
        % words
    )


def _given(_settings: Settings) -> str:
    return _("Weights are those written in the methodology; inside each group they are made to add up to one.")


def _equal(_settings: Settings) -> str:
    return _("Everything inside a group weighs the same.")


def _coverage(settings: Settings) -> str:
    share = formatting.share(settings["min_coverage"], language=language())
    return _("A score needs at least %(share)s of its parts; a part without a value is left out, not set to zero.") % {
        "share": share}  # fmt: skip


def _arithmetic(settings: Settings) -> str:
    said = _("The weighted mean of the parts is taken: a surplus in one makes up for a lack in another.")
    return f"{said} {_coverage(settings)}"


def _geometric(settings: Settings) -> str:
    said = _(
        "The weighted geometric mean of the parts is taken: the logarithms are averaged, so that a weak part pulls the "
        "score down more than a strong one lifts it, and strength in one does not buy weakness in another."
    )
    return f"{said} {_coverage(settings)}"


def _harmonic(settings: Settings) -> str:
    said = _("The weighted harmonic mean of the parts is taken, the least forgiving of the means.")
    return f"{said} {_coverage(settings)}"


def _half_up(settings: Settings) -> str:
    digits = int(settings["digits"])
    said = ngettext("Values are rounded to %(digits)s decimal, a half upwards.",
                    "Values are rounded to %(digits)s decimals, a half upwards.", digits)  # fmt: skip
    return said % {"digits": plain(digits)}


def _competition(_settings: Settings) -> str:
    return _("Units with equal scores share a rank, and the ranks after them are skipped.")


_SENTENCES: dict[str, Callable[[Settings], str]] = {
    "screen": _screen,
    "impute/linear": _linear,
    "impute/last": _last,
    "treat/winsorise": _winsorise,
    "treat/log": _log,
    "transform/log": _log,
    "transform/reciprocal": _reciprocal,
    "transform/square-root": _square_root,
    "transform/cap": _cap,
    "normalise/goalposts": _goalposts,
    "normalise/min-max": _min_max,
    "weight/given": _given,
    "weight/equal": _equal,
    "aggregate/arithmetic": _arithmetic,
    "aggregate/geometric": _geometric,
    "aggregate/harmonic": _harmonic,
    "round/half-up": _half_up,
    "rank/competition": _competition,
}
