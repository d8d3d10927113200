"""What somebody of another company gets of ours, by XML-RPC: nothing."""

from functools import cache
from xmlrpc.client import Fault, ServerProxy

import pytest
from people import found_business, pay_at_stripe, wait_until, write_invoice

ACCESS_ERROR = 4  # Odoo's fault code; 1 would be a traceback
KEY = "sk_test_NobodyElseMayReadThis"
CONNECT = "kash.stripe.connect.wizard"
ROWS = "kash.stripe.balance.transaction"


@pytest.fixture(scope="module")
def neighbour(stack):
    """Run a business of their own, with every right in accounting, in it."""
    return found_business(stack, "Next Door", "neighbour").login


@pytest.fixture(scope="module")
def row(stack):
    """Return a payment of the demo company, as Stripe told of it."""
    pay_at_stripe(stack, write_invoice(stack, amount=71.0))
    query = [("type", "=", "charge"), ("amount", "=", 7100)]
    wait_until(lambda: call(stack, "accountant", ROWS, "search", query))
    return call(stack, "accountant", ROWS, "search", query)[0]


def call(stack, login, model, method, *arguments, **names):
    """Call a method by XML-RPC, as any program outside can."""
    server = ServerProxy(f"{stack.url}/xmlrpc/2/object", allow_none=True)
    user = user_id(stack.url, stack.database, login)
    who = (stack.database, user, login)
    return server.execute_kw(*who, model, method, arguments, names)


@cache
def user_id(url, database, login):
    """Log in once: Odoo takes its time with passwords."""
    return ServerProxy(f"{url}/xmlrpc/2/common").login(database, login, login)


def assert_denied(stack, *order, **names):
    """Assert a clear access error."""
    with pytest.raises(Fault) as refusal:
        call(stack, *order, **names)
    assert refusal.value.faultCode == ACCESS_ERROR, refusal.value.faultString


def type_the_key(stack):
    """Save the dialog to connect, as the form does before it presses its button."""
    return call(
        stack,
        "accountant",
        CONNECT,
        "create",
        [{"way": "keys", "secret_key": KEY, "publishable_key": "pk_test_mine"}],
    )


@pytest.mark.long
def test_a_neighbour_does_not_find_the_dialog_with_the_key(stack, neighbour):
    """Everybody who may connect has the right to the model; not to the record."""
    wizard = type_the_key(stack)
    found = call(stack, neighbour, CONNECT, "search_read", [("id", "in", wizard)])
    assert found == []
    assert_denied(stack, neighbour, CONNECT, "read", wizard)


def test_a_neighbour_cannot_write_a_key_of_his_own_over_it(stack, neighbour):
    """The accountant's press would connect the company to the neighbour's account."""
    wizard = type_the_key(stack)
    theirs = {"secret_key": "sk_test_OfSomebodyElse"}
    assert_denied(stack, neighbour, CONNECT, "write", wizard, theirs)


def test_not_even_its_owner_reads_the_key_again(stack):
    """By no road; it goes to Stripe or nowhere."""
    wizard = type_the_key(stack)
    roads = {
        "read": ["secret_key"],
        "web_read": {"secret_key": {}},
    }
    for road, fields in roads.items():
        told = call(stack, "accountant", CONNECT, road, wizard, fields)
        assert KEY not in str(told), road
    copied = call(stack, "accountant", CONNECT, "copy", wizard)
    assert KEY not in str(call(stack, "accountant", CONNECT, "read", copied))


def test_the_store_of_keys_is_shut_to_the_administrator_too(stack):
    """Settings rights are no reason to see a company's key."""
    type_the_key(stack)
    assert_denied(stack, "admin", "kash.stripe.secret", "search_read", [])


def test_the_key_that_was_saved_reaches_stripe_with_the_button(stack):
    """The form saves in one request and presses in the next."""
    wizard = type_the_key(stack)
    call(stack, "accountant", CONNECT, "action_connect", wizard)
    [told] = call(stack, "accountant", CONNECT, "read", wizard, ["error"])
    assert "Stripe does not accept the key sk_test_…This" in told["error"]


def test_a_neighbour_reads_nothing_through_a_line_of_his_own(stack, neighbour, row):
    """A line that names a row shows its amount, fee and payment."""
    line = {"row_id": row, "part": "fee"}
    assert_denied(stack, neighbour, "kash.stripe.deposit.line", "create", [line])


def test_a_neighbour_reads_nothing_through_a_form_he_never_saves(stack, neighbour, row):
    """The same form, asked what it would show; and with it as the default."""
    shown = {name: {} for name in ("amount", "what", "booking_day")}
    order = (stack, neighbour, "kash.stripe.deposit.line", "onchange", [])
    line = {"row_id": row, "part": "fee"}
    assert_denied(*order, line, ["row_id"], {"row_id": {}, **shown})
    defaults = {"default_row_id": row, "default_part": "fee"}
    fields = {"row_id": {"fields": {"display_name": {}}}, **shown}
    assert_denied(*order, {}, [], fields, context=defaults)


@pytest.mark.parametrize("model", ["keep", "record"])
def test_a_neighbour_cannot_open_a_dialog_on_our_rows(stack, neighbour, row, model):
    """Refused as it is named, not only when a button is pressed."""
    vals = {"row_ids": [(6, 0, [row])]}
    if model == "keep":
        vals["why"] = "It is not mine."
    wizard = f"kash.stripe.{model}.wizard"
    assert_denied(stack, neighbour, wizard, "create", [vals])


def test_a_neighbour_reads_no_invoice_through_the_parts_of_a_refund(
    stack, neighbour, row
):
    """Date and currency of whichever invoice is named."""
    [read] = call(stack, "accountant", ROWS, "read", [row], ["transaction_id"])
    [attempt] = call(
        stack,
        "accountant",
        "payment.transaction",
        "read",
        [read["transaction_id"][0]],
        ["invoice_ids", "payment_id"],
    )
    part = {"move_id": attempt["invoice_ids"][0]}
    assert_denied(stack, neighbour, "kash.stripe.refund.part", "create", [part])
