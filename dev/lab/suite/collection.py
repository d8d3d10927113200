"""What each door would run of the addon's suite, which must be the same."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.lab import paths
from dev.lab.commands import Program
from dev.lab.junit import Count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome
from dev.lab.suite.odoo_log import compare
from dev.lab.terminal import step

FOLDER = "tests/addon/"


@dataclass(frozen=True)
class AddonTest:
    """A test of the addon as Odoo's loader knows it."""

    id: str
    tags: tuple[str, ...]
    by_pytest_too: bool

    @property
    def node(self) -> str:
        """Return what pytest calls it."""
        file, case, name = self.id.rsplit(".", 2)
        return f"{FOLDER}{file.replace('.', '/')}.py::{case}::{name}"


@dataclass(frozen=True)
class Collection:
    """The tests of both doors."""

    odoo: tuple[AddonTest, ...]
    pytest: tuple[str, ...]

    def of_files(self, modules: Sequence[str], tags: set[str]) -> list[str]:
        """Return the ids in some files that have one of some tags."""
        return [
            test.id
            for test in self.odoo
            if test.id.rsplit(".", 2)[0] in modules and tags & set(test.tags)
        ]

    @property
    def marked(self) -> list[str]:
        """Return, in pytest's words, the tests that pytest runs each time."""
        return [test.node for test in self.odoo if test.by_pytest_too]

    def judge(self) -> Outcome:
        """Fail where the doors differ, or a test would run at another time."""
        rules = {
            "the doors collect the same": compare(
                [test.id for test in self.odoo], self.pytest
            ),
            "every test is post_install and -at_install": ", ".join(
                test.id for test in self.odoo if not _after_install(test)
            ),
            "tests are marked for pytest": "" if self.marked else "not one is",
        }
        broken = [f"{rule}: {what}" for rule, what in rules.items() if what]
        return Outcome(
            Count(passed=len(rules) - len(broken), failed=len(broken)),
            details="\n".join(broken),
        )


def _after_install(test: AddonTest) -> bool:
    """Tell whether a test runs once all is installed, and only then."""
    return "post_install" in test.tags and "at_install" not in test.tags


def collect(odoo: Odoo, folder: str) -> Collection:
    """Ask both doors what they would run; neither needs a database for it."""
    config = paths.folder(paths.LOGS / folder) / "collection.conf"
    addons = ",".join(map(str, odoo.addons_path))
    config.write_text(f"[options]\naddons_path = {addons}\n")
    return Collection(
        by_odoo(_ask(odoo, f"{folder}/collected-by-odoo", _odoo_words(config))),
        by_pytest(_ask(odoo, f"{folder}/collected-by-pytest", _pytest_words(config))),
    )


def _ask(odoo: Odoo, log: str, words: list[str]) -> str:
    """Run a Python program and return what it prints."""
    with step(log) as current:
        program = Program([sys.executable, *words], log=log, env=odoo.environment())
        return program.run(current)


def _odoo_words(config: Path) -> list[str]:
    return ["-m", "dev.lab.suite.odoo_collect", str(config)]


def _pytest_words(config: Path) -> list[str]:
    options = [
        "--collect-only",
        "-q",
        f"--odoo-config={config}",
        "-p",
        "no:cacheprovider",
    ]
    return ["-m", "pytest", *options, "--odoo-database=none", FOLDER]


def by_odoo(printed: str) -> tuple[AddonTest, ...]:
    """Read the last line of the lab's own program."""
    found: list[dict[str, Any]] = json.loads(printed.splitlines()[-1])
    return tuple(
        AddonTest(one["id"], tuple(one["tags"]), one["by_pytest_too"]) for one in found
    )


def by_pytest(printed: str) -> tuple[str, ...]:
    """Read pytest's list; Odoo's ids name files as modules."""
    nodes = [line for line in printed.splitlines() if line.startswith(FOLDER)]
    return tuple(
        node.removeprefix(FOLDER)
        .replace(".py::", ".")
        .replace("::", ".")
        .replace("/", ".")
        for node in nodes
    )
