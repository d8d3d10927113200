# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long a person is kept waiting for Stripe: one budget for all that is asked.

What a press on a button asks of Stripe is several calls of several gateways: a limit
for each of them is none for the press. The budget goes with the thread that serves it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ends: ContextVar[float | None] = ContextVar("kash_stripe_patience", default=None)


@contextmanager
def until(moment: float) -> Iterator[None]:
    """Ask nothing of Stripe in this block after ``moment``, and wait no longer.

    :param moment: of the monotonic clock, in seconds
    """
    token = _ends.set(moment)
    try:
        yield
    finally:
        _ends.reset(token)


def seconds(longest: float) -> float:
    """Return how long may be waited now: ``longest``, or what is left of the budget."""
    ends = _ends.get()
    return longest if ends is None else min(longest, ends - time.monotonic())
