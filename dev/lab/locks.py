"""Let only one lab command at a time do a thing that must not be done twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from dev.lab import paths
from dev.lab.terminal import say


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with (paths.folder(paths.LOCKS) / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"• Waiting for another lab command ({name})")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
