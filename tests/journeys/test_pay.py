"""A customer pays, on a phone, without a login; the books follow by themselves."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import stripe
from people import (
    DECLINED,
    attempts,
    clearing_balance,
    fill_form,
    go_to_stripe,
    is_paid,
    pay_at_stripe,
    pay_in_popup,
    pay_link,
    press,
    read,
    stripe_balance,
    wait_until,
    write_invoice,
)

from dev.lab.stack import ACCOUNT

PRESSES = 20


def sessions(stack, reference):
    """Return Stripe's Checkout Sessions of a payment attempt."""
    client = stripe.StripeClient(
        ACCOUNT["secret_key"], base_addresses={"api": stack.stripe_url}
    )
    listed = client.v1.checkout.sessions.list({"limit": 100})
    return [s for s in listed.data if s.metadata["kash_attempt"] == reference]


def test_a_customer_pays_on_a_phone_and_the_books_follow(stack, phone, snap):
    """The whole promise, from the link to the ledger and the owner's e-mail."""
    move = write_invoice(stack, amount=120.0)
    phone.goto(pay_link(stack, move))
    snap(phone, "invoice")
    go_to_stripe(phone)
    fill_form(phone)
    snap(phone, "stripe")
    phone.click("button.SubmitButton")
    phone.wait_for_selector("text=Payment complete")
    snap(phone, "complete")
    wait_until(is_paid(stack, move))
    assert clearing_balance(stack) == stripe_balance(stack)
    name = read(stack, move, "name")
    wait_until(
        lambda: [
            mail
            for mail in stack.mailbox.to("admin@hillstreetbooks.example")
            if name in str(mail["subject"])
        ]
    )


def test_the_receipt_prints_on_one_sheet(stack, phone, snap):
    """Payment complete is the receipt: paper, or a PDF of the browser's."""
    move = write_invoice(stack, amount=45.5)
    phone.goto(pay_link(stack, move))
    pay_in_popup(phone)
    phone.wait_for_selector("text=Payment complete")
    pdf = phone.pdf(format="A4", print_background=False)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_two_tabs_make_one_charge(stack, browser, snap):
    """Both tabs reach the same Checkout page; the second finds it paid."""
    move = write_invoice(stack, amount=77.0)
    address = pay_link(stack, move)
    context = browser.new_context()
    first, second = context.new_page(), context.new_page()
    for tab in (first, second):
        tab.goto(address)
    # Pressed without waiting in between: two requests are under way at once.
    for tab in (first, second):
        go_to_stripe(tab)
    for tab in (first, second):
        tab.wait_for_selector("#cardNumber")
    assert first.url == second.url
    fill_form(first)
    first.click("button.SubmitButton")
    first.wait_for_selector("text=Payment complete")
    second.goto(address)
    second.wait_for_selector("text=Paid. Thank you")
    snap(second, "second tab")
    wait_until(is_paid(stack, move))
    assert [attempt["state"] for attempt in attempts(stack, move)] == ["done"]
    assert clearing_balance(stack) == stripe_balance(stack)
    context.close()


def test_twenty_presses_at_once_make_one_session(stack):
    """An impatient finger, or twenty tabs: each press leads to the same page."""
    move = write_invoice(stack, amount=78.0)
    address = pay_link(stack, move)
    together = Barrier(PRESSES)

    def finger(_number):
        together.wait()
        return press(address)

    with ThreadPoolExecutor(PRESSES) as fingers:
        pages = Counter(fingers.map(finger, range(PRESSES)))
    [attempt] = attempts(stack, move)
    [session] = sessions(stack, attempt["reference"])
    assert pages == {session.url: PRESSES}
    assert attempt["kash_stripe_session_id"] == session.id


def test_a_declined_card_can_be_followed_by_a_good_one(stack, phone, snap):
    """The customer stays on Stripe's page and tries another card."""
    move = write_invoice(stack, amount=20.0)
    phone.goto(pay_link(stack, move))
    go_to_stripe(phone)
    fill_form(phone, DECLINED)
    phone.click("button.SubmitButton")
    phone.wait_for_selector(".ErrorMessage")
    snap(phone, "declined")
    fill_form(phone)
    phone.click("button.SubmitButton")
    phone.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, move))


def test_going_back_from_stripe_leaves_the_invoice_to_pay(stack, phone):
    """Cancel is no harm: the page is there again."""
    move = write_invoice(stack, amount=20.0)
    phone.goto(pay_link(stack, move))
    go_to_stripe(phone)
    phone.click("a.BackLink")
    phone.wait_for_selector("text=Pay invoice")
    assert read(stack, move, "payment_state") == "not_paid"


def test_a_customer_who_closes_the_tab_is_recorded_all_the_same(stack):
    """Nobody comes back, nobody presses anything: the doorbell rings."""
    move = write_invoice(stack, amount=33.0)
    pay_at_stripe(stack, move)
    wait_until(is_paid(stack, move))


@pytest.mark.long
def test_when_every_webhook_is_lost_the_sync_finds_the_payment(stack):
    """The doorbell is a convenience; the sync is the safety."""
    stack.control("outbox/mode", mode="manual")
    try:
        move = write_invoice(stack, amount=34.0)
        pay_at_stripe(stack, move)
        stack.control("settle")
        stack.control("outbox/take")
        account = stack.rpc("kash.stripe.account", "search", [("connected", "=", True)])
        stack.rpc("kash.stripe.account", "action_sync_now", account)
        wait_until(is_paid(stack, move))
        assert clearing_balance(stack) == stripe_balance(stack)
    finally:
        stack.control("outbox/mode", mode="auto")
