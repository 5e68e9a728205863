"""What stands around a picture on a page: addresses of its drawings, its words, and the table it was drawn from."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mezon.disseminate.charts.picture import PAGE, PHONE, Chart, Look
from mezon.web.portal.edition import Edition
from mezon.web.portal.formatting import figure
from mezon.web.portal.pages import language
from mezon.web.portal.pictures import chart_of

#: Most rows of a picture's table that stand on the page; the rest is in the download.
ROWS_SHOWN = 200


def shown_picture(edition: Edition, name: str, parameters: dict[str, str], *, as_of: str) -> dict[str, Any]:
    """Give the context of portal/picture.html."""
    asked = {key: str(value) for key, value in parameters.items() if value}
    chart = _words(edition, name, language(), tuple(sorted(asked.items())))
    query = urlencode({**asked, **({"as_of": as_of} if as_of else {})})
    return {
        "chart": chart,
        "light": _address(name, "light", PAGE, "svg", query),
        "dark": _address(name, "dark", PAGE, "svg", query),
        "phone_light": _address(name, "light", PHONE, "svg", query),
        "phone_dark": _address(name, "dark", PHONE, "svg", query),
        "png": _address(name, "print", PAGE, "png", query),
        "csv": _queried(reverse("portal:picture_table", args=(name,)), query),
        "interactive": _queried(reverse("portal:interactive", args=(name,)), query),
        "width": PAGE,
        "height": chart.height,
        "headings": [heading for _, heading in chart.headings],
        "rows": _rows_shown(chart),
        "more_rows": max(chart.table.height - ROWS_SHOWN, 0),
    }


def _rows_shown(chart: Chart) -> list[tuple[Any, ...]]:
    """Give the first rows of a picture's table as they are read: numbers rounded, which the download has in full."""
    table = chart.table.select([column for column, _ in chart.headings]).head(ROWS_SHOWN)
    columns = [
        [None if value is None else figure(value, language=chart.language) for value in column.to_list()]
        if column.dtype.is_float()
        else column.to_list()
        for column in table.iter_columns()
    ]
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=512)
def _words(edition: Edition, name: str, language_code: str, parameters: tuple[tuple[str, str], ...]) -> Chart:
    """Build a chart for its words and table; it is not drawn here."""
    return chart_of(edition, name, Look(language=language_code), dict(parameters))


def _address(name: str, theme: str, width: int, ending: str, query: str) -> str:
    return _queried(reverse("portal:picture", args=(name, theme, width, ending)), query)


def _queried(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
