"""Debian packages: what PDFs and the journeys need beside Python."""

import ctypes
import os
import shutil
from collections.abc import Iterable, Mapping

from dev.lab.commands import Program
from dev.lab.errors import LabError
from dev.lab.terminal import Step, step

# The browser, and what the Node of Playwright's driver is linked with:
BROWSER = {"chromium": "chromium", "libatomic.so.1": "libatomic1"}


def ensure(wanted: Mapping[str, str]) -> None:
    """Install the packages of those programs and libraries that are missing."""
    missing = [package for name, package in wanted.items() if not is_there(name)]
    if missing:
        install(missing)


def is_there(name: str) -> bool:
    """Tell whether the machine has a program, or can load a library."""
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install(names: Iterable[str]) -> None:
    """Install Debian packages, or say why that cannot be done from here."""
    names = list(names)
    listed = " ".join(names)
    if not shutil.which("apt-get"):
        raise LabError(
            f"this machine lacks {listed} and has no apt-get to install it with. "
            "Install it in your system's way and start again."
        )
    if os.geteuid() != 0:
        raise LabError(
            f"this machine lacks {listed}, and only root may install it. "
            f"Run `sudo apt-get install {listed}` and start again."
        )
    with step(f"Debian packages: {listed}") as current:
        _install(names, current)


def _install(names: list[str], step: Step) -> None:
    """Refresh the package lists and install."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q"]
    Program([*apt, "update"], log="apt-update", env=env).run(step)
    options = ["install", "-y", "--no-install-recommends"]
    Program([*apt, *options, *names], log="apt-install", env=env).run(step)
