"""Where Odoo 19 comes from: yours, the machine's, or Debian's package."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.lab import debian_odoo, paths, stamps
from dev.lab.errors import LabError
from dev.lab.locks import locked

HOME_VARIABLE = "KASH_ODOO_HOME"
SERIES = "19.0"
# A person's own PostgreSQL or Odoo settings would win over the lab's.
UNWANTED = ("PG", "ODOO_", "OPENERP_", "PYTHONDONTWRITEBYTECODE")
VERSION = re.compile(r"^version_info = \((\d+), (\d+), (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Odoo:
    """An Odoo that can be run: the folder that holds the package `odoo`."""

    home: Path
    version: str
    site: Path | None = None
    """Where the addon is installed, if it is not taken from the repository."""

    @property
    def addons_path(self) -> list[Path]:
        """Return the folders with addons; a checkout has them beside `odoo/`."""
        inside = self.home / "odoo" / "addons"
        installed = (inside / "account").is_dir()
        odoos = inside if installed else self.home / "addons"
        return [odoos] if self.site else [odoos, paths.REPO]

    @property
    def identity(self) -> str:
        """Return what tells this Odoo from another one."""
        return f"{(self.home / 'odoo').resolve()} {self.version}"

    def environment(self) -> dict[str, str]:
        """Return the environment in which Python finds Odoo, and Odoo its programs."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(UNWANTED)}
        return env | {
            "PATH": os.pathsep.join((str(paths.BIN), env.get("PATH", os.defpath))),
            "PYTHONPATH": os.pathsep.join(
                str(part) for part in (self.home, self.site, paths.REPO) if part
            ),
            "PYTHONPYCACHEPREFIX": str(paths.PYCACHE),
            "QT_QPA_PLATFORM": "offscreen",
        }


def find(*, repair: bool = False) -> Odoo:
    """Return Odoo 19, fetching Debian's package if there is no other."""
    return from_variable() or from_python() or from_debian(repair=repair)


def present() -> Odoo | None:
    """Return the Odoo 19 that is there already, without fetching one."""
    found = from_variable() or from_python()
    version = version_of(debian_odoo.HOME)
    return found or (Odoo(debian_odoo.HOME, version) if version else None)


def from_variable() -> Odoo | None:
    """Return the Odoo that KASH_ODOO_HOME names."""
    value = os.environ.get(HOME_VARIABLE)
    if not value:
        return None
    home = Path(value).expanduser().resolve()
    version = version_of(home)
    if version is None:
        raise LabError(
            f"{HOME_VARIABLE} is {value}, but there is no Odoo in it: "
            "it should name the folder that holds `odoo/` or `odoo-bin`."
        )
    if not version.startswith(SERIES):
        raise LabError(f"{HOME_VARIABLE} holds Odoo {version}, this needs {SERIES}.")
    return alone(home, version)


def from_python() -> Odoo | None:
    """Return the Odoo 19 that the machine's own Python can import."""
    code = (
        "import importlib.util as u; s = u.find_spec('odoo.release'); print(s.origin)"
    )
    base = Path(sys.base_prefix) / "bin" / "python3"
    asked = subprocess.run(
        [base, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        return None
    home = Path(asked.stdout.strip()).parents[1]
    version = version_of(home)
    return alone(home, version) if version and version.startswith(SERIES) else None


def from_debian(*, repair: bool) -> Odoo:
    """Return Debian's Odoo 19, unpacked into the lab."""
    home = debian_odoo.HOME

    def sound() -> bool:
        return version_of(home) is not None

    with locked("odoo"):
        if repair and not sound():
            stamps.forget("odoo")
        key = stamps.digest(*debian_odoo.PACKAGES)
        stamps.ensure(
            "odoo", key, "Odoo 19 from Debian", debian_odoo.fetch, sound=sound
        )
    return Odoo(home, version_of(home) or SERIES)


def alone(home: Path, version: str) -> Odoo:
    """Keep what lies beside an installed Odoo off the path: we have our own."""
    if (home / "odoo-bin").exists():
        return Odoo(home, version)
    link = paths.folder(paths.LAB / "odoo-alone") / "odoo"
    link.unlink(missing_ok=True)
    link.symlink_to(home / "odoo")
    return Odoo(link.parent, version)


def version_of(home: Path) -> str | None:
    """Read the version from Odoo's release file without importing it."""
    release = home / "odoo" / "release.py"
    if not release.is_file():
        return None
    found = VERSION.search(release.read_text())
    return ".".join(found.groups()) if found else "of unknown version"
