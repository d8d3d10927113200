"""The clerk sends an invoice; the customer reads the mail, opens the link and pays."""

import io
import re
from contextlib import contextmanager

import pytest
from people import pay_in_popup, read, wait_until, write_invoice
from pypdf import PdfReader

CUSTOMER = "purchasing@cedarlibrary.example"
BODY = ".modal .odoo-editor-editable"
AS_WIDE_AS_THE_SCREEN = '<meta name="viewport" content="width=device-width">'


def send(page, move):
    """Send the invoice from its form, as Odoo users do."""
    page.goto(f"/odoo/customer-invoices/{move}")
    page.click(".o_statusbar_buttons button:has-text('Send')")
    page.wait_for_selector(".modal :text('Include a Stripe payment link')")


def mails_about(stack, address, subject):
    """Return the mails that somebody's mail server took, once there are any."""

    def received():
        return [m for m in stack.mailbox.to(address) if subject in str(m["subject"])]

    wait_until(received)
    return received()


def the_mail(stack, name):
    """Return the mail about an invoice as the customer's mail server took it."""
    return mails_about(stack, CUSTOMER, name)[-1]


def html(mail):
    """Return the mail's HTML."""
    return mail.get_body(("html",)).get_content()


def edit(page, words):
    """Write something at the end of the e-mail's text, in the dialog."""
    page.click(f"{BODY} p >> nth=-1")
    page.keyboard.press("Control+End")
    page.keyboard.type(f" {words}")


def shown(mail):
    """Return the mail as a phone's mail client shows it."""
    return AS_WIDE_AS_THE_SCREEN + html(mail)


def photograph(mail, what, page, phone, snap):
    """Show a mail at a desk and on a phone, by day and by night.

    At night mail programs turn its colours round, as Chromium can, too.
    """
    for window, where in ((page, "at a desk"), (phone, "on a phone")):
        browser = window.context.new_cdp_session(window)
        for look in ("dark", "light"):
            dark = {"enabled": look == "dark"}
            browser.send("Emulation.setAutoDarkModeOverride", dark)
            window.set_content(shown(mail))
            snap(window, f"{what} {where}, {look}")


def four_invoices(stack, customer):
    """Post four invoices of a customer of their own; return their numbers by id."""
    email = f"{customer.lower().replace(' ', '.')}@example.com"
    stack.rpc("res.partner", "create", {"name": customer, "email": email})
    moves = [
        write_invoice(stack, amount=50.0 + number, customer=customer)
        for number in range(4)
    ]
    return email, {move: read(stack, move, "name") for move in moves}


def send_together(page, customer, snap):
    """Choose a customer's invoices in the list and press *Send*, as the clerk does."""
    page.goto("/odoo/customer-invoices")
    page.fill(".o_searchview_input", customer)
    page.wait_for_selector(f".o_searchview_autocomplete :text('{customer}')")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".o_facet_values:has-text('{customer}')")
    page.wait_for_selector(".o_pager_limit:text-is('4')")
    page.click("thead .o_list_record_selector input")
    page.wait_for_selector(".o_selection_box:has-text('4')")
    page.click(".o_control_panel button:has-text('Send')")
    page.wait_for_selector(".modal :text('Include a Stripe payment link')")
    snap(page, f"four of {customer}")
    page.click(".modal footer button:has-text('Send')")
    page.wait_for_selector(".o_notification:has-text('in the background')")


@contextmanager
def no_pdfs(stack):
    """Let the program that makes PDFs fail for a while."""
    broken = stack.folder / "bin" / "broken"
    broken.touch()
    try:
        yield
    finally:
        broken.unlink()


def the_pdf(mail):
    """Return the text of the PDF that is attached to a mail."""
    [part] = mail.iter_attachments()
    pages = PdfReader(io.BytesIO(part.get_content())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.long
def test_four_are_sent_together_each_with_its_pdf_and_its_link(
    stack, page, log_in, snap
):
    """Odoo's job makes their PDFs in one go: with header, footer and the QR code."""
    [company] = stack.rpc("res.company", "search", [("name", "=", "Hill Street Books")])
    stack.rpc("res.company", "write", [company], {"kash_stripe_link_qr": True})
    email, names = four_invoices(stack, "Quince Choir")
    log_in(page, "clerk")
    send_together(page, "Quince Choir", snap)
    wait_until(lambda: len(stack.mailbox.to(email)) == len(names), patience=40)
    by_name = {
        name: mail
        for name in names.values()
        for mail in stack.mailbox.to(email)
        if name in str(mail["subject"])
    }
    assert set(by_name) == set(names.values())
    for move, name in names.items():
        assert read(stack, move, "kash_stripe_link_url") in html(by_name[name])
        text = the_pdf(by_name[name])
        assert [other for other in names.values() if other in text] == [name]
        assert "Page 1 / 1" in text
        assert "12 Hill Street" in text


@pytest.mark.long
def test_who_sent_them_is_told_that_their_pdfs_could_not_be_made(
    stack, page, log_in, snap
):
    """By a bubble, in writing, and in each chatter; pressed again, they go."""
    email, names = four_invoices(stack, "Rowan Orchestra")
    log_in(page, "clerk")
    with no_pdfs(stack):
        send_together(page, "Rowan Orchestra", snap)
        page.wait_for_selector(
            ".o_notification:has-text('be processed')", timeout=40_000
        )
        snap(page, "told at once")
    [told] = mails_about(stack, "clerk@hillstreetbooks.example", "Not sent: 4 of")
    assert [name for name in names.values() if name not in html(told)] == []
    assert stack.mailbox.to(email) == []
    page.goto(f"/odoo/customer-invoices/{min(names)}")
    page.wait_for_selector(".o-mail-Message:has-text('The PDF could not be made')")
    snap(page, "told in the chatter")
    send_together(page, "Rowan Orchestra", snap)
    wait_until(lambda: len(stack.mailbox.to(email)) == len(names), patience=40)


def test_the_clerk_sends_and_the_customer_pays_from_the_mail(
    stack, page, log_in, phone, snap
):
    """From Odoo's own Send dialog, over SMTP, to *Payment complete*."""
    move = write_invoice(stack, amount=140.0)
    log_in(page, "clerk")
    send(page, move)
    snap(page, "the dialog")
    edit(page, "See you at the fair!")
    seen = page.inner_text(BODY)
    page.click(".modal footer button:has-text('Send')")
    mail = the_mail(stack, read(stack, move, "name"))
    plain = mail.get_body(("plain",)).get_content()
    address = read(stack, move, "kash_stripe_link_url")
    assert address.startswith(stack.url)
    assert "clerk@hillstreetbooks.example" in mail["from"]
    # A mail client shows the beginning in its list: Odoo repeats it, unseen.
    body = html(mail)[html(mail).index("o_kash_stripe_pay") :]
    for text in (body, seen):
        assert text.count("Pay invoice") == 1
        assert text.count("See you at the fair!") == 1
    for text in (body, seen, plain):
        assert text.index("140.00") < text.index("Pay invoice") < text.index("Dear")
        assert "View Invoice" not in text
        assert "communication" not in text
    assert address in html(mail)
    assert address in plain
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/pdf"
    ]
    photograph(mail, "the mail", page, phone, snap)
    phone.goto(address)
    pay_in_popup(phone)
    phone.wait_for_selector("text=Payment complete")
    wait_until(lambda: read(stack, move, "payment_state") == "paid")
    [receipt] = mails_about(stack, CUSTOMER, f"receipt for {read(stack, move, 'name')}")
    plain = receipt.get_body(("plain",)).get_content()
    for text in (html(receipt), plain):
        for fact in ("140.00", "Visa •••• 4242", "12 Hill Street", "no tax invoice"):
            assert fact in text
    photograph(receipt, "the receipt", page, phone, snap)
    phone.goto(re.search(r"http\S+/receipt/[^\s\]]+", plain)[0])
    phone.wait_for_selector("text=no tax invoice")
    snap(phone, "the receipt found again")
    page.goto(f"/odoo/customer-invoices/{move}")
    page.wait_for_selector("text=Link Opened")
    snap(page, "sent and opened")
    assert read(stack, move, "kash_stripe_link_sent_to") == CUSTOMER
    assert read(stack, move, "kash_stripe_link_opened_at")


@pytest.mark.long
def test_a_locked_day_shuts_the_box_and_says_where_to_open_it(
    stack, page, log_in, snap
):
    """The invoice can go without; the link cannot."""
    move = write_invoice(stack, amount=66.0)
    [company] = stack.rpc("res.company", "search", [("name", "=", "Hill Street Books")])
    stack.rpc("res.company", "write", [company], {"fiscalyear_lock_date": "2099-12-31"})
    try:
        log_in(page, "clerk")
        send(page, move)
        box = page.locator(".modal .o-checkbox:has-text('Include a Stripe') input")
        assert box.is_disabled()
        assert not box.is_checked()
        page.wait_for_selector(".modal .alert:has-text('12/31/2099')")
        snap(page, "a locked day")
        page.click(".modal footer button:has-text('Send')")
        mail = the_mail(stack, read(stack, move, "name"))
        assert not re.search("/kash/pay/", html(mail))
    finally:
        stack.rpc("res.company", "write", [company], {"fiscalyear_lock_date": False})
