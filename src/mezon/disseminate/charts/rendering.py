"""From a picture to bytes, with no network and no clock: the same picture gives the same bytes."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import escape

import vl_convert

from mezon.disseminate.charts.picture import Chart
from mezon.disseminate.charts.theme import FONTS

#: What marks say of themselves; the picture speaks as one, by its title and description.
_SAID_TWICE = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-hidden="true"|class="[^"]*")')

#: The renderer's own typeface lacks the Uzbek modifier letters (oʻ, gʻ, ʼ) and would set the whole line in whatever
#: other face it finds. A PNG holds no text, so quotation marks of the same shape stand in; SVG keeps the letters.
_LOOK_ALIKE = str.maketrans({"\u02bb": "\u2018", "\u02bc": "\u2019"})

#: Letters of Uzbek and Kazakh Cyrillic (қ, ғ, ҳ) that it lacks too: their line is set in DejaVu Sans, a size smaller,
#: because that face is wider.
_WIDER_CYRILLIC = re.compile(r"<text ([^>]*)font-size=\"([0-9.]+)px\"([^>]*)>([^<]*[\u0460-\u052f][^<]*)</text>")
_SMALLER = 0.88


def spec_json(chart: Chart) -> str:
    """Give the Vega-Lite specification as JSON, keys sorted, data inside it."""
    return json.dumps(chart.spec.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def render_svg(chart: Chart) -> bytes:
    """Draw as SVG with text as text, `role="img"`, and a title and description that screen readers find."""
    drawn = str(vl_convert.vegalite_to_svg(spec_json(chart), allowed_base_urls=[]))
    font = f' font-family="{escape(FONTS)}"'
    return _named(_SAID_TWICE.sub("", drawn.replace(font, "")), chart, font).encode("utf-8")


def render_png(chart: Chart, scale: float = 2) -> bytes:
    """Draw the SVG as PNG, `scale` pixels for each of its own."""
    drawn = _WIDER_CYRILLIC.sub(_in_wider_face, render_svg(chart).decode("utf-8").translate(_LOOK_ALIKE))
    return bytes(vl_convert.svg_to_png(drawn, scale=scale))


def _in_wider_face(found: re.Match[str]) -> str:
    before, size, after, text = found.groups()
    face = f'font-family="DejaVu Sans, sans-serif" font-size="{float(size) * _SMALLER:g}px"'
    return f"<text {before}{face}{after}>{text}</text>"


def _named(drawn: str, chart: Chart, font: str) -> str:
    """Give the root element its role, language, font, title and description.

    The ids come from the content, so that several pictures may stand in one page.
    """
    key = sha256(f"{chart.title}\0{chart.alt}\0{chart.theme}\0{chart.width}".encode()).hexdigest()[:8]
    root, rest = drawn.split(">", 1)
    marks = f' role="img" lang="{chart.language}" aria-labelledby="title-{key} desc-{key}"{font}>'
    title = f'<title id="title-{key}">{escape(chart.title)}</title>'
    return f'{root}{marks}{title}<desc id="desc-{key}">{escape(chart.alt)}</desc>{rest}'
