"""The clerk sends an invoice; the customer reads the mail, opens the link and pays."""

import re

from people import fill_card, read, wait_until, write_invoice

CUSTOMER = "purchasing@cedarlibrary.example"


def send(page, move):
    """Send the invoice from its form, as Odoo users do."""
    page.goto(f"/odoo/customer-invoices/{move}")
    page.click(".o_statusbar_buttons button:has-text('Send')")
    page.wait_for_selector(".modal :text('Include a Stripe payment link')")


def the_mail(stack, name):
    """Return the mail about an invoice as the customer's mail server took it."""

    def received():
        return [m for m in stack.mailbox.to(CUSTOMER) if name in str(m["subject"])]

    wait_until(received)
    return received()[-1]


def html(mail):
    """Return the mail's HTML."""
    return mail.get_body(("html",)).get_content()


def shown(mail):
    """Return the mail as a phone's mail client shows it: as wide as the screen."""
    return '<meta name="viewport" content="width=device-width">' + html(mail)


def test_the_clerk_sends_and_the_customer_pays_from_the_mail(
    stack, page, log_in, phone, snap
):
    """From Odoo's own Send dialog, over SMTP, to *Payment complete*."""
    move = write_invoice(stack, amount=140.0)
    log_in(page, "clerk")
    send(page, move)
    snap(page, "the dialog")
    page.click(".modal footer button:has-text('Send')")
    mail = the_mail(stack, read(stack, move, "name"))
    plain = mail.get_body(("plain",)).get_content()
    address = read(stack, move, "kash_stripe_link_url")
    assert address.startswith(stack.url)
    assert html(mail).count("Pay invoice") == 1
    assert html(mail).index("Pay invoice") < html(mail).rindex("--<br")
    assert address in html(mail)
    assert address in plain
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/pdf"
    ]
    for window, what in ((page, "the mail at a desk"), (phone, "the mail on a phone")):
        window.set_content(shown(mail))
        snap(window, what)
    phone.goto(address)
    phone.click("text=Pay invoice")
    fill_card(phone)
    phone.click("button.SubmitButton")
    phone.wait_for_selector("text=Payment complete")
    wait_until(lambda: read(stack, move, "payment_state") == "paid")
    page.goto(f"/odoo/customer-invoices/{move}")
    page.wait_for_selector("text=Link Opened")
    snap(page, "sent and opened")
    assert read(stack, move, "kash_stripe_link_sent_to") == CUSTOMER
    assert read(stack, move, "kash_stripe_link_opened_at")


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
