# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much, and of which invoices: a customer chooses, on a phone and on a desktop."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import (
    attempts,
    fill_form,
    in_popup,
    is_paid,
    pay_link,
    read,
    today,
    wait_until,
    without_scripts,
    write_invoice,
)
from test_page import DESKTOP, LOOKS, judged, trouble

SELLER = "Hill Street Books"


def customer(stack, name):
    """Have a new customer with two invoices, one of them overdue, and a credit note."""
    partner = stack.rpc(
        "res.partner", "create", {"name": name, "email": "orders@example.com"}
    )
    late = write_invoice(stack, amount=100.0, customer=name)
    soon = write_invoice(stack, amount=50.0, customer=name)
    day = today()
    due = {late: day - timedelta(days=12), soon: day + timedelta(days=9)}
    for move, day in due.items():
        stack.rpc("account.move", "write", [move], {"invoice_date_due": str(day)})
    return partner, late, soon, credit(stack, partner)


def credit(stack, partner):
    """Post a credit note over 20.00 that pays nothing yet."""
    note = stack.rpc(
        "account.move",
        "create",
        {
            "move_type": "out_refund",
            "partner_id": partner,
            "invoice_date": str(today()),
            "invoice_line_ids": [(0, 0, {"name": "Returned", "price_unit": 20.0})],
        },
    )
    stack.rpc("account.move", "action_post", [note])
    return note


def link_of_all(stack, partner):
    """Return the address of the customer's page, as a clerk copies it."""
    action = stack.rpc("res.partner", "action_kash_stripe_payer_link", [partner])
    link = action["res_id"]
    return stack.rpc("kash.stripe.pay.link", "read", [link], ["url"])[0]["url"]


def instalments(stack, name):
    """Post an invoice over 300.00 in three parts, the first two of them overdue."""
    [partner] = stack.rpc("res.partner", "search", [("name", "=", name)], limit=1)
    shares = ((30, 0), (30, 30), (40, 90))
    lines = [
        (0, 0, {"value": "percent", "value_amount": share, "nb_days": days})
        for share, days in shares
    ]
    terms = stack.rpc(
        "account.payment.term", "create", {"name": "Three parts", "line_ids": lines}
    )
    move = stack.rpc(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": partner,
            "invoice_date": str(today() - timedelta(days=40)),
            "invoice_payment_term_id": terms,
            "invoice_line_ids": [(0, 0, {"name": "Shelves", "price_unit": 300.0})],
        },
    )
    stack.rpc("account.move", "action_post", [move])
    return move


@pytest.fixture
def own_amounts(stack):
    """Let customers say how much, for a while."""
    wish = {"kash_stripe_own_amount": True, "kash_stripe_own_least": 5.0}
    [company] = stack.rpc("res.company", "search", [("name", "=", SELLER)])
    stack.rpc("res.company", "write", [company], wish)
    yield
    stack.rpc("res.company", "write", [company], {"kash_stripe_own_amount": False})


@pytest.fixture
def plain(browser, stack):
    """Open a page on a desktop that runs no scripts."""
    with without_scripts(browser, stack, DESKTOP) as page:
        yield page


def sum_of(page):
    """Return the sum that a page shows."""
    return page.inner_text(".sum").replace("\u00a0", "").replace("\ufeff", "")


def test_several_and_a_note_are_paid_on_a_phone(stack, phone, snap):
    """The sum follows the ticks; the receipt has every document."""
    partner, late, soon, note = customer(stack, "Birch Academy")
    phone.goto(link_of_all(stack, partner))
    snap(phone, "several-phone")
    assert sum_of(phone) == "$130.00"
    boxes = phone.locator("[name=doc]")
    boxes.nth(1).uncheck()
    assert sum_of(phone) == "$80.00"
    boxes.nth(1).check()
    phone.get_by_role("button", name="Pay", exact=True).click()
    fill_form(in_popup(phone))
    in_popup(phone).locator("button.SubmitButton").click()
    phone.wait_for_selector("text=Payment complete")
    snap(phone, "several-receipt")
    shown = phone.inner_text("main")
    for move in (late, soon, note):
        assert read(stack, move, "name") in shown
    for move in (late, soon, note):
        wait_until(is_paid(stack, move), 30)


def test_without_scripts_the_new_sum_is_shown_first_on_a_desktop(stack, plain, snap):
    """Untick, press: shown; press again: charged."""
    partner, late, soon, note = customer(stack, "Elm Bookshop")
    plain.goto(link_of_all(stack, partner))
    snap(plain, "several-desktop")
    boxes = plain.locator("[name=doc]")
    boxes.nth(1).uncheck()
    boxes.nth(2).uncheck()
    plain.get_by_role("button", name="Pay", exact=True).click()
    plain.wait_for_selector("text=Nothing was started")
    assert sum_of(plain) == "$100.00"
    assert not attempts(stack, late)
    snap(plain, "several-changed")
    plain.get_by_role("button", name="Pay", exact=True).click()
    fill_form(plain)
    plain.click("button.SubmitButton")
    plain.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, late), 30)
    assert read(stack, soon, "payment_state") == "not_paid"
    assert read(stack, note, "payment_state") == "not_paid"


def test_an_instalment_is_paid_and_then_an_own_amount(stack, phone, own_amounts, snap):
    """What is overdue first; of the rest what the customer likes."""
    move = instalments(stack, "Cedar Library")
    phone.goto(pay_link(stack, move))
    assert "What is overdue" in phone.inner_text("main")
    snap(phone, "instalments")
    phone.click("text=Pay invoice")
    fill_form(in_popup(phone))
    in_popup(phone).locator("button.SubmitButton").click()
    phone.wait_for_selector("text=Payment complete")
    wait_until(lambda: read(stack, move, "amount_residual") == 120.0, 30)
    phone.goto(pay_link(stack, move))
    phone.fill("[name=amount]", "500")
    phone.click("text=Pay invoice")
    phone.wait_for_selector("text=more than is due")
    snap(phone, "own-amount-too-much")
    phone.fill("[name=amount]", "45.50")
    assert phone.locator("[value=own]").is_checked()
    phone.click("text=Pay invoice")
    fill_form(in_popup(phone))
    in_popup(phone).locator("button.SubmitButton").click()
    phone.wait_for_selector("text=Payment complete")
    wait_until(lambda: read(stack, move, "amount_residual") == 74.5, 30)


def test_no_page_with_a_choice_shuts_anybody_out(stack, page, own_amounts, snap):
    """Axe finds nothing, and nothing is cut off, however one looks at it."""
    partner, *_moves = customer(stack, "Ash Gallery")
    move = instalments(stack, "Ash Gallery")
    wrong = []
    for words, address in (
        ("What would you like to pay?", link_of_all(stack, partner)),
        ("How much would you like to pay?", pay_link(stack, move)),
    ):
        page.goto(address)
        wrong += judged(page, words, LOOKS, snap)
    page.fill("[name=amount]", "none")
    page.click("text=Pay invoice")
    page.wait_for_selector("text=cannot be read as an amount")
    page.evaluate(Axe().axe_script)
    wrong += trouble(page, "mistake", "phone")
    snap(page, "mistake")
    assert not wrong, "\n".join(wrong)
