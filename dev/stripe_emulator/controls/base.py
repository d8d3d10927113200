"""What the controls share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..store import Tenant

if TYPE_CHECKING:
    from ..clock import Clock
    from ..errors import Json
    from ..money import Fees
    from ..outbox import Outbox
    from ..requestlog import RequestRecord
    from ..settings import Settings
    from ..store import Row
    from ..world import World


class ControlError(ValueError):
    """An order that the emulator cannot carry out."""


@dataclass(frozen=True)
class Account:
    """A handle on an account: its id and its keys."""

    world: World = field(repr=False)
    id: str
    livemode: bool
    secret_key: str
    publishable_key: str
    live_secret_key: str
    live_publishable_key: str
    client_id: str | None = None
    live_client_id: str | None = None

    def restricted_key(
        self, permissions: list[str] | tuple[str, ...], *, livemode: bool | None = None
    ) -> str:
        """Return a new restricted key with these `rak_…` permissions."""
        live = self.livemode if livemode is None else livemode
        with self.world.lock:
            value = self.world.ids.new(f"rk_{'live' if live else 'test'}_51", 97)
            self.world.keys.add(value, self.id, tuple(permissions))
        return value

    def to_dict(self) -> Json:
        """Return the handle for JSON."""
        names = (
            "id livemode secret_key publishable_key live_secret_key "
            "live_publishable_key client_id live_client_id"
        )
        return {name: getattr(self, name) for name in names.split()}


class Base:
    """What all controls share: the world, and how to find things in it."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def clock(self) -> Clock:
        """The emulator's own time."""
        return self.world.clock

    @property
    def outbox(self) -> Outbox:
        """Webhook deliveries, in order of creation."""
        return self.world.outbox

    @property
    def requests(self) -> list[RequestRecord]:
        """Every request to the API so far."""
        return self.world.requests

    @property
    def settings(self) -> Settings:
        """The delays, the fees and the switches."""
        return self.world.settings

    @property
    def fees(self) -> Fees:
        """The fee schedule, by method of payment."""
        return self.world.settings.fees

    def _row(self, object_id: str, kind: str | None = None) -> Row:
        row = self.world.store.find(object_id)
        if row is None or kind not in (None, row.kind):
            message = f"No such {kind or 'object'}: '{object_id}'"
            raise ControlError(message)
        return row

    def _tenant(
        self, account_id: str | Account, livemode: bool | None = None
    ) -> Tenant:
        row = self._row(
            account_id if isinstance(account_id, str) else account_id.id, "account"
        )
        live = row.private["livemode"] if livemode is None else livemode
        return Tenant(row.id, bool(live))
