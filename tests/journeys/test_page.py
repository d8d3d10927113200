"""The customer's page in each of its states, as people with other eyes meet it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import (
    attempts,
    in_popup,
    is_paid,
    pay_at_stripe,
    pay_link,
    press,
    read,
    wait_until,
    write_invoice,
)

from dev.lab.stack import ACCOUNT

DEBITS = {"card_payments": "active", "us_bank_account_ach_payments": "active"}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 850}
# 400 % of zoom on a desk of 1280 pixels, https://www.w3.org/TR/WCAG22/#reflow
ZOOMED = {"width": 320, "height": 256}
LOOKS = {
    "phone": {"viewport": PHONE, "color_scheme": "light"},
    "phone, dark": {"viewport": PHONE, "color_scheme": "dark"},
    "desktop": {"viewport": DESKTOP, "color_scheme": "light"},
    "desktop, dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "zoomed": {"viewport": ZOOMED, "color_scheme": "light"},
}


def paid(stack, **way):
    """Sell something and have it paid: the invoice, its address and the charge."""
    move = write_invoice(stack, amount=64.0)
    address = pay_link(stack, move)
    return move, address, pay_at_stripe(stack, move, **way)


@pytest.fixture(scope="module")
def states(stack):
    """Have an address for each state: {what it says: address}."""
    open_one = pay_link(stack, write_invoice(stack, amount=88.0))
    move, thanks, _charge = paid(stack)
    wait_until(is_paid(stack, move), 60)
    [attempt] = attempts(stack, move)
    stack.control("accounts/update", account_id=ACCOUNT["id"], capabilities=DEBITS)
    debit, processing, charge = paid(stack, method="us_bank_account")
    wait_until(lambda: "processed" in reason(stack, debit), 60)
    cancelled = write_invoice(stack)
    gone = pay_link(stack, cancelled)
    stack.rpc("account.move", "button_draft", [cancelled])
    stack.rpc("account.move", "button_cancel", [cancelled])
    voided = write_invoice(stack)
    dead = pay_link(stack, voided)
    stack.rpc("account.move", "action_kash_stripe_void_link", [voided])
    yield {
        "Pay invoice": open_one,
        "Paid. Thank you": thanks,
        "Payment receipt": f"{thanks}/receipt/{attempt['reference']}",
        "is being processed": processing,
        "nothing is due": gone,
        "no longer valid": dead,
        "leads nowhere": f"{stack.url}/kash/pay/cut-sho",
    }
    # Others compare what Stripe holds with the books: nothing is left on its way.
    stack.control("succeed_debit", charge_id=charge["id"])
    wait_until(is_paid(stack, debit), 60)


def reason(stack, move):
    """Return what the link says of itself."""
    return read(stack, move, "kash_stripe_link_reason") or ""


@pytest.mark.parametrize("look", LOOKS)
def test_no_state_shuts_anybody_out(browser, stack, states, look, snap):
    """axe finds nothing, nothing is cut off, and each page says what it is."""
    context = browser.new_context(base_url=stack.url, locale="en-US", **LOOKS[look])
    page, wrong = context.new_page(), []
    try:
        for words, address in states.items():
            page.goto(address)
            found = Axe().run(page)
            if found.violations_count:
                wrong.append(f"{words}: {found.generate_report()}")
            if words not in page.content():
                wrong.append(f"{words}: the page does not say so")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > LOOKS[look]["viewport"]["width"]:
                wrong.append(f"{words}: {wide} pixels wide")
            snap(page, words)
    finally:
        context.close()
    assert not wrong, "\n".join(wrong)


def test_the_keyboard_leads_to_the_button_first(stack, page, states):
    """Tab, Enter: paid without a mouse; the seller's address comes after."""
    page.goto(states["Pay invoice"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Pay invoice"
    page.keyboard.press("Enter")
    in_popup(page).locator("#cardNumber").wait_for()


def test_an_open_page_turns_when_it_is_paid_elsewhere(stack, phone):
    """The other tab, the colleague: nobody presses a second time."""
    move = write_invoice(stack, amount=12.0)
    address = pay_link(stack, move)
    press(address)
    phone.goto(address)
    phone.wait_for_selector("text=Pay invoice")
    pay_at_stripe(stack, move)
    phone.wait_for_selector("text=Paid. Thank you", timeout=60_000)
