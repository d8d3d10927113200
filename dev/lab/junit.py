"""Count tests from the report that pytest leaves behind."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """How many tests went which way."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Add up two counts."""
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


def count(report: Path) -> Count:
    """Add up the suites of a report; none means pytest itself did not get far."""
    if not report.is_file():
        return Count(failed=1)
    suites = ET.parse(report).iter("testsuite")  # noqa: S314 - our own file
    return sum(map(_count_suite, suites), Count())


def _count_suite(suite: ET.Element) -> Count:
    """Read the totals of one suite."""
    tests, failures, errors, skipped = (
        int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return Count(max(0, tests - failed - skipped), failed, skipped)
