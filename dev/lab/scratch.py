"""What a test run has for itself: databases, logs; and what is left over."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from dev.lab import alive, paths
from dev.lab.database import Databases
from dev.lab.processes import stop_left_over

PREFIX = "kash_test"
RUNS_KEPT = 5


def logs() -> str:
    """Return the folder, below `.lab/log/`, of what this run's programs say."""
    return f"tests-{os.getpid()}"


@contextmanager
def clone(databases: Databases, source: str, purpose: str) -> Iterator[str]:
    """Have a copy of a database for a while, under a name of this process."""
    database = f"{PREFIX}_{os.getpid()}_{purpose}"
    databases.clone(source, database)
    try:
        yield database
    finally:
        databases.drop(database)


def sweep(databases: Databases) -> None:
    """Clear away what earlier runs left: programs and databases only if killed."""
    for folder in paths.JOURNEYS.glob("*"):
        if not alive.born(int(folder.name.partition("-")[0])):
            stop_left_over(folder)
            shutil.rmtree(folder)
    for name in databases.names(f"{PREFIX}_"):
        if not alive.born(int(name.split("_")[2])):
            databases.drop(name)
    sweep_logs()


def sweep_logs() -> None:
    """Keep the logs of the last runs and of those that go on."""
    folders = sorted(paths.LOGS.glob("tests-*"), key=lambda at: at.stat().st_mtime)
    over = [at for at in folders if not alive.born(int(at.name.partition("-")[2]))]
    for folder in over[:-RUNS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
