"""Let only one lab command at a time do a thing that must not be done twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

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


_held: dict[str, TextIO] = {}


def hold(name: str) -> None:
    """Say that a thing is in use here, until this process ends, however it ends."""
    if name not in _held:
        file = (paths.folder(paths.LOCKS) / name).open("w")
        fcntl.flock(file, fcntl.LOCK_SH)
        _held[name] = file


@contextmanager
def unless_held(name: str) -> Iterator[bool]:
    """Tell whether nobody uses a thing; nobody begins to, meanwhile."""
    with (paths.folder(paths.LOCKS) / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
