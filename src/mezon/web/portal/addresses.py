"""Addresses of single numbers: the page of the way back, with the date that the reader asked for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse


def of_value(indicator: str, unit: str, period: str, *, as_of: str = "") -> str:
    """Give the address of the way back of a value."""
    return _asked("portal:trace", {"indicator": indicator, "unit": unit, "period": period, "as_of": as_of})


def of_score(unit: str, period: str, node: str, *, methodology: str = "", as_of: str = "") -> str:
    """Give the address of the way back of a score; `methodology` is left out for the default one."""
    asked = {"unit": unit, "period": period, "node": node, "methodology": methodology, "as_of": as_of}
    return _asked("portal:trace", asked)


def of_indicator(indicator: str, *, as_of: str = "") -> str:
    """Give the address of an indicator's page."""
    return _asked("portal:indicator", {"as_of": as_of}, indicator)


def query(asked: Mapping[str, str]) -> str:
    """Write what is asked for after a question mark; nothing when nothing is."""
    told = {key: value for key, value in asked.items() if value}
    return f"?{urlencode(told)}" if told else ""


def _asked(name: str, asked: Mapping[str, str], *arguments: str) -> str:
    return f"{reverse(name, args=arguments)}{query(asked)}"
