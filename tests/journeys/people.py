"""What people do in the journeys: a clerk, a customer, and time going by."""

import json
import time
from datetime import date, timedelta
from urllib.request import Request, urlopen

from dev.lab import web

CARD = "4242424242424242"
DECLINED = "4000000000000002"


def write_invoice(stack, *, amount=120.0, customer="Cedar Library"):
    """Post an invoice over ``amount`` and return its id."""
    [partner] = stack.rpc("res.partner", "search", [("name", "=", customer)], limit=1)
    move = stack.rpc(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": partner,
            "invoice_date": str(date.today() - timedelta(days=3)),  # noqa: DTZ011 - the server's day, as a clerk types it
            "invoice_line_ids": [
                (0, 0, {"name": "Atlas", "quantity": 1, "price_unit": amount})
            ],
        },
    )
    stack.rpc("account.move", "action_post", [move])
    return move


def pay_link(stack, move):
    """Make the invoice's payment link and return its address."""
    stack.rpc("account.move", "action_kash_stripe_create_link", [move])
    return read(stack, move, "kash_stripe_link_url")


def read(stack, move, field):
    """Return one field of an invoice."""
    return stack.rpc("account.move", "read", [move], [field])[0][field]


def attempts(stack, move):
    """Return the invoice's payment attempts."""
    return stack.rpc(
        "payment.transaction",
        "search_read",
        [("invoice_ids", "in", [move])],
        ["state", "kash_stripe_session_id", "reference"],
    )


def pay_at_stripe(stack, move):
    """Press *Pay invoice* and pay at Stripe, without a browser and without return."""
    address = f"{pay_link(stack, move)}/start"
    with urlopen(Request(address, data=b"", method="POST")):  # noqa: S310 - the stack's own address
        pass
    [attempt] = attempts(stack, move)
    stack.control("pay", session_id=attempt["kash_stripe_session_id"])


def fill_card(page, card=CARD):
    """Fill Stripe's page as a customer does."""
    page.wait_for_selector("#cardNumber")
    page.fill("#cardNumber", card)
    page.fill("#cardExpiry", "12 / 34")
    page.fill("#cardCvc", "123")
    page.fill("#billingName", "Ada Reader")
    page.fill("#billingAddressLine1", "1 Library Square")
    page.fill("#billingLocality", "Portland")
    page.fill("#billingPostalCode", "97205")


def wait_until(told, patience=15.0):
    """Wait until ``told()`` is true and return the seconds it took."""
    begun = time.monotonic()
    while not told():
        if time.monotonic() - begun > patience:
            message = f"nothing happened for {patience:.0f} s"
            raise AssertionError(message)
        time.sleep(0.1)
    return time.monotonic() - begun


def stripe_balance(stack):
    """Return what Stripe holds for the company, in cents."""
    account = stack.rpc(
        "kash.stripe.account", "search_read", [("connected", "=", True)], ["stripe_id"]
    )[0]["stripe_id"]
    told = json.loads(
        web.get(
            stack.stripe_port,
            f"/_control/balance?account_id={account}&currency=usd",
        )
    )
    return told["available"] + told["pending"]


def clearing_balance(stack):
    """Return what Stripe Clearing holds in the ledger, in cents."""
    account = stack.rpc(
        "kash.stripe.account",
        "search_read",
        [("connected", "=", True)],
        ["clearing_account_id"],
    )[0]["clearing_account_id"][0]
    groups = stack.rpc(
        "account.move.line",
        "formatted_read_group",
        [("account_id", "=", account), ("parent_state", "=", "posted")],
        [],
        ["balance:sum"],
    )
    return round((groups[0]["balance:sum"] or 0) * 100)
