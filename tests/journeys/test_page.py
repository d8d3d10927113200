"""The customer's page in each of its states, as people with other eyes meet it."""

import io

import pytest
import requests
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from people import (
    TIMEOUT,
    attempts,
    fill_form,
    go_to_stripe,
    in_popup,
    is_paid,
    look,
    pay_at_stripe,
    pay_link,
    press,
    read,
    wait_until,
    without_scripts,
    write_invoice,
)
from pypdf import PdfReader

from dev.lab.stack import ACCOUNT

DEBITS = {"card_payments": "active", "us_bank_account_ach_payments": "active"}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 850}
# 400 % of zoom on a desk of 1280 pixels, https://www.w3.org/TR/WCAG22/#reflow
ZOOMED = {"width": 320, "height": 256}
LOOKS = {
    "phone": (PHONE, "light"),
    "phone, dark": (PHONE, "dark"),
    "desktop": (DESKTOP, "light"),
    "desktop, dark": (DESKTOP, "dark"),
    "zoomed": (ZOOMED, "light"),
}
# So many may ask for one link's PDF in the window, see models/page/hit.py.
MOST_PDFS = 40
PHOTOGRAPHED = ("phone", "desktop, dark")
OTHERS = tuple(name for name in LOOKS if name not in PHOTOGRAPHED)
NO_FUNDS = "4000000000009995"
ASKS = "4000002500003155"
REPLACED, EXPIRED = "was replaced by a newer one", "has expired"
# https://web.dev/articles/cls: what moved while nobody had touched anything.
JUMPS = """
    window.jumps = 0;
    new PerformanceObserver((seen) => {
        for (const shift of seen.getEntries()) {
            window.jumps += shift.value;
        }
    }).observe({ type: "layout-shift", buffered: true });
"""


def paid(stack, **way):
    """Sell something and have it paid: the invoice, its address and the charge."""
    move = write_invoice(stack, amount=64.0)
    address = pay_link(stack, move)
    return move, address, pay_at_stripe(stack, move, **way)


def begun(stack):
    """Sell something, and press the button: the address, Stripe's session."""
    move = write_invoice(stack, amount=88.0)
    address = pay_link(stack, move)
    press(address)
    [attempt] = attempts(stack, move)
    return address, attempt["kash_stripe_session_id"]


def unpaid(stack):
    """Have an address for each state in which something is still to be paid."""
    declined, session = begun(stack)
    stack.control("decline", session_id=session, card=NO_FUNDS)
    asked, session = begun(stack)
    stack.control("ask_authentication", session_id=session)
    for address in (declined, asked):
        look(f"{address}/done")
    return {
        "Pay invoice": pay_link(stack, write_invoice(stack, amount=88.0)),
        "There was not enough money": declined,
        "asks you to confirm": asked,
        "somebody may be paying": begun(stack)[0],
    }


def unpayable(stack):
    """Have an address for each state in which nothing can be paid."""
    moves, addresses = {}, {}
    for words, acts in (
        ("It is being changed", ["button_draft"]),
        ("nothing is due", ["button_draft", "button_cancel"]),
        ("Nothing can be paid by it", ["action_kash_stripe_void_link"]),
        (REPLACED, ["action_kash_stripe_new_link"]),
        (EXPIRED, []),
    ):
        moves[words] = write_invoice(stack)
        addresses[words] = pay_link(stack, moves[words])
        for act in acts:
            stack.rpc("account.move", act, [moves[words]])
    go_by(stack, moves[REPLACED], "sent_at = now(), sent_to = 'ada@example.com'")
    go_by(stack, moves[EXPIRED], "expires_at = now() - interval '30 days'")
    return {**addresses, "leads nowhere": f"{stack.url}/kash/pay/cut-sho"}


def go_by(stack, move, change):
    """Let an invoice's links be as after days, which no person makes go by."""
    sql = f"UPDATE kash_stripe_pay_link SET {change} WHERE move_id = {move}"  # noqa: S608 - our own words
    stack.databases.pg.sql(sql, database=stack.database)


@pytest.fixture(scope="module")
def states(stack):
    """Have an address for each state: {what it says: address}."""
    move, thanks, _charge = paid(stack)
    wait_until(is_paid(stack, move), 60)
    [attempt] = attempts(stack, move)
    stack.control("accounts/update", account_id=ACCOUNT["id"], capabilities=DEBITS)
    debit, processing, charge = paid(stack, method="us_bank_account")
    wait_until(lambda: "processed" in reason(stack, debit), 60)
    [waits] = attempts(stack, debit)
    yield {
        **unpaid(stack),
        "Paid. Thank you": thanks,
        "no tax invoice": f"{thanks}/receipt/{attempt['reference']}",
        "is being processed": processing,
        "Payment processing": f"{processing}/done?cs={waits['kash_stripe_session_id']}",
        **unpayable(stack),
    }
    # Others compare what Stripe holds with the books: nothing is left on its way.
    stack.control("succeed_debit", charge_id=charge["id"])
    wait_until(is_paid(stack, debit), 60)


def reason(stack, move):
    """Return what the link says of itself."""
    return read(stack, move, "kash_stripe_link_reason") or ""


def trouble(page, words, name):
    """Yield what is wrong with a page for eyes that look at it in this way."""
    size, scheme = LOOKS[name]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    found = AxeResults(page.evaluate("axe.run({ resultTypes: ['violations'] })"))
    if found.violations_count:
        yield f"{words}, {name}: {found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > size["width"]:
        yield f"{words}, {name}: {wide} pixels wide"


def judged(page, words, looks, snap):
    """Yield what is wrong with an open page, in each look, and whether it says so."""
    page.evaluate(Axe().axe_script)
    said = " ".join(page.inner_text("main").split())
    if words not in said:
        yield f"{words}: the page says {said}"
    for name in looks:
        yield from trouble(page, words, name)
        if name in PHOTOGRAPHED:
            snap(page, f"{words} {name}")


@pytest.mark.parametrize(
    "looks", [PHOTOGRAPHED, pytest.param(OTHERS, marks=pytest.mark.long)]
)
def test_no_state_shuts_anybody_out(stack, page, states, looks, snap):
    """axe finds nothing, nothing is cut off, and each page says what it is."""
    wrong = []
    for words, address in states.items():
        page.goto(address)
        wrong += judged(page, words, looks, snap)
    assert not wrong, "\n".join(wrong)


def answers(stack, page):
    """Yield what else a customer may read: (what it says, how to get there)."""
    move = write_invoice(stack, amount=43.0)
    address = pay_link(stack, move)

    def changed():
        page.goto(address)
        register(stack, move, 3.0)
        go_to_stripe(page)

    def busy():
        # As Odoo does it: so many asked for the PDF that the next one has to wait.
        for _request in range(MOST_PDFS + 1):
            answer = requests.get(f"{address}/invoice.pdf", timeout=TIMEOUT)
        assert answer.status_code == requests.codes.too_many_requests
        page.goto(f"{address}/invoice.pdf")

    def slow():
        page.goto(address)
        path = "/v1/checkout/sessions"
        stack.control("fail_next", method="POST", path=path, status=500)
        go_to_stripe(page)

    def broken():
        other = pay_link(stack, write_invoice(stack, amount=44.0))
        program = stack.folder / "bin" / "broken"
        program.touch()
        try:
            page.goto(f"{other}/invoice.pdf")
        finally:
            program.unlink()

    yield "The amount has changed", changed
    yield "asked for very often lately", busy
    yield "Nothing was charged", slow
    yield "This page does not work right now", broken


@pytest.mark.parametrize(
    "looks", [PHOTOGRAPHED, pytest.param(OTHERS, marks=pytest.mark.long)]
)
def test_no_answer_shuts_anybody_out(stack, page, looks, snap):
    """Of the button, of a server that is asked too often, and of one that fails."""
    wrong = []
    for words, happen in answers(stack, page):
        happen()
        page.wait_for_selector("main h1")
        wrong += judged(page, words, looks, snap)
    assert not wrong, "\n".join(wrong)


def register(stack, move, amount):
    """Register a part of an invoice as paid, as the clerk does."""
    about = {"active_model": "account.move", "active_ids": [move]}
    model = "account.payment.register"
    wizard = stack.rpc(model, "create", {"amount": amount}, context=about)
    stack.rpc(model, "action_create_payments", [wizard])


def test_nothing_jumps_while_a_page_appears(stack, browser, states):
    """Nobody presses what was somewhere else a moment ago."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    context.add_init_script(JUMPS)
    page, jumps = context.new_page(), {}
    for words in ("Pay invoice", "There was not enough money", "Paid. Thank you"):
        page.goto(states[words])
        page.wait_for_load_state("networkidle")
        jumps[words] = page.evaluate("window.jumps")
    context.close()
    assert set(jumps.values()) == {0}, jumps


@pytest.fixture
def plain(browser, stack):
    """Open a page on a phone that runs no scripts: Stripe's own page, then."""
    with without_scripts(browser, stack, PHONE) as page:
        yield page


def test_a_declined_card_is_explained_and_another_one_pays(stack, plain):
    """Stripe's way back leads to the reason, and the button to the same payment."""
    move = write_invoice(stack, amount=41.0)
    plain.goto(pay_link(stack, move))
    plain.click("text=Pay invoice")
    fill_form(plain, NO_FUNDS)
    plain.click("button.SubmitButton")
    plain.wait_for_selector(".ErrorMessage")
    plain.click("a.BackLink")
    plain.wait_for_selector("text=Nothing was charged")
    assert "Payment declined" in plain.title()
    assert "There was not enough money" in plain.inner_text("main")
    plain.click("text=Pay invoice")
    fill_form(plain)
    plain.click("button.SubmitButton")
    plain.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, move))
    assert len(attempts(stack, move)) == 1


def test_a_question_of_the_bank_is_left_and_answered_later(stack, plain):
    """The phone rang meanwhile: the mail's link leads back to it."""
    move = write_invoice(stack, amount=42.0)
    address = pay_link(stack, move)
    plain.goto(address)
    plain.click("text=Pay invoice")
    fill_form(plain, ASKS)
    plain.click("button.SubmitButton")
    plain.wait_for_selector("#authorize")
    plain.goto(address)
    assert "somebody may be paying" in " ".join(plain.inner_text("main").split())
    plain.click("text=Pay invoice")
    plain.click("a.BackLink")
    plain.wait_for_selector("text=Your bank asks you to confirm")
    plain.click("text=Pay invoice")
    fill_form(plain, ASKS)
    plain.click("button.SubmitButton")
    plain.click("#authorize")
    plain.wait_for_selector("text=Payment complete")
    wait_until(is_paid(stack, move))


def test_the_clerk_takes_something_off_while_the_customer_looks(stack, plain, snap):
    """The amount that was seen is not the one that would be charged."""
    move = write_invoice(stack, amount=43.0)
    plain.goto(pay_link(stack, move))
    register(stack, move, 3.0)
    plain.click("text=Pay invoice")
    plain.wait_for_selector("text=The amount has changed")
    snap(plain, "changed")
    plain.click("text=Pay invoice")
    plain.wait_for_selector("#cardNumber")
    assert "40.00 USD" in plain.inner_text("main")


@pytest.mark.long
def test_a_customer_who_opens_last_months_mail_looks_for_the_newest(stack, plain):
    """The clerk sent another link since."""
    move = write_invoice(stack, amount=44.0)
    old = pay_link(stack, move)
    send(stack, move)
    stack.rpc("account.move", "action_kash_stripe_new_link", [move])
    plain.goto(old)
    plain.wait_for_selector("text=no longer valid")
    send(stack, move)
    plain.goto(old)
    plain.wait_for_selector("text=This link was replaced by a newer one")
    assert read(stack, move, "name") not in plain.content()


def send(stack, move):
    """Send the invoice to its customer, with the link it has."""
    about = {"active_model": "account.move", "active_ids": [move]}
    wizard = stack.rpc("account.move.send.wizard", "create", {}, context=about)
    stack.rpc("account.move.send.wizard", "action_send_and_print", [wizard])


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_a_receipt_is_one_sheet(stack, page, states, size):
    """Of twenty invoices, from a seller with a long address; the browser saves it."""
    page.goto(states["no tax invoice"])
    assert page.title().startswith("Payment receipt INV/")
    page.evaluate(
        """() => {
            const part = document.querySelector("main .lines li");
            for (let more = 1; more < 20; more++) part.after(part.cloneNode(true));
            const facts = [...document.querySelectorAll(".facts dd")];
            const line = facts.at(-1).lastElementChild;
            for (let more = 0; more < 6; more++) line.after(line.cloneNode(true));
        }"""
    )
    pdf = PdfReader(io.BytesIO(page.pdf(format=size)))
    text = " ".join(pdf.pages[0].extract_text().split())
    assert len(pdf.pages) == 1
    assert text.count("Invoice INV/") == 20
    for words in ("Payment receipt", "no tax invoice", "12 Hill Street"):
        assert words in text
    assert "Print or save" not in text


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


def test_who_has_a_login_pays_overdue_from_the_portal(stack, phone, snap):
    """Its list, and *Pay overdue*, have a button for each invoice."""
    give_login(stack, "Cedar Library", "cedar")
    moves = [write_invoice(stack, amount=31.0 + more) for more in range(2)]
    stack.rpc("account.move", "write", moves, {"invoice_date_due": "2026-01-31"})
    phone.goto("/web/login?redirect=/my/invoices")
    for name in ("login", "password"):
        phone.fill(f"input[name={name}]", "cedar")
    phone.click("form.oe_login_form button[type=submit]")
    phone.wait_for_selector("form.o_kash_portal_pay")
    snap(phone, "the list")
    phone.click("text=Pay overdue")
    phone.wait_for_selector("h3:has-text('Overdue invoices')")
    snap(phone, "overdue")
    row = phone.locator("tr", has_text=read(stack, moves[1], "name"))
    row.get_by_role("button", name="Pay invoice").click()
    phone.wait_for_url("**/kash/pay/**")
    phone.wait_for_selector("text=32.00")


def give_login(stack, customer, login):
    """Let a customer see the portal; the password is the login."""
    [partner] = stack.rpc("res.partner", "search", [("name", "=", customer)], limit=1)
    [group] = stack.rpc(
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_portal")],
        ["res_id"],
    )
    stack.rpc(
        "res.users",
        "create",
        {
            "login": login,
            "password": login,
            "partner_id": partner,
            "group_ids": [(6, 0, [group["res_id"]])],
        },
        context={"no_reset_password": True},
    )
