"""methods.md M2.6, vector `attitude`; OECD/JRC Handbook (2008), tables 7, 9, 16-18 and 22."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mezon.errors import UnfitMethod
from mezon.methods.components import components_of, varimax
from mezon.methods.weight import factor, pca
from tests.methods.test_statistics import ATTITUDE


def test_components_of_the_attitude_survey():
    found = components_of(ATTITUDE, rotation="varimax")
    assert found is not None
    assert found.eigenvalues == pytest.approx(
        [3.716376, 1.140922, 0.847192, 0.612870, 0.323673, 0.218531, 0.140438], abs=1e-5
    )
    assert found.variances == pytest.approx([3.169775, 1.687523], abs=1e-5)


def test_handbook_weights_of_the_attitude_survey():
    published = [0.194998, 0.201961, 0.102563, 0.136796, 0.077045, 0.129811, 0.156826]
    assert factor(ATTITUDE) == pytest.approx(published, abs=1e-5)


def test_first_component_weights_are_the_first_eigenvector():
    vector = np.linalg.eigh(np.corrcoef(ATTITUDE.T))[1][:, -1]
    assert pca(ATTITUDE) == pytest.approx(vector / vector.sum())
    assert pca(ATTITUDE * np.array([1000, 1, 1, 1, 1, 1, 0.001])) == pytest.approx(pca(ATTITUDE))


def test_technology_index_factors_equal_the_handbook(shared):
    """Tables 7, 9 and 18 (PC): inputs of two decimals, so .15 points of variance and .015 of loadings and weights."""
    folder = shared / "golden" / "oecd_tai_2008"
    wide = pl.read_csv(folder / "inputs.csv").drop("country")
    published = pl.read_csv(folder / "published.csv", schema_overrides={"value": pl.String})
    values = wide.to_numpy().astype(float)

    def table(name: str, key: str) -> dict[str, float]:
        rows = published.filter((pl.col("table") == name) & (pl.col("key") == key))
        return {item: float(value) for item, value in zip(rows["item"], rows["value"], strict=True)}

    found = components_of(values, components=4, rotation="varimax")
    assert found is not None
    shares = [float(v) for v in published.filter(pl.col("table") == "T07_eigen")["value"]][1::3]
    assert 100 * found.eigenvalues / 8 == pytest.approx(shares, abs=0.15)
    for factor_name in ("F1", "F2", "F3", "F4"):
        loadings = table("T09_varimax", factor_name)
        column = np.array([loadings[code] for code in wide.columns])
        nearest = min(np.abs(np.abs(found.loadings) - np.abs(column)[:, None]).max(axis=0))
        assert nearest <= 0.015
    weights = table("T18_weights", "PC")
    assert factor(values, components=4) == pytest.approx([weights[code] for code in wide.columns], abs=0.015)


def test_rotation_keeps_what_the_factors_explain_of_each_column():
    plain, turned = (components_of(ATTITUDE, components=3, rotation=each) for each in ("none", "varimax"))
    assert plain is not None
    assert turned is not None
    assert (turned.loadings**2).sum(axis=1) == pytest.approx((plain.loadings**2).sum(axis=1))
    simple = varimax(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]) @ np.array([[0.6, 0.8], [-0.8, 0.6]]))
    assert np.sort(np.abs(simple), axis=1) == pytest.approx(np.tile([0.0, 1.0], (4, 1)), abs=1e-8)


def test_a_column_against_the_others_or_without_spread_weighs_nothing():
    values = np.column_stack([np.arange(6.0), np.arange(6.0) ** 1.5, -np.arange(6.0), np.ones(6)])
    assert pca(values)[2:].tolist() == [0, 0]
    assert factor(values)[3] == 0
    assert factor(values)[2] > 0


def test_too_little_data_give_no_weights():
    two_rows, gaps = np.array([[1.0, 2], [2, 1]]), np.array([[1.0, np.nan], [np.nan, 1.0], [2, 3], [3, 2]])
    flat = np.column_stack([np.arange(4.0), np.ones(4)])
    for values in (two_rows, gaps, flat):
        assert np.isnan(pca(values)).all()
        assert np.isnan(factor(values)).all()


@pytest.mark.parametrize("settings", [{"components": 8}, {"components": -1}, {"rotation": "oblimin"}])
def test_components_that_cannot_be_are_refused(settings):
    with pytest.raises(UnfitMethod):
        factor(ATTITUDE, **settings)
