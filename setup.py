"""The addon as a wheel: files in odoo/addons/, found by Odoo without an addons_path.

`odoo` and `odoo.addons` are namespace packages: this ships no `__init__.py` for them.
Odoo itself is not required here, because it is not on PyPI.
"""

import ast
from pathlib import Path

from setuptools import find_packages, setup

NAME = "kash_stripe_connect"
ADDON = Path(__file__).parent / NAME
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text())
NOT_SHIPPED = ["tests", "tests.*"]

inner_packages = find_packages(str(ADDON), exclude=NOT_SHIPPED)
folders = {ADDON, *(ADDON / name.replace(".", "/") for name in inner_packages)}


def is_data(file: Path) -> bool:
    """Tell whether a file must be named to be shipped: all but the modules."""
    parts = file.relative_to(ADDON).parts
    is_module = file.suffix == ".py" and file.parent in folders
    rubbish = any(part.startswith((".", "__pycache__")) for part in parts)
    shipped = not rubbish and parts[0] != "tests"
    return file.is_file() and shipped and not is_module


setup(
    name="odoo-addon-kash-stripe-connect",
    version=MANIFEST["version"],
    description=MANIFEST["summary"],
    long_description=Path(__file__).with_name("README.md").read_text(),
    long_description_content_type="text/markdown",
    author=MANIFEST["author"],
    license=MANIFEST["license"],
    python_requires=">=3.10",
    install_requires=MANIFEST["external_dependencies"]["python"],
    packages=[
        f"odoo.addons.{NAME}",
        *(f"odoo.addons.{NAME}.{name}" for name in inner_packages),
    ],
    package_dir={f"odoo.addons.{NAME}": NAME},
    package_data={
        f"odoo.addons.{NAME}": sorted(
            file.relative_to(ADDON).as_posix()
            for file in ADDON.rglob("*")
            if is_data(file)
        )
    },
)
