"""Search: one word however it is spelled, the best first, everything that has a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.web.portal.edition import Edition
from mezon.web.portal.search_index import folded, index_of, search


@pytest.mark.parametrize(
    ("one", "another"),
    [("Навоий", "navoiy"), ("Oʻzbekiston", "O'zbekiston"), ("Ўзбекистон", "ozbekiston"), ("Türkiye", "turkiye"),
     ("Қозоғистон", "qozogiston"), ("ЧИЛИ", "chili"), ("  two   blanks ", "TWO blanks")],
)  # fmt: skip
def test_spellings_of_one_word_agree(one: str, another: str) -> None:
    assert folded(one) == folded(another)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "kind", "code"),
    [("UZB", "unit", "UZB"), ("Узбекистан", "unit", "UZB"), ("ўзбекистон", "unit", "UZB"), ("ngmk", "unit", "NMMC"),
     ("НГМК", "unit", "NMMC"), ("olmaliq", "unit", "AMMC"), ("UP-6079", "documents", "UP-6079"),
     ("rd_gdp", "indicator", "RD_GDP"), ("R1", "indicator", "RD_SPEND"), ("nearly tripled", "claim", "C06"),
     ("C06", "claim", "C06"), ("Pink Sheet", "source", "PINKSHEET_2024")],
)  # fmt: skip
def test_the_first_hit_is_what_was_meant(edition: Edition, query: str, kind: str, code: str) -> None:
    hit = search(edition, query)[0]
    assert (hit.kind, hit.code) == (kind, code)


@pytest.mark.django_db
def test_every_unit_and_indicator_is_found_by_its_code_and_each_of_its_names(edition: Edition) -> None:
    for unit in edition.definitions.units.values():
        for said in (unit.code, unit.name.en, unit.name.ru, unit.name.uz, *unit.aliases):
            assert any(hit.kind == "unit" and hit.code == unit.code for hit in search(edition, said, most=999)), said
    for item in edition.definitions.indicators.values():
        for said in (item.code, item.name.en, item.name.ru, item.name.uz):
            assert any(hit.code == item.code for hit in search(edition, said, most=999)), said


@pytest.mark.django_db
def test_every_word_has_to_fit(edition: Edition) -> None:
    assert len(search(edition, "gold price")) < len(search(edition, "gold"))
    assert not search(edition, "gold zzz")
    assert not search(edition, "   ")


@pytest.mark.django_db
def test_registers_claims_and_sources_are_in_the_index(edition: Edition) -> None:
    kinds = {hit.kind for hit in index_of(edition)}
    assert {"unit", "indicator", "methodology", "claim", "source", "documents", "projects", "actors"} <= kinds
