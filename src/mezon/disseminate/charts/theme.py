"""The visual language of the pictures: paper, ink, rules, one accent, and colours that the colour-blind tell apart.

The categorical colours are those of Okabe and Ito, "Color Universal Design" (2008), without yellow on white paper and
black; where they are too light for letters, `inks` holds a darker sister for the text beside the mark.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Liberation Sans comes with the renderer, so that PNG files are the same everywhere; a reader's machine that lacks it
#: has Arial, of the same widths. Both carry Uzbek (Latin and Cyrillic) and Russian and have tabular figures.
FONTS = "Liberation Sans, Arial, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours by their part in the picture; `heat` runs from the lowest value to the highest."""

    paper: str
    ink: str
    soft: str
    muted: str
    rule: str
    faint: str
    accent: str
    positive: str
    negative: str
    series: tuple[str, ...]
    inks: tuple[str, ...]
    heat: tuple[str, str]


_OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#4A525B")
_OKABE_ITO_INKS = ("#00639B", "#875B00", "#00694D", "#AD4B00", "#93476F", "#1A6B9F", "#4A525B")
_OKABE_ITO_NIGHT = ("#4FA9E0", "#E69F00", "#19B88A", "#E06A2C", "#E8B3D3", "#F0E442", "#6F7A86")
_OKABE_ITO_NIGHT_INKS = (*_OKABE_ITO_NIGHT[:6], "#A3ADB8")

THEMES = {
    "light": Theme(
        paper="#FFFFFF",
        ink="#1B2127",
        soft="#545D66",
        muted="#828C96",
        rule="#DADFE4",
        faint="#F3F5F7",
        accent="#0B5F97",
        positive="#0B6FAE",
        negative="#BD4E06",
        series=_OKABE_ITO,
        inks=_OKABE_ITO_INKS,
        heat=("#EAF1F7", "#0A4A7C"),
    ),
    "dark": Theme(
        paper="#14191F",
        ink="#E9ECEF",
        soft="#A9B3BD",
        muted="#7F8A95",
        rule="#323B45",
        faint="#1C232B",
        accent="#6CBBF0",
        positive="#56B4E9",
        negative="#F0853F",
        series=_OKABE_ITO_NIGHT,
        inks=_OKABE_ITO_NIGHT_INKS,
        heat=("#1E2C39", "#93D2FF"),
    ),
    "print": Theme(
        paper="#FFFFFF",
        ink="#000000",
        soft="#3C3C3C",
        muted="#6E6E6E",
        rule="#BDBDBD",
        faint="#F2F2F2",
        accent="#003E66",
        positive="#003E66",
        negative="#A64B00",
        series=_OKABE_ITO,
        inks=_OKABE_ITO_INKS,
        heat=("#F4F4F4", "#2B2B2B"),
    ),
}


def series_colour(theme: Theme, place: int) -> str:
    """Give the colour of the series at a place; beyond seven the colours come again, paler."""
    again, within = divmod(place, len(theme.series))
    return blend(theme.series[within], theme.paper, min(0.5 * again, 0.75))


def series_ink(theme: Theme, place: int) -> str:
    """Give the colour of the words that name the series at a place."""
    return theme.inks[place % len(theme.inks)]


def blend(low: str, high: str, share: float) -> str:
    """Give the colour at `share` (0-1) of the way from `low` to `high`, both `#RRGGBB`."""
    pairs = zip(_channels(low), _channels(high), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * min(max(share, 0.0), 1.0)):02X}" for a, b in pairs)


def contrast(a: str, b: str) -> float:
    """Give the contrast ratio of two colours, 1-21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str) -> str:
    """Choose black or white for letters on a coloured ground: one of them has a contrast of 4.58 or more."""
    return max(("#000000", "#FFFFFF"), key=lambda colour: contrast(colour, ground))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        (c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
