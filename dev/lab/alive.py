"""Know which processes are still there; a number alone may be somebody else's."""

import os
from pathlib import Path

import psutil

from dev.lab import paths


def born(pid: int) -> str:
    """Return when the process was started, or nothing when it is gone."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""


def sign_in(folder: Path, pid: int | None = None) -> None:
    """Write a process into a folder of those present."""
    pid = pid or os.getpid()
    (paths.folder(folder) / str(pid)).write_text(born(pid))


def sign_out(folder: Path, pid: int | None = None) -> None:
    """Take a process out of a folder of those present."""
    (folder / str(pid or os.getpid())).unlink(missing_ok=True)


def present(folder: Path) -> list[int]:
    """Return those still alive, and forget those killed without a word."""
    found = []
    for entry in sorted(folder.glob("*")):
        try:
            signed = entry.read_text()
        except FileNotFoundError:  # it signed out this very moment
            continue
        if signed and signed == born(int(entry.name)):
            found.append(int(entry.name))
        else:
            entry.unlink(missing_ok=True)
    return found
