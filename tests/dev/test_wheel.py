"""The wheel: what `pip install` puts into an Odoo."""

import zipfile

import pytest

from dev.lab import paths
from dev.lab import wheel as wheels

INSIDE = f"odoo/addons/{paths.ADDON_NAME}/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel as it is released."""
    return zipfile.ZipFile(wheels.build(tmp_path_factory.mktemp("wheel")))


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
    assert wanted == ["Requires-Dist: stripe<17,>=16.1", "Requires-Dist: cryptography"]
