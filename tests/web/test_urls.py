"""What holds of every page, in every language: it answers, it parses strictly, it says which release it is."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest

from mezon.web.portal.urls import urlpatterns

LANGUAGES = ("uz", "ru", "en")

#: An address of every view that answers with a page; a new view without an entry fails the first test.
PAGES = {
    "home": [""],
    "ranking": ["ranking/", "ranking/?period=2014"],
    "unit": ["units/UZB/", "units/UZB_MINING/", "units/ZMB/"],
    "compare": ["compare/", "compare/?u=UZB&u=AUS&u=CAN&u=CHL"],
    "company": ["companies/NMMC/", "companies/AMMC/"],
    "indicators": ["indicators/"],
    "indicator": ["indicators/RD_GDP/", "indicators/FIXED_CAP_INV/", "indicators/RD_SPEND/"],
    "investments": ["investments/"],
    "claims": ["claims/"],
    "claim": ["claims/C06/", "claims/E02/"],
    "registers": ["registers/"],
    "register": ["registers/documents/", "registers/projects/", "registers/actors/"],
    "coverage": ["coverage/"],
    "methodology": ["methodology/"],
    "methodology_of": ["methodology/conditions/"],
    "robustness": ["robustness/", "robustness/?period=2014"],
    "what_if": ["what-if/", "what-if/?drop=CO2_GDP&step7=aggregate%2Farithmetic&w.RESOURCE=2", "what-if/?w.RESOURCE=x"],
    "data": ["data/"],
    "about": ["about/"],
    "releases": ["releases/"],
    "search": ["search/?q=gold", "search/"],
    "interactive": ["pictures/ranking.interactive.html?period=2017"],
    "trace": ["trace/?unit=UZB&period=2017&node=INDEX", "trace/?indicator=RD_GDP&unit=UZB&period=2017"],
}
FILES = {"indicator_file", "download", "table", "trace_file", "picture", "picture_table", "vega",
         "what_if_file", "what_if_result", "what_if_table"}  # fmt: skip
ADDRESSES = [(language, address) for addresses in PAGES.values() for address in addresses for language in LANGUAGES]


def read(client: Any, language: str, address: str) -> str:
    answer = client.get(f"/{language}/{address}")
    assert answer.status_code == 200, f"/{language}/{address} answered {answer.status_code}"
    return str(answer.content.decode("utf-8"))


def test_every_view_has_an_address_here() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PAGES) | FILES


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "address"), ADDRESSES)
def test_a_page_answers_parses_strictly_and_says_its_release(
    client: Any, edition: Any, language: str, address: str
) -> None:
    html = read(client, language, address)
    html5lib.HTMLParser(strict=True).parse(html)
    assert edition.release_id in html
    assert f'<html lang="{language}"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities))
    assert len(html.encode()) < 300_000


@pytest.mark.django_db
@pytest.mark.parametrize("address", [addresses[0] for addresses in PAGES.values()])
def test_a_page_costs_at_most_two_queries(client: Any, address: str, django_assert_max_num_queries: Any) -> None:
    read(client, "en", address)
    with django_assert_max_num_queries(3 if address == "releases/" else 2):
        read(client, "en", address)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "ranking/", "units/UZB/", "methodology/", "trace/?unit=UZB&period=2017&node=INDEX"]
)
def test_stand_ins_are_marked_where_they_show(client: Any, address: str) -> None:
    assert "stand-in" in read(client, "en", address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "ranking/", "indicators/", "coverage/", "data/", "methodology/", "claims/"])
def test_every_page_of_a_synthetic_country_says_synthetic(client: Any, metallia: Any, address: str) -> None:
    html = read(client, "en", address)
    assert metallia.definitions.synthetic
    assert '<span class="mark synthetic">synthetic</span>' in html


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_does_not_exist_says_so_in_the_reader_s_language(client: Any, language: str) -> None:
    answer = client.get(f"/{language}/units/NOBODY/")
    assert answer.status_code == 404
    html5lib.HTMLParser(strict=True).parse(answer.content.decode())


@pytest.mark.django_db
def test_the_language_switch_keeps_the_place_and_its_state(client: Any) -> None:
    html = read(client, "en", "ranking/?period=2014")
    assert 'href="/ru/ranking/?period=2014"' in html
    assert 'href="/uz/ranking/?period=2014"' in html


@pytest.mark.django_db
def test_every_page_can_be_read_as_of_a_date(client: Any) -> None:
    html = read(client, "en", "ranking/?as_of=2021-01-01&period=2013")
    assert "uzbekistan(0.1.0)@2026-07-13" not in html
    assert "as_of=2021-01-01" in html
    assert client.get("/en/ranking/?as_of=yesterday").status_code == 404
    assert client.get("/en/ranking/?as_of=1990").status_code == 404


@pytest.mark.django_db
def test_no_page_loads_anything_from_elsewhere(client: Any) -> None:
    for address in (addresses[0] for addresses in PAGES.values()):
        html = read(client, "en", address)
        loaded = re.findall(r'<(?:img|script|link|source|iframe)[^>]+(?:src|href|srcset)="([^"]+)"', html)
        assert [url for url in loaded if not url.startswith("/")] == []
