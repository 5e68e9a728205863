"""Which series of the open data become which indicators of ours: one row a series and release.

A producer is who compiles the figures, not the database that passes them on: research statistics come from the
UNESCO Institute for Statistics in the World Bank's database and in the United Nations' alike, patents from WIPO.
So a later release is a revision of an earlier one, and not a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Nineteen mining countries beside Uzbekistan, as the open data's comparator table lists them.
COUNTRIES = (
    "AUS", "BRA", "CAN", "CHL", "CHN", "FIN", "GHA", "IDN", "KAZ", "KGZ",
    "MNG", "PER", "POL", "RUS", "SWE", "TUR", "USA", "UZB", "ZAF", "ZMB",
)  # fmt: skip

FIRST_YEAR, LAST_YEAR = 2010, 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of one release, and what it is called here.

    `vintage` is how the open data's vintage column begins; `published` is the date our rows carry; `since` is the
    first year taken; `error_series` holds the standard error of the same series, where there is one; `status` stands in
    for the status of the source.
    """

    indicator: str
    code: str
    vintage: str
    source: str
    published: str
    unit: str
    since: int = FIRST_YEAR
    error_series: str = ""
    status: str = ""
    note: str = ""


_COMMIT_DATE = "release date not stated; date of the repository's commit"
_GOVERNANCE = (
    ("WGI_VOICE", "VA"), ("WGI_STABILITY", "PV"), ("WGI_EFFECTIVENESS", "GE"),
    ("WGI_REGULATION", "RQ"), ("WGI_LAW", "RL"), ("WGI_CORRUPTION", "CC"),
)  # fmt: skip


def _wdi_2013(indicator: str, code: str, unit: str, source: str) -> Series:
    return Series(
        indicator=indicator, code=code, vintage="2013-12", source=source, published="2013-12", unit=unit,
        note=_COMMIT_DATE,
    )  # fmt: skip


def _wdi_2025(indicator: str, code: str, unit: str) -> Series:
    return Series(
        indicator=indicator, code=code, vintage="2025 (commit 01a34e8b)", source="WB_WDI_2025", published="2025",
        unit=unit, note="release date not stated; year of the repository's commit",
    )  # fmt: skip


def _sdg(indicator: str, code: str, unit: str, source: str, since: int = FIRST_YEAR) -> Series:
    return Series(
        indicator=indicator, code=code, vintage="2020-10-19", source=source, published="2020-10-19", unit=unit,
        since=since,
    )  # fmt: skip


def _mine(indicator: str, code: str, unit: str, status: str = "", note: str = "") -> Series:
    """The table joins Clio-Infra (to 2012) and USGS (from 2013), which count different things: copper of Chile goes
    from 1 300 to 5 776 thousand tonnes in that year, zinc of Australia from 0 to 498. The later half alone is taken.
    """
    return Series(
        indicator=indicator, code=code, vintage="2017-09", source="CLIO_USGS_2017", published="2017", unit=unit,
        since=2013, status=status, note=note,
    )  # fmt: skip


def _governance(indicator: str, letters: str) -> Series:
    return Series(
        indicator=indicator, code=f"WGI.{letters}.EST", vintage="data to 2023", source="WGI_2024", published="2024",
        unit="SCORE_WGI", error_series=f"WGI.{letters}.SE",
    )  # fmt: skip


SERIES: tuple[Series, ...] = (
    _wdi_2013("RD_GDP", "GB.XPD.RSDV.GD.ZS", "PERCENT", "UIS_WDI_2013"),
    _sdg("RD_GDP", "SDG.GB_XPD_RSDV", "PERCENT", "UIS_SDG_2020"),
    Series(
        indicator="RD_GDP", code="GB.XPD.RSDV.GD.ZS", vintage="2026-07-13", source="UIS_WDI_2026",
        published="2026-07-13", unit="PERCENT",
    ),
    _sdg("RESEARCHERS_PER_MN", "SDG.GB_POP_SCIERD", "PER_MN_POP", "UIS_SDG_2020"),
    Series(
        indicator="RESEARCHERS_PER_MN", code="SP.POP.SCIE.RD.P6", vintage="2026-07-13", source="UIS_WDI_2026",
        published="2026-07-13", unit="PER_MN_POP",
    ),
    _wdi_2013("PATENTS_RESIDENT", "IP.PAT.RESD", "NUMBER", "WIPO_WDI_2013"),
    Series(
        indicator="PATENTS_RESIDENT", code="IP.PAT.RESD", vintage="2026-01-28", source="WIPO_WDI_2026",
        published="2026-01-28", unit="NUMBER",
    ),
    _wdi_2013("POPULATION", "SP.POP.TOTL", "PERSONS", "WB_WDI_2013"),
    Series(
        indicator="POPULATION", code="SP.POP.TOTL", vintage="2024-05-30", source="WB_WDI_2024",
        published="2024-05-30", unit="PERSONS",
    ),
    Series(
        indicator="PATENTS_NONRESIDENT_PER_MN", code="OWID.PATENT_NONRES_RATE", vintage="2017",
        source="OWID_PATENTS_2017", published="2017", unit="PER_MN_POP",
    ),
    _sdg("GDP_WORKER_GROWTH", "SDG.SL_EMP_PCAP", "PERCENT", "ILO_SDG_2020", since=2008),
    _sdg("CO2_GDP", "SDG.EN_ATM_CO2GDP", "KG_PER_USD", "IEA_SDG_2020"),
    _sdg("MHT_MANUFACTURING", "SDG.NV_IND_TECH", "PERCENT", "UNIDO_SDG_2020"),
    _sdg("FATAL_INJURIES", "SDG.SL_EMP_FTLINJUR", "PER_100K_WORKERS", "ILO_SDG_2020"),
    *(_governance(indicator, letters) for indicator, letters in _GOVERNANCE),
    _wdi_2013("MINERAL_RENTS", "NY.GDP.MINR.RT.ZS", "PERCENT", "WB_WDI_2013"),
    _wdi_2025("MINERAL_RENTS", "NY.GDP.MINR.RT.ZS", "PERCENT"),
    _wdi_2013("ORES_METALS_EXPORTS", "TX.VAL.MMTL.ZS.UN", "PERCENT", "WB_WDI_2013"),
    _wdi_2025("ORES_METALS_EXPORTS", "TX.VAL.MMTL.ZS.UN", "PERCENT"),
    Series(
        indicator="GDP_PER_HEAD", code="NY.GDP.PCAP.CD", vintage="2026-07-13", source="WB_WDI_2026",
        published="2026-07-13", unit="USD",
    ),
    Series(
        indicator="PM25", code="EN.ATM.PM25.MC.M3", vintage="2026-07-13", source="WB_WDI_2026",
        published="2026-07-13", unit="UG_PER_M3",
    ),
    _mine("MINE_COPPER", "PROD.COPPER", "KT"),
    _mine("MINE_GOLD", "PROD.GOLD", "T"),
    _mine(
        "MINE_SILVER", "PROD.SILVER", "T", status="U",
        note="source says thousand tonnes; the magnitudes only fit tonnes",
    ),
    Series(
        indicator="MINE_URANIUM", code="PROD_BGS.URANIUM", vintage="2016", source="BGS_OWID_2016", published="2016",
        unit="T",
    ),
)  # fmt: skip

#: Units of local currency for one US dollar, averages of the year; taken for the soum alone (from 2013: the release
#: has nothing for 2001-2012).
OFFICIAL_RATES = Series(
    indicator="", code="PA.NUS.FCRF", vintage="2025 (commit 01a34e8b)", source="IMF_WDI_2025", published="2025", unit=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A value that is not there, said for the years in which somebody would look for it."""

    indicator: str
    code: str
    unit: str
    years: range
    unit_of_measure: str
    source: str
    published: str
    note: str


def _zero_for_missing(indicator: str, code: str) -> Absence:
    """The source gives 0 although the metal is worked in the country (its zinc jumps from 0 to 54 in 2013)."""
    return Absence(
        indicator=indicator, code=code, unit="UZB", years=range(2010, 2013), unit_of_measure="KT",
        source="CLIO_USGS_2017", published="2017", note="the source says 0; probably missing coded as zero",
    )  # fmt: skip


ABSENCES = (
    Absence(
        indicator="MHT_MANUFACTURING", code="NV_IND_TECH", unit="UZB", years=range(2012, 2018),
        unit_of_measure="PERCENT", source="UNIDO_SDG_2020", published="2020-10-19",
        note="not among the countries of this release; never filled from elsewhere",
    ),
    _zero_for_missing("MINE_LEAD", "LEAD"),
    _zero_for_missing("MINE_TUNGSTEN", "TUNGSTEN"),
    _zero_for_missing("MINE_ZINC", "ZINC"),
)  # fmt: skip

#: Series code in the price table -> our indicator, and our unit of measure. Uranium is not in that table.
PRICES = {
    "GOLD": ("PRICE_GOLD", "USD_PER_OZ"),
    "SILVER": ("PRICE_SILVER", "USD_PER_OZ"),
    "COPPER": ("PRICE_COPPER", "USD_PER_T"),
    "Zinc": ("PRICE_ZINC", "USD_PER_T"),
    "LEAD": ("PRICE_LEAD", "USD_PER_T"),
}
