"""Lighthouse, which judges a page as Google's browser does: on a slow phone.

https://github.com/GoogleChrome/lighthouse
"""

import json
import os
import shutil

from dev.lab import packages, paths, stamps
from dev.lab.commands import Command, Program
from dev.lab.terminal import Step, step

# The last that runs on Node 18 and 20, which Debian and its sisters have.
PACKAGE = "lighthouse@12.8.2"
FOLDER = paths.LAB / "lighthouse"
CLI = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = {"node": "nodejs", "npm": "npm"}
# Not SEO: the page asks not to be found.
CATEGORIES = ("performance", "accessibility", "best-practices")
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-gpu"


def ensure() -> None:
    """Install it beside the lab's other programs, with a browser for it."""
    packages.ensure({**NODE, **packages.BROWSER})
    stamps.ensure(
        "lighthouse",
        stamps.digest(PACKAGE),
        "Lighthouse",
        _install,
        sound=CLI.is_file,
    )


def _install(step: Step) -> None:
    npm = ("npm", "install", "--no-audit", "--no-fund", "--prefix")
    command: Command = [*npm, paths.folder(FOLDER), PACKAGE]
    Program(command, log="lighthouse-install").run(step)


def judge(address: str) -> dict[str, int]:
    """Return how good a page is on a phone: {category: 0 to 100}."""
    command: Command = [
        *("node", CLI, address, "--quiet", "--no-enable-error-reporting"),
        *("--output=json", "--output-path=stdout"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={CHROMIUM_FLAGS}",
    ]
    env = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    with step(f"Lighthouse looks at {address}") as current:
        said = Program(command, log="lighthouse", env=env).run(current)
    found = json.loads(said[said.index("{") :])["categories"]
    return {name: round(found[name]["score"] * 100) for name in CATEGORIES}
