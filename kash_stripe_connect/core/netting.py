# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is owed and what is owed back, set off against each other in order."""

from collections.abc import Sequence


def net(debts: Sequence[int], credits: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return [(index of a credit, index of a debt, amount)], the first ones first.

    What is left of either side stays as it is. All are positive, in minor units.
    """
    pairs: list[tuple[int, int, int]] = []
    left = list(debts)
    at = 0
    for index, credit in enumerate(credits):
        rest = credit
        while rest and at < len(left):
            part = min(rest, left[at])
            if part:
                pairs.append((index, at, part))
            rest -= part
            left[at] -= part
            if not left[at]:
                at += 1
    return pairs
