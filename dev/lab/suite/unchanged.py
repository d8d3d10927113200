"""What has passed and has not changed since is not run again."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dev.lab import paths, stamps
from dev.lab.junit import Count
from dev.lab.outcome import Outcome

RULES = ("pyproject.toml", "dev/lab/requirements.txt")
EVERYTHING = ("*", "dev/**/*", "docs/**/*", "tests/**/*", f"{paths.ADDON_NAME}/**/*")
LEFT_BEHIND = ("__pycache__", "build", "dist")


def files(names: Sequence[str]) -> list[Path]:
    """Return the repository's files that globs name, without what tools leave."""
    found = {file for name in (*names, *RULES) for file in paths.REPO.glob(name)}
    return [file for file in found if file.is_file() and not _is_left_behind(file)]


def _is_left_behind(file: Path) -> bool:
    """Tell whether a file was made by a tool: hidden folders are theirs."""
    folders = file.relative_to(paths.REPO).parts[:-1]
    return any(part.startswith(".") or part in LEFT_BEHIND for part in folders)


def key(names: Sequence[str], *more: str) -> str:
    """Hash what an outcome depends on: files, this Python, and what else is named."""
    found = stamps.digest_files(paths.REPO, files(names))
    return stamps.digest(found, sys.version, *more)


def unless(
    name: str, inputs: Callable[[], str], work: Callable[[], Outcome], *, anew: bool
) -> Outcome:
    """Do the work, unless it passed before with these inputs."""
    stamp = f"passed-{name}"
    before = inputs()
    known, _, passed = stamps.read(stamp).partition(" ")
    if known == before and not anew:
        return Outcome(Count(), unchanged=int(passed))
    outcome = work()
    if outcome.good and inputs() == before:
        stamps.record(stamp, f"{before} {outcome.count.passed}")
    elif not outcome.good:
        stamps.forget(stamp)
    return outcome


def by_file(
    name: str,
    rules: str,
    judged: Sequence[Path],
    work: Callable[[Sequence[Path]], Outcome],
) -> Outcome:
    """Do the work for those files that have not passed with this content and rules."""
    stamp = f"passed-files-{name}"
    known, _, noted = stamps.read(stamp).partition(" ")
    passed = json.loads(noted) if known == rules else {}
    now = {
        file: stamps.digest_files(paths.REPO, [file]) for file in sorted(set(judged))
    }
    names = {file: file.relative_to(paths.REPO).as_posix() for file in now}
    outcome = work([file for file in now if passed.get(names[file]) != now[file]])
    if outcome.good:
        contents = {names[file]: content for file, content in now.items()}
        stamps.record(stamp, f"{rules} {json.dumps(contents)}")
    return outcome
