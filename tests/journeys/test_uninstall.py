"""The addon goes and comes back, by Odoo's own buttons: nothing is recorded twice."""

import time

import pytest
from test_year import account_id, balance, clearing, connected

from dev.lab import paths
from dev.lab.errors import LabError
from dev.lab.stack import ACCOUNT, ensure_account
from dev.stripe_emulator import StripeEmulator

DAYS = 86400
COMPANY = "Hill Street Books"
STRIPE = "/odoo/action-kash_stripe_connect.kash_stripe_account_action_open"
MODAL = ".modal footer button:visible"


@pytest.fixture
def stripe():
    """Run an emulator whose clock stands four days back: those days are over."""
    with StripeEmulator(seed=3, now=int(time.time()) - 4 * DAYS) as emulator:
        ensure_account(int(emulator.url.rpartition(":")[2]))
        yield emulator


@pytest.fixture
def stack(stripe):
    """Connect the demo company to it; scheduled jobs run when the test says so."""
    with connected(stripe, "uninstall") as stack:
        stack.start()
        yield stack


def test_uninstalled_and_installed_again_with_its_file_nothing_is_recorded_twice(
    stack, stripe, page, log_in, snap
):
    """Refused while connected and without the file; then gone, and back as it was."""
    sell(stripe, 10000)
    read_the_week(stack)
    before, account = books(stack), account_id(stack)
    with pytest.raises(LabError, match="Disconnect it first"):
        press(stack, "button_immediate_uninstall")
    stack.rpc("kash.stripe.account", "action_disconnect", [account])
    with pytest.raises(LabError, match="Prepare to Uninstall"):
        press(stack, "button_immediate_uninstall")
    log_in(page, "accountant")
    file = prepare(page, snap)

    press(stack, "button_immediate_uninstall")
    assert "kash_stripe_account" not in tables(stack)
    assert books(stack) == before
    press(stack, "button_immediate_install")

    log_in(page, "accountant")
    connect(page, snap)
    page.wait_for_selector(".modal :text('a second time')")
    snap(page, "refused without the file")
    assert books(stack) == before
    connect(page, snap, file)
    page.wait_for_selector(".badge:has-text('Active')")
    read_the_week(stack)
    assert books(stack) == before
    sell(stripe, 5000)
    read_the_week(stack)
    assert clearing(stack) == balance(stripe)


# === WHAT PEOPLE DO ===


def sell(stripe, amount):
    """Take a payment of which Odoo knows nothing."""
    stripe.charge_elsewhere(ACCOUNT["id"], amount=amount, description="Shop")
    stripe.settle()


def read_the_week(stack):
    """Let the job read all days of the emulator, and record those that are over."""
    stack.value(
        "UPDATE kash_stripe_account SET mirror_start = date_trunc('second',"
        " least(mirror_start, now() - interval '7 days')),"
        " next_sync_at = now() - interval '1 day'"
    )
    stack.value("UPDATE kash_stripe_stream SET until = NULL")
    stack.run("ir_cron_sync")


def press(stack, button):
    """Press a button of the addon's card in Apps."""
    [module] = stack.rpc(
        "ir.module.module", "search", [("name", "=", paths.ADDON_NAME)]
    )
    stack.rpc("ir.module.module", button, [module])


def prepare(page, snap):
    """Press *Prepare to Uninstall*, type the company's name; return the file."""
    page.goto(STRIPE)
    page.click("button:has-text('Prepare to Uninstall')")
    page.fill(".modal [name=company_name] input", COMPANY)
    page.click(f"{MODAL}:has-text('Make the File')")
    link = page.wait_for_selector(".modal [name=file] .o_form_uri")
    snap(page, "prepared to uninstall")
    with page.expect_download() as saved:
        link.click()
    return saved.value.path()


def connect(page, snap, file=None):
    """Fill the dialog to connect with own keys, and the file, if there is one."""
    page.goto(STRIPE)
    page.wait_for_selector(".modal :text('from before this addon was uninstalled')")
    page.fill(".modal [name=publishable_key] input", ACCOUNT["publishable_key"])
    page.fill(".modal [name=secret_key] input", ACCOUNT["secret_key"])
    if file:
        page.set_input_files(".modal [name=handover] input[type=file]", file)
        page.wait_for_selector(".modal [name=handover] [aria-label='Clear']")
        snap(page, "connecting with the file")
    page.click(f"{MODAL}:has-text('Connect')")


# === WHAT IS SEEN ===


def books(stack):
    """Return every account's balance, and how many entries there are."""
    return stack.value(
        "SELECT account_id, sum(balance), count(DISTINCT move_id)"
        " FROM account_move_line WHERE parent_state = 'posted'"
        " GROUP BY account_id ORDER BY account_id"
    )


def tables(stack):
    """Return the tables of the database."""
    return stack.value("SELECT tablename FROM pg_tables").split()
