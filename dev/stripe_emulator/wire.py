"""Form bodies in, list envelopes and pages out.

Encoding: `stripe._encode._api_encode`; pages: https://docs.stripe.com/api/pagination
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, Any

from .errors import invalid, no_such

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .errors import Json
    from .store import Row

FAR = 2**62
KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(pairs: Iterable[tuple[str, str]]) -> Json:
    """Return nested hashes; arrays stay hashes of index to value until typed."""
    result: Json = {}
    for key, value in pairs:
        match = KEY.fullmatch(key)
        parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else [key]
        _place(result, parts, value)
    return result


def _place(result: Json, parts: list[str], value: str) -> None:
    target = result
    for part in parts[:-1]:
        child = target.setdefault(part or str(len(target)), {})
        if not isinstance(child, dict):
            message = "Invalid request: a parameter is both a value and a hash"
            raise invalid(message)
        target = child
    target[parts[-1] or str(len(target))] = value


def envelope(url: str, data: list[Any], *, has_more: bool = False) -> Json:
    """Return Stripe's list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def page(
    rows: list[Row],
    params: Json,
    url: str,
    label: str,
    *,
    same: tuple[str, ...] = (),
    wanted: Callable[[Row], bool] = lambda row: True,
) -> Json:
    """Return one page, newest first, of `rows` (oldest first).

    `same` names the parameters that filter by the field of the same name.
    """
    limit = _limit(params)
    exact = {name: params[name] for name in same if name in params}

    def matches(row: Row) -> bool:
        fields = all(row.data[name] == value for name, value in exact.items())
        return fields and wanted(row)

    if "starting_after" in params and "ending_before" in params:
        message = (
            "You may only specify one of these parameters: starting_after, "
            "ending_before."
        )
        raise invalid(
            message,
            "starting_after",
        )
    if "ending_before" in params:
        rows = rows[_position(rows, params["ending_before"], label) + 1 :]
        found, more = _take(_window(rows, params.get("created")), limit, matches)
        found.reverse()
    else:
        if cursor := params.get("starting_after"):
            rows = rows[: _position(rows, cursor, label, "starting_after")]
        rows = _window(rows, params.get("created"))
        found, more = _take(reversed(rows), limit, matches)
    return envelope(url, [row.data for row in found], has_more=more)


def _take(
    rows: Iterable[Row], limit: int, wanted: Callable[[Row], bool]
) -> tuple[list[Row], bool]:
    found: list[Row] = []
    for row in rows:
        if wanted(row):
            if len(found) == limit:
                return found, True
            found.append(row)
    return found, False


def _limit(params: Json) -> int:
    limit = int(params.get("limit", 10))
    if limit < 1 or limit > 100:
        word, bound = ("greater", 1) if limit < 1 else ("less", 100)
        raise invalid(
            f"This value must be {word} than or equal to {bound} "
            f"(it currently is '{limit}').",
            "limit",
            "parameter_invalid_integer",
        )
    return limit


def _position(
    rows: list[Row], object_id: str, label: str, param: str = "ending_before"
) -> int:
    for index in range(len(rows) - 1, -1, -1):
        if rows[index].id == object_id:
            return index
    raise no_such(label, object_id, param, status=400)


def _bounds(when: Any) -> tuple[int, int]:
    """Return the first moment of a filter, and the first after its end."""
    if isinstance(when, int):
        return when, when + 1
    first = max(when.get("gte", 0), when.get("gt", -1) + 1)
    return first, min(when.get("lte", FAR) + 1, when.get("lt", FAR))


def within(moment: int, when: Any) -> bool:
    """Say if a moment is the one meant, or between gt, gte, lt and lte."""
    first, end = _bounds(when)
    return first <= moment < end


def _window(rows: list[Row], created: Any) -> list[Row]:
    """Return the rows that were created when `created` says, if it says."""
    if created is None:
        return rows
    first, end = _bounds(created)
    low = bisect.bisect_left(rows, (first, -1), key=lambda row: row.place)
    high = bisect.bisect_left(rows, (end, -1), key=lambda row: row.place)
    return rows[low:high]
