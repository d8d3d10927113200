"""`expand`: https://docs.stripe.com/api/expanding_objects.

What can be expanded is read off the SDK's class of the object.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any, ForwardRef, get_args

from .catalogue import by_kind
from .errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import Json
    from .registry import Resource
    from .store import Tenant
    from .world import World

DEPTH = 4


@cache
def expandable(sdk: type) -> frozenset[str]:
    """Return the fields of a class that hold an id or, expanded, an object."""
    return frozenset(
        name
        for name, hint in sdk.__annotations__.items()
        if str in get_args(hint)
        and any(isinstance(part, ForwardRef) for part in get_args(hint))
    )


class Expander:
    """Renders answers for one account, expanding what was asked and is allowed."""

    def __init__(
        self, world: World, tenant: Tenant, allow: Callable[[str], None]
    ) -> None:
        self.world, self.tenant, self.allow = world, tenant, allow

    def render(self, answer: Json, paths: list[str]) -> Json:
        """Return a copy of the answer with every path expanded."""
        result = copy.deepcopy(answer)
        for path in paths:
            parts = path.split(".")
            if len(parts) > DEPTH:
                raise invalid(
                    f"You cannot expand more than {DEPTH} levels of a property "
                    f"(received {path}).",
                    "expand",
                )
            self._expand(result, parts, path)
        return result

    def _expand(self, value: Any, parts: list[str], path: str) -> None:
        if isinstance(value, list):
            for item in value:
                self._expand(item, parts, path)
        elif isinstance(value, dict) and parts:
            if value.get("object") == "list" and parts[0] == "data":
                self._expand(value["data"], parts[1:], path)
            else:
                self._expand_field(value, parts, path)

    def _expand_field(self, value: Json, parts: list[str], path: str) -> None:
        resource = by_kind(value.get("object", ""))
        name = parts[0]
        if resource and name in resource.includes:
            row = self.world.store.find(value["id"])
            if row is not None and not isinstance(value.get(name), dict):
                value[name] = copy.deepcopy(resource.includes[name](self.world, row))
        elif resource and name in expandable(resource.sdk):
            value[name] = self._object(value.get(name))
        else:
            hint = ""
            if value.get("object") == "list":
                hint = f" You may want to try expanding 'data.{path}' instead."
            message = f"This property cannot be expanded ({path}).{hint}"
            raise invalid(message, "expand")
        self._expand(value[name], parts[1:], path)

    def _object(self, value: Any) -> Any:
        row = self.world.store.find(value) if isinstance(value, str) else None
        if row is None or row.tenant != self.tenant:
            return value
        target: Resource | None = by_kind(row.kind)
        if target is not None:
            self.allow(f"{target.permission}_read")
        return copy.deepcopy(row.data)
