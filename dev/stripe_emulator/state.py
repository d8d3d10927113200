"""The emulator's memory in a file, so that a demo survives its restart."""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
from typing import TYPE_CHECKING

from .clock import Timer
from .idempotency import Answer
from .ids import Ids
from .keys import Key
from .links import Link
from .outbox import Delivery
from .store import Tenant

if TYPE_CHECKING:
    from pathlib import Path

    from .errors import Json
    from .world import World

FORMAT = 1
PAUSE = 0.3


class DamagedState(Exception):
    """A state file that cannot be read."""


def dump(world: World) -> Json:
    """Return everything worth keeping, as JSON."""
    with world.lock:
        return {
            "format": FORMAT,
            "ids": [world.ids.seed, world.ids.counter, world.ids.requests],
            "now": world.clock.now,
            "offset": world.clock.offset,
            "timers": [list(timer) for timer in world.clock.timers],
            "rows": [
                [row.kind, list(row.tenant), row.data, row.private]
                for row in world.store
            ],
            "keys": [dataclasses.asdict(key) for key in world.keys.by_value.values()],
            "links": sorted(world.links),
            "deliveries": [_delivery(d) for d in world.outbox.pending],
            "answers": [
                [list(tenant), key, dataclasses.asdict(answer)]
                for (tenant, key), answer in world.idempotency.answers.items()
                if answer.done
            ],
        }


def _delivery(delivery: Delivery) -> Json:
    body = base64.b64encode(delivery.body).decode()
    return {**dataclasses.asdict(delivery), "body": body}


def load(world: World, saved: Json) -> None:
    """Take back what `dump` gave."""
    if saved.get("format") != FORMAT:
        message = f"format {saved.get('format')!r} is not {FORMAT}"
        raise ValueError(message)
    world.ids = Ids(*saved["ids"])
    for kind, (account, livemode), data, private in saved["rows"]:
        world.insert(kind, Tenant(account, livemode), data, **private)
    for key in saved["keys"]:
        values = {**key, "permissions": tuple(key["permissions"])}
        world.keys.by_value[key["value"]] = Key(**values)
    world.links = {Link(*link) for link in saved["links"]}
    for delivery in saved["deliveries"]:
        body = base64.b64decode(delivery["body"])
        world.outbox.add(Delivery(**{**delivery, "body": body}))
    for (account, livemode), name, answer in saved["answers"]:
        tenant = Tenant(account, livemode)
        world.idempotency.answers[tenant, name] = Answer(**answer)
    world.ledger.recount(world.store)
    _restore_clock(world, saved)


def _restore_clock(world: World, saved: Json) -> None:
    world.clock.now, world.clock.offset = saved["now"], saved["offset"]
    world.clock.restore(
        Timer(due, order, name, tuple(args))
        for due, order, name, args in saved["timers"]
    )


class StateFile:
    """Loads at the start, and saves soon after each change and at the end."""

    def __init__(self, world: World, path: Path) -> None:
        self.world = world
        self.path = path
        self._thread = threading.Thread(
            target=self._run, name="stripe-state", daemon=True
        )

    def load(self) -> bool:
        """Take back the file, if there is one."""
        if not self.path.exists():
            return False
        try:
            load(self.world, json.loads(self.path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{self.path} is damaged ({error}); delete it to start afresh."
            raise DamagedState(message) from error
        return True

    def save(self) -> None:
        """Write the file whole, or not at all."""
        text = json.dumps(dump(self.world))
        draft = self.path.with_suffix(".new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)

    def start(self) -> None:
        """Begin to watch for changes."""
        self._thread.start()

    def stop(self) -> None:
        """Save a last time; `world.stopping` must be set."""
        self._thread.join()
        self.save()

    def _run(self) -> None:
        while not self.world.stopping.wait(PAUSE):
            if self.world.dirty.is_set():
                self.world.dirty.clear()
                self.save()
