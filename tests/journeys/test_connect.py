"""Connecting, from the settings to the first paid invoice, and back out again."""

import re

import pytest
import requests
from people import (
    TIMEOUT,
    connection,
    found_business,
    pay_in_popup,
    pay_link,
    read,
    sell,
    wait_until,
)

from dev.lab.operator import EXISTING

STRIPE = "/odoo/action-kash_stripe_connect.kash_stripe_account_action_open"
MODAL = ".modal footer button:visible"


@pytest.fixture
def business(stack, request):
    """Found a company for one test."""
    login = re.sub(r"[^a-z]", "", request.node.name.removeprefix("test_"))[:14]
    return found_business(stack, f"Quay {len(request.node.name)} Trading", login)


def badge(page, word):
    """Wait until the form shows a status."""
    page.wait_for_selector(f".o_field_widget[name=status] .badge:has-text('{word}')")


def pay_by_card(phone, address):
    """Pay on the page and at Stripe, as a customer does."""
    phone.goto(address)
    pay_in_popup(phone)
    phone.wait_for_selector("text=Payment complete")


@pytest.mark.long
def test_a_new_account_with_a_stop_in_the_middle(
    stack, business, page, phone, log_in, snap
):
    """Create, leave half-way, continue, be ready, be paid."""
    log_in(page, business.login)
    page.goto(STRIPE)
    page.wait_for_selector(".modal [name=way]")
    snap(page, "how to connect")
    page.click(f"{MODAL}:has-text('Continue at Stripe')")
    page.wait_for_selector("#onboarding-leave")
    snap(page, "Stripe asks who you are")
    page.click("#onboarding-leave")
    badge(page, "Incomplete")
    page.wait_for_selector("text=What Stripe Asks For")
    snap(page, "incomplete")
    first = connection(stack, business, "stripe_id")
    page.click("button:has-text('Continue Set-up')")
    page.wait_for_selector("#onboarding-submit")
    page.click("#onboarding-submit")
    badge(page, "Active")
    snap(page, "ready")
    assert connection(stack, business, "stripe_id") == first
    move = sell(stack, business, 120.0)
    page.goto(f"/odoo/customer-invoices/{move}")
    page.click("text=Create Payment Link")
    page.wait_for_selector(".badge:has-text('Live')")
    address = read(stack, move, "kash_stripe_link_url", business.login)
    pay_by_card(phone, address)
    wait_until(lambda: read(stack, move, "payment_state", business.login) == "paid")
    page.reload()
    page.wait_for_selector(".o_form_view")
    snap(page, "paid")


def test_an_existing_account(stack, business, page, log_in, snap):
    """First denied, then allowed, by its owner on Stripe's page."""
    log_in(page, business.login)

    def ask():
        page.goto(STRIPE)
        page.click(".modal label:has-text('Connect an existing')")
        page.wait_for_selector(".modal :text('You log in at Stripe'):visible")
        snap(page, "an existing account")
        page.click(f"{MODAL}:has-text('Continue at Stripe')")
        page.wait_for_selector("#oauth-deny")

    ask()
    snap(page, "Stripe asks the owner")
    page.click("#oauth-deny")
    page.wait_for_selector("text=access was not allowed")
    snap(page, "denied")
    ask()
    page.check(f"#{EXISTING['id']}")
    page.click("#oauth-connect")
    badge(page, "Active")
    snap(page, "connected")
    assert connection(stack, business, "connection")["connection"] == "oauth"
    page.click(".o_statusbar_buttons button:has-text('Disconnect')")
    page.click(f"{MODAL}:has-text('Disconnect')")
    badge(page, "Not connected")


def own_account(stack, name):
    """Open a Stripe account of the business's own; return its keys."""
    return stack.control("accounts", business_name=name, email="owner@example.com")


def choose_own_keys(page):
    """Choose the third way in the dialog."""
    page.click(".modal label:has-text('Use own API keys')")


def begin_with_keys(page, log_in, business, keys):
    """Log in and connect a company by its own keys."""
    log_in(page, business.login)
    page.goto(STRIPE)
    choose_own_keys(page)
    connect_by_keys(page, keys)
    badge(page, "Active")


def connect_by_keys(page, keys):
    """Fill the dialog with a pair of keys."""
    page.fill(".modal [name=publishable_key] input", keys["publishable_key"])
    page.fill(".modal [name=secret_key] input", keys["secret_key"])
    page.click(f"{MODAL}:has-text('Connect')")


@pytest.mark.long
def test_own_keys_and_their_rotation(stack, business, page, phone, log_in, snap):
    """A new key is checked before the old one goes; links and payments go on."""
    keys = own_account(stack, "Own Keys")
    begin_with_keys(page, log_in, business, keys)
    move = sell(stack, business, 45.0)
    address = pay_link(stack, move, business.login)
    page.click("button:has-text('Change Keys')")
    page.wait_for_selector(".modal [name=secret_key] input")
    lacking = stack.control(
        "restricted_key",
        account_id=keys["id"],
        permissions=["rak_connected_account_read"],
    )["key"]
    connect_by_keys(page, {**keys, "secret_key": lacking})
    page.wait_for_selector(".modal .alert:has-text('lacks permissions')")
    snap(page, "a key that lacks permissions")
    better = stack.control(
        "restricted_key",
        account_id=keys["id"],
        permissions=[
            "rak_connected_account_read",
            "rak_balance_read",
            "rak_balance_transaction_source_read",
            "rak_charge_read",
            "rak_dispute_read",
            "rak_payment_intent_read",
            "rak_checkout_session_write",
            "rak_webhook_write",
        ],
    )["key"]
    connect_by_keys(page, {**keys, "secret_key": better})
    page.wait_for_selector(".o_field_widget[name=key_hint]:has-text('rk_test_')")
    stack.control("revoke_key", key=keys["secret_key"])
    pay_by_card(phone, address)
    wait_until(lambda: read(stack, move, "payment_state", business.login) == "paid")


@pytest.mark.long
def test_restricted_then_a_banner_then_fixed(stack, business, page, log_in, snap):
    """It appears and disappears without a reload, and can be folded for the day."""
    log_in(page, business.login)
    page.goto(STRIPE)
    page.click(f"{MODAL}:has-text('Continue at Stripe')")
    page.click("#onboarding-submit")
    badge(page, "Active")
    stripe_id = connection(stack, business, "stripe_id")["stripe_id"]
    page.goto("/odoo/customer-invoices")
    page.wait_for_selector(".o_main_navbar")
    stack.control("accounts/state", account_id=stripe_id, state="past_due_disabled")
    page.wait_for_selector(".o_kash_stripe_banner")
    snap(page, "the banner came by itself")
    page.click(".o_kash_stripe_banner .btn-close")
    page.wait_for_selector(".o_kash_stripe_banner_folded")
    page.reload()
    page.wait_for_selector(".o_kash_stripe_banner_folded")
    snap(page, "folded for the day")
    page.click(".o_kash_stripe_banner_folded")
    page.click(".o_kash_stripe_banner :text('See what to do')")
    badge(page, "Restricted")
    snap(page, "what to do")
    page.click("button:has-text('Continue Set-up')")
    page.click("#onboarding-submit")
    badge(page, "Active")
    page.wait_for_selector(".o_kash_stripe_banner", state="detached")
    snap(page, "fixed")


@pytest.mark.long
def test_disconnect_and_reconnect_the_same_account(
    stack, business, page, phone, log_in, snap
):
    """Link dead, money moves at Stripe, each row once, a new link is paid."""
    keys = own_account(stack, "Comes Back")
    begin_with_keys(page, log_in, business, keys)
    paid, open_ = sell(stack, business, 80.0), sell(stack, business, 70.0)
    pay_by_card(phone, pay_link(stack, paid, business.login))
    old = pay_link(stack, open_, business.login)
    page.click(".o_statusbar_buttons button:has-text('Disconnect')")
    page.wait_for_selector(".modal :text('Payment links that stop')")
    snap(page, "what disconnecting ends")
    page.click(f"{MODAL}:has-text('Disconnect')")
    badge(page, "Not connected")
    snap(page, "disconnected")
    phone.goto(old)
    phone.wait_for_selector("text=no longer valid")
    snap(phone, "the link is dead")
    stack.control("charge_elsewhere", account_id=keys["id"], amount=3300)
    stack.control("settle")
    page.click(".o_statusbar_buttons button:has-text('Connect')")
    choose_own_keys(page)
    connect_by_keys(page, keys)
    badge(page, "Active")
    for _time in range(2):
        page.click("button:has-text('Sync Now')")
        page.wait_for_selector("text=Up to date with Stripe")
    rows = stack.rpc(
        "kash.stripe.balance.transaction",
        "search_read",
        [("company_id", "=", business.id)],
        ["txn_id"],
        login=business.login,
    )
    assert len(rows) == len({row["txn_id"] for row in rows}) == 2
    page.wait_for_selector("text=Unpaid invoices whose payment link died")
    snap(page, "links to send again")
    page.click("button:has-text('Send Again to All')")
    page.click(".modal button:has-text('Ok')")
    page.wait_for_selector("text=New payment links sent: 1")
    new = read(stack, open_, "kash_stripe_link_url", business.login)
    assert new != old
    [mail] = [m for m in stack.mailbox.messages if new in _text(m)]
    assert mail["to"] == "customer@example.com" or "customer@example.com" in mail["to"]
    pay_by_card(phone, new)
    wait_until(lambda: read(stack, open_, "payment_state", business.login) == "paid")


def _text(message):
    body = message.get_body(("html",))
    return body.get_content() if body else ""


@pytest.mark.long
def test_from_test_to_live_with_one_button(stack, business, page, phone, log_in, snap):
    """The test entries are reversed, the invoice is open again."""
    keys = own_account(stack, "Goes Live")
    begin_with_keys(page, log_in, business, keys)
    move = sell(stack, business, 90.0)
    pay_by_card(phone, pay_link(stack, move, business.login))
    wait_until(lambda: read(stack, move, "payment_state", business.login) == "paid")
    page.click("button:has-text('Go Live')")
    page.wait_for_selector(".modal :text('Test entries that are reversed')")
    snap(page, "what will be reversed")
    page.click(f"{MODAL}:has-text('Go Live')")
    page.wait_for_selector(".modal [name=way]")
    assert read(stack, move, "payment_state", business.login) == "not_paid"
    choose_own_keys(page)
    connect_by_keys(
        page,
        {
            "publishable_key": keys["live_publishable_key"],
            "secret_key": keys["live_secret_key"],
        },
    )
    badge(page, "Active")
    snap(page, "live")
    assert connection(stack, business, "livemode")["livemode"] is True


def test_addresses_typed_by_hand_lead_nowhere(stack):
    """No session: Odoo asks to log in. Nothing is told."""
    for path in ("oauth?state=x&code=y", "return/x", "refresh/x"):
        answer = requests.get(f"{stack.url}/kash/connect/{path}", timeout=TIMEOUT)
        assert "/web/login" in answer.url or answer.status_code in {403, 404}
