"""The clerk and the accountant, in Odoo's backend."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from people import attempts, pay_in_popup, pay_link, read, wait_until, write_invoice

SELLER = "Hill Street Books"


def open_invoice(page, move):
    """Open an invoice's form."""
    page.goto(f"/odoo/customer-invoices/{move}")
    page.wait_for_selector(".o_form_view")


def test_a_clerk_makes_a_link_and_replaces_it(stack, page, log_in, snap):
    """Create, copy, new, void: by buttons on the invoice."""
    move = write_invoice(stack, amount=61.0)
    log_in(page, "clerk")
    open_invoice(page, move)
    page.click("text=Create Payment Link")
    page.wait_for_selector(".badge:has-text('Live')")
    snap(page, "live link")
    first = read(stack, move, "kash_stripe_link_url")
    page.click("button:has-text('New Link')")
    page.click(".modal button:has-text('Ok')")
    wait_until(lambda: read(stack, move, "kash_stripe_link_url") != first)
    page.goto(first)
    page.wait_for_selector("text=no longer valid")
    snap(page, "the old link")


@pytest.mark.long
def test_two_clerks_at_once_make_one_link(stack):
    """Two links of one invoice would know nothing of each other's payment pages."""
    move = write_invoice(stack, amount=62.0)
    with ThreadPoolExecutor(4) as clerks:
        list(clerks.map(lambda _clerk: pay_link(stack, move), range(4)))
    links = stack.rpc("kash.stripe.pay.link", "search_count", [("move_id", "=", move)])
    assert links == 1


@pytest.mark.long
def test_an_accountant_without_settings_connects(stack, page, log_in, snap):
    """Wrong key first: a sentence, not a traceback; then the right ones."""
    account = stack.rpc("kash.stripe.account", "search", [("connected", "=", True)])
    stack.rpc("kash.stripe.account", "action_disconnect", account)
    keys = {
        "secret_key": "sk_test_KashLabHillStreetBooksSecret",
        "publishable_key": "pk_test_KashLabHillStreetBooksPublishable",
    }
    log_in(page, "accountant")
    page.goto("/odoo/action-kash_stripe_connect.kash_stripe_account_action_open")
    page.click(".o_statusbar_buttons button:has-text('Connect')")
    page.click(".modal label:has-text('Use own API keys')")
    page.wait_for_selector(".modal [name=publishable_key] input")
    page.fill(".modal [name=publishable_key] input", keys["publishable_key"])
    page.fill(".modal [name=secret_key] input", keys["publishable_key"])
    page.click(".modal footer button:has-text('Connect')")
    page.wait_for_selector(".modal .alert:has-text('is a publishable key')")
    snap(page, "a wrong key")
    page.fill(".modal [name=secret_key] input", keys["secret_key"])
    page.click(".modal footer button:has-text('Connect')")
    page.wait_for_selector(".badge:has-text('Active')")
    snap(page, "connected")
    assert (
        stack.rpc("kash.stripe.account", "search_count", [("connected", "=", True)])
        == 1
    )


def record_held_row(page, day, snap):
    """Open the held row, choose a date, look at the preview, and record it."""
    page.goto(
        "/odoo/action-kash_stripe_connect.kash_stripe_balance_transaction_action_held"
    )
    page.click(".o_data_row .o_data_cell >> nth=0")
    page.click(".o_statusbar_buttons button:has-text('Record')")
    page.locator(".modal [name=day]").locator("button, input").first.click()
    page.fill(".modal [name=day] input", day)
    page.keyboard.press("Tab")
    page.click(".modal footer button:has-text('Preview')")
    page.wait_for_selector(".modal :text('What it does to the books')")
    snap(page, "what recording does")
    page.click(".modal footer button:has-text('Record')")
    page.wait_for_selector(".modal", state="detached")


@pytest.mark.long
def test_a_payment_in_a_locked_period_waits_visibly(stack, page, log_in, phone, snap):
    """The customer sees *complete*; the accountant sees it held; nobody pays twice."""
    move = write_invoice(stack, amount=88.0)
    address = pay_link(stack, move)
    [company] = stack.rpc("res.company", "search", [("name", "=", SELLER)])
    next_year = f"{date.today().year + 1}-01-01"  # noqa: DTZ011 - any day to come
    stack.rpc("res.company", "write", [company], {"fiscalyear_lock_date": next_year})
    try:
        phone.goto(address)
        pay_in_popup(phone)
        phone.wait_for_selector("text=Payment complete")
        wait_until(
            lambda: stack.rpc(
                "kash.stripe.balance.transaction",
                "search_count",
                [("state", "=", "held")],
            )
        )
        assert read(stack, move, "payment_state") == "not_paid"
        phone.goto(address)
        phone.wait_for_selector("text=Paid. Thank you")
        snap(phone, "nothing is asked for again")
        log_in(page, "accountant")
        page.goto(
            "/odoo/action-kash_stripe_connect."
            "kash_stripe_balance_transaction_action_held"
        )
        page.wait_for_selector(".o_data_row")
        snap(page, "held rows")
        open_invoice(page, move)
        page.wait_for_selector("text=waiting to be recorded")
        snap(page, "the invoice says so")
        assert [attempt["state"] for attempt in attempts(stack, move)] == ["done"]
        record_held_row(page, f"01/02/{next_year[:4]}", snap)
        wait_until(lambda: read(stack, move, "payment_state") == "paid")
    finally:
        stack.rpc("res.company", "write", [company], {"fiscalyear_lock_date": False})


def test_the_portal_leads_to_the_pay_page(stack, phone, snap):
    """A customer who opens the invoice from Odoo's own e-mail finds our button."""
    move = write_invoice(stack, amount=52.0)
    address = stack.rpc("account.move", "get_portal_url", [move])
    phone.goto(address)
    snap(phone, "portal")
    phone.click("text=Pay invoice")
    phone.wait_for_selector("form.form")
    snap(phone, "pay page")
