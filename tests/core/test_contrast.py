"""A button that everybody can read, in whatever colour the seller has chosen."""

import pytest

from odoo.addons.kash_stripe_connect.core import contrast


@pytest.mark.parametrize(
    ("paint", "ink"),
    [
        ("#000000", contrast.WHITE),
        ("#1f4e79", contrast.WHITE),
        ("#FFD700", contrast.INK),
        ("#ffffff", contrast.INK),
    ],
)
def test_what_is_written_with_reads_better_than_the_other(paint, ink):
    """White on gold is what a seller would not notice himself."""
    assert contrast.ink_on(paint) == ink


@pytest.mark.parametrize("grey", range(0, 256, 15))
def test_on_every_grey_it_has_the_contrast_that_is_asked_for(grey):
    """4.5 to 1, https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    paint = f"#{grey:02x}{grey:02x}{grey:02x}"
    assert contrast.ratio(contrast.ink_on(paint), paint) >= 4.5


def test_black_on_white_is_the_most_there_is():
    """21 to 1, whichever is named first."""
    assert contrast.ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast.ratio("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#123456; x: y", None, 7])
def test_nothing_else_is_a_colour(text):
    """It stands in the page's own code."""
    assert not contrast.is_colour(text)
