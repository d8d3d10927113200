# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A page of one of Stripe's lists, item by item: a bad one keeps no other away.

https://docs.stripe.com/api/pagination
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .reading import BadFact, Json, a_list, an_id, an_object, flag, too_deep


@dataclass(frozen=True)
class Unread:
    """An item that is not as Stripe says: which one, if it says so, and what is wrong.

    ``kind`` is the subject (:mod:`.events`) by which it can be asked for by itself.
    """

    kind: str
    id: str | None
    reason: str


@dataclass(frozen=True)
class Page:
    """One page of a list; ``cursor`` asks for the next one, None at the end."""

    items: tuple[Any, ...]
    cursor: str | None
    unread: tuple[Unread, ...] = ()


def read_each(
    kind: str, read: Callable[[Json], Any], items: Iterable[Any]
) -> tuple[tuple[Any, ...], tuple[Unread, ...]]:
    """Return (what could be read of items, what could not)."""
    found, unread = [], []
    for item in items:
        try:
            found.append(read(item))
        except BadFact as error:
            unread.append(Unread(kind, _id_of(item), str(error)))
        except RecursionError:
            unread.append(Unread(kind, _id_of(item), too_deep(kind)))
    return tuple(found), tuple(unread)


def read_page(kind: str, read: Callable[[Json], Any], answer: Any) -> Page:
    """Read a list's answer; its cursor is the last item that has a name.

    :raises BadFact: it is no list, or nobody could ask for what follows
    """
    listed = a_list(an_object(answer, "list"), "data")
    items, unread = read_each(kind, read, listed)
    return Page(items, _cursor(answer, listed), unread)


def _cursor(answer: Json, listed: list[Any]) -> str | None:
    if not flag(answer, "has_more"):
        return None
    names = [name for name in map(_id_of, listed) if name]
    if not names:
        why = "Stripe's list goes on behind items without ids"
        raise BadFact(why, field="data")
    return names[-1]


def _id_of(item: Any) -> str | None:
    try:
        return an_id(an_object(item, "item"))
    except BadFact:
        return None
