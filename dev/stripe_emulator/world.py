"""Everything the emulator knows, behind one lock."""

from __future__ import annotations

import copy
import threading
import time
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .clock import Clock
from .faults import Faults
from .idempotency import Idempotency
from .ids import Ids
from .keys import Keys
from .ledger import Ledger
from .outbox import Outbox
from .requestlog import RequestRecord
from .settings import Cause, Settings
from .store import Row, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .errors import Json
    from .links import Link
    from .store import Tenant


class Emit(Protocol):
    """Makes an event: what happened to an object, and how the object was before."""

    def __call__(
        self,
        world: World,
        tenant: Tenant,
        kind: str,
        data: Json,
        previous: Json | None = None,
    ) -> Row: ...


class Rooms(NamedTuple):
    """What the rooms above hand to the world, which knows none of them."""

    timers: Mapping[str, Callable[..., None]]
    emit: Emit


class World:
    """The state of one emulator; `lock` is held by whoever reads or changes it."""

    def __init__(
        self,
        rooms: Rooms,
        seed: int | str,
        now: int | None = None,
        *,
        follow: bool = False,
    ) -> None:
        self._rooms = rooms
        self.lock = threading.RLock()
        self.base_url = ""
        self.dirty = threading.Event()
        self.stopping = threading.Event()
        self.settings = Settings()
        self.outbox = Outbox()
        start = int(time.time()) if now is None else now
        self.clock = Clock(start, self.lock, follow=follow)
        self.clock.fire = lambda timer: self.do(timer.name, *timer.args)
        self._begin(seed)

    def _begin(self, seed: int | str) -> None:
        self.ids = Ids(seed)
        self.store = Store()
        self.keys = Keys()
        self.ledger = Ledger()
        self.faults = Faults()
        self.idempotency = Idempotency()
        self.requests: list[RequestRecord] = []
        self.links: set[Link] = set()
        self.cause = Cause()

    def reset(self) -> None:
        """Forget everything that happened; ids begin anew, time stays."""
        with self.lock:
            self._begin(self.ids.seed)
            self.clock.forget()
            self.outbox.forget()
            self.dirty.set()

    def do(self, name: str, *args: str) -> None:
        """Do what falls due; a falsified object does not stop the clock."""
        act = self._rooms.timers.get(name)
        if act is None:
            return
        try:
            act(self, *args)
        except Exception as error:
            if not any(row.private.get("falsified") for row in self.store):
                raise
            traceback.print_exc()
            record = RequestRecord.of_timer(name, args, self.clock.now, error)
            self.requests.append(record)
        self.dirty.set()

    @contextmanager
    def because(self, cause: Cause) -> Iterator[None]:
        """Name the request that the events made inside were caused by."""
        before, self.cause = self.cause, cause
        try:
            yield
        finally:
            self.cause = before

    def insert(self, kind: str, tenant: Tenant, data: Json, **private: object) -> Row:
        """Keep a new object."""
        return self.store.insert(kind, tenant, data, **private)

    def change(self, row: Row, **fields: Any) -> Json:
        """Change an object; return what `previous_attributes` of its event holds."""
        previous = {name: copy.deepcopy(row.data[name]) for name in fields}
        row.data.update(fields)
        return {k: v for k, v in previous.items() if v != fields[k]}

    def emit(self, kind: str, row: Row, previous: Json | None = None) -> Row:
        """Tell the webhook endpoints of an account what happened to an object."""
        return self._rooms.emit(self, row.tenant, kind, row.data, previous)
