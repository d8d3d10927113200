"""How long things take: measured by `dev test --weigh`, committed for fresh clones."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")
SECONDS_OF_A_TEST = 1.0
TEST = re.compile(r"^ +def test_", re.MULTILINE)
CASE = re.compile(r"^@tagged\(.*\)$", re.MULTILINE)
SLOWER = '"-standard"'


@dataclass(frozen=True)
class Weights:
    """Seconds of each test file of the addon (by its bare name) and of each job."""

    files: Mapping[str, float] = field(default_factory=dict)
    jobs: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = FILE) -> "Weights":
        """Read what was measured last."""
        return cls(**json.loads(file.read_text())) if file.is_file() else cls()

    def save(self, file: Path = FILE) -> None:
        """Write what was measured, in an order that makes small differences."""
        kinds = {"files": self.files, "jobs": self.jobs}
        rounded = {
            kind: {name: round(seconds, 1) for name, seconds in sorted(known.items())}
            for kind, known in kinds.items()
        }
        file.write_text(json.dumps(rounded, indent=2) + "\n")

    def of_file(self, file: Path, *, long: bool = True) -> float:
        """Return the seconds of a file; one never measured is judged by its tests.

        :param long: whether its slower cases are run as well; they were measured too
        """
        text = file.read_text()
        guess = SECONDS_OF_A_TEST * len(TEST.findall(text))
        seconds = self.files.get(file.stem, guess)
        return seconds if long else seconds * _share_of_each_run(text)

    def of_job(self, name: str, guess: float = 10.0) -> float:
        """Return the seconds of a job."""
        return self.jobs.get(name, guess)


def _share_of_each_run(text: str) -> float:
    """Return how much of a file is run each time, by its cases: 0 to 1."""
    cases = CASE.findall(text)
    slower = sum(SLOWER in case for case in cases)
    return 1.0 - slower / len(cases) if cases else 1.0
