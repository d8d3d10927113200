"""A customer pays by redirect and pays later, on a phone and on a desk."""

import pytest
from people import (
    connect_by_keys,
    found_business,
    go_to_stripe,
    in_popup,
    pay_link,
    sell,
    wait_until,
)

ON = ("card", "ideal", "bancontact", "klarna")
# https://www.w3.org/TR/CSP3/: an icon comes with the page, and is asked for nowhere.
ICON = ".facts img.icon[src^='data:image/']"


@pytest.fixture(scope="module")
def dutch(stack):
    """Run a business with books in euros and a Dutch account, connected by its keys."""
    business = found_business(stack, "Prinsengracht Maps", "dutch", currency="EUR")
    connect_by_keys(
        stack,
        business,
        business_name="Prinsengracht Maps",
        country="NL",
        currency="eur",
        capabilities={f"{name}_payments": "active" for name in ON},
    )
    return business


def owed(stack, business, amount):
    """Sell something; return the invoice and its page."""
    move = sell(stack, business, amount)
    return move, pay_link(stack, move, business.login)


def choose(form, method):
    """Choose a way to pay on Stripe's form, and fill what it asks for."""
    form.locator(f"#method-{method}").click()
    form.locator("#billingName").fill("Ada Reader")


def paid_by(stack, business, move, page, words):
    """Wait until it is paid, and look at the receipt."""
    page.wait_for_selector("text=Payment complete")
    page.wait_for_selector(ICON)
    assert words in page.inner_text(".facts")
    wait_until(
        lambda: (
            stack.rpc(
                "account.move",
                "read",
                [move],
                ["payment_state"],
                login=business.login,
            )[0]["payment_state"]
            == "paid"
        ),
        60,
    )


def test_ideal_on_a_phone(stack, dutch, phone, snap):
    """Page, Stripe's page, the bank's, and back to a receipt that says iDEAL."""
    move, address = owed(stack, dutch, 121.0)
    phone.goto(address)
    go_to_stripe(phone)
    phone.wait_for_selector("#method-ideal")
    choose(phone, "ideal")
    snap(phone, "stripe")
    phone.click("button.SubmitButton")
    phone.wait_for_selector("text=iDEAL test payment page")
    snap(phone, "bank")
    phone.click("#authorize")
    paid_by(stack, dutch, move, phone, "iDEAL")
    snap(phone, "receipt")
    phone.goto(address)
    phone.wait_for_selector("text=Paid. Thank you")
    phone.wait_for_selector(".say img.icon")
    snap(phone, "page")


def test_ideal_given_up_can_be_paid_otherwise(stack, dutch, phone):
    """Failed at the bank, the customer is back at Stripe and chooses again."""
    move, address = owed(stack, dutch, 65.0)
    phone.goto(address)
    go_to_stripe(phone)
    phone.wait_for_selector("#method-ideal")
    choose(phone, "ideal")
    phone.click("button.SubmitButton")
    phone.click("#fail")
    phone.wait_for_selector(".ErrorMessage")
    choose(phone, "bancontact")
    phone.click("button.SubmitButton")
    phone.click("#authorize")
    paid_by(stack, dutch, move, phone, "Bancontact")


def test_klarna_in_the_pop_up_on_a_desk(stack, dutch, page, snap):
    """Pay later is paid at once for the business."""
    move, address = owed(stack, dutch, 242.0)
    page.goto(address)
    page.click("text=Pay invoice")
    form = in_popup(page)
    choose(form, "klarna")
    snap(page, "pop-up")
    form.locator("button.SubmitButton").click()
    form.locator("#authorize").click()
    paid_by(stack, dutch, move, page, "Klarna")
    snap(page, "receipt")
