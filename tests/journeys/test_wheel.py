"""The addon as people install it: from its wheel, without the repository."""

import dataclasses
import os
import shutil

import pytest
from people import (
    clearing_balance,
    pay_at_stripe,
    read,
    stripe_balance,
    wait_until,
    write_invoice,
)

from dev.lab import odoo_source, paths, postgres, wheel
from dev.lab.database import Databases
from dev.lab.scratch import PREFIX
from dev.lab.stack import temporary
from dev.lab.terminal import step

pytestmark = pytest.mark.long


@pytest.fixture
def installed():
    """Run an Odoo that has the addon from its wheel only."""
    folder = paths.folder(paths.JOURNEYS / f"{os.getpid()}-wheel")
    site = folder / "site"
    wheel.install(wheel.build(folder), site)
    odoo = dataclasses.replace(odoo_source.find(), site=site)
    name = f"{PREFIX}_{os.getpid()}_wheel"
    with postgres.running() as pg:
        databases = Databases(odoo, pg)

        def make():
            databases.clone(databases.base(), name)
            with step("Installing the addon from its wheel") as current:
                databases.odoo_run(name, ["-i", paths.ADDON_NAME], current)
                databases.script(name, "seed.make_company(env)", {}, current)

        with temporary(databases, name, folder, make) as stack:
            yield stack
    shutil.rmtree(folder, ignore_errors=True)


def test_an_odoo_with_the_wheel_takes_a_payment(installed):
    """Every file that is needed is in it, and none of the repository's."""
    repository = str(paths.REPO)
    assert repository not in [str(p) for p in installed.databases.odoo.addons_path]
    move = write_invoice(installed, amount=120.0)
    pay_at_stripe(installed, move)
    wait_until(lambda: read(installed, move, "payment_state") == "paid")
    assert clearing_balance(installed) == stripe_balance(installed)
