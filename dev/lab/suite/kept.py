"""What is known of Odoo's own suites where the addon is not installed: kept.json.

It says how many tests of each module run, and which of them fail here anyway, each with
its reason. With the addon installed just as many must run, and just those may fail.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dev.lab.errors import LabError
from dev.lab.suite.own_log import Heard

FILE = Path(__file__).with_name("kept.json")
TOLD = 10


@dataclass(frozen=True)
class Kept:
    """Numbers and seconds by module; reasons by the id of a test that fails."""

    tests: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = FILE) -> "Kept":
        """Read what was kept; a failure without a reason excuses nothing."""
        kept = cls(**json.loads(file.read_text())) if file.is_file() else cls()
        if bare := [test for test, reason in kept.failing.items() if not reason]:
            raise LabError(f"{file.name} says no reason why these fail: {listed(bare)}")
        return kept

    def save(self, file: Path = FILE) -> None:
        """Write it, in an order that makes small differences."""
        kinds = {"tests": self.tests, "seconds": self.seconds, "failing": self.failing}
        told = {name: dict(sorted(kind.items())) for name, kind in kinds.items()}
        file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")

    def of(self, module: str) -> dict[str, str]:
        """Return what is known to fail in a module."""
        return {
            test: reason
            for test, reason in self.failing.items()
            if test.partition(".")[0] == module
        }

    def learned(self, module: str, heard: Heard, seconds: float) -> "Kept":
        """Return the same with what a module's run without the addon told.

        A reason that a person gave stays; a new failure has its last words for one.
        """
        known = self.of(module)
        others = {test: why for test, why in self.failing.items() if test not in known}
        failing = {test: known.get(test, why) for test, why in heard.failed.items()}
        return replace(
            self,
            tests={**self.tests, module: len(heard.ran)},
            seconds={**self.seconds, module: round(seconds)},
            failing=others | failing,
        )

    def difference(self, module: str, heard: Heard) -> list[str]:
        """Say in sentences what is not as it is without the addon; none is good."""
        known, number = self.of(module), self.tests.get(module, 0)
        new = [test for test in heard.failed if test not in known]
        again = [test for test in known if test not in heard.failed]
        told = {
            f"{len(new)} fail that pass without the addon: {listed(new)}": new,
            f"{len(again)} of the kept list pass: {listed(again)}": again,
            f"{len(heard.ran)} tests ran, {number} are kept": len(heard.ran) != number,
        }
        return [sentence for sentence, is_so in told.items() if is_so]


def listed(tests: list[str]) -> str:
    """Name some of the tests, and say how many more there are."""
    more = f" and {len(tests) - TOLD} more" if len(tests) > TOLD else ""
    return ", ".join(sorted(tests)[:TOLD]) + more
