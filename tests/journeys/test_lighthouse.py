"""The customer's page on a slow phone, as Google's Lighthouse judges it."""

import pytest
from people import is_paid, pay_at_stripe, pay_link, wait_until, write_invoice

from dev.lab import lighthouse

ENOUGH = 95


@pytest.fixture(scope="module")
def addresses(stack):
    """Have a page to pay on, and one that thanks."""
    lighthouse.ensure()
    unpaid = pay_link(stack, write_invoice(stack, amount=88.0))
    move = write_invoice(stack, amount=64.0)
    thanks = pay_link(stack, move)
    pay_at_stripe(stack, move)
    wait_until(is_paid(stack, move), 60)
    return {"to pay": unpaid, "paid": thanks}


@pytest.mark.long
@pytest.mark.parametrize("state", ["to pay", "paid"])
def test_lighthouse_has_nothing_to_say_against_the_page(addresses, state):
    """Quick, open to everybody, and as it should be made; not to be found by search."""
    found = lighthouse.judge(addresses[state])
    print(found)  # noqa: T201 - the figures are for the log
    assert min(found.values()) >= ENOUGH, found
