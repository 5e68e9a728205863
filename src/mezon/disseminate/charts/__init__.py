"""Charts: one module for portal, report, notebook and command line.

Each function takes a plain frame with labels already in the reader's language and gives a `Chart`: an Altair chart
with its title, alt text, table, source and release. Altair is imported here and nowhere else, and only when the first
picture is asked for.

    from mezon.disseminate.charts import Caption, Look, render_svg, whisker_rank

    chart = whisker_rank(frame, caption=Caption(title="Scores, 2017", source="..."), look=Look(language="uz"))
    render_svg(chart)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezon.disseminate.charts.bounds import bounded_bars
    from mezon.disseminate.charts.cascade import waterfall
    from mezon.disseminate.charts.currencies import currency_lines
    from mezon.disseminate.charts.heat import heat_map
    from mezon.disseminate.charts.lines import lines_over_time
    from mezon.disseminate.charts.lollipop import gaps_lollipop
    from mezon.disseminate.charts.matrix import Shading, shaded_matrix
    from mezon.disseminate.charts.pairs import paired_bars
    from mezon.disseminate.charts.picture import PAGE, PHONE, Caption, Chart, Look
    from mezon.disseminate.charts.rendering import render_png, render_svg, spec_json
    from mezon.disseminate.charts.slopes import slope
    from mezon.disseminate.charts.stacked import stacked_bars
    from mezon.disseminate.charts.whiskers import whisker_rank

_HOME = {
    "Caption": "picture", "Chart": "picture", "Look": "picture", "PAGE": "picture", "PHONE": "picture",
    "bounded_bars": "bounds", "currency_lines": "currencies", "gaps_lollipop": "lollipop", "heat_map": "heat",
    "lines_over_time": "lines", "paired_bars": "pairs", "render_png": "rendering", "render_svg": "rendering",
    "Shading": "matrix", "shaded_matrix": "matrix", "slope": "slopes", "spec_json": "rendering",
    "stacked_bars": "stacked", "waterfall": "cascade", "whisker_rank": "whiskers",
}  # fmt: skip

__all__ = [
    "PAGE",
    "PHONE",
    "Caption",
    "Chart",
    "Look",
    "Shading",
    "bounded_bars",
    "currency_lines",
    "gaps_lollipop",
    "heat_map",
    "lines_over_time",
    "paired_bars",
    "render_png",
    "render_svg",
    "shaded_matrix",
    "slope",
    "spec_json",
    "stacked_bars",
    "waterfall",
    "whisker_rank",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, so that number formats and texts can be used without Altair."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
