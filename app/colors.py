"""The company's color on server-rendered pages: text on it is computed for contrast, as the widget does.

Mirrors `static/src/theme.js`. The formulas are WCAG 2.2's relative luminance and contrast ratio.
"""

import re
from dataclasses import dataclass

DEFAULT_ACCENT = "#2f55d4"


@dataclass(frozen=True, slots=True)
class Accent:
    """Two `#rrggbb` colors that reach at least 4.5:1 on each other, and the color hovering shades towards."""

    color: str
    text: str
    shade: str


def accent_of(color: str | None) -> Accent:
    """White text where it is readable on the color, else black; anything but `#rrggbb` is the default color."""
    known = color if color and re.fullmatch(r"#[0-9a-fA-F]{6}", color) else DEFAULT_ACCENT
    is_dark = 1.05 / (_luminance(known) + 0.05) >= 4.5
    return Accent(known, "#ffffff" if is_dark else "#000000", "black" if is_dark else "white")


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
