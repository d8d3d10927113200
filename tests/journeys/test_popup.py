"""Stripe's form in a dialog of the page: what people see, press and come back to."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import (
    DECLINED,
    attempts,
    clearing_balance,
    fill_card,
    fill_form,
    in_popup,
    is_paid,
    pay_in_popup,
    pay_link,
    press,
    stripe_balance,
    wait_until,
    write_invoice,
)

SECURE = "4000002500003155"
SUBMIT = "button.SubmitButton"
PHONE = {"viewport": {"width": 390, "height": 844}}
LOOKS = {
    "phone": {**PHONE, "color_scheme": "light"},
    "phone, dark": {**PHONE, "color_scheme": "dark"},
    "desktop": {"viewport": {"width": 1360, "height": 850}, "color_scheme": "light"},
    "zoomed": {"viewport": {"width": 320, "height": 256}, "color_scheme": "light"},
}
OTHER_LOOKS = tuple(look for look in LOOKS if look != "phone")


@pytest.fixture
def invoice(stack):
    """Return (invoice, address of its page), to be paid."""
    move = write_invoice(stack, amount=64.0)
    return move, pay_link(stack, move)


def complaints(page):
    """Keep what a page's console says of its policy, and errors of its scripts."""
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda line: (
            ("Content Security Policy" in line.text or "IntegrationError" in line.text)
            and said.append(line.text)
        ),
    )
    return said


def test_a_customer_pays_on_the_page_and_it_turns_in_place(stack, phone, invoice, snap):
    """Nobody is sent away; Stripe hears of nobody who only looks."""
    move, address = invoice
    said, asked = complaints(phone), []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(address)
    phone.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.startswith(stack.stripe_url)]
    phone.evaluate("window.stayed = true")
    phone.click("text=Pay invoice")
    fill_card(phone)
    snap(phone, "card")
    in_popup(phone).locator(SUBMIT).click()
    phone.wait_for_selector("text=Payment complete")
    snap(phone, "complete")
    assert phone.evaluate("window.stayed")
    assert "/done?cs=" in phone.url
    assert phone.evaluate("document.activeElement.innerText") == "Payment complete"
    assert phone.title().startswith("Payment receipt")
    phone.reload()
    phone.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, move))
    assert clearing_balance(stack) == stripe_balance(stack)
    assert not said


def test_escape_closes_it_and_gives_the_focus_back(stack, page, invoice, snap):
    """By the keyboard alone; opened again it goes on with the same session."""
    move, address = invoice
    said = complaints(page)
    page.goto(address)
    for round_ in ("opened", "opened again"):
        page.focus("text=Pay invoice")
        page.keyboard.press("Enter")
        in_popup(page).locator("#cardNumber").wait_for()
        snap(page, round_)
        inside = "document.querySelector('dialog').contains(document.activeElement)"
        assert page.evaluate(inside)
        with page.expect_response("**/done"):
            page.keyboard.press("Escape")
        page.wait_for_selector("dialog.popup", state="hidden")
        page.wait_for_selector("text=Nothing was charged")
        page.wait_for_function("document.activeElement.innerText === 'Pay invoice'")
        assert page.locator("iframe").count() == 0
    snap(page, "closed")
    [attempt] = attempts(stack, move)
    assert attempt["state"] == "draft"
    page.click("text=Pay invoice")
    in_popup(page).locator("#cardNumber").wait_for()
    page.click("dialog .close")
    page.wait_for_selector("dialog.popup", state="hidden")
    assert not said


def test_a_declined_card_then_one_the_bank_asks_about(stack, phone, invoice, snap):
    """Declined, then 3-D Secure, all of it in the dialog."""
    move, address = invoice
    phone.goto(address)
    pay_in_popup(phone, DECLINED)
    in_popup(phone).locator(".ErrorMessage").wait_for()
    snap(phone, "declined")
    phone.click("dialog .close")
    phone.wait_for_selector("text=gave no reason")
    snap(phone, "closed")
    pay_in_popup(phone, SECURE)
    in_popup(phone).locator("#authorize").wait_for()
    snap(phone, "3-D Secure")
    in_popup(phone).locator("#authorize").click()
    phone.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, move))


def test_a_wallet_pays_where_the_host_is_registered(stack, phone, invoice, snap):
    """By two touches, with nothing typed; the sync registered the host."""
    move, address = invoice
    phone.goto(address)
    phone.click("text=Pay invoice")
    in_popup(phone).locator("#wallet").click()
    phone.wait_for_selector("text=Payment complete")
    snap(phone, "complete")
    assert "Google Pay" in phone.inner_text("main")
    wait_until(is_paid(stack, move))


@pytest.mark.parametrize(
    "trouble", ["blocked", pytest.param("slow", marks=pytest.mark.long)]
)
def test_without_stripes_script_stripes_page_opens(stack, phone, invoice, trouble):
    """A blocker, a slow train: no session is asked for in vain."""
    move, address = invoice
    phone.goto(address)
    if trouble == "blocked":
        phone.route("**/stripe.js", lambda route: route.abort())
    else:
        stack.control("fail_next", method="GET", path="/js/*", timeout=8.0)
    phone.click("text=Pay invoice")
    phone.wait_for_selector("#cardNumber")
    assert len(attempts(stack, move)) == 1
    fill_form(phone)
    phone.click(SUBMIT)
    phone.wait_for_selector("text=Payment complete")


def test_without_any_scripts_stripes_page_opens_at_once(stack, browser, invoice):
    """The form itself leads there."""
    context = browser.new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(invoice[1])
    page.click("text=Pay invoice")
    page.wait_for_selector("#cardNumber")
    context.close()


@pytest.mark.long
def test_the_tab_whose_session_was_ended_says_so(stack, phone, invoice, snap):
    """In the other one the customer went to Stripe's page."""
    move, address = invoice
    phone.goto(address)
    phone.click("text=Pay invoice")
    in_popup(phone).locator("#cardNumber").wait_for()
    press(address)
    phone.wait_for_selector("text=begun anew in another window")
    snap(phone, "begun elsewhere")
    assert sorted(a["state"] for a in attempts(stack, move)) == ["cancel", "draft"]


def test_what_was_paid_meanwhile_turns_the_page(stack, phone, invoice):
    """Pressed on a page that is out of date: nothing is asked for again."""
    move, address = invoice
    phone.goto(address)
    press(address)
    [attempt] = attempts(stack, move)
    stack.control("pay", session_id=attempt["kash_stripe_session_id"])
    phone.click("text=Pay invoice")
    phone.wait_for_selector("text=Paid. Thank you")


@pytest.mark.parametrize(
    "look",
    ["phone", *(pytest.param(look, marks=pytest.mark.long) for look in OTHER_LOOKS)],
)
def test_the_open_dialog_shuts_nobody_out(browser, stack, invoice, look, snap):
    """axe finds nothing, and nothing is cut off."""
    context = browser.new_context(base_url=stack.url, locale="en-US", **LOOKS[look])
    page = context.new_page()
    try:
        page.goto(invoice[1])
        page.click("text=Pay invoice")
        in_popup(page).locator("#cardNumber").wait_for()
        found = Axe().run(page)
        snap(page, look)
        assert not found.violations_count, found.generate_report()
        wide = page.evaluate("document.querySelector('dialog').scrollWidth")
        assert wide <= LOOKS[look]["viewport"]["width"]
    finally:
        context.close()
