"""An address of every page of the site, without its language; tests/web/test_urls.py asks that no view is missing."""

from __future__ import annotations

PAGES = (
    "",
    "ranking/",
    "units/UZB/",
    "units/UZB_MINING/",
    "compare/?u=UZB&u=AUS&u=CAN&u=CHL",
    "companies/NMMC/",
    "indicators/",
    "indicators/FIXED_CAP_INV/",
    "indicators/RD_GDP/",
    "investments/",
    "claims/",
    "claims/C06/",
    "registers/",
    "registers/documents/",
    "coverage/",
    "methodology/conditions/",
    "robustness/",
    "what-if/",
    "what-if/?drop=CO2_GDP&step7=aggregate%2Farithmetic&w.RESOURCE=2",
    "data/",
    "about/",
    "releases/",
    "search/?q=gold",
    "trace/?unit=UZB&period=2017&node=INDEX",
    "trace/?indicator=RD_GDP&unit=UZB&period=2017",
    "units/NOBODY/",
)
