"""Questions to a drawn picture: which texts it shows, and where the marks of a layer stand."""

from __future__ import annotations

from typing import Any

from mezon.disseminate.charts import Chart


def shown(chart: Chart) -> list[str]:
    """Give every line of text in the picture, with plain blanks."""
    return [row["text"].replace("\u00a0", " ") for rows in _data(chart) for row in rows if "text" in row]


def marks(chart: Chart, kind: str) -> list[list[dict[str, Any]]]:
    """Give the rows of every layer drawn with one kind of mark."""
    spec = chart.spec.to_dict()
    return [_rows(spec, layer) for layer in spec["layer"] if layer["mark"]["type"] == kind]


def dashes(chart: Chart) -> list[tuple[list[int], list[float]]]:
    """Give the dash and the values of every line."""
    spec = chart.spec.to_dict()
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    return [(layer["mark"]["strokeDash"], [row["value"] for row in _rows(spec, layer)]) for layer in lines]


def _data(chart: Chart) -> list[list[dict[str, Any]]]:
    spec = chart.spec.to_dict()
    return [_rows(spec, layer) for layer in spec["layer"]]


def _rows(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    data = layer["data"]
    return data["values"] if "values" in data else spec["datasets"][data["name"]]
