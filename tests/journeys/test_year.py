"""A whole year, told badly and recorded through crashes, is in the books once."""

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from http.client import HTTPException

import people
import pytest
from a_year import Life, beginning

from dev.lab import odoo_config, odoo_source, paths, postgres, web
from dev.lab.database import Databases
from dev.lab.ports import free_port
from dev.lab.processes import Service
from dev.lab.scratch import PREFIX
from dev.lab.stack import ACCOUNT, Stack, ensure_account
from dev.lab.terminal import step
from dev.stripe_emulator import StripeEmulator

pytestmark = pytest.mark.long

PATIENCE = 60.0
LIST = "/v1/balance_transactions"

# The ledger accounts' names, and which rows they are the counterpart of.
CLEARING, SUSPENSE = "Stripe Clearing TEST", "Stripe Suspense TEST"
FEES, LOSSES = "Stripe Processing Fees TEST", "Stripe Dispute Losses TEST"
DISPUTED, RECEIVABLE = "Stripe Disputed Funds TEST", "Account Receivable"
UNALLOCATED = "Unallocated Stripe Receipts TEST"
TRANSIT = "Stripe Payouts in Transit TEST"
UNDOING = {
    "refund": UNALLOCATED,
    "payment_refund": UNALLOCATED,
    "refund_failure": UNALLOCATED,
    "payment_failure_refund": UNALLOCATED,
    "payment_reversal": UNALLOCATED,
    "payout_cancel": TRANSIT,
    "payout_failure": TRANSIT,
    "topup_reversal": TRANSIT,
    "inbound_transfer_reversal": TRANSIT,
}
COUNTERPARTS = {
    **UNDOING,
    "charge": UNALLOCATED,
    "payment": UNALLOCATED,
    "payout": TRANSIT,
    "topup": TRANSIT,
    "inbound_transfer": TRANSIT,
    "stripe_fee": FEES,
    "stripe_fx_fee": FEES,
    "tax_fee": FEES,
}
# Booked once without saying whose they are: never recorded by guess.
NAMELESS = ("charge", "payment")
NO_NAME = "Stripe does not say whose payment this is: its row names nothing."


class YearStack(Stack):
    """Odoo on a database of its own, beside an emulator in this process."""

    def start(self):
        """Start Odoo; its scheduled jobs run when the test says so."""
        config = odoo_config.write(
            self.folder / "odoo.conf",
            self.databases.odoo,
            self.databases.pg,
            http_port=self.odoo_port,
            smtp_port=self.smtp_port,
            database=self.database,
        )
        command = [sys.executable, "-m", "odoo", "-c", str(config)]
        options = ["--max-cron-threads=0"]
        with step("Starting Odoo") as current:
            odoo = Service(
                "odoo", [*command, *options], env=self.environment(), folder=self.folder
            )
            self.services.append(odoo)
            odoo.wait_until(lambda: web.answers(self.odoo_port, "/web/login"), current)

    def run(self, name):
        """Let one of our scheduled jobs run to its end."""
        [job] = self.rpc("ir.model.data", "search_read", [("name", "=", name)])
        self.rpc("ir.cron", "method_direct_trigger", [job["res_id"]])

    def set_off(self, job):
        """Let a job begin, and nobody wait for it: its end is not to be seen."""
        threading.Thread(target=self._run_in_vain, args=(job,), daemon=True).start()

    def _run_in_vain(self, job):
        with suppress(OSError, HTTPException):
            self.run(job)

    def crash(self):
        """Let the power fail: no program is asked whether it is ready."""
        [odoo] = self.services
        with suppress(ProcessLookupError):
            os.kill(odoo._process.pid, signal.SIGKILL)
        self.stop()

    def value(self, query):
        """Return the one value that SQL finds."""
        return self.databases.pg.sql(query, database=self.database)


@pytest.fixture
def stripe():
    """Run an emulator whose clock stands a year back."""
    with StripeEmulator(seed=3, now=beginning()) as emulator:
        ensure_account(int(emulator.url.rpartition(":")[2]))
        yield emulator


@contextmanager
def connected(stripe, label):
    """Connect the demo company to an emulator, before Odoo runs."""
    with postgres.running() as pg:
        databases = Databases(odoo_source.find(), pg)
        name = f"{PREFIX}_{os.getpid()}_{label}"
        port = int(stripe.url.rpartition(":")[2])
        folder = paths.folder(paths.JOURNEYS / f"{os.getpid()}-{label}")
        stack = YearStack(databases, name, folder, free_port(), stripe_port=port)
        try:
            databases.clone(databases.company(), name)
            stack.open_for_business(name)
            yield stack
        finally:
            stack.stop()
            databases.drop(name)


@pytest.fixture
def stack(stripe):
    """Connect the demo company to it, before Odoo runs."""
    with connected(stripe, "year") as stack:
        yield stack


def test_a_year_of_everything_is_in_the_books_once_through_three_crashes(stack, stripe):
    """Every row type, news shuffled, doubled, lost; killed at three stages: 0.00."""
    stack.start()
    invoices = pay_invoices(stack, stripe, 6)
    Life(stripe, invoices.values()).live()
    ask_for_the_year(stack)
    tell_badly(stripe)
    stack.crash()

    asked = pages(stripe)
    stack.start()
    stack.set_off("ir_cron_events")
    wait_until(lambda: pages(stripe) > asked, "the first page is asked for")
    stack.crash()

    stack.start()
    stack.set_off("ir_cron_sync")
    wait_until(lambda: rows_in(stack) == rows_of(stripe), "all rows are kept")
    stack.crash()  # in the recording, which is the longest part
    assert booked(stack) < rows_of(stripe)

    stack.start()
    stack.run("ir_cron_events")
    stack.rpc("kash.stripe.account", "action_sync_now", [account_id(stack)])

    assert mirrored_ids(stack) == Counter(row["id"] for row in payments_rows(stripe))
    assert unbooked(stack) == dict.fromkeys(NAMELESS, ("stopped", NO_NAME))
    assert books(stack) == expected(stripe, set(invoices.values()))
    assert clearing(stack) + waiting(stack) == balance(stripe)
    assert states(stack, invoices) == [("paid", 0)] * 6
    assert_proof(stack)


# === WHAT HAPPENS === #


def pay_invoices(stack, stripe, count):
    """Let customers pay invoices by their links; return {invoice: charge id}."""
    charges = {}
    for number in range(count):
        move = people.write_invoice(stack, amount=100.0 + number)
        people.press(people.pay_link(stack, move))
        [attempt] = people.attempts(stack, move)
        charges[move] = stripe.pay(attempt["kash_stripe_session_id"])["id"]
        stripe.settle()
    return charges


def ask_for_the_year(stack):
    """Let the mirror begin where the year did, not on the day of connection."""
    stack.value(
        "UPDATE kash_stripe_account SET mirror_start = now() - interval '366 days',"
        " next_sync_at = now() - interval '1 day'"
    )


def tell_badly(stripe):
    """Deliver the news in any order, some of them twice and a third never."""
    dice = random.Random(11)
    news = [d for d in stripe.outbox.take() if dice.random() > 1 / 3]
    news += dice.sample(news, len(news) // 2)
    dice.shuffle(news)
    for delivery in news:
        people.deliver(delivery.url, delivery.body, delivery.headers)


def wait_until(reached, what):
    """Wait for a moment of the work, however fast the machine is."""
    begun = time.monotonic()
    while not reached():
        assert time.monotonic() - begun < PATIENCE, f"it never came to this: {what}"
        time.sleep(0.02)


# === WHAT IS SEEN === #


def pages(stripe):
    """Count how often rows were asked for."""
    return sum(request.path == LIST for request in list(stripe.requests))


def rows_in(stack):
    """Count the rows that Odoo has kept."""
    return int(stack.value("SELECT count(*) FROM kash_stripe_balance_transaction"))


def rows_of(stripe):
    """Count the rows that Stripe has."""
    return len(payments_rows(stripe))


def payments_rows(stripe):
    """Return Stripe's rows that move the balance payments are of."""
    rows = stripe.objects("balance_transaction", ACCOUNT["id"])
    return [row for row in rows if row["balance_type"] == "payments"]


def balance(stripe):
    """Return what Stripe holds (minor units), proven against its own rows."""
    stripe.check_invariant()
    held = stripe.balance(ACCOUNT["id"], "usd")
    return held["available"] + held["pending"]


def booked(stack):
    """Count the rows that are in the books."""
    return int(
        stack.value(
            "SELECT count(*) FROM kash_stripe_balance_transaction"
            " WHERE state = 'booked'"
        )
    )


def account_id(stack):
    """Return the Stripe account's number in Odoo."""
    return int(stack.value("SELECT id FROM kash_stripe_account"))


def mirrored_ids(stack):
    """Count each row that Odoo has kept."""
    found = stack.value("SELECT txn_id FROM kash_stripe_balance_transaction")
    return Counter(found.split())


def unbooked(stack):
    """Return {type of a row that is not in the books: (state, what it says of it)}."""
    found = stack.value(
        "SELECT type, state, reason FROM kash_stripe_balance_transaction"
        " WHERE state != 'booked'"
    )
    return {kind: (state, why) for kind, state, why in table(found)}


def table(text):
    """Return the rows of what SQL found."""
    return [tuple(line.split("|")) for line in text.splitlines()]


def states(stack, invoices):
    """Return each invoice's payment state, and what is left to pay."""
    told = stack.rpc(
        "account.move", "read", list(invoices), ["payment_state", "amount_residual"]
    )
    return [(move["payment_state"], move["amount_residual"]) for move in told]


def waiting(stack):
    """Return what rows would move clearing by that say why they are not recorded."""
    return int(
        stack.value(
            "SELECT coalesce(sum(net), 0) FROM kash_stripe_balance_transaction"
            " WHERE state != 'booked'"
        )
    )


def clearing(stack):
    """Return what the ledger says Stripe holds (minor units)."""
    return int(
        stack.value(
            "SELECT coalesce(round(sum(line.balance) * 100), 0)::bigint"
            " FROM account_move_line line"
            " JOIN kash_stripe_account stripe"
            " ON stripe.clearing_account_id = line.account_id"
            " WHERE line.parent_state = 'posted'"
        )
    )


def books(stack):
    """Return {name of an account: what our entries left on it}, in minor units."""
    found = stack.value(
        "SELECT account.name->>'en_US', round(sum(line.balance) * 100)::bigint"
        " FROM account_move_line line"
        " JOIN account_account account ON account.id = line.account_id"
        " JOIN account_move move ON move.id = line.move_id"
        " WHERE move.kash_stripe_account_id IS NOT NULL AND move.state = 'posted'"
        " GROUP BY account.id"
    )
    return {name: int(balance) for name, balance in table(found)}


def expected(stripe, linked):
    """Return what Stripe's own rows and disputes say must be on each account.

    :param linked: the charges that are of an invoice here
    """
    refunds = stripe.objects("refund", ACCOUNT["id"])
    ours = linked | {one["id"] for one in refunds if one["charge"] in linked}
    found = Counter()
    for row in payments_rows(stripe):
        if row["type"] in NAMELESS and not row["source"]:
            continue
        found[CLEARING] += row["net"]
        found[FEES] += row["fee"]
        found[counterpart(row, ours)] -= row["amount"]
    lost = [
        d for d in stripe.objects("dispute", ACCOUNT["id"]) if d["status"] == "lost"
    ]
    found[DISPUTED] -= sum(dispute["amount"] for dispute in lost)
    found[LOSSES] += sum(dispute["amount"] for dispute in lost)
    return dict(found)


def counterpart(row, ours):
    """Return the account that a row's amount belongs on.

    :param ours: what is of an invoice here: charges and their refunds
    """
    kind, category = row["type"], row["reporting_category"] or ""
    if kind in UNDOING and not row["source"]:
        return SUSPENSE  # there is nothing that it could undo
    if category.startswith("dispute"):
        return DISPUTED
    if row["source"] in ours:
        return RECEIVABLE
    return COUNTERPARTS.get(kind, SUSPENSE)


def assert_proof(stack):
    """Assert that Odoo's own proof leaves nothing unexplained."""
    [proof] = stack.rpc(
        "kash.stripe.proof",
        "search_read",
        [],
        ["unexplained_mirror", "unexplained_books", "compared"],
        order="day desc",
        limit=1,
    )
    assert proof["compared"]
    assert (proof["unexplained_mirror"], proof["unexplained_books"]) == (0, 0)
