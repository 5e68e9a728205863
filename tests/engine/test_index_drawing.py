"""Drawn variants: each is the replay of its choices, on whatever path, and nothing but the choices moves it."""

from __future__ import annotations

import importlib.util
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from mezon.engine.index import Choice, compile_index, draw, panel_of, survey
from mezon.engine.index import drawing as drawing_module
from mezon.engine.index import tallying as tallying_module
from mezon.engine.index.choices import factors_of
from mezon.engine.index.tallying import Kept, Tally
from mezon.errors import AskedForUnknown, WrongUse
from mezon.model.methodology import Leaf, MethodCall, Node, Robustness, Vary
from tests.index_case import methodology_of, release_of, step

LEAVES = tuple(f"I{number}" for number in range(1, 10))
STEPS = (step("normalise/min-max(low=1, high=100)"), step("weight/given"), step("aggregate/arithmetic"))
NOISE, DROP = Vary(kind="weights", parameters={"noise": 0.25}), Vary(kind="drop")
needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="the compiled kernel needs the extra `fast` (numba)"
)


def vary(family, *options):
    return Vary(kind="step", family=family, options=tuple(MethodCall.parse(option) for option in options))


def case(*varied, steps=STEPS, units=12, periods=1, gaps=0.0, errors=0.0, nodes=None, values=None):
    """An index of nine leaves in three groups over made values."""
    chance = np.random.default_rng(7)
    found = np.exp(chance.normal(0, 0.6, (units, periods, len(LEAVES)))) if values is None else values
    found[chance.random(found.shape) < gaps] = np.nan
    release = release_of(
        found,
        indicators=LEAVES,
        directions=[1] * len(LEAVES),
        goalposts=[(0.05, 9.0)] * len(LEAVES),
        units=[f"U{unit:02d}" for unit in range(len(found))],
        periods=[str(2015 + period) for period in range(periods)],
        errors=np.full(found.shape, errors) if errors else None,
    )
    methodology = methodology_of(
        *steps,
        nodes=nodes or (Node(id="TOP"), *(Node(id=f"G{at}", parent="TOP", weight=at + 1.0) for at in range(3))),
        leaves=[Leaf(indicator=code, parent=f"G{at % 3}", weight=1.0 + at % 2) for at, code in enumerate(LEAVES)],
        robustness=Robustness(vary=tuple(varied)),
    )
    index = compile_index(methodology, panel_of(release, methodology))
    return index, index.replay()


def choice_of(index, drawn, at):
    """The choice that a draw made, to be replayed by itself."""
    calls = {}
    for factor in factors_of(index):
        label = drawn.choices[factor.name][at]
        if factor.options and label != "as written":
            option = factor.options[factor.labels.index(label)]
            for place in factor.places:
                written = index.written[place].parameters
                settings = {} if option is None else {**written, **option.parameters}
                kept = {k: v for k, v in settings.items() if k in _settings(option)} if option else {}
                calls[place] = None if option is None else MethodCall(name=option.name, parameters=kept)
    weights = {}
    if drawn.weights is not None:
        weights = dict(zip(index.tree.names, drawn.weights[at] * index.tree.weights, strict=True))
    drop = drawn.choices["drop"][at].removeprefix("none") if "drop" in drawn.factors else ""
    return Choice(calls=calls, weights=weights, drop=drop)


def _settings(option):
    from mezon.methods import METHODS

    return METHODS[option.name].settings


MIXED = (
    Node(id="TOP", aggregate="geometric", parameters={"min_coverage": 0.5}),
    Node(id="G0", parent="TOP", direction=-1),
    Node(id="G1", parent="TOP", aggregate="harmonic"),
    Node(id="G2", parent="TOP", aggregate="median"),
)


@pytest.mark.parametrize(
    ("steps", "options", "nodes", "gaps"),
    [
        (STEPS, (vary("aggregate", "aggregate/geometric", "aggregate/harmonic"),), None, 0.0),
        (STEPS, (vary("normalise", "normalise/rank", "normalise/goalposts(low=1, high=100)"),), MIXED, 0.15),
        ((*STEPS, step("round/half-up(digits=1)")), (vary("aggregate", "aggregate/power(p=0.5)"),), None, 0.1),
        ((step("impute/knn(k=2)"), *STEPS), (vary("impute", "none", "impute/row-mean"),), None, 0.2),
        ((step("screen(min_unit_coverage=0.7)"), *STEPS), (vary("screen", "none"),), MIXED, 0.25),
        ((STEPS[0], step("weight/entropy"), STEPS[2]), (vary("weight", "weight/equal", "weight/critic"),), None, 0.0),
    ],
)
def test_every_draw_is_the_replay_of_its_choices(steps, options, nodes, gaps):
    index, nominal = case(*options, NOISE, DROP, steps=steps, nodes=nodes, gaps=gaps)
    drawn = draw(index, nominal, draws=40, seed=3)
    assert drawn.fit.sum() > 20
    for place, at in enumerate(np.flatnonzero(drawn.fit)):
        again = index.replay(choice_of(index, drawn, at))
        assert np.allclose(drawn.scores[place], again.scores, rtol=1e-12, atol=0, equal_nan=True)
        assert np.array_equal(drawn.ranks[place], again.ranks, equal_nan=True)


def test_redrawn_observations_run_through_every_step():
    index, nominal = case(Vary(kind="observations"), DROP, errors=0.01, periods=2)
    drawn = draw(index, nominal, draws=600, seed=3)
    spread = drawn.scores[:, index.tree.root].std(axis=0)
    assert (spread > 0).all()
    assert np.abs(drawn.scores[:, index.tree.root].mean(axis=0) - nominal.scores[index.tree.root]).max() < 3


def test_each_draw_uses_one_completed_table_of_a_multiple_imputation():
    index, nominal = case(steps=(step("impute/multiple(m=3)"), *STEPS), gaps=0.2, units=20)
    drawn = draw(index, nominal, draws=60, seed=3)
    assert set(drawn.choices["imputation"]) == {"1", "2", "3"}
    found = {drawn.choices["imputation"][at]: drawn.scores[at] for at in range(60)}
    assert all(np.array_equal(drawn.scores[at], found[drawn.choices["imputation"][at]]) for at in range(60))
    assert len({scores.tobytes() for scores in found.values()}) == 3


def test_weight_sets_take_the_place_of_written_weights_and_of_methods_that_weigh():
    index, nominal = case(NOISE, steps=(STEPS[0], step("weight/entropy"), STEPS[2]))
    sets = {"first": dict.fromkeys(LEAVES, 1.0), "second": {"I1": 0.0, "I4": 5.0, "G0": 0.5}}
    drawn = draw(index, nominal, draws=20, seed=1, weight_sets=sets)
    assert set(drawn.choices["weights"]) == {"first", "second"}
    at = drawn.choices["weights"].index("second")
    own = {name: 0.0 if name == "I1" else 5.0 if name == "I4" else 1.0 for name in LEAVES}
    given = MethodCall(name="weight/given")
    written = {leaf: index.tree.weights[at] for at, leaf in enumerate(LEAVES)}
    weights = {**written, "I1": own["I1"] or 0.0, "I4": 5.0, "G0": 0.5}
    again = index.replay(Choice(calls={1: given}, weights=weights))
    assert np.allclose(drawn.scores[at], again.scores, rtol=1e-12)


def test_weight_sets_that_name_strangers_or_negative_weights_are_refused():
    index, nominal = case()
    with pytest.raises(AskedForUnknown, match="I77"):
        draw(index, nominal, draws=1, seed=1, weight_sets={"a": {"I77": 1.0}})
    with pytest.raises(WrongUse, match="at or above zero"):
        draw(index, nominal, draws=1, seed=1, weight_sets={"a": {"I1": -1.0}})


@pytest.fixture
def counting(monkeypatch):
    """Count draws even where keeping them would cost little."""
    monkeypatch.setattr(drawing_module, "is_small", lambda _shape, _draws: False)
    monkeypatch.setattr(drawing_module, "PILOT", 2)


@pytest.mark.parametrize(("gaps", "periods"), [(0.0, 1), (0.0, 3), (0.2, 2)])
def test_a_tally_says_of_ranks_exactly_what_all_draws_say_and_of_scores_nearly(counting, gaps, periods):
    options = (vary("normalise", "normalise/goalposts(low=1, high=100)"), NOISE, DROP)
    index, nominal = case(*options, gaps=gaps, periods=periods)
    kept = draw(index, nominal, draws=3000, seed=5).record
    counted = survey(index, nominal, draws=3000, seed=5, fast=False).record
    assert isinstance(kept, Kept)
    assert isinstance(counted, Tally)
    assert_same_answers(kept, counted, nominal)


def assert_same_answers(kept, counted, nominal):
    assert counted.draws == kept.draws
    for shares in ((0.05, 0.5, 0.95), (0.0, 1.0)):
        assert all(
            np.allclose(a, b, equal_nan=True, atol=1e-12)
            for a, b in zip(kept.rank_quantiles(shares), counted.rank_quantiles(shares), strict=True)
        )
    assert np.allclose(kept.rank_means(), counted.rank_means(), equal_nan=True)
    assert np.allclose(kept.share_of_rank(nominal.ranks), counted.share_of_rank(nominal.ranks), equal_nan=True)
    assert np.allclose(kept.shares_improved(), counted.shares_improved(), equal_nan=True)
    nodes, units, periods = nominal.ranks.shape
    for node, period in np.ndindex(nodes, periods):
        everyone = list(range(units))
        assert np.allclose(
            kept.shares_above(node, period, everyone), counted.shares_above(node, period, everyone), equal_nan=True
        )
        assert np.allclose(kept.rank_shares(node, period), counted.rank_shares(node, period), equal_nan=True)
    # A quantile read from bins lies among those of nearly the same share, give or take a bin.
    shares = (0.05, 0.5, 0.95)
    found = counted.score_quantiles(shares)
    lower = kept.score_quantiles(tuple(share - 0.01 for share in shares))
    upper = kept.score_quantiles(tuple(share + 0.01 for share in shares))
    width = counted.bins.width.swapaxes(1, 2)
    for value, low, high in zip(found, lower, upper, strict=True):
        assert np.array_equal(np.isnan(value), np.isnan(low))
        seen = ~np.isnan(value)
        assert ((value >= low - width) & (value <= high + width))[seen].all()


@needs_numba
@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "harmonic"])
@pytest.mark.parametrize("periods", [1, 3])
def test_the_compiled_kernel_gives_the_same_ranks(counting, aggregate, periods):
    options = (vary("aggregate", f"aggregate/{aggregate}"), NOISE, DROP)
    index, nominal = case(*options, periods=periods)
    kept = draw(index, nominal, draws=2100, seed=5).record
    counted = survey(index, nominal, draws=2100, seed=5, fast=True).record
    assert_same_answers(kept, counted, nominal)
    plain = survey(index, nominal, draws=2100, seed=5, fast=False).record
    for name in ("rank_counts", "above", "both", "rose", "told"):
        assert np.array_equal(getattr(counted, name), getattr(plain, name)), name


@needs_numba
def test_the_compiled_kernel_ranks_units_that_tie_as_everybody_does(counting):
    values = np.repeat(np.random.default_rng(3).uniform(1, 9, (4, 1, len(LEAVES))), 3, axis=0)
    index, nominal = case(NOISE, values=values)
    counted = survey(index, nominal, draws=1500, seed=2, fast=True).record
    assert_same_answers(draw(index, nominal, draws=1500, seed=2).record, counted, nominal)
    assert np.array_equal(counted.rank_means()[:, 0], counted.rank_means()[:, 1])


@needs_numba
def test_the_kernel_leaves_alone_what_it_does_not_know(counting):
    """Gaps, rounding and other aggregations go the way without it, to the same answers."""
    for steps, gaps in [(STEPS, 0.2), ((*STEPS, step("round/half-up(digits=0)")), 0.0)]:
        index, nominal = case(NOISE, steps=steps, gaps=gaps)
        counted = survey(index, nominal, draws=1200, seed=2, fast=True).record
        assert_same_answers(draw(index, nominal, draws=1200, seed=2).record, counted, nominal)


def test_unfit_draws_are_counted_out_of_a_tally_as_well(counting):
    steps = (step("normalise/min-max(low=0, high=100)"), *STEPS[1:])
    index, nominal = case(vary("aggregate", "aggregate/geometric"), NOISE, steps=steps)
    kept, counted = draw(index, nominal, draws=1600, seed=5), survey(index, nominal, draws=1600, seed=5)
    assert counted.excluded == kept.excluded > 500
    assert np.array_equal(counted.fit, kept.fit)
    assert counted.record.draws == kept.record.draws


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_workers_of_any_kind_change_no_count(counting, pool):
    index, nominal = case(vary("aggregate", "aggregate/geometric"), NOISE, DROP)
    alone = survey(index, nominal, draws=20_000, seed=5, fast=False)
    with pool(2) as executor:
        together = survey(index, nominal, draws=20_000, seed=5, fast=False, executor=executor)
    for name in ("rank_counts", "score_counts", "above", "least", "most"):
        assert np.array_equal(getattr(alone.record, name), getattr(together.record, name)), name
    assert np.array_equal(alone.picked["drop"], together.picked["drop"])


def test_a_compiled_index_travels_without_what_it_has_kept():
    index, nominal = case(NOISE)
    draw(index, nominal, draws=10, seed=1)
    again = pickle.loads(pickle.dumps(index))  # noqa: S301 - our own bytes
    assert not again._memo
    assert np.array_equal(again.replay().scores, nominal.scores)


def test_an_interrupt_keeps_the_draws_that_were_made(counting):
    index, nominal = case(NOISE)

    def interrupt(done, _total):
        if done >= 2048:
            raise KeyboardInterrupt

    whole = draw(index, nominal, draws=5000, seed=5)
    monitored = survey(index, nominal, draws=5000, seed=5, progress=interrupt)
    assert 2048 <= len(monitored.fit) < monitored.asked == 5000
    first = draw(index, nominal, draws=len(monitored.fit), seed=5)
    assert np.array_equal(monitored.record.rank_means(), first.record.rank_means())
    kept = draw(index, nominal, draws=5000, seed=5, progress=interrupt)
    assert np.array_equal(kept.scores, whole.scores[: len(kept.fit)])


def test_memory_of_a_tally_does_not_grow_with_the_draws():
    shape = tallying_module.Shape(nodes=9, units=51, periods=1, ranking=MethodCall(name="rank/competition"))
    assert tallying_module.is_small(shape, 1000)
    assert not tallying_module.is_small(shape, 1_000_000)
    assert shape.counters < 20e6


def test_every_block_is_given_away_in_order():
    index, nominal = case(NOISE)
    seen = []
    drawn = survey(index, nominal, draws=1300, seed=5, keeper=lambda part: seen.append((part.block, part.size)))
    assert seen == [(0, 512), (1, 512), (2, 276)]
    assert len(drawn.fit) == 1300


@needs_numba
def test_giving_draws_away_changes_no_count(counting):
    index, nominal = case(NOISE, DROP)
    seen = []
    quiet = survey(index, nominal, draws=2600, seed=5, fast=True)
    heard = survey(index, nominal, draws=2600, seed=5, fast=True, keeper=seen.append)
    for name in ("rank_counts", "score_counts", "above"):
        assert np.array_equal(getattr(quiet.record, name), getattr(heard.record, name)), name
    assert sum(part.size for part in seen) == 2600
