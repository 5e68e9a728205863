"""The invented names: kinds of projects, technologies, partners abroad, actors at home, documents."""

from __future__ import annotations

Names = tuple[str, str, str]

PROJECT_KINDS: dict[str, Names] = {
    "DIGITAL": (
        "Digital control of the plant",
        "Цифровое управление производством",
        "Ishlab chiqarishni raqamli boshqarish",
    ),
    "ENERGY": ("Waste heat recovery", "Утилизация тепла", "Chiqindi issiqlikdan foydalanish"),
    "EXPLORATION": (
        "Deep exploration by drones",
        "Глубинная разведка с беспилотниками",
        "Dronlar bilan chuqur qidiruv",
    ),
    "PROCESSING": ("New flotation line", "Новая линия флотации", "Yangi flotatsiya liniyasi"),
    "PRODUCT": ("New alloy grade", "Новая марка сплава", "Yangi qotishma markasi"),
    "TAILINGS": ("Reprocessing of tailings", "Переработка хвостов", "Chiqindi qoldiqlarini qayta ishlash"),
    "WATER": ("Closed water circuit", "Замкнутый водооборот", "Yopiq suv aylanmasi"),
}

TECHNOLOGIES: tuple[Names, ...] = (
    ("Internet of things", "Интернет вещей", "Buyumlar interneti"),
    ("Big data", "Большие данные", "Katta maʼlumotlar"),
    ("Artificial intelligence", "Искусственный интеллект", "Sunʼiy intellekt"),
    ("Digital twin", "Цифровой двойник", "Raqamli egizak"),
    ("Remote operation", "Дистанционное управление", "Masofadan boshqarish"),
    ("ERP and MES", "ERP и MES", "ERP va MES"),
    ("Geographic information system", "Геоинформационная система", "Geografik axborot tizimi"),
    ("Robotics", "Робототехника", "Robototexnika"),
)

#: Invented partners abroad: name, user-assigned country code, role in the helix of science, business and state.
PARTNERS: tuple[tuple[str, str, str], ...] = (
    ("Polytechnic of Northern Ores", "XXA", "SCIENCE"),
    ("Institute of Clean Metallurgy", "XXB", "SCIENCE"),
    ("Granit Equipment", "XXA", "BUSINESS"),
    ("Helios Automation", "XXB", "BUSINESS"),
    ("Meridian Licensing", "XXC", "BUSINESS"),
    ("Delta Mining Training Centre", "XXC", "SCIENCE"),
    ("Fund for Green Extraction", "XXB", "STATE"),
)

#: id, name_en, name_ru, name_uz, short, kind, helix_role, country
ACTORS: tuple[tuple[str, ...], ...] = (
    ("ACT-1", "Mining University of Metallia (synthetic)", "Горный университет Металлии (вымышленный)",
     "Metalliya konchilik universiteti (toʻqima)", "MUM", "UNIVERSITY", "SCIENCE", "XXM"),
    ("ACT-2", "Institute of Ores (synthetic)", "Институт руд (вымышленный)", "Rudalar instituti (toʻqima)", "IOR",
     "INSTITUTE", "SCIENCE", "XXM"),
    ("ACT-3", "Ministry of Mining of Metallia (synthetic)", "Министерство горного дела Металлии (вымышленное)",
     "Metalliya konchilik vazirligi (toʻqima)", "MoM", "MINISTRY", "STATE", "XXM"),
    ("ACT-4", "Innovation Agency of Metallia (synthetic)", "Агентство инноваций Металлии (вымышленное)",
     "Metalliya innovatsiyalar agentligi (toʻqima)", "IAM", "AGENCY", "STATE", "XXM"),
    ("ACT-5", "Metallia Geological Survey (synthetic)", "Геологическая служба Металлии (вымышленная)",
     "Metalliya geologiya xizmati (toʻqima)", "MGS", "AGENCY", "STATE", "XXM"),
    ("ACT-6", "Union of Ore Producers (synthetic)", "Союз производителей руд (вымышленный)",
     "Ruda ishlab chiqaruvchilar uyushmasi (toʻqima)", "UOP", "ASSOCIATION", "BUSINESS", "XXM"),
    ("ACT-7", "Granit Equipment (synthetic)", "Гранит Оборудование (вымышленное)", "Granit uskunalari (toʻqima)",
     "GRA", "SUPPLIER", "BUSINESS", "XXA"),
    ("ACT-8", "Bank of Northmark (synthetic)", "Банк Северного края (вымышленный)", "Shimoliy oʻlka banki (toʻqima)",
     "BNM", "BANK", "BUSINESS", "XXM"),
)  # fmt: skip

#: id, issuer, kind, number, date, date_stated, title_stated, title_verified, topic, verified
DOCUMENTS: tuple[tuple[str, ...], ...] = (
    ("DOC-1", "Parliament of Metallia (synthetic)", "LAW", "LM-1", "2012-11-20", "2012-11-20", "Law on Innovation",
     "Law on Innovation", "INNOVATION", "yes"),
    ("DOC-2", "Government of Metallia (synthetic)", "DECREE", "DM-17", "2016-03-02", "2016-03-02",
     "Strategy for Mining and Metallurgy to 2030", "Strategy for Mining and Metallurgy to 2030", "STRATEGY", "yes"),
    ("DOC-3", "Ministry of Mining of Metallia (synthetic)", "ORDER", "OM-204", "2019-06-14", "2019-06-14",
     "Order on the Register of Innovation Projects", "Order on the Register of Innovation Projects", "REGISTER",
     "yes"),
    ("DOC-4", "Government of Metallia (synthetic)", "DECREE", "DM-88", "2022-09-30", "2022-09-30",
     "Programme of Digital Mines", "Programme of Digital Mines", "DIGITAL", "yes"),
)  # fmt: skip
