"""Fetch Debian's `odoo-19` with apt, without touching the system's sources."""

import os
import shutil
import subprocess
from pathlib import Path

from dev.lab import paths
from dev.lab.commands import Program
from dev.lab.errors import LabError
from dev.lab.terminal import Step, say

HOME = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"
SUITE = "sid"
KEYRINGS = Path("/usr/share/keyrings")
PACKAGES = (
    "odoo-19",
    # Odoo's fonts and some of its JavaScript are links into these:
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
ELSEWHERE = (
    "Get Odoo 19 from its official download, its Docker image `odoo:19` or a checkout "
    "of branch 19.0, and name its folder in KASH_ODOO_HOME."
)


def fetch(step: Step) -> None:
    """Download the packages from the machine's own mirror and unpack them."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise LabError(f"there is no Odoo here and no apt to fetch it. {ELSEWHERE}")
    options = _private_apt(step)
    downloads = paths.folder(paths.APT / "downloads")
    for old in downloads.glob("*.deb"):
        old.unlink()
    command = ["apt-get", *options, "download", *PACKAGES]
    Program(command, log="odoo-download", cwd=downloads).run(step)
    _unpack(sorted(downloads.glob("*.deb")), step)


def _private_apt(step: Step) -> list[str]:
    """Return apt options for a list of packages of our own that has Odoo."""
    for mirror in mirrors():
        options = _options(mirror)
        update = Program(["apt-get", *options, "update"], log="odoo-list")
        code, output = update.attempt(step)
        if code == 0:
            return options
        complaints = [line for line in output.splitlines() if line.startswith("E:")]
        say("\n".join(f"    {line}" for line in complaints))
    raise LabError(f"this machine's mirrors do not give us {SUITE}. {ELSEWHERE}")


def mirrors() -> list[str]:
    """Return the Debian mirrors the machine uses, the likeliest first."""
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return sorted(set(asked.stdout.split()), key=_unlikely)


def _unlikely(mirror: str) -> tuple[bool, str]:
    """Sort the archive itself before security updates and foreign archives."""
    return not mirror.rstrip("/").endswith("/debian"), mirror


def _options(mirror: str) -> list[str]:
    """Write a sources file of our own and return what makes apt use only that."""
    lists = paths.folder(paths.APT / "lists")
    cache = paths.folder(paths.APT / "cache")
    sources = paths.APT / "sources.list"
    sources.write_text(f"deb {_signed_by()}{mirror} {SUITE} main\n")
    return [
        "-q",
        "-o", f"Dir::Etc::SourceList={sources}",
        "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", f"Dir::State::Lists={lists}",
        "-o", f"Dir::Cache={cache}",
        "-o", "APT::Sandbox::User=root",
        "-o", "APT::Update::Error-Mode=any",
    ]  # fmt: skip


def _signed_by() -> str:
    """Name the archive's keyring, where the machine has it as a file."""
    for suffix in (".pgp", ".gpg"):
        keyring = KEYRINGS / f"debian-archive-keyring{suffix}"
        if keyring.exists():
            return f"[signed-by={keyring}] "
    return ""


def _unpack(debs: list[Path], step: Step) -> None:
    """Unpack the packages aside and move them into place when all are there."""
    half = paths.LAB / "odoo.half"
    shutil.rmtree(half, ignore_errors=True)
    for number, deb in enumerate(debs, start=1):
        name = deb.name.partition("_")[0]
        size = deb.stat().st_size / 1e6
        text = f"unpacking {name}, {size:.0f} MB ({number} of {len(debs)})"
        command = ["dpkg-deb", "-x", str(deb), str(paths.folder(half))]
        Program(command, log="odoo-unpack", doing=text).run(step)
        deb.unlink()
    shutil.rmtree(paths.ODOO, ignore_errors=True)
    half.rename(paths.ODOO)
    say(f"    Odoo lies in {os.path.relpath(paths.ODOO, paths.REPO)}")
