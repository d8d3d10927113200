"""The stack itself: when this fails, look at the lab before the addon."""


def test_the_administrator_logs_in_and_sees_the_invoices(stack, page, log_in, snap):
    """Odoo answers in a browser, with the demo company in it."""
    log_in(page, "admin")
    page.goto("/odoo/customer-invoices")
    page.wait_for_selector(".o_list_view .o_data_row")
    snap(page, "customer invoices")
    # The other journeys share the company: there are the seed's six, and theirs.
    assert page.locator(".o_data_row").count() >= 6


def test_the_accountant_has_no_settings(stack):
    """The demo's accountant is what the addon's rights are tried with."""
    accountant = {"login": "accountant"}
    may_manage, may_set = (
        stack.rpc(
            "res.users", "has_group", [stack.uid("accountant")], group, **accountant
        )
        for group in ("account.group_account_manager", "base.group_system")
    )
    assert (may_manage, may_set) == (True, False)


def test_a_mail_of_odoo_arrives(stack):
    """Odoo sends mail in a journey, unlike in its own tests."""
    mail = {"email_to": "reader@example.com", "subject": "A book", "body_html": "Yes"}
    number = stack.rpc("mail.mail", "create", mail)
    stack.rpc("mail.mail", "send", [number])
    assert [mail["subject"] for mail in stack.mailbox.to("reader@example.com")] == [
        "A book"
    ]
