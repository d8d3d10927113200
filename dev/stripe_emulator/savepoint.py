"""What the emulator knew at a moment, so that tests can begin at the same point."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import World

PARTS = ("ids", "store", "keys", "ledger", "faults", "requests", "links", "settings")


class Savepoint:
    """All that changes in a world, as it was when this was made."""

    def __init__(self, world: World) -> None:
        self._world = world
        with world.lock:
            self._kept: dict[str, Any] = copy.deepcopy(
                {
                    **{name: getattr(world, name) for name in PARTS},
                    "answers": world.idempotency.answers,
                    "deliveries": list(world.outbox),
                }
            )
            self._now, self._offset = world.clock.now, world.clock.offset
            self._timers = world.clock.timers

    def rollback(self) -> None:
        """Let everything be again as it was; to be called once, as it hands it over."""
        world = self._world
        with world.lock:
            for name in PARTS:
                setattr(world, name, self._kept[name])
            world.idempotency.answers = self._kept["answers"]
            world.outbox.forget()
            for delivery in self._kept["deliveries"]:
                world.outbox.add(delivery)
            world.clock.forget()
            world.clock.now, world.clock.offset = self._now, self._offset
            world.clock.restore(self._timers)
            world.dirty.set()
