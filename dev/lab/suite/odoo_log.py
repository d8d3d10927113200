"""Read what Odoo's test runner logs: what ran, what failed, how long it took."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dev.lab import paths
from dev.lab.junit import Count
from dev.lab.outcome import Outcome

OURS = rf"odoo\.addons\.{paths.ADDON_NAME}\.tests\."
STARTED = re.compile(rf"{OURS}([\w.]+): Starting (\w+\.\w+) \.\.\.")
VERDICT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ ")
BAD = re.compile(ENTRY.pattern + r"(ERROR|CRITICAL) ")
TIME = re.compile(
    rf"^\t{paths.ADDON_NAME}\.([\w.]+)\.\w+\.(?:test_\w+|setUpClass|tearDownClass)"
    r": ([\d.]+)s",
    re.MULTILINE,
)
DURATIONS = "--log-handler=odoo.tests.stats:DEBUG"
SHOWN = 10


def started(log: str) -> list[str]:
    """Return the ids of the tests that were begun: file.Class.test."""
    return [f"{file}.{test}" for file, test in STARTED.findall(log)]


def durations(log: str) -> dict[str, float]:
    """Return the seconds of each file, by its bare name; DURATIONS makes Odoo log."""
    found: dict[str, float] = {}
    for file, seconds in TIME.findall(log):
        name = file.rpartition(".")[2]
        found[name] = found.get(name, 0.0) + float(seconds)
    return found


def complaints(log: str) -> str:
    """Return the log's errors, each with its traceback."""
    bad = (entry for entry in entries(log) if BAD.match(entry[0]))
    return "\n".join(line for entry in bad for line in entry).rstrip()


def entries(log: str) -> Iterator[list[str]]:
    """Yield the lines of each entry; what comes before the first one is none."""
    entry: list[str] = []
    for line in log.splitlines():
        if ENTRY.match(line) and entry:
            yield entry
        if ENTRY.match(line):
            entry = [line]
        elif entry:
            entry.append(line)
    if entry:
        yield entry


def read_verdict(code: int, log: str) -> Outcome:
    """Believe Odoo's runner only if its exit code and its last count agree."""
    verdicts = VERDICT.findall(log)
    if not verdicts:
        return Outcome(Count(), f"Odoo gave no verdict (exit code {code})")
    failures, errors, tests = (int(number) for number in verdicts[-1])
    bad = failures + errors
    counted = Count(passed=max(0, tests - bad), failed=bad)
    if not tests:
        return Outcome(counted, "Odoo ran no tests")
    complaint = f"Odoo ended with {code}" if code and not bad else ""
    return Outcome(counted, complaint)


def compare(expected: Sequence[str], ran: Sequence[str]) -> str:
    """Say in what the tests that ran differ from those that should have."""
    wanted, found = Counter(expected), Counter(ran)
    return "; ".join(
        part
        for part in (
            _listed("did not run", wanted - found),
            _listed("ran though nobody collected them", found - wanted),
        )
        if part
    )


def _listed(what: str, ids: Counter[str]) -> str:
    """Name some of the tests, and say how many there are."""
    if not ids:
        return ""
    names = sorted(ids)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{ids.total()} {what}: {', '.join(names[:SHOWN])}{more}"
