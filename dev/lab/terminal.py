"""Tell a person what is going on, how far it is and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

FIRST_NEWS = 2.0
NEWS_IN_A_LOG = 5.0
NEWS_ON_A_TERMINAL = 0.5


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
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
