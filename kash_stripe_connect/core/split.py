# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dividing an amount, so that the parts are the whole to the last unit.

Amounts are integers: units of the currency's smallest step.
"""

from collections.abc import Sequence


def newest_first(total: int, room: Sequence[int]) -> list[int]:
    """Fill the places in their order (newest first) until nothing is left."""
    parts = []
    for place in room:
        part = min(total, max(place, 0))
        parts.append(part)
        total -= part
    return parts


def pro_rata(
    total: int, weights: Sequence[int], *, rest_to: int | None = None
) -> list[int]:
    """Divide by weights, which may be negative (discounts); the rest has one place.

    :param rest_to: index of the part that takes the rounding difference; default: the
        biggest
    :raises ZeroDivisionError: the weights add up to nothing
    """
    whole = sum(weights)
    parts = [_rounded(total * weight, whole) for weight in weights]
    if rest_to is None:
        rest_to = max(range(len(weights)), key=lambda index: abs(weights[index]))
    parts[rest_to] += total - sum(parts)
    return parts


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient, rounded half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    return sign * (quotient + (2 * rest >= abs(denominator)))
