"""How a resource says what it is: its routes, its timers, its SDK class."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from . import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import Json
    from .keys import Key
    from .store import Row, Store, Tenant
    from .world import World

Handler = TypeVar("Handler", bound="Callable[..., Any]")


@dataclass
class Call:
    """One request, understood: who asks, for whom, for what."""

    world: World
    tenant: Tenant
    params: Json
    ids: dict[str, str]
    path: str
    key: Key

    @property
    def store(self) -> Store:
        """Every object."""
        return self.world.store


@dataclass(frozen=True)
class Route:
    """One endpoint: its path, its parameters by the SDK's class, its permission."""

    method: str
    path: str
    pattern: re.Pattern[str]
    params: type
    permission: str
    handler: Callable[[Call], Json]


@dataclass
class Resource:
    """One kind of object of the API."""

    kind: str
    label: str
    sdk: type
    permission: str
    routes: list[Route] = field(default_factory=list)
    timers: dict[str, Callable[..., None]] = field(default_factory=dict)
    includes: dict[str, Callable[[World, Row], Json]] = field(default_factory=dict)

    def route(
        self, method: str, path: str, params: type, permission: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Register an endpoint; `<name>` in the path becomes `call.ids["name"]`."""
        if permission is None:
            permission = f"{self.permission}_{'read' if method == 'GET' else 'write'}"
        pattern = re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))

        def register(handler: Handler) -> Handler:
            route = Route(method, path, pattern, params, permission, handler)
            self.routes.append(route)
            return handler

        return register

    def timer(self, name: str) -> Callable[[Handler], Handler]:
        """Register what happens when a timer of this name falls due."""

        def register(handler: Handler) -> Handler:
            self.timers[name] = handler
            return handler

        return register

    def include(self, field_name: str) -> Callable[[Handler], Handler]:
        """Register a list that is shown only if asked for by `expand`."""

        def register(handler: Handler) -> Handler:
            self.includes[field_name] = handler
            return handler

        return register

    def get(self, call: Call, param: str = "id") -> Row:
        """Return the object named in the path, or Stripe's "No such …"."""
        object_id = call.ids["id"]
        row = call.store.get(call.tenant, self.kind, object_id)
        if row is None:
            raise errors.no_such(self.label, object_id, param, self._other_mode(call))
        return row

    def _other_mode(self, call: Call) -> str:
        """Return the hint that Stripe gives to who uses the key of the other mode."""
        live = call.tenant.livemode
        twin = call.tenant._replace(livemode=not live)
        if call.store.get(twin, self.kind, call.ids["id"]) is None:
            return ""
        have, used = ("test", "live") if live else ("live", "test")
        return (
            f"; a similar object exists in {have} mode, but a {used} mode key was used "
            "to make this request."
        )
