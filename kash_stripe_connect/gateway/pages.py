# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists of Stripe's, page by page: https://docs.stripe.com/api/pagination."""

from collections.abc import Callable, Iterator
from typing import Any

from ..core.lists import Page


def pages(verb: Callable[..., Page], **asked: Any) -> Iterator[Page]:
    """Yield the pages of a list, the newest first; asked for one by one.

    :param verb: a method of the gateway that returns a page, such as ``payouts_page``
    """
    cursor = None
    while True:
        page = verb(**asked, cursor=cursor)
        yield page
        cursor = page.cursor
        if not cursor:
            return
