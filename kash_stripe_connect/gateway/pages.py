# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists of Stripe's, page by page: https://docs.stripe.com/api/pagination."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from ..core.facts import Page


def pages(verb: Callable[..., Page], **asked: Any) -> Iterator[tuple[Any, ...]]:
    """Yield what each page of a list holds, the newest first; asked for one by one.

    :param verb: a method of the gateway that returns a page, such as ``payouts_page``
    """
    cursor = None
    while True:
        page = verb(**asked, cursor=cursor)
        yield page.items
        cursor = page.cursor
        if not cursor:
            return


def items(verb: Callable[..., Page], **asked: Any) -> Iterator[Any]:
    """Yield what all pages of a list hold, the newest first."""
    return chain.from_iterable(pages(verb, **asked))
