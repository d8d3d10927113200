"""The lab's own virtual environment, and the way into it."""

import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path

from dev.lab import packages, paths, stamps
from dev.lab.commands import Program
from dev.lab.errors import LabError
from dev.lab.locks import locked
from dev.lab.terminal import Step

PYTHON = paths.VENV / "bin" / "python"
NEWEST_PYTHON = (3, 13)


def inside() -> bool:
    """Tell whether this process runs in the lab's environment."""
    return Path(sys.prefix) == paths.VENV


def enter(arguments: list[str], *, repair: bool) -> None:
    """Make the environment if need be and start the lab again inside it."""
    check_python(sys.version_info[:2])
    with locked("venv"):
        ensure(repair=repair)
    os.execve(  # noqa: S606 - the same program, in its own environment
        PYTHON, [str(PYTHON), "-m", "dev", *arguments], dict(os.environ)
    )


def check_python(version: tuple[int, int]) -> None:
    """Refuse a Python that Odoo 19 does not run on."""
    if version > NEWEST_PYTHON:
        found = ".".join(str(number) for number in version)
        raise LabError(
            f"Odoo 19 needs Python 3.10 to 3.13, this is Python {found}. "
            "Start the lab with another one, for example: python3.12 -m dev"
        )


def ensure(*, repair: bool) -> None:
    """Make the environment and install what Odoo and the lab need."""
    if repair and not _has_packages():
        stamps.forget("venv")
    base = str(Path(sys.executable).resolve())
    stamps.ensure(
        "venv",
        stamps.digest(base, platform.python_version()),
        "A virtual environment",
        _make,
        sound=_has_python,
    )
    stamps.ensure(
        "packages",
        stamps.digest(paths.REQUIREMENTS.read_text()),
        "Python packages of Odoo and the lab",
        _install,
        sound=_has_packages,
    )


def _has_python() -> bool:
    """Tell whether the environment's Python is there."""
    return PYTHON.exists()


def _has_packages() -> bool:
    """Tell whether a package is there that is installed late."""
    return _has_python() and any(paths.VENV.glob("lib/*/site-packages/stripe"))


def _make(step: Step) -> None:
    """Make the environment from nothing."""
    if importlib.util.find_spec("ensurepip") is None:
        packages.install(["python3-venv"])
    stamps.forget("packages")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    Program([sys.executable, "-m", "venv", paths.VENV], log="venv").run(step)


def _install(step: Step) -> None:
    """Install exactly the versions that the lab was run with."""
    pip = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off", "--no-compile"]
    options = ["--no-input", "--disable-pip-version-check"]
    Program(
        [*pip, *options, "-r", str(paths.REQUIREMENTS)], log="pip", progress=pip_news
    ).run(step)


def pip_news(line: str) -> str:
    """Keep what says how far pip is, shortened to the package's name and size."""
    verb, _, rest = line.partition(" ")
    if verb in {"Downloading", "Building"}:
        return f"{verb.lower()} {rest.rpartition('/')[2]}"
    if verb == "Collecting":
        return f"collecting {rest.partition(' ')[0]}"
    return "installing them all" if verb == "Installing" else ""
