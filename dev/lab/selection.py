"""Which doors a set of pytest arguments opens."""

from dataclasses import dataclass
from pathlib import Path

from dev.lab import paths
from dev.lab.errors import LabError

PLAIN = ("tests/core", "tests/dev")
ADDON = ("tests/addon",)
JOURNEYS = ("tests/journeys", "tests/upgrade")


@dataclass(frozen=True)
class Selection:
    """What to run: the paths of each door, and the options for all of them."""

    plain: tuple[str, ...] = PLAIN
    addon: tuple[str, ...] = ADDON
    journeys: tuple[str, ...] = JOURNEYS
    options: tuple[str, ...] = ()
    everything: bool = True


def select(arguments: list[str]) -> Selection:
    """Sort pytest's arguments: paths to their door, the rest to every door."""
    if not arguments:
        return Selection()
    named = [word for word in arguments if _is_path(word)]
    options = tuple(word for word in arguments if word not in named)
    wanted = [_relative(word) for word in named] or ["tests"]
    return Selection(
        plain=_chosen(wanted, PLAIN),
        addon=_chosen(wanted, ADDON),
        journeys=_chosen(wanted, JOURNEYS),
        options=options,
        everything=False,
    )


def _chosen(wanted: list[str], folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the wanted paths go through the door of these folders."""
    return tuple(path for name in wanted for path in _within(name, folders))


def _is_path(word: str) -> bool:
    """Tell a path (or a test in it) from an option and its value."""
    return not word.startswith("-") and (paths.REPO / _file(word)).exists()


def _file(word: str) -> str:
    """Return the file of a test's name."""
    return word.partition("::")[0]


def _relative(word: str) -> str:
    """Write a path as seen from the repository, the link to tests/addon resolved."""
    file, border, test = word.partition("::")
    path = (paths.REPO / file).resolve()
    tests = paths.REPO / "tests"
    if not path.is_relative_to(tests):
        raise LabError(f"{word} is not below tests/.")
    return path.relative_to(paths.REPO).as_posix() + border + test


def _within(name: str, folders: tuple[str, ...]) -> list[str]:
    """Return what a path names of a door: itself, or the folders it holds."""
    path = Path(_file(name))
    if any(path.is_relative_to(folder) for folder in folders):
        return [name]
    return [folder for folder in folders if Path(folder).is_relative_to(path)]
