"""`python -m dev.stripe_emulator`: the emulator as a process, for lab and demo."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .deliverer import Deliverer
from .emulator import StripeEmulator
from .state import DamagedState, StateFile

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from .world import World

TICK = 0.2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m dev.stripe_emulator", description=__doc__
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--seed", help="repeatable ids")
    parser.add_argument("--now", type=int, help="where the clock starts (epoch)")
    parser.add_argument(
        "--auto",
        action="store_true",
        help="follow real time and deliver webhooks by itself",
    )
    parser.add_argument(
        "--deliver",
        choices=("auto", "manual"),
        help="deliver webhooks by itself or on order (default: auto with --auto)",
    )
    parser.add_argument("--state", type=Path, help="JSON file to remember things in")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted."""
    given = _parser().parse_args(arguments)
    emulator = StripeEmulator(given.seed, given.now, port=given.port, follow=given.auto)
    world = emulator.world
    state = StateFile(world, given.state) if given.state else None
    try:
        if state:
            state.load()
    except DamagedState as error:
        print(error, file=sys.stderr)
        return 2
    world.outbox.automatic = (given.deliver or ("auto" if given.auto else "")) == "auto"
    _serve(emulator, state)
    return 0


def _serve(emulator: StripeEmulator, state: StateFile | None) -> None:
    world = emulator.world
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: world.stopping.set())
    workers: list[Deliverer | StateFile] = [Deliverer(world)]
    if state:
        workers.append(state)
    with contextlib.ExitStack() as running:
        for worker in workers:
            worker.start()
            running.callback(worker.stop)
        running.enter_context(emulator)
        print(f"ready {emulator.url}", flush=True)
        _tick(world, world.stopping)


def _tick(world: World, stopping: threading.Event) -> None:
    """Let the clock follow real time, if it does, until told to stop."""
    while not stopping.wait(TICK):
        with world.lock:
            world.clock.tick()


if __name__ == "__main__":
    sys.exit(main())
