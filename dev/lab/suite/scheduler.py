"""Keep every slot busy: as many jobs at once as there are, the longest first."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol

from dev.lab.suite.job import Done, Job, Running, failure

TICK = 1.0


class Watcher(Protocol):
    """Who is told how the run goes."""

    def over(self, done: Done, schedule: "Schedule") -> None:
        """Hear that a job is over."""

    def tick(self, schedule: "Schedule") -> None:
        """Hear that some time has gone by."""


class Schedule:
    """What waits, what runs and what is done."""

    def __init__(self, jobs: Sequence[Job], slots: int) -> None:
        """Sort the jobs: first what most of the time depends on."""
        self.slots = slots
        self.waiting = sorted(jobs, key=urgency(jobs).__getitem__, reverse=True)
        self.running: dict[Future[Done], Running] = {}
        self.done: dict[str, Done] = {}
        self._stopping = threading.Event()

    def run(self, watcher: Watcher) -> list[Done]:
        """Run them all; an interruption lets those at work clear up first."""
        with ThreadPoolExecutor(self.slots) as pool:
            try:
                while self.waiting or self.running:
                    self._start(pool, watcher)
                    self._await(watcher)
            except BaseException:
                self._stopping.set()
                raise
        return list(self.done.values())

    def _start(self, pool: ThreadPoolExecutor, watcher: Watcher) -> None:
        """Give each free slot the most urgent job whose needs are met."""
        for job in list(self.waiting):
            if missed := [need for need in job.needs if self._is_bad(need)]:
                self.waiting.remove(job)
                self._end(Done(job, failure(f"needs {missed[0]}"), 0), watcher)
            elif len(self.running) < self.slots and set(job.needs) <= set(self.done):
                self.waiting.remove(job)
                running = Running(job, self._stopping)
                self.running[pool.submit(running.run)] = running

    def _is_bad(self, name: str) -> bool:
        """Tell whether a job has failed."""
        return name in self.done and not self.done[name].outcome.good

    def _await(self, watcher: Watcher) -> None:
        """Wait for a job to end, though not for long."""
        ended, _ = wait(self.running, timeout=TICK, return_when=FIRST_COMPLETED)
        for future in ended:
            del self.running[future]
            self._end(future.result(), watcher)
        watcher.tick(self)

    def _end(self, done: Done, watcher: Watcher) -> None:
        """Note what came of a job."""
        self.done[done.job.name] = done
        watcher.over(done, self)


def urgency(jobs: Sequence[Job]) -> Mapping[Job, float]:
    """Return how long each job takes with the longest chain of those that need it."""
    found: dict[Job, float] = {}

    def of(job: Job) -> float:
        if job not in found:
            found[job] = job.seconds + max(map(of, needing(job)), default=0.0)
        return found[job]

    def needing(job: Job) -> Iterable[Job]:
        return (other for other in jobs if job.name in other.needs)

    for job in jobs:
        of(job)
    return found


def time_left(busy: Iterable[float], waiting: Iterable[float], slots: int) -> float:
    """Return when the last slot is free, if each job takes as long as it should."""
    free = sorted([*busy, *[0.0] * slots], reverse=True)[:slots]
    for seconds in waiting:
        free.append(free.pop(free.index(min(free))) + seconds)
    return max(free, default=0.0)
