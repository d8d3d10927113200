"""The addon goes and comes back, by Odoo's own buttons: nothing is recorded twice."""

import time

import people
import pytest
from test_year import account_id, balance, clearing, connected

from dev.lab import paths
from dev.lab.errors import LabError
from dev.lab.stack import ACCOUNT, ensure_account
from dev.stripe_emulator import StripeEmulator

pytestmark = pytest.mark.long

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


def test_with_several_companies_nothing_of_ours_stays_that_nobody_needs(stack, stripe):
    """No card of a provider that is gone, no to-do about rows that are no more."""
    stack.rpc("kash.stripe.account", "action_disconnect", [account_id(stack)])
    for name, login in (("Next Door", "neighbour"), ("Far Away", "traveller")):
        business = people.found_business(stack, name, login)
        account = connect_business(stack, stripe, business)
        if login == "traveller":
            start_to_pay(stack, people.sell(stack, business, 40.0), business)
        stack.rpc("kash.stripe.account", "action_disconnect", [account], login=login)
    remind_the_journals(stack)
    press(stack, "button_immediate_uninstall")
    assert providers(stack) == "Stripe|none|disabled|Far Away"
    assert left_of_us(stack) == []


# === WHAT PEOPLE DO ===


def connect_business(stack, stripe, business):
    """Connect a company to an account of its own, with its own keys."""
    account = stripe.create_account(country="US", currency="usd")
    keys = {
        "secret_key": account.secret_key,
        "publishable_key": account.publishable_key,
    }
    wizard = stack.rpc(
        "kash.stripe.connect.wizard",
        "create",
        {"company_id": business.id, "way": "keys", **keys},
        login=business.login,
    )
    stack.rpc(
        "kash.stripe.connect.wizard", "action_connect", [wizard], login=business.login
    )
    return people.connection(stack, business)["id"]


def start_to_pay(stack, invoice, business):
    """Press *Pay invoice*, and pay nothing."""
    people.press(people.pay_link(stack, invoice, business.login))


def remind_the_journals(stack):
    """Let each Stripe journal have a to-do of a kind of ours, and one that is done."""
    stack.value(
        "INSERT INTO mail_activity (activity_type_id, res_model_id, res_model, res_id,"
        " user_id, summary, date_deadline, active)"
        " SELECT known.res_id, model.id, model.model, journal_id, 2, 'Stripe', now(),"
        " each.active FROM kash_stripe_account, ir_model model, ir_model_data known,"
        " (VALUES (true), (false)) AS each(active)"
        " WHERE model.model = 'account.journal'"
        " AND known.name = 'mail_activity_type_held'"
    )


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


def accounts(stack):
    """Return every company's Stripe account."""
    return [int(n) for n in stack.value("SELECT id FROM kash_stripe_account").split()]


def providers(stack):
    """Return what is left of our payment providers, and for which company."""
    return stack.value(
        "SELECT provider.name->>'en_US', provider.code, provider.state, company.name"
        " FROM payment_provider provider JOIN res_company company"
        " ON company.id = provider.company_id"
        " JOIN ir_module_module module ON module.id = provider.module_id"
        " WHERE module.name = 'kash_stripe_connect'"
    )


def left_of_us(stack):
    """Return what Odoo has beside that: records of data files, to-dos, parameters."""
    return stack.value(
        "SELECT 'record ' || name FROM ir_model_data"
        " WHERE module = 'kash_stripe_connect'"
        " UNION ALL SELECT 'activity ' || id FROM mail_activity"
        " WHERE summary = 'Stripe'"
        " UNION ALL SELECT 'parameter ' || key FROM ir_config_parameter"
        " WHERE key LIKE 'kash_stripe_connect.%'"
        " UNION ALL SELECT 'method ' || id FROM account_payment_method"
        " WHERE code = 'kash_stripe'"
        " UNION ALL SELECT 'field ' || model || '.' || name FROM ir_model_fields"
        " WHERE name LIKE 'kash_stripe_%' OR model LIKE 'kash.stripe.%'"
    ).splitlines()


def tables(stack):
    """Return the tables of the database."""
    return stack.value("SELECT tablename FROM pg_tables").split()
