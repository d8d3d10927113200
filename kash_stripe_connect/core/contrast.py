# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Colours that people can read."""

import re

WHITE, INK = "#ffffff", "#000000"
_HEX = re.compile("#[0-9a-fA-F]{6}")


def is_colour(text: object) -> bool:
    """Tell whether something is a colour as ``#rrggbb``, and nothing but that."""
    return isinstance(text, str) and bool(_HEX.fullmatch(text))


def ink_on(paint: str) -> str:
    """Return what to write with on a colour: white or black, whichever reads better.

    One of them has 4.5 to 1 on any colour; an ink a little lighter would not.

    :param paint: ``#rrggbb``
    """
    return max(WHITE, INK, key=lambda ink: ratio(ink, paint))


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
