"""How many jobs this machine can do at once."""

import os

import psutil

MEMORY_OF_A_JOB = 1_200 * 2**20  # an Odoo with its share of PostgreSQL, or of Chromium


def available() -> int:
    """Return as many as there are cores to use, or fewer where memory is short."""
    return fitting(cores(), psutil.virtual_memory().available)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def fitting(cores: int, memory: int) -> int:
    """Return how many jobs find both a core and memory, one at least."""
    return max(1, min(cores, memory // MEMORY_OF_A_JOB))
