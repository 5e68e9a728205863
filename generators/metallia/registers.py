"""The registers: projects, their money, partnerships, patents, technologies, adoption, actors, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from generators.metallia.country import COUNTRY_CODE, ENTERPRISES, YEARS, Enterprise
from generators.metallia.figures import SOURCES_OF_FUNDS, Array
from generators.metallia.words import ACTORS, DOCUMENTS, PARTNERS, PROJECT_KINDS, TECHNOLOGIES

Row = dict[str, object]
_STAGES = ("IN_USE", "RUNNING", "ON_HOLD", "ABANDONED")
_PARTNERSHIP_KINDS = ("R&D", "R&D", "LICENCE", "TRAINING", "JOINT_VENTURE", "SUPPLY_WITH_TRANSFER")
REGISTER_SOURCES = {
    "projects": "PROJECT_REGISTER", "investments": "PROJECT_REGISTER", "partnerships": "PARTNERSHIP_REGISTER",
    "patents": "PATENT_OFFICE", "adoption": "TECHNOLOGY_FORM", "technologies": "TECHNOLOGY_FORM",
    "actors": "PARTNERSHIP_REGISTER", "documents": "PROJECT_REGISTER",
}  # fmt: skip
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "projects": (
        "id", "name_en", "name_ru", "name_uz", "owner", "unit", "kind", "stage", "innovative", "amount",
        "unit_of_measure", "started", "brought_into_use", "jobs_created", "jobs_displaced", "partners", "location",
        "source", "source_ref",
    ),
    "investments": (
        "id", "project", "unit", "period", "purpose", "source_of_funds", "amount", "unit_of_measure", "source",
        "source_ref",
    ),
    "partnerships": (
        "id", "name_en", "name_ru", "name_uz", "unit", "partner", "partner_country", "kind", "helix_role", "signed",
        "expires", "source", "source_ref",
    ),
    "patents": ("id", "unit", "title", "number", "kind", "granted", "owners", "source", "source_ref"),
    "technologies": ("id", "name_en", "name_ru", "name_uz", "kind", "source"),
    "adoption": ("id", "unit", "technology", "period", "stage", "source", "source_ref"),
    "actors": ("id", "name_en", "name_ru", "name_uz", "short", "kind", "helix_role", "country", "source"),
    "documents": (
        "id", "issuer", "kind", "number", "date", "date_stated", "title_stated", "title_verified", "topic", "verified",
        "source",
    ),
}  # fmt: skip


def register_rows(rng: np.random.Generator, panel: Mapping[str, Array]) -> dict[str, list[Row]]:
    """All registers by name, each row with its source."""
    projects = list(_projects(rng, panel))
    registers: dict[str, list[Row]] = {
        "projects": projects,
        "investments": list(_investments(rng, projects)),
        "partnerships": list(_partnerships(rng, panel)),
        "patents": list(_patents(rng, panel)),
        "technologies": [_named("TECH", place, names) for place, names in enumerate(TECHNOLOGIES, start=1)],
        "adoption": list(_adoption(rng, panel)),
        "actors": [dict(zip(COLUMNS["actors"][:-1], actor, strict=True)) for actor in ACTORS],
        "documents": [dict(zip(COLUMNS["documents"][:-1], document, strict=True)) for document in DOCUMENTS],
    }
    return {
        name: [row | {"source": REGISTER_SOURCES[name]} for row in rows] for name, rows in sorted(registers.items())
    }


def _drive(panel: Mapping[str, Array], enterprise: Enterprise) -> Iterator[tuple[int, float]]:
    """How many projects, patents and partners to expect in each year, for an enterprise of its size and ability."""
    place = ENTERPRISES.index(enterprise)
    for year in enterprise.years:
        column = YEARS.index(year)
        size = float(panel["EMPLOYEES"][place, column] / 2000) ** 0.45
        yield year, size * float(np.exp(0.45 * panel["DIGITAL_ABILITY"][place, column]))


def _projects(rng: np.random.Generator, panel: Mapping[str, Array]) -> Iterator[Row]:
    number = 0
    for enterprise in ENTERPRISES:
        for year, drive in _drive(panel, enterprise):
            for _ in range(int(rng.poisson(0.75 * drive))):
                number += 1
                yield _project(rng, enterprise, year, number, drive)


def _project(rng: np.random.Generator, enterprise: Enterprise, year: int, number: int, drive: float) -> Row:
    kind, names = list(PROJECT_KINDS.items())[int(rng.integers(len(PROJECT_KINDS)))]
    started = f"{year}-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
    ready = year + 1 + int(rng.integers(0, 3))
    stage = _STAGES[int(rng.choice(4, p=[0.72, 0.12, 0.08, 0.08]))]
    is_ready = stage == "IN_USE" and ready <= enterprise.last
    jobs = float(round(float(rng.gamma(2.0, 6.0) * max(drive, 0.5)), 0))
    en, ru, uz = (f"{name}: {owner}" for name, owner in zip(names, enterprise.names, strict=True))
    return {
        "id": f"PRJ-{number:03d}",
        "name_en": en,
        "name_ru": ru,
        "name_uz": uz,
        "owner": enterprise.names[0],
        "unit": enterprise.code,
        "kind": kind,
        "stage": "IN_USE" if is_ready else "RUNNING" if stage == "IN_USE" else stage,
        "innovative": bool(rng.random() < 0.9),
        "amount": round(float(rng.lognormal(1.9, 0.8)) * max(drive, 0.4), 1),
        "unit_of_measure": "XTS_MN",
        "started": started,
        "brought_into_use": f"{ready}-{int(rng.integers(1, 13)):02d}" if is_ready else "",
        "jobs_created": jobs,
        "jobs_displaced": float(round(jobs * float(rng.uniform(0.0, 0.7)), 0)),
        "partners": ACTORS[int(rng.integers(len(ACTORS)))][0],
        "location": enterprise.region.title(),
        "source_ref": f"entry {number}",
    }


def _investments(rng: np.random.Generator, projects: list[Row]) -> Iterator[Row]:
    number = 0
    for project in projects:
        amount, year = float(str(project["amount"])), int(str(project["started"])[:4])
        first = round(amount * float(rng.uniform(0.35, 0.7)), 1)
        for offset, part in enumerate((first, round(amount - first, 1))):
            if year + offset > YEARS[-1]:
                continue
            number += 1
            yield {
                "id": f"INV-{number:03d}",
                "project": project["id"],
                "unit": project["unit"],
                "period": str(year + offset),
                "purpose": "EQUIPMENT" if rng.random() < 0.7 else "R&D",
                "source_of_funds": SOURCES_OF_FUNDS[int(rng.choice(7, p=[0.46, 0.08, 0.16, 0.12, 0.13, 0.03, 0.02]))],
                "amount": part,
                "unit_of_measure": "XTS_MN",
                "source_ref": f"{project['source_ref']}, payment {offset + 1}",
            }


def _partnerships(rng: np.random.Generator, panel: Mapping[str, Array]) -> Iterator[Row]:
    number = 0
    for enterprise in ENTERPRISES:
        for year, drive in _drive(panel, enterprise):
            for _ in range(int(rng.poisson(0.5 * drive))):
                number += 1
                yield _partnership(rng, enterprise, year, number)


def _partnership(rng: np.random.Generator, enterprise: Enterprise, year: int, number: int) -> Row:
    partner, country, role = PARTNERS[int(rng.integers(len(PARTNERS)))]
    kind = _PARTNERSHIP_KINDS[int(rng.integers(len(_PARTNERSHIP_KINDS)))]
    month, span = int(rng.integers(1, 13)), int(rng.integers(2, 6))
    end = f"{enterprise.last}-12-31"
    return {
        "id": f"PAR-{number:03d}",
        "name_en": f"Agreement of {enterprise.names[0]} with {partner}",
        "name_ru": f"Соглашение «{enterprise.names[1]}» и {partner}",
        "name_uz": f"«{enterprise.names[2]}» va {partner} kelishuvi",
        "unit": enterprise.code,
        "partner": partner,
        "partner_country": country,
        "kind": kind,
        "helix_role": role,
        "signed": f"{year}-{month:02d}-15",
        "expires": min(f"{year + span}-{month:02d}-14", end),
        "source_ref": f"entry {number}",
    }


def _patents(rng: np.random.Generator, panel: Mapping[str, Array]) -> Iterator[Row]:
    number = 0
    for enterprise in ENTERPRISES:
        for year, drive in _drive(panel, enterprise):
            for _ in range(int(rng.poisson(0.9 * drive))):
                number += 1
                is_patent = bool(rng.random() < 0.6)
                yield {
                    "id": f"PAT-{number:03d}",
                    "unit": enterprise.code,
                    "title": f"{'Method' if is_patent else 'Technology'} {number} of {enterprise.names[0]}",
                    "number": f"{COUNTRY_CODE} {year}{number:04d}",
                    "kind": "PATENT" if is_patent else "TECHNOLOGY",
                    "granted": f"{year}-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}",
                    "owners": int(rng.choice([1, 2, 3], p=[0.7, 0.2, 0.1])),
                    "source_ref": f"entry {number}",
                }


def _adoption(rng: np.random.Generator, panel: Mapping[str, Array]) -> Iterator[Row]:
    """Stages 0 to 5 that follow digital ability and never fall back."""
    number = 0
    for place, enterprise in enumerate(ENTERPRISES):
        ease = 0.8 * rng.standard_normal(len(TECHNOLOGIES))
        stage = np.zeros(len(TECHNOLOGIES), dtype=np.int64)
        for year in enterprise.years:
            drift = 2.0 + 1.1 * float(panel["DIGITAL_ABILITY"][place, YEARS.index(year)]) + ease
            stage = np.maximum(stage, np.clip(np.floor(drift), 0, 5).astype(np.int64))
            for column, _names in enumerate(TECHNOLOGIES):
                number += 1
                yield {
                    "id": f"ADO-{number:04d}",
                    "unit": enterprise.code,
                    "technology": f"TECH-{column + 1}",
                    "period": str(year),
                    "stage": int(stage[column]),
                    "source_ref": f"form {year}, line {column + 10}",
                }


def _named(prefix: str, place: int, names: tuple[str, str, str]) -> Row:
    en, ru, uz = names
    return {"id": f"{prefix}-{place}", "name_en": en, "name_ru": ru, "name_uz": uz, "kind": "DIGITAL"}
