"""What people do in the journeys: a clerk, a customer, and time going by."""

import json
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import requests

from dev.lab import odoo_source, paths, postgres, web
from dev.lab.database import Databases
from dev.lab.scratch import PREFIX
from dev.lab.stack import temporary
from dev.lab.terminal import step

CARD = "4242424242424242"
DECLINED = "4000000000000002"
TIMEOUT = 60


def today():
    """Return the day of the machine, as a clerk types it; Odoo's server has it too."""
    return date.today()  # noqa: DTZ011 - the journeys' people and server share a zone


def write_invoice(stack, *, amount=120.0, customer="Cedar Library"):
    """Post an invoice over ``amount`` and return its id."""
    [partner] = stack.rpc("res.partner", "search", [("name", "=", customer)], limit=1)
    move = stack.rpc(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": partner,
            "invoice_date": str(today() - timedelta(days=3)),
            "invoice_line_ids": [
                (0, 0, {"name": "Atlas", "quantity": 1, "price_unit": amount})
            ],
        },
    )
    stack.rpc("account.move", "action_post", [move])
    return move


def pay_link(stack, move, login="admin"):
    """Make the invoice's payment link and return its address."""
    stack.rpc("account.move", "action_kash_stripe_create_link", [move], login=login)
    return read(stack, move, "kash_stripe_link_url", login)


def read(stack, move, field, login="admin"):
    """Return one field of an invoice."""
    return stack.rpc("account.move", "read", [move], [field], login=login)[0][field]


def is_paid(stack, move):
    """Return a question: is the invoice paid in Odoo?"""
    return lambda: read(stack, move, "payment_state") == "paid"


def attempts(stack, move):
    """Return the invoice's payment attempts."""
    return stack.rpc(
        "payment.transaction",
        "search_read",
        [("invoice_ids", "in", [move])],
        ["state", "kash_stripe_session_id", "reference"],
    )


def press(address):
    """Press *Pay invoice* on a page, without a browser; return where it leads.

    Whoever is asked to try again does: many may be at the same payment.
    """
    answer = requests.post(f"{address}/start", timeout=TIMEOUT)
    if answer.status_code == requests.codes.unavailable:
        answer = requests.post(f"{address}/start", timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.url


def look(address):
    """Open a page without a browser; return what it shows."""
    answer = requests.get(address, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.text


def deliver(url, body, headers):
    """Ring the doorbell as Stripe does, and have it heard; the body is bytes."""
    answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUT)
    answer.raise_for_status()


def pay_at_stripe(stack, move, **way):
    """Press *Pay invoice* and pay at Stripe, without a browser; return the charge."""
    press(pay_link(stack, move))
    [attempt] = attempts(stack, move)
    return stack.control("pay", session_id=attempt["kash_stripe_session_id"], **way)


def in_popup(page):
    """Return what is in the frame of the pop-up, where cards are typed."""
    return page.frame_locator("dialog.popup iframe")


def fill_card(page, card=CARD):
    """Fill Stripe's form as a customer does, in its pop-up."""
    fill_form(in_popup(page), card)


def fill_form(form, card=CARD):
    """Fill Stripe's form, wherever it is shown."""
    form.locator("#cardNumber").fill(card)
    form.locator("#cardExpiry").fill("12 / 34")
    form.locator("#cardCvc").fill("123")
    form.locator("#billingName").fill("Ada Reader")
    form.locator("#billingPostalCode").fill("97205")


def pay_in_popup(page, card=CARD):
    """Press *Pay invoice*, type a card into the pop-up, and pay."""
    page.click("text=Pay invoice")
    fill_card(page, card)
    in_popup(page).locator("button.SubmitButton").click()


def go_to_stripe(page):
    """Press *Pay invoice* as a browser without scripts does: Stripe's page opens."""
    page.eval_on_selector("form.form", "form => { form.submit() }")


def wait_until(told, patience=15.0):
    """Wait until ``told()`` is true and return the seconds it took."""
    begun = time.monotonic()
    while not told():
        if time.monotonic() - begun > patience:
            message = f"nothing happened for {patience:.0f} s"
            raise AssertionError(message)
        time.sleep(0.1)
    return time.monotonic() - begun


def stripe_balance(stack):
    """Return what Stripe holds for the company, in cents."""
    account = stack.rpc(
        "kash.stripe.account", "search_read", [("connected", "=", True)], ["stripe_id"]
    )[0]["stripe_id"]
    told = json.loads(
        web.get(
            stack.stripe_port,
            f"/_control/balance?account_id={account}&currency=usd",
        )
    )
    return told["available"] + told["pending"]


def clearing_balance(stack):
    """Return what Stripe Clearing holds in the ledger, in cents."""
    account = stack.rpc(
        "kash.stripe.account",
        "search_read",
        [("connected", "=", True)],
        ["clearing_account_id"],
    )[0]["clearing_account_id"][0]
    groups = stack.rpc(
        "account.move.line",
        "formatted_read_group",
        [("account_id", "=", account), ("parent_state", "=", "posted")],
        [],
        ["balance:sum"],
    )
    return round((groups[0]["balance:sum"] or 0) * 100)


@dataclass(frozen=True)
class Business:
    """A company of its own with somebody who runs it (the password is the login)."""

    id: int
    login: str
    customer: int


def found_business(stack, name, login, *, country="US", currency="USD"):
    """Found a company with a chart of accounts, an accountant and a customer."""
    [money] = stack.rpc(
        "res.currency",
        "search",
        [("name", "=", currency)],
        context={"active_test": False},
    )
    stack.rpc("res.currency", "write", [money], {"active": True})
    company = stack.rpc(
        "res.company",
        "create",
        {
            "name": name,
            "country_id": stack.rpc("res.country", "search", [("code", "=", country)])[
                0
            ],
            "currency_id": money,
            "email": f"{login}@example.com",
            "website": f"https://{login}.example",
        },
    )
    [admin] = stack.rpc("res.users", "search", [("login", "=", "admin")])
    stack.rpc("res.users", "write", [admin], {"company_ids": [(4, company)]})
    stack.rpc(
        "account.chart.template",
        "try_loading",
        [],
        "generic_coa",
        company,
        install_demo=False,
        context={"allowed_company_ids": [company]},
    )
    groups = stack.rpc(
        "ir.model.data",
        "search_read",
        [("module", "=", "account"), ("name", "=", "group_account_manager")],
        ["res_id"],
    )
    stack.rpc(
        "res.users",
        "create",
        {
            "login": login,
            "password": login,
            "name": login.title(),
            "email": f"{login}@example.com",
            "company_id": company,
            "company_ids": [(6, 0, [company])],
            "group_ids": [(6, 0, [group["res_id"] for group in groups])],
        },
        context={"no_reset_password": True},
    )
    # The chart brings its own.
    stack.rpc("res.company", "write", [company], {"currency_id": money})
    # The administrator leaves again: other journeys see the demo company only.
    stack.rpc("res.users", "write", [admin], {"company_ids": [(3, company)]})
    customer = stack.rpc(
        "res.partner",
        "create",
        {"name": f"Customer of {name}", "email": "customer@example.com"},
    )
    return Business(company, login, customer)


def sell(stack, business, amount):
    """Post an invoice of a business, as the person who runs it; return its id."""
    names = {"login": business.login}
    move = stack.rpc(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": business.customer,
            "invoice_line_ids": [
                (0, 0, {"name": "Goods", "price_unit": amount, "tax_ids": []})
            ],
        },
        **names,
    )
    stack.rpc("account.move", "action_post", [move], **names)
    return move


def connection(stack, business, *fields):
    """Return what the business's connection shows."""
    [account] = stack.rpc(
        "kash.stripe.account",
        "search_read",
        [("company_id", "=", business.id)],
        list(fields),
        limit=1,
        login=business.login,
    )
    return account


def connect_by_keys(stack, business, **account):
    """Open a Stripe account for a business, and connect it by its own keys.

    :param account: as the emulator's `accounts` takes it: country, currency and so on
    """
    made = stack.control("accounts", **account)
    vals = {
        "company_id": business.id,
        "way": "keys",
        "secret_key": made["secret_key"],
        "publishable_key": made["publishable_key"],
    }
    model, login = "kash.stripe.connect.wizard", business.login
    wizard = stack.rpc(model, "create", vals, login=login)
    stack.rpc(model, "action_connect", [wizard], login=login)


@contextmanager
def without_scripts(browser, stack, viewport):
    """Have a page of a browser that runs no scripts."""
    context = browser.new_context(
        base_url=stack.url, locale="en-US", viewport=viewport, java_script_enabled=False
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def with_module(module):
    """Have a stack of its own, on a clone of the demo company with a module more."""
    with postgres.running() as pg:
        databases = Databases(odoo_source.find(), pg)
        name = f"{PREFIX}_{os.getpid()}_{module}"
        # Whose it is: what a run that was killed leaves is swept away by the next one.
        folder = paths.JOURNEYS / f"{os.getpid()}-{module}"

        def make():
            databases.clone(databases.company(), name)
            with step(f"The same with Odoo's {module}") as current:
                databases.odoo_run(name, ["-i", module], current)

        with temporary(databases, name, folder, make) as stack:
            yield stack
    shutil.rmtree(folder, ignore_errors=True)
