# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Read one field of what Stripe said: of the right type, or a reason that names it.

JSON knows few types, and Stripe's documentation says which one a field has: a field of
another one is as good as missing. A field we cannot do without raises
:class:`BadFact`, and so does one that only *may* be missing, since money or ids hang
on it; what is merely shown to people is absent then (:func:`said`, :func:`detail`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from .reasons import Reason

Json = Mapping[str, Any]

# A day before the calendar of Python and of the ledger ends, which it does sooner in
# zones east of Greenwich.
_LAST_MOMENT = 253402300799 - 86400
_LONGEST = 40
# Stripe promises no id longer than this, and an index takes little more.
_LONGEST_ID = 255
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_WORDS = {
    str: "text",
    bool: "a flag",
    int: "a whole number",
    float: "a fraction",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class BadFact(Reason):
    """Stripe's answer lacks a field, or it is of another type than Stripe says."""

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.field = field


def bad(data: Json, name: str, due: str, kind: str | None = None) -> BadFact:
    """Return the error that names object, field, what was due and what was found.

    :param kind: what ``data`` is, where it does not say so itself
    """
    whose = f"Stripe's {kind or data.get('object') or 'object'}"
    if name not in data:
        return BadFact(f"{whose} has no field {name!r}", field=name)
    if data[name] is None:
        return BadFact(f"{whose} has no value of {name!r}", field=name)
    found = _found(data[name])
    return BadFact(f"{whose} has {found} as {name!r}, not {due}", field=name)


def too_deep(kind: str) -> str:
    """Return what is wrong with what holds so much inside that it cannot be read."""
    return f"Stripe's {kind} is nested too deeply"


def _found(value: Any) -> str:
    """Return what a value is; of containers no contents: they may hold secrets."""
    kind = dict if isinstance(value, dict) else type(value)  # the package's are ordered
    word = _WORDS.get(kind, kind.__name__)
    if value is None or isinstance(value, (list, dict)):
        return word
    shown = repr(value)
    return f"{word} ({shown if len(shown) <= _LONGEST else shown[:_LONGEST] + '…'})"


# === REQUIRED === #


def an_object(data: Any, kind: str) -> Json:
    """Return what must be an object at all, and no item of anything in a list."""
    if not isinstance(data, dict):
        raise BadFact(f"Stripe's {kind} is {_found(data)}, not an object", field="")
    return data


def text(data: Json, name: str, kind: str | None = None) -> str:
    """Return a text that must be there."""
    value = data.get(name)
    if type(value) is not str:
        raise bad(data, name, "text", kind)
    if not _can_be_kept(value):
        raise bad(data, name, "letters that can be kept", kind)
    return value


def _can_be_kept(value: str) -> bool:
    """Tell whether a database takes a text: no NUL, no half of a surrogate pair."""
    return "\0" not in value and (value.isascii() or not _HALF_A_PAIR.search(value))


def one_of(data: Json, name: str, known: Iterable[str]) -> str:
    """Return a word that must be one of those we know what to do with."""
    value = text(data, name)
    if value not in known:
        raise bad(data, name, f"one of {', '.join(known)}")
    return value


def an_id(data: Json, name: str = "id") -> str:
    """Return the id that an object must have, and is looked for by."""
    value = text(data, name)
    if len(value) > _LONGEST_ID:
        raise bad(data, name, "an id")
    return value


def whole(data: Json, name: str, kind: str | None = None) -> int:
    """Return a whole number that must be there: minor units, a count."""
    value = data.get(name)
    if type(value) is not int:  # a flag is no number, though Python says so
        raise bad(data, name, "a whole number", kind)
    return value


def moment(data: Json, name: str) -> int:
    """Return epoch seconds that must be there, of a year a calendar knows."""
    value = whole(data, name)
    if not 0 <= value <= _LAST_MOMENT:
        raise bad(data, name, "a moment")
    return value


def a_list(data: Json, name: str) -> list[Any]:
    """Return a list that must be there, whatever its items are."""
    value = data.get(name)
    if type(value) is not list:
        raise bad(data, name, "a list")
    return value


def flag(data: Json, name: str) -> bool:
    """Return yes or no, which must be there."""
    value = data.get(name)
    if type(value) is not bool:
        raise bad(data, name, "a flag")
    return value


# === MAY BE MISSING === #


def text_or_none(data: Json, name: str) -> str | None:
    """Return a text that decides something where it is there."""
    return None if data.get(name) is None else text(data, name)


def whole_or_none(data: Json, name: str) -> int | None:
    """Return a whole number where it is there."""
    return None if data.get(name) is None else whole(data, name)


def moment_or_none(data: Json, name: str) -> int | None:
    """Return epoch seconds where they are there."""
    return None if data.get(name) is None else moment(data, name)


def flag_or_no(data: Json, name: str) -> bool:
    """Return yes or no; missing means no."""
    return data.get(name) is not None and flag(data, name)


def part(data: Json, name: str) -> Json:
    """Return an object inside another one, empty where it is not there."""
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad(data, name, "an object")
    return value


def parts(data: Json, name: str, kind: str) -> list[Json]:
    """Return the objects of a list, none where it is not there.

    :param kind: what each of them is called, as they seldom say so themselves
    """
    items = _list(data, name)
    for item in items:
        inside(name, partial(an_object, item, kind))
    return items


def words(data: Json, name: str) -> tuple[str, ...]:
    """Return the texts of a list, none where it is not there."""
    items = _list(data, name)
    if not all(type(item) is str and _can_be_kept(item) for item in items):
        raise bad(data, name, "a list of texts")
    return tuple(items)


def _list(data: Json, name: str) -> list[Any]:
    return [] if data.get(name) is None else a_list(data, name)


def labels(data: Json, name: str) -> Mapping[str, str]:
    """Return texts by name, as metadata are: they may say whose something is."""
    found = part(data, name)
    if not all(type(v) is str and _can_be_kept(v) for v in found.values()):
        raise bad(data, name, "texts by name")
    return dict(found)


def reference(data: Json, name: str) -> str | None:
    """Return the id of another object: expanded, plain, or None where there is none."""
    value = data.get(name)
    if isinstance(value, dict):
        return inside(name, partial(an_id, value)) or None
    if value is None:
        return None
    if type(value) is not str or not _can_be_kept(value) or len(value) > _LONGEST_ID:
        raise bad(data, name, "an id")
    return value or None


def expanded(data: Json, name: str) -> Json | None:
    """Return another object where it came along, not only its id."""
    value = data.get(name)
    return value if isinstance(value, dict) else None


def inside(name: str, read: Callable[[], Any]) -> Any:
    """Return what ``read`` makes of field ``name``; its fault is that field's."""
    try:
        return read()
    except BadFact as error:
        raise BadFact(str(error), field=name) from error


# === KEPT === #


def only(data: Json, names: Iterable[str]) -> Json:
    """Return the fields of these names as they are, but no objects and no lists."""
    found = {name: data[name] for name in names if name in data}
    return {n: it for n, it in found.items() if not isinstance(it, (dict, list))}


# === MERELY SHOWN === #


def said(data: Json, name: str) -> str | None:
    """Return a text that is only shown; one that cannot be is as good as not there."""
    value = data.get(name)
    return value if type(value) is str and _can_be_kept(value) else None


def detail(data: Json, name: str) -> Json:
    """Return an object whose contents are only shown; empty when it is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def details(data: Json, name: str) -> Iterable[Json]:
    """Return the objects of a list that is only shown, leaving out what is none."""
    value = data.get(name)
    items = value if type(value) is list else ()
    return (item for item in items if isinstance(item, dict))
