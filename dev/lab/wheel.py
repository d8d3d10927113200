"""The wheel as people get it: built from a copy, installed into a folder of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

from dev.lab import paths
from dev.lab.errors import LabError


def build(folder: Path) -> Path:
    """Build the wheel below a folder and return it; the repository stays clean."""
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    rubbish = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(paths.ADDON, source / paths.ADDON_NAME, ignore=rubbish)
    for name in ("setup.py", "README.md"):
        shutil.copy(paths.REPO / name, source)
    options = ["--no-deps", "--no-build-isolation", f"--wheel-dir={folder}"]
    _pip("wheel", *options, ".", cwd=source)
    [built] = folder.glob("odoo_addon_kash_stripe_connect-19.0.*.whl")
    return built


def install(wheel: Path, site: Path) -> None:
    """Install a wheel into a folder that is then put on Python's path."""
    _pip("install", "--no-deps", "--target", str(site), str(wheel), cwd=site.parent)


def _pip(*arguments: str, cwd: Path) -> None:
    command = [sys.executable, "-m", "pip", *arguments]
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise LabError(f"pip {arguments[0]} failed:\n{ran.stdout}{ran.stderr}")
