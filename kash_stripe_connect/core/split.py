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


def by_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Divide by weights so that no part is a whole unit off its share.

    What rounding leaves goes, a unit each, to the parts that lost most by it.

    :raises ZeroDivisionError: the weights add up to nothing, and there is a total
    """
    if not total:
        return [0] * len(weights)
    whole = sum(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [part for part, _rest in shares]
    # Rests have the sign of the divisor: the nearest to it lost most.
    lost = sorted(range(len(parts)), key=lambda index: -abs(shares[index][1]))
    for index in lost[: total - sum(parts)]:
        parts[index] += 1
    return parts


def next_part(total: int, done: int, *, own: int, before: int, whole: int) -> int:
    """Return the part of ``total`` that the next ``own`` of ``whole`` takes.

    Whatever each was rounded to, the parts of a whole are the total.

    :param done: what went with the ``before`` that came first
    :raises ZeroDivisionError: the whole is nothing
    """
    return _rounded(total * min(before + own, whole), whole) - done


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient, rounded half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    return sign * (quotient + (2 * rest >= abs(denominator)))
