"""What a piece of work inside Odoo takes: time, queries, memory."""

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

_PROC = Path("/proc/self")


class Meter:
    """Measures one run; parts of it by name, beside the whole."""

    def __init__(self, env: Any) -> None:
        """Start with what Odoo holds at rest."""
        self._cr = env.cr
        self._parts: defaultdict[str, float] = defaultdict(float)
        self._queries = self._cr.sql_log_count
        _forget_peak()
        self._rest = _peak_mb()
        self._database = psutil.Process(env.cr.connection.info.backend_pid)
        self._begun, self._busy = time.perf_counter(), self._worked()

    def _worked(self) -> float:
        """Return what Odoo and its database have worked, whoever else did (seconds)."""
        at_database = self._database.cpu_times()
        return time.process_time() + at_database.user + at_database.system

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time spent in the block under a name."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._parts[name] += time.perf_counter() - begun

    def figures(self) -> dict[str, Any]:
        """Return what the run took so far (seconds, megabytes above rest)."""
        return {
            "seconds": time.perf_counter() - self._begun,
            "busy_seconds": self._worked() - self._busy,
            "queries": self._cr.sql_log_count - self._queries,
            "memory_growth_mb": _peak_mb() - self._rest,
            "parts": dict(self._parts),
        }


def _forget_peak() -> None:
    """Let the kernel take the highest use of memory anew (Linux)."""
    (_PROC / "clear_refs").write_text("5")


def _peak_mb() -> float:
    """Return the most memory this process has held since (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", (_PROC / "status").read_text())
    return int(found[1]) / 1024 if found else 0.0
