"""Two want to write the same at the same moment: both are served, and nobody alarmed.

Odoo logs *could not serialize access* as an ERROR, which an operator is woken for.
"""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
import requests
from people import (
    attempts,
    deliver,
    look,
    pay_link,
    press,
    read,
    wait_until,
    write_invoice,
)

AT_ONCE = 4
# Until a request has begun, and waits for Stripe's answer.
BEGUN = 0.7
# Seconds that a press may hold a worker of Odoo's, and those it takes to say so.
LONGEST = 9


@pytest.fixture
def alarms(stack):
    """Return a question: which errors has Odoo logged since the test began?"""
    [odoo] = [service for service in stack.services if service.name == "odoo"]
    begin = len(odoo.log.read_text().splitlines())

    def asked():
        lines = odoo.log.read_text().splitlines()[begin:]
        return [
            line for line in lines if " ERROR " in line or "could not serialize" in line
        ]

    return asked


def begin(stack, amount):
    """Begin to pay an invoice; return it, its page's address and Stripe's session."""
    move = write_invoice(stack, amount=amount)
    address = pay_link(stack, move)
    press(address)
    [attempt] = attempts(stack, move)
    return move, address, attempt["kash_stripe_session_id"]


@pytest.fixture
def ringing(stack):
    """Let the doorbell ring when the test says so."""
    stack.control("outbox/mode", mode="manual")
    yield lambda: stack.control("outbox/mode", mode="auto")
    stack.control("outbox/mode", mode="auto")


@pytest.mark.long
def test_a_customer_comes_back_while_the_job_settles(stack, alarms, ringing):
    """The page has asked Stripe and waits; the job is told, asks, and is faster."""
    move, address, session = begin(stack, 71.0)
    stack.control("pay", session_id=session)
    path = f"/v1/checkout/sessions/{session}"
    stack.control("fail_next", method="GET", path=path, timeout=6)
    with ThreadPoolExecutor(1) as customer:
        page = customer.submit(look, f"{address}/done?cs={session}")
        sleep(BEGUN)
        ringing()
        wait_until(lambda: attempts(stack, move)[0]["state"] == "done")
        assert not page.done()
        assert "Payment complete" in page.result()
    wait_until(lambda: read(stack, move, "payment_state") == "paid")
    assert alarms() == []


def test_a_customer_comes_back_in_many_tabs(stack, alarms):
    """Each asks Stripe, one of them writes, the job beside them."""
    move, address, session = begin(stack, 72.0)
    stack.control("pay", session_id=session)
    with ThreadPoolExecutor(AT_ONCE) as tabs:
        pages = tabs.map(look, [f"{address}/done?cs={session}"] * AT_ONCE)
    assert all("Payment complete" in page for page in pages)
    wait_until(lambda: read(stack, move, "payment_state") == "paid")
    assert alarms() == []


def test_many_presses_make_one_attempt(stack, alarms):
    """The first starts a payment; the others find it."""
    move = write_invoice(stack, amount=73.0)
    address = pay_link(stack, move)
    with ThreadPoolExecutor(AT_ONCE) as tabs:
        list(tabs.map(press, [address] * AT_ONCE))
    assert len(attempts(stack, move)) == 1
    assert alarms() == []


def test_a_slow_stripe_holds_nobody_for_more_than_eight_seconds(stack, alarms):
    """Not those who press, of whom one asks and others wait for it; nobody else."""
    move = write_invoice(stack, amount=77.0)
    address = pay_link(stack, move)
    path = "/v1/checkout/sessions"
    stack.control("fail_next", method="POST", path=path, timeout=30, times=AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as tabs:
        pressed = [tabs.submit(press_slowly, address) for _tab in range(AT_ONCE)]
        sleep(BEGUN)
        begun = monotonic()
        assert "77.00" in look(address)
        assert monotonic() - begun < 2
        answers = [answer.result() for answer in pressed]
    # Not each press asked: the next journey's customer would wait for the rest.
    stack.control("fail_no_more")
    assert {status for status, _took, _said in answers} == {503}
    assert max(took for _status, took, _said in answers) < LONGEST
    assert all("Nothing was charged" in said for _status, _took, said in answers)
    assert attempts(stack, move) == []
    assert alarms() == []


def press_slowly(address):
    """Press; return (status, seconds, what the page says)."""
    begun = monotonic()
    answer = requests.post(f"{address}/start", timeout=60)
    return answer.status_code, monotonic() - begun, answer.text


def test_many_looks_at_a_link_are_one(stack, alarms):
    """Tabs, and the mail server's scanner: the first look is noted."""
    move = write_invoice(stack, amount=74.0)
    address = pay_link(stack, move)
    with ThreadPoolExecutor(AT_ONCE) as tabs:
        pages = list(tabs.map(look, [address] * AT_ONCE))
    assert all("Pay invoice" in page for page in pages)
    links = [("move_id", "=", move)]
    [link] = stack.rpc("kash.stripe.pay.link", "search_read", links, ["opened_at"])
    assert link["opened_at"]
    assert alarms() == []


@pytest.mark.long
def test_an_event_that_comes_many_times_at_once_is_kept_once(stack, alarms, ringing):
    """Stripe delivers at least once, sometimes twice in the same moment."""
    move, _address, session = begin(stack, 75.0)
    stack.control("pay", session_id=session)
    deliveries = stack.control("outbox/take")
    with ThreadPoolExecutor(AT_ONCE) as stripe:
        list(stripe.map(ring, deliveries * AT_ONCE))
    wait_until(lambda: attempts(stack, move)[0]["state"] == "done")
    assert alarms() == []


def ring(delivery):
    """Deliver what Stripe's outbox held."""
    deliver(delivery["url"], delivery["body"].encode(), delivery["headers"])
