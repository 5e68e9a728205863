"""Who exists in Metallia: enterprises, clusters, regions, and the dated hierarchies that join them."""

from __future__ import annotations

from dataclasses import dataclass

YEARS = tuple(range(2013, 2025))
COUNTRY = "METALLIA"
INDUSTRY = "METALLIA_MINING"
COUNTRY_CODE = "XXM"  # ISO 3166-1 leaves XAA to XZZ to users
LAST_YEAR_BEFORE_MERGER = 2018
DOMINANT = "BORUM_COPPER"
MERGED, SUCCESSOR = ("KARST_ZINC", "LODE_LEAD"), "KARST_LODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """One enterprise: its names, activity (ISIC), place, and how many it employed in 2013 (or at its beginning)."""

    code: str
    names: tuple[str, str, str]
    isic: str
    cluster: str
    region: str
    size: str
    employees: int
    first: int = YEARS[0]
    last: int = YEARS[-1]
    aliases: str = ""

    @property
    def years(self) -> range:
        """The years in which it exists."""
        return range(self.first, self.last + 1)


def _enterprise(line: str) -> Enterprise:
    code, en, ru, uz, isic, cluster, region, size, employees, aliases = (part.strip() for part in line.split("|"))
    return Enterprise(
        code=code,
        names=(en, ru, uz),
        isic=isic,
        cluster=cluster,
        region=region,
        size=size,
        employees=int(employees),
        first=LAST_YEAR_BEFORE_MERGER + 1 if code == SUCCESSOR else YEARS[0],
        last=LAST_YEAR_BEFORE_MERGER if code in MERGED else YEARS[-1],
        aliases=aliases,
    )


_LINES = """
ARGENT_SILVER     | Argent Silver        | Аргент Серебро        | Argent Kumush          | B0729  | CENTRAL | HIGHLAND   | MEDIUM | 1850  | Argent
AURIS_GOLD        | Auris Gold           | Аурис Золото          | Auris Oltin            | B0729  | CENTRAL | CENTRALIA  | LARGE  | 9800  | Auris;Auris Mines
BORUM_COPPER      | Borum Copper         | Борум Медь            | Borum Mis              | C2420  | NORTH   | NORTHMARK  | LARGE  | 31000 | Borum;Borum Combine
CALDA_SMELTING    | Calda Smelting       | Калда Плавка          | Kalda Eritish          | C2420  | NORTH   | NORTHMARK  | MEDIUM | 980   | Calda
DOLM_LIME         | Dolm Lime            | Долм Известь          | Dolm Ohak              | B0810  | NORTH   | NORTHMARK  | SMALL  | 310   |
ESKER_MOLYBDENUM  | Esker Molybdenum     | Эскер Молибден        | Esker Molibden         | B0729  | NORTH   | HIGHLAND   | SMALL  | 420   | Esker
FJALL_QUARRIES    | Fjall Quarries       | Фьялл Карьеры         | Fyall Karyerlari       | B0810  | NORTH   | HIGHLAND   | SMALL  | 260   |
GRANA_WIRE        | Grana Wire           | Грана Проволока       | Grana Sim              | C2420  | NORTH   | NORTHMARK  | SMALL  | 380   |
HALIT_SALT        | Halit Salt           | Галит Соль            | Galit Tuz              | B0893  | NORTH   | NORTHMARK  | SMALL  | 240   |
IRIS_RARE_EARTHS  | Iris Rare Earths     | Ирис Редкие Земли     | Iris Nodir Yer Metallari | B0729 | CENTRAL | HIGHLAND  | MEDIUM | 1250  | Iris
JUNO_REFINERY     | Juno Refinery        | Юнона Аффинаж         | Yunona Affinaj         | C2420  | CENTRAL | CENTRALIA  | MEDIUM | 1600  | Juno
KARST_LODE        | Karst-Lode           | Карст-Лоде            | Karst-Lode             | B0729  | CENTRAL | CENTRALIA  | LARGE  | 4300  | Karst Zinc;Lode Lead
KARST_ZINC        | Karst Zinc           | Карст Цинк            | Karst Rux              | B0729  | CENTRAL | CENTRALIA  | MEDIUM | 2400  |
LODE_LEAD         | Lode Lead            | Лоде Свинец           | Lode Qoʻrgʻoshin       | B0729  | CENTRAL | CENTRALIA  | MEDIUM | 1900  |
MICA_MINERALS     | Mica Minerals        | Мика Минералы         | Mika Minerallari       | B0899  | CENTRAL | HIGHLAND   | SMALL  | 350   |
NADIR_URANIUM     | Nadir Uranium        | Надир Уран            | Nadir Uran             | B0721  | CENTRAL | CENTRALIA  | LARGE  | 5200  | Nadir
OSTRA_STEEL       | Ostra Steel          | Остра Сталь           | Ostra Poʻlat           | C2410  | SOUTH   | SOUTHLAND  | LARGE  | 8700  | Ostra
PYRITE_CHEMICAL   | Pyrite Chemical Metals | Пирит Химметалл     | Pirit Kimyometall      | C2420  | SOUTH   | SOUTHLAND  | MEDIUM | 1400  |
QUARTZ_SILICON    | Quartz Silicon       | Кварц Кремний         | Kvars Kremniy          | C2420  | SOUTH   | SOUTHLAND  | MEDIUM | 1100  |
RUBIN_FERROALLOYS | Rubin Ferroalloys    | Рубин Ферросплавы     | Rubin Ferroqotishmalar | C2410  | SOUTH   | SOUTHLAND  | MEDIUM | 2100  | Rubin
SIDER_IRON        | Sider Iron Ore       | Сидер Железная Руда   | Sider Temir Ruda       | B0710  | SOUTH   | SOUTHLAND  | LARGE  | 6100  | Sider
TERRA_COAL        | Terra Coal           | Терра Уголь           | Terra Koʻmir           | B0510  | SOUTH   | SOUTHLAND  | LARGE  | 7400  | Terra
UMBRA_TUNGSTEN    | Umbra Tungsten       | Умбра Вольфрам        | Umbra Volfram          | B0729  | SOUTH   | SOUTHLAND  | SMALL  | 460   |
VENA_LITHIUM      | Vena Lithium         | Вена Литий            | Vena Litiy             | B0899  | SOUTH   | SOUTHLAND  | SMALL  | 330   | Vena
"""  # noqa: E501  (a table reads better wide)
ENTERPRISES = tuple(_enterprise(line) for line in _LINES.strip().splitlines())

_AREAS = (
    (COUNTRY, "COUNTRY", "Metallia (synthetic)", "Металлия (вымышленная)", "Metalliya (toʻqima)"),
    (INDUSTRY, "INDUSTRY", "Mining and metallurgy of Metallia", "Горно-металлургическая отрасль Металлии",
     "Metalliya togʻ-kon metallurgiya tarmogʻi"),
    ("CLUSTER_CENTRAL", "CLUSTER", "Central Ores Cluster", "Кластер «Центральные руды»", "«Markaziy rudalar» klasteri"),
    ("CLUSTER_NORTH", "CLUSTER", "North Copper Cluster", "Кластер «Северная медь»", "«Shimoliy mis» klasteri"),
    ("CLUSTER_SOUTH", "CLUSTER", "South Steel and Light Metals Cluster", "Кластер «Южная сталь и лёгкие металлы»",
     "«Janubiy poʻlat va yengil metallar» klasteri"),
    ("REGION_CENTRALIA", "REGION", "Centralia", "Централия", "Sentraliya"),
    ("REGION_HIGHLAND", "REGION", "Highland", "Нагорье", "Togʻli oʻlka"),
    ("REGION_NORTHMARK", "REGION", "Northmark", "Северный край", "Shimoliy oʻlka"),
    ("REGION_SOUTHLAND", "REGION", "Southland", "Южный край", "Janubiy oʻlka"),
)  # fmt: skip

#: Planted: an enterprise that changes its cluster, so that a roll-up must look at dates.
MOVED, MOVED_FROM, MOVED_TO, MOVED_IN = "PYRITE_CHEMICAL", "CENTRAL", "SOUTH", 2017


def unit_rows() -> list[dict[str, str]]:
    """Rows of units.csv: the areas first, then the enterprises."""
    areas = [
        {"unit": code, "level": level, "name_en": en, "name_ru": ru, "name_uz": uz, "country": COUNTRY_CODE}
        for code, level, en, ru, uz in _AREAS
    ]
    return areas + [_enterprise_row(enterprise) for enterprise in ENTERPRISES]


def _enterprise_row(enterprise: Enterprise) -> dict[str, str]:
    en, ru, uz = enterprise.names
    return {
        "unit": enterprise.code,
        "level": "ENTERPRISE",
        "name_en": en,
        "name_ru": ru,
        "name_uz": uz,
        "country": COUNTRY_CODE,
        "isic": enterprise.isic,
        "valid_from": f"{enterprise.first}-01-01" if enterprise.first > YEARS[0] else "",
        "valid_to": f"{enterprise.last}-12-31" if enterprise.last < YEARS[-1] else "",
        "aliases": enterprise.aliases,
        "size": enterprise.size,
        "region": enterprise.region,
    }


def membership_rows() -> list[dict[str, str]]:
    """Rows of memberships.csv: three parallel hierarchies; only the industry reaches the country (no double count)."""
    rows = [_membership(INDUSTRY, COUNTRY, "industry", "", "")]
    for enterprise in ENTERPRISES:
        row = _enterprise_row(enterprise)
        dates = (row["valid_from"], row["valid_to"])
        rows.append(_membership(enterprise.code, INDUSTRY, "industry", *dates))
        rows += _cluster_memberships(enterprise, dates)
        rows.append(_membership(enterprise.code, f"REGION_{enterprise.region}", "region", *dates))
    return rows


def _cluster_memberships(enterprise: Enterprise, dates: tuple[str, str]) -> list[dict[str, str]]:
    if enterprise.code != MOVED:
        return [_membership(enterprise.code, f"CLUSTER_{enterprise.cluster}", "cluster", *dates)]
    return [
        _membership(MOVED, f"CLUSTER_{MOVED_FROM}", "cluster", "", f"{MOVED_IN - 1}-12-31"),
        _membership(MOVED, f"CLUSTER_{MOVED_TO}", "cluster", f"{MOVED_IN}-01-01", ""),
    ]


def _membership(unit: str, parent: str, hierarchy: str, valid_from: str, valid_to: str) -> dict[str, str]:
    return {
        "unit": unit, "parent": parent, "hierarchy": hierarchy, "valid_from": valid_from, "valid_to": valid_to,
    }  # fmt: skip
