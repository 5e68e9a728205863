"""Every picture, in every language, theme and width, as SVG, PNG and specification."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

import pytest

from mezon.disseminate.charts import PAGE, PHONE, Chart, Look, render_png, render_svg, spec_json
from mezon.disseminate.charts.measuring import text_width
from mezon.disseminate.charts.theme import THEMES
from mezon.model.text import LANGUAGES

Sample = Callable[[Look], Chart]
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Seen:
    """A line of text where it stands on the sheet."""

    text: str
    left: float
    right: float
    middle: float
    size: float

    def overlaps(self, other: Seen) -> bool:
        beside = self.right - 1 <= other.left or other.right - 1 <= self.left
        apart = abs(self.middle - other.middle) >= 0.35 * (self.size + other.size)
        return not beside and not apart


def lines_of_text(svg: bytes) -> list[Seen]:
    found: list[Seen] = []

    def visit(node: ElementTree.Element, x: float, y: float) -> None:
        moved = node.get("transform", "")
        if moved.startswith("translate("):
            dx, dy = moved.removeprefix("translate(").split(")")[0].split(",")
            x, y = x + float(dx), y + float(dy)
        if node.tag == f"{SVG}text" and node.text:
            size = float(node.get("font-size", "0").removesuffix("px"))
            width = text_width(node.text, size, bold=node.get("font-weight") == "bold")
            left = x - {"start": 0.0, "middle": width / 2, "end": width}[node.get("text-anchor", "start")]
            found.append(Seen(node.text, left, left + width, y - 0.3 * size, size))
        for child in node:
            visit(child, x, y)

    visit(ElementTree.fromstring(svg), 0.0, 0.0)  # noqa: S314 - our own drawing
    return found


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_drawn_in_every_language_and_theme(sample: Sample, language: str, theme: str) -> None:
    chart = sample(Look(language=language, theme=theme))
    root = ElementTree.fromstring(render_svg(chart))  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    assert root.get("lang") == language
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text == chart.alt
    assert (int(root.get("width")), int(root.get("height"))) == (chart.width, chart.height) == (PAGE, chart.height)
    assert root.find(f"{SVG}rect").get("fill") == THEMES[theme].paper


@pytest.mark.parametrize("width", [PAGE, PHONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_text_leaves_the_sheet_or_lies_on_another(sample: Sample, language: str, width: int) -> None:
    chart = sample(Look(language=language, width=width))
    lines = lines_of_text(render_svg(chart))
    assert len(lines) > 4
    outside = [line for line in lines if line.left < 0 or line.right > width or not 0 < line.middle < chart.height]
    assert not outside
    assert not [(one.text, two.text) for one, two in combinations(lines, 2) if one.overlaps(two)]


def test_title_source_and_release_stand_inside_the_picture_as_text(sample: Sample) -> None:
    chart = sample(Look(language="uz"))
    said = " ".join(line.text.replace("\u00a0", " ") for line in lines_of_text(render_svg(chart)))
    assert chart.title in said
    assert chart.source_line == "Manba: World Bank (2025)"
    assert chart.source_line in said
    assert chart.release in said


def test_the_same_picture_gives_the_same_bytes(sample: Sample) -> None:
    look = Look(language="ru", width=PHONE)
    assert render_svg(sample(look)) == render_svg(sample(look))
    assert render_png(sample(look)) == render_png(sample(look))
    assert spec_json(sample(look)) == spec_json(sample(look))


def test_png_has_as_many_pixels_as_asked_for(sample: Sample) -> None:
    chart = sample(Look(width=PHONE))
    header = render_png(chart, scale=3)[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (3 * PHONE, 3 * chart.height)


def test_the_specification_holds_its_data_and_asks_for_nothing_from_elsewhere(sample: Sample) -> None:
    written = spec_json(sample(Look()))
    assert '"url"' not in written
    assert json.loads(written)["width"] > 0


def test_the_picture_speaks_as_one_to_a_screen_reader(sample: Sample) -> None:
    drawn = render_svg(sample(Look())).decode()
    assert drawn.count("role=") == 1
    assert "aria-roledescription" not in drawn
    assert "style=" not in drawn


def test_two_pictures_may_stand_in_one_page() -> None:
    from tests.disseminate.charts.conftest import SAMPLES

    ids = [render_svg(SAMPLES[name](Look())).decode().split('id="')[1].split('"')[0] for name in ("heat", "lines")]
    assert len(set(ids)) == 2
