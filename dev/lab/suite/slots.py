"""How many jobs this machine can do at once."""

import os

import psutil

MEMORY_OF_A_JOB = 1_200 * 2**20  # an Odoo with its share of PostgreSQL, or of Chromium


def available() -> int:
    """Return three for each two cores to use, or fewer where memory is short.

    An Odoo waits for its database or its browser a third of the time.
    """
    return fitting(cores() * 3 // 2, psutil.virtual_memory().available)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def fitting(wanted: int, memory: int) -> int:
    """Return how many of the wanted jobs find memory, one at least."""
    return max(1, min(wanted, memory // MEMORY_OF_A_JOB))
