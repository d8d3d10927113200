"""The emulator's own time, and what is due in it."""

from __future__ import annotations

import heapq
import itertools
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable


class Timer(NamedTuple):
    """Something that happens by itself at a moment of the emulator's time."""

    due: int
    order: int
    name: str
    args: tuple[str, ...]


class Clock:
    """A frozen clock moved by hand; or, with `follow`, real time plus an offset."""

    def __init__(
        self, now: int, lock: threading.RLock, *, follow: bool = False
    ) -> None:
        self.now = now
        self.follow = follow
        self._lock = lock
        self.offset = now - int(time.time())
        self.fire: Callable[[Timer], None] = lambda timer: None
        self._order = itertools.count()
        self._timers: list[Timer] = []
        self._known: set[tuple[int, str, tuple[str, ...]]] = set()

    @property
    def timers(self) -> list[Timer]:
        """What is still due, soonest first."""
        return sorted(self._timers)

    def at(self, due: int, name: str, *args: str) -> None:
        """Let `name` happen at `due`; the same thing at the same time only once."""
        if (due, name, args) in self._known:
            return
        self._known.add((due, name, args))
        heapq.heappush(self._timers, Timer(due, next(self._order), name, args))

    def forget(self) -> None:
        """Let nothing be due any more."""
        self._timers.clear()
        self._known.clear()

    def restore(self, timers: Iterable[Timer]) -> None:
        """Take back the timers of an earlier run."""
        for timer in sorted(timers):
            self.at(timer.due, timer.name, *timer.args)

    def advance(
        self, seconds: int = 0, minutes: int = 0, hours: int = 0, days: int = 0
    ) -> None:
        """Move forward, letting everything happen on the way at its own time."""
        total = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if total < 0:
            message = "Time only moves forward; use set() to go back."
            raise ValueError(message)
        self.set(self.now + total)

    def set(self, epoch: int) -> None:
        """Go to a moment; backwards only changes what time it is."""
        with self._lock:
            self.offset += epoch - self.now
            while self._timers and self._timers[0].due <= epoch:
                timer = heapq.heappop(self._timers)
                self._known.discard((timer.due, timer.name, timer.args))
                self.now = max(self.now, timer.due)
                self.fire(timer)
            self.now = epoch

    def tick(self) -> None:
        """Catch up with real time, if the clock follows it."""
        target = int(time.time()) + self.offset
        if self.follow and target > self.now:
            offset = self.offset
            self.set(target)
            self.offset = offset
