"""The command line: `python3 -m dev COMMAND …`."""

import os
import signal
import sys
from importlib import import_module
from types import FrameType

from dev.lab import venv
from dev.lab.errors import LabError

COMMANDS = {
    "demo": ("demo", "Odoo with the addon, a company, Stripe's emulator and mail"),
    "test": ("testing", "every test; with pytest arguments, only what they name"),
    "suites": ("suites", "Odoo's own tests of what the addon extends: for a release"),
    "lint": ("checks", "ruff, pylint-odoo and mypy alone"),
    "odoo": ("tools", "Odoo's own command line, on the lab's server"),
    "shell": ("tools", "Odoo's Python prompt on the demo database"),
    "psql": ("tools", "SQL prompt on the demo database"),
    "stripe": ("stripe_alone", "the Stripe emulator alone"),
    "bench": ("bench", "how fast rows get into the books, beside other ways"),
    "plan": ("plan", "rooms of the addon, arrows between them, what breaks a rule"),
    "readme": ("readme", "the addon's README.rst, from its fragments"),
}
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run a command of the lab and return its exit code."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(arguments)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader had enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def usage() -> str:
    """Describe the commands."""
    lines = [f"  {name:<7} {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(
        [
            "usage: python3 -m dev COMMAND …",
            "",
            *lines,
            "",
            "Each command installs what it needs, under .lab/. See docs/develop.md.",
        ]
    )


def _run(arguments: list[str]) -> int:
    """Find the command and run it, inside the lab's own environment."""
    name, *rest = arguments
    if name not in COMMANDS:
        raise LabError(f"there is no command {name!r}.\n\n{usage()}")
    if not venv.inside():
        venv.enter(arguments, repair="--fresh" in rest)
    module = import_module(f"dev.lab.{COMMANDS[name][0]}")
    code: int = getattr(module, f"run_{name}")(rest)
    return code


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Let SIGTERM end the lab like Ctrl-C does."""
    raise KeyboardInterrupt
