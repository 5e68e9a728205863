"""What is planted in the observations, each at one named place, so that it can be looked for.

The README of the pack lists the same places; tests/packs/test_metallia.py holds both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Row = dict[str, object]
Key = tuple[str, str, str]

#: Gaps: no value, and the status that says why. (indicator, unit, period) -> status.
GAPS: Mapping[Key, str] = {
    ("RD_SPEND", "DOLM_LIME", "2019"): "O",
    ("INNOV_SPEND", "HALIT_SALT", "2021"): "O",
    ("INNOV_OUTPUT", "RUBIN_FERROALLOYS", "2020"): "O",
    ("INNOV_OUTPUT", "RUBIN_FERROALLOYS", "2021"): "O",
    ("SATISFACTION_MEAN", "TERRA_COAL", "2023"): "O",
    ("SATISFACTION_MEAN", "TERRA_COAL", "2024"): "O",
    ("EXPORT_VALUE", "FJALL_QUARRIES", "2022"): "M",
    ("INNOV_EXPORT", "FJALL_QUARRIES", "2022"): "M",
    ("PROCESSES_AUTOMATED", "GRANA_WIRE", "2017"): "L",
    ("PROCESSES_AUTOMATED", "GRANA_WIRE", "2018"): "L",
    ("COST_SAVING", "NADIR_URANIUM", "2022"): "Q",
    ("COST_BASELINE", "NADIR_URANIUM", "2022"): "Q",
}
_WHY = {
    "O": "No answer was received.",
    "M": "The enterprise did not export in this year.",
    "L": "The inventory existed but was not asked for.",
    "Q": "Withheld at the request of the enterprise.",
}

#: A year in which an enterprise answered neither of the two forms that carry most: the index has to screen it out.
SILENT: Key = ("*", "FJALL_QUARRIES", "2019")
SILENT_FORMS = ("ACCOUNTS_FORM", "INNOVATION_FORM")
OUTLIER: Key = ("FOREIGN_INV_INNOV", "JUNO_REFINERY", "2021")
OUTLIER_TIMES = 4.6
UNIT_SLIP: Key = ("EXPORT_VALUE", "SIDER_IRON", "2015")
BREAK_FROM = ("HOURS_WORKED", "TERRA_COAL", 2018)
BREAK_TIMES = 1.32
REVISED: tuple[Key, ...] = (
    ("RD_SPEND", "AURIS_GOLD", "2019"),
    ("RD_SPEND", "OSTRA_STEEL", "2019"),
    ("INNOV_SPEND", "AURIS_GOLD", "2019"),
)
REVISED_TIMES = 0.91
REVISED_ON = "2021-05-31"
LATE: Key = ("*", "UMBRA_TUNGSTEN", "2021")
LATE_ON = "2023-02-15"
DISAGREED: Key = ("EMPLOYEES", "NADIR_URANIUM", "2020")
DISAGREED_TIMES = 1.08
WRONG_TOTAL: Key = ("EMPLOYEES", "METALLIA_MINING", "2022")
WRONG_TOTAL_TIMES = 0.96


def planted(rows: Iterable[Row]) -> list[Row]:
    """Give the rows with everything planted."""
    changed = [_one(row) for row in rows]
    return changed + [_revision(row) for row in changed if _key(row) in REVISED] + [
        _disagreement(row) for row in changed if _key(row) == DISAGREED
    ]  # fmt: skip


def _key(row: Row) -> Key:
    return (str(row["indicator"]), str(row["unit"]), str(row["period"]))


def _one(row: Row) -> Row:
    plants: tuple[Callable[[Row], Row], ...] = (_gap, _scaled, _break, _late)
    for plant in plants:
        row = plant(row)
    return row


def _gap(row: Row) -> Row:
    is_silent = (row["unit"], str(row["period"])[:4]) == SILENT[1:] and row["source"] in SILENT_FORMS
    status = "O" if is_silent else GAPS.get(_key(row))
    return row if status is None else row | {"value": None, "status": status, "note": _WHY[status]}


def _scaled(row: Row) -> Row:
    """An outlier that is true, a slip of the unit that is not, and a total that its members do not make."""
    factors = {OUTLIER: (OUTLIER_TIMES, 3), UNIT_SLIP: (1000.0, 3), WRONG_TOTAL: (WRONG_TOTAL_TIMES, -1)}
    if _key(row) not in factors:
        return row
    factor, digits = factors[_key(row)]
    note = "Purchase of the new refining line, confirmed by the enterprise." if _key(row) == OUTLIER else None
    return row | {"value": round(_value(row) * factor, digits), "note": note}


def _break(row: Row) -> Row:
    """From one year on contractors' hours are counted too; the first such year says so by its status."""
    indicator, unit, year = BREAK_FROM
    if (row["indicator"], row["unit"]) != (indicator, unit) or int(str(row["period"])) < year:
        return row
    counted = row | {"value": float(round(_value(row) * BREAK_TIMES, -2))}
    is_first = row["period"] == str(year)
    return counted | ({"status": "B", "note": "From this year with hours of contractors."} if is_first else {})


def _late(row: Row) -> Row:
    is_late = (row["unit"], str(row["period"])[:4]) == LATE[1:] and row["source"] == "INNOVATION_FORM"
    return row | {"published": LATE_ON, "note": "Reported late."} if is_late else row


def _revision(row: Row) -> Row:
    return row | {
        "value": round(_value(row) * REVISED_TIMES, 2),
        "source": "INNOVATION_FORM_REVISED",
        "source_ref": f"revised {row['source_ref']}",
        "published": REVISED_ON,
        "note": "Purchased R&D was taken out.",
    }


def _disagreement(row: Row) -> Row:
    return row | {
        "value": float(round(_value(row) * DISAGREED_TIMES)),
        "source": "GEOLOGICAL_SURVEY",
        "source_ref": "yearbook 2020, table 7",
        "published": "2021-10-31",
        "note": "Counts persons at the sites, contractors included.",
    }


def _value(row: Row) -> float:
    value = row["value"]
    if not isinstance(value, float):
        raise TypeError(f"{_key(row)} has no value to change.")
    return value
