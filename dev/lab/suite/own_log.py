"""Read from a log what became of the tests of Odoo's own modules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dev.lab.suite import odoo_log

FILE = r"odoo\.addons\.(?P<file>\w+\.tests\.[\w.]+)"
TEST = rf" {FILE}: "
NAME = r"(?:Subtest )?(?P<case>[\w.<>]+)\.(?P<test>\w+)"
STARTED = re.compile(rf"{TEST}Starting {NAME} \.\.\.")
SKIPPED = re.compile(rf"{TEST}skipped {NAME} : ")
FAILED = re.compile(
    rf"{TEST}(?:FAIL|ERROR): {NAME}"
    # what a class begins or ends with is logged by the suite:
    rf"| odoo\.tests\.suite: ERROR: (?P<what>\w+) \({FILE.replace('file', 'of')}"
    r"\.(?P<whose>\w+)\)"
)


@dataclass(frozen=True)
class Heard:
    """What a run's log tells of its tests, by their ids: module.file.Class.test."""

    ran: frozenset[str] = frozenset()
    """Those that were begun and not skipped."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """The last words of each that failed."""


def heard(log: str) -> Heard:
    """Read a log; a test that fails in several of its parts counts once."""
    failed: dict[str, str] = {}
    for name, words in _failures(log):
        failed.setdefault(name, words)
    return Heard(_named(STARTED, log) - _named(SKIPPED, log), failed)


def _named(what: re.Pattern[str], log: str) -> frozenset[str]:
    """Return the ids of the tests of which the log says something."""
    return frozenset(
        id_of(found["file"], found["case"], found["test"])
        for found in what.finditer(log)
    )


def id_of(file: str, case: str, test: str) -> str:
    """Return what a test is called here: the folder in its module says nothing."""
    return f"{file.replace('.tests.', '.', 1)}.{case}.{test}"


def _failures(log: str) -> Iterator[tuple[str, str]]:
    """Yield the id of each failure, and the last line of its traceback."""
    for entry in odoo_log.entries(log):
        if found := FAILED.search(entry[0]):
            test = id_of(
                found["file"] or found["of"],
                found["case"] or found["whose"],
                found["test"] or found["what"],
            )
            words = [line.strip() for line in entry if line.strip()]
            yield test, words[-1]
