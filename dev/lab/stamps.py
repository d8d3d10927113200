"""Know whether a step is done: a stamp holds the hash of what it was made from."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.lab import paths
from dev.lab.errors import LabError
from dev.lab.terminal import Step, step


def digest(*parts: str) -> str:
    """Hash texts into a short key; the order counts, the borders too."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(f"{len(part)}:{part}".encode())
    return sha.hexdigest()[:12]


def digest_files(root: Path, files: Iterable[Path]) -> str:
    """Hash names and contents of files below a root."""
    sha = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        sha.update(f"{file.relative_to(root).as_posix()}:{len(content)}:".encode())
        sha.update(content)
    return sha.hexdigest()[:12]


def is_current(name: str, key: str) -> bool:
    """Tell whether the step was last done with exactly this key."""
    return read(name) == key


def read(name: str) -> str:
    """Return the key a step was last done with, or nothing."""
    stamp = paths.STAMPS / name
    return stamp.read_text() if stamp.is_file() else ""


def record(name: str, key: str) -> None:
    """Note that the step is done; written aside first, so never half."""
    half = paths.folder(paths.STAMPS) / f"{name}.{os.getpid()}.half"
    half.write_text(key)
    half.rename(paths.STAMPS / name)


def forget(name: str) -> None:
    """Note that the step has to be done again."""
    (paths.STAMPS / name).unlink(missing_ok=True)


def ensure(
    name: str,
    key: str,
    title: str,
    work: Callable[[Step], None],
    *,
    sound: Callable[[], bool],
) -> None:
    """Do a step unless its stamp says it is done; refuse to build on ruins."""
    if is_current(name, key):
        if sound():
            return
        raise LabError(damaged(name))
    forget(name)
    with step(title) as current:
        work(current)
    record(name, key)


def damaged(what: str) -> str:
    """Say that a part of the lab is broken and what mends it."""
    return (
        f"the lab in .lab/ is damaged ({what}). `python3 -m dev demo --fresh` mends it."
    )
