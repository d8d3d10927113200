"""The small commands: Odoo, its prompt, SQL and the emulator, on the lab's server."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from dev.lab import odoo_config, odoo_source, paths, postgres
from dev.lab.commands import Command
from dev.lab.ports import free_port

DEMO_DATABASE = "kash_demo"


def run_odoo(arguments: list[str]) -> int:
    """Pass the arguments to Odoo's own command line."""
    odoo = odoo_source.find()
    with postgres.running() as pg:
        config = odoo_config.write(
            paths.CONFIGS / "odoo.conf",
            odoo,
            pg,
            http_port=free_port(),
            smtp_port=free_port(),
        )
        env = odoo.environment() | {"ODOO_RC": str(config)}
        return foreground([sys.executable, "-m", "odoo", *arguments], env)


def run_shell(arguments: list[str]) -> int:
    """Open Odoo's Python prompt, on the demo database unless told otherwise."""
    return run_odoo(["shell", "--no-http", "-d", DEMO_DATABASE, *arguments])


def run_psql(arguments: list[str]) -> int:
    """Open PostgreSQL's prompt, on the demo database unless told otherwise."""
    with postgres.running() as pg:
        env = os.environ | pg.environment(DEMO_DATABASE)
        return foreground([pg.psql, *arguments], env)


def foreground(command: Command, env: Mapping[str, str]) -> int:
    """Run a program on this terminal; Ctrl-C is for it to answer."""
    with subprocess.Popen([str(part) for part in command], env=env) as process:
        while process.poll() is None:
            with suppress(KeyboardInterrupt):
                process.wait()
    return process.returncode
