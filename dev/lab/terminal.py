"""Tell a person what is going on, how far it is and how long it took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

FIRST_NEWS = 2.0
NEWS_IN_A_LOG = 5.0
NEWS_ON_A_TERMINAL = 0.5


class Listener(Protocol):
    """Who hears what a thread would tell the terminal."""

    def say(self, text: str) -> None:
        """Hear a line."""

    def news(self, text: str) -> None:
        """Hear how far a step is, at each line of its log and once a second."""


class _Ears(threading.local):
    """Who listens to this thread: nobody, so the terminal gets it all."""

    listener: Listener | None = None


_ears = _Ears()


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let somebody hear what this thread says, in place of the terminal."""
    before, _ears.listener = _ears.listener, listener
    try:
        yield
    finally:
        _ears.listener = before


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    if _ears.listener:
        _ears.listener.say(text)
    else:
        print(text, flush=True)


class Step:
    """A piece of work that reports how far it is."""

    def __init__(self, title: str) -> None:
        """Start the clock."""
        self.title = title
        self.started = time.monotonic()
        self._rewrites = sys.stdout.isatty()
        self._next_news = FIRST_NEWS
        self._line_open = False

    @property
    def seconds(self) -> float:
        """Return how long the step has been running."""
        return time.monotonic() - self.started

    def news(self, text: str) -> None:
        """Say how far the work is, though not more often than one can read."""
        if _ears.listener:
            _ears.listener.news(text)
            return
        if self.seconds < self._next_news:
            return
        pause = NEWS_ON_A_TERMINAL if self._rewrites else NEWS_IN_A_LOG
        self._next_news = self.seconds + pause
        line = f"    {self.seconds:4.0f} s  {text}"[:100]
        if self._rewrites:
            print(f"\r\x1b[K{line}", end="", flush=True)
            self._line_open = True
        else:
            say(line)

    def close(self, outcome: str) -> None:
        """Say how the work ended and how long it took."""
        if self._line_open:
            print("\r\x1b[K", end="")
        say(f"  {outcome} in {self.seconds:.1f} s")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a piece of work, and say how long it took when it is over."""
    say(f"• {title}")
    current = Step(title)
    try:
        yield current
    except BaseException:
        current.close("stopped")
        raise
    current.close("done")
