"""A customer leaves with a voucher, or has a bank account to verify; days go by."""

import pytest
from people import (
    attempts,
    connect_by_keys,
    fill_form,
    found_business,
    go_to_stripe,
    in_popup,
    is_paid,
    pay_link,
    read,
    sell,
    wait_until,
    write_invoice,
)
from test_page import LOOKS, Axe, trouble

from dev.lab.stack import ACCOUNT

WAYS = ("card_payments", "multibanco_payments")
DEBITS = {"card_payments": "active", "us_bank_account_ach_payments": "active"}


@pytest.fixture(scope="module")
def lisbon(stack):
    """Run a business in Lisbon with books in euros, connected by its own keys."""
    business = found_business(stack, "Livraria da Colina", "lisbon", currency="EUR")
    connect_by_keys(
        stack,
        business,
        business_name="Livraria da Colina",
        country="PT",
        currency="eur",
        capabilities=dict.fromkeys(WAYS, "active"),
    )
    return business


@pytest.fixture
def debits(stack):
    """Let the demo's shop take bank debits."""
    stack.control("accounts/update", account_id=ACCOUNT["id"], capabilities=DEBITS)


def owed(stack, business, amount):
    """Sell something; return the invoice and its page."""
    move = sell(stack, business, amount)
    return move, pay_link(stack, move, business.login)


def session_of(stack, move, login="admin"):
    """Return Stripe's session of the newest attempt."""
    found = stack.rpc(
        "payment.transaction",
        "search_read",
        [("invoice_ids", "in", [move])],
        ["kash_stripe_session_id"],
        order="id",
        login=login,
    )
    return found[-1]["kash_stripe_session_id"]


def words(page):
    """Return what a page says, in one line."""
    return " ".join(page.inner_text("main").split())


def look_at(page, snap, name):
    """Look at a state on phone and desk, light and dark; nothing shuts anybody out."""
    page.evaluate(Axe().axe_script)
    wrong = []
    for look in LOOKS:
        wrong += trouble(page, name, look)
        if look in {"phone", "desktop, dark"}:
            snap(page, f"{name} {look}")
    assert not wrong, "\n".join(wrong)


def take_voucher(form):
    """Choose Multibanco on Stripe's form, and leave with the voucher."""
    form.locator("#method-multibanco").click()
    form.locator("#billingName").fill("Ada Reader")
    form.locator("button.SubmitButton").click()


def test_a_voucher_on_a_phone_is_shown_and_paid_at_the_counter(
    stack, lisbon, phone, snap
):
    """The page leads to it, and turns by itself once it is paid."""
    move, address = owed(stack, lisbon, 121.0)
    phone.goto(address)
    go_to_stripe(phone)
    phone.wait_for_selector("#method-multibanco")
    take_voucher(phone)
    phone.wait_for_selector("text=voucher is not paid yet")
    assert "Voucher to pay" in phone.title()
    look_at(phone, snap, "voucher")
    with phone.context.expect_page() as opened:
        phone.click("text=Show the voucher")
    opened.value.wait_for_selector("text=Multibanco voucher")
    opened.value.close()
    phone.goto(address)
    phone.wait_for_selector("text=voucher is not paid yet")
    stack.control("pay_voucher", session_id=session_of(stack, move, lisbon.login))
    phone.wait_for_selector("text=Paid. Thank you", timeout=60_000)
    snap(phone, "paid")


def test_a_voucher_in_the_pop_up_and_another_way_after_the_warning(
    stack, lisbon, page, snap
):
    """A press without the tick begins nothing; with it the card pays."""
    move, address = owed(stack, lisbon, 65.0)
    page.goto(address)
    page.click("text=Pay invoice")
    take_voucher(in_popup(page))
    page.wait_for_selector("text=voucher is not paid yet")
    snap(page, "turned")
    page.click("text=Pay another way")
    assert page.eval_on_selector("input[name=instead]", "box => !box.validity.valid")
    page.check("input[name=instead]")
    page.click("text=Pay another way")
    form = in_popup(page)
    form.locator("#method-card").click()
    fill_form(form)
    form.locator("button.SubmitButton").click()
    page.wait_for_selector("text=Payment complete")
    wait_until(lambda: read(stack, move, "payment_state", lisbon.login) == "paid", 60)
    page.goto(address)
    page.wait_for_selector("text=please do not pay it, too")
    look_at(page, snap, "paid otherwise")


def test_a_voucher_without_scripts_that_expires(stack, lisbon, browser, snap):
    """The warning is a tick of the form's own; an expired one is said."""
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    plain = context.new_page()
    move, address = owed(stack, lisbon, 33.0)
    plain.goto(address)
    plain.click("text=Pay invoice")
    take_voucher(plain)
    plain.wait_for_selector("text=voucher is not paid yet")
    plain.check("input[name=instead]")
    plain.click("text=Pay another way")
    plain.wait_for_selector("#method-card")
    plain.goto(address)
    assert "please do not pay it, too" in words(plain)
    move, address = owed(stack, lisbon, 34.0)
    plain.goto(address)
    plain.click("text=Pay invoice")
    take_voucher(plain)
    plain.wait_for_selector("text=voucher is not paid yet")
    stack.control("end_waiting", session_id=session_of(stack, move, lisbon.login))

    def expired():
        plain.goto(address)
        return "Your voucher has expired" in words(plain)

    wait_until(expired, 60)
    snap(plain, "expired")
    context.close()


@pytest.mark.parametrize("screen", ["phone", "page"])
def test_a_bank_account_is_verified_by_a_micro_deposit(
    stack, debits, request, snap, screen
):
    """Stripe's page is one press away; then the debit is on its way, and paid.

    Whether Stripe offers it is an option of the session: it is done for the customer.
    """
    page = request.getfixturevalue(screen)
    move = write_invoice(stack, amount=142.0)
    address = pay_link(stack, move)
    page.goto(address)
    go_to_stripe(page)
    page.wait_for_selector("#method-us_bank_account")
    stack.control("ask_verification", session_id=session_of(stack, move))
    page.goto(address)
    page.wait_for_selector("text=Please verify your bank account")
    assert "Account to verify" in page.title()
    look_at(page, snap, "verify")
    with page.context.expect_page() as opened:
        page.click("text=Verify the bank account")
    stripe = opened.value
    stripe.fill("#code", "SM99ZZ")
    stripe.click("button.SubmitButton")
    stripe.wait_for_selector("text=That does not match")
    stripe.fill("#code", "SM11AA")
    stripe.click("button.SubmitButton")
    stripe.wait_for_selector("text=Bank account verified")
    stripe.close()
    page.wait_for_selector("text=is being processed by your bank", timeout=60_000)
    [attempt] = attempts(stack, move)
    [charge] = stack.rpc(
        "payment.transaction",
        "search_read",
        [("reference", "=", attempt["reference"])],
        ["kash_stripe_charge_id"],
    )
    stack.control("succeed_debit", charge_id=charge["kash_stripe_charge_id"])
    wait_until(is_paid(stack, move), 60)
