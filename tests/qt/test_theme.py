from __future__ import annotations

import pytest

from cxrviewer.qt import theme


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), theme.PAIRS)
def test_text_reaches_the_contrast_of_wcag_aa(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", [theme.WINDOW, theme.PANEL, theme.CARD])
def test_the_focus_ring_can_be_seen(ground: str) -> None:
    assert contrast(theme.ACCENT, ground) >= 3  # WCAG 1.4.11
