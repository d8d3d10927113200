"""The wheel: what `pip install` puts into an Odoo."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from dev.lab import paths

INSIDE = f"odoo/addons/{paths.ADDON_NAME}/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, so that nothing is left in the repository."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in ("setup.py", "README.md"):
        shutil.copy(paths.REPO / name, copy)
    rubbish = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(paths.ADDON, copy / paths.ADDON_NAME, ignore=rubbish)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir=dist"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "."], cwd=copy, check=True
    )
    [built] = (copy / "dist").glob("odoo_addon_kash_stripe_connect-19.0.*.whl")
    return zipfile.ZipFile(built)


def shipped_files():
    """Return the addon's files, less its tests and what tools leave behind."""
    files = (file for file in paths.ADDON.rglob("*") if file.is_file())
    names = (file.relative_to(paths.ADDON) for file in files)
    return {
        name.as_posix()
        for name in names
        if name.parts[0] != "tests"
        and not any(part.startswith((".", "__pycache__")) for part in name.parts)
    }


def test_the_wheel_holds_every_file_of_the_addon_and_no_test(wheel):
    """A view left out would be found by the first customer."""
    inside = {name for name in wheel.namelist() if name.startswith(INSIDE)}
    assert {name.removeprefix(INSIDE) for name in inside} == shipped_files()


def test_the_wheel_leaves_odoos_own_packages_alone(wheel):
    """`odoo` and `odoo.addons` are namespaces: a file in them would hide Odoo."""
    taken = {"odoo/__init__.py", "odoo/addons/__init__.py"}
    assert taken.isdisjoint(wheel.namelist())


def test_the_wheel_asks_for_stripe_and_not_for_odoo(wheel):
    """Odoo is not on PyPI; pip would refuse."""
    [name] = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    lines = wheel.read(name).decode().splitlines()
    wanted = [line for line in lines if line.startswith("Requires-Dist")]
    assert wanted == ["Requires-Dist: stripe<17,>=16.1"]
