"""Link and portal at once, with another provider: over HTTP, in orders drawn by seed.

Odoo's own demo provider is the other one, in a database of its own: in the others its
button would stand beside ours.
"""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from time import sleep
from uuid import uuid4

import pytest
import requests
from people import (
    TIMEOUT,
    clearing_balance,
    look,
    press,
    stripe_balance,
    wait_until,
)

from dev.lab import odoo_source, paths, postgres, web
from dev.lab.database import Databases
from dev.lab.errors import LabError
from dev.lab.scratch import PREFIX
from dev.lab.stack import temporary
from dev.lab.terminal import step

AMOUNT = 100.0
# So many customers are at it side by side, each by both roads.
TOGETHER = 4
# Between two steps of somebody who pays, in seconds.
HURRY = 0.6
# How the other provider's payment goes on; and how, if it is pending, it ends.
THEIR_WAYS = ("done", "done", "pending", "cancel", "error")
THEIR_ENDS = ("done", "cancel")
FACTS = ("amount", "payment_id", "invoice_ids")
SESSION = re.compile(r"cs_[A-Za-z0-9_]+")


@pytest.fixture(scope="module")
def both():
    """Run everything on a clone of the demo company that has another provider."""
    with postgres.running() as pg:
        databases = Databases(odoo_source.find(), pg)
        name = f"{PREFIX}_{os.getpid()}_two_roads"
        # Whose it is: what a run that was killed leaves is swept away by the next one.
        folder = paths.JOURNEYS / f"{os.getpid()}-two-roads"

        def make():
            databases.clone(databases.company(), name)
            with step("The same with Odoo's demo provider") as current:
                databases.odoo_run(name, ["-i", "payment_demo"], current)

        with temporary(databases, name, folder, make) as stack:
            yield stack
    shutil.rmtree(folder, ignore_errors=True)


class Clerk:
    """Who runs the business: logged in once, for a password takes its time."""

    def __init__(self, stack):
        self.url, self.browser = stack.url, requests.Session()
        names = {"db": stack.database, "login": "admin", "password": "admin"}
        ask(self.browser, f"{self.url}/web/session/authenticate", **names)

    def rpc(self, model, method, *args, **kwargs):
        """Call a method of a model, as the web client does."""
        asked = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return ask(self.browser, f"{self.url}/web/dataset/call_kw", **asked)


def ask(browser, address, **params):
    """Call a route as a page of Odoo's does; try again what Odoo asks to.

    :raises LabError: Odoo refuses
    """
    answer = browser.post(
        address,
        json={"jsonrpc": "2.0", "method": "call", "params": params},
        timeout=TIMEOUT,
    ).json()
    if "error" not in answer:
        return answer.get("result")  # of None there is none
    said = answer["error"]["data"]["message"]
    if said == "retry":
        return ask(browser, address, **params)
    raise LabError(said)


@dataclass
class Order:
    """A customer who has the link open in one tab and the portal in another."""

    stack: object
    seed: int
    provider: dict
    move: int
    name: str
    amount: float
    address: str
    token: str
    told: list = field(default_factory=list)

    def go(self):
        """Pay by both roads at once, each at its own pace."""
        with ThreadPoolExecutor(2) as tabs:
            for tab in [tabs.submit(self.by_link), tabs.submit(self.by_portal)]:
                tab.result()

    def dice(self, road):
        return Random(f"{self.seed} {road}")

    def wait(self, dice):
        sleep(dice.random() * HURRY)

    # === THE LINK === #

    def by_link(self):
        """Press, pay on whatever page of Stripe's there is, and come back."""
        dice = self.dice("link")
        self.wait(dice)
        page = press(self.address)
        self.wait(dice)
        for session in SESSION.findall(page):
            # Stripe refuses what was closed meanwhile.
            with suppress(LabError):
                self.stack.control("pay", session_id=session)
                self.told.append("paid by the link")
        self.wait(dice)
        look(f"{self.address}/done")

    # === THE PORTAL === #

    def by_portal(self):
        """Choose the other provider, and let it say what became of the payment."""
        dice, browser = self.dice("portal"), requests.Session()
        self.wait(dice)
        try:
            made = self.call(
                browser, f"/invoice/transaction/{self.move}", **self.transaction()
            )
        except LabError as refused:
            self.told.append(f"portal: {refused}")
            return
        self.say(browser, made["reference"], way := dice.choice(THEIR_WAYS))
        if way == "pending":
            self.wait(dice)
            self.say(browser, made["reference"], dice.choice(THEIR_ENDS))
        self.call(browser, "/payment/status/poll")

    def say(self, browser, reference, state):
        """Let the other provider say what became of the payment."""
        self.call(
            browser,
            "/payment/demo/simulate_payment",
            reference=reference,
            simulated_state=state,
            payment_details="1234",
        )
        self.told.append(f"portal: {state}")

    def transaction(self):
        return {
            "access_token": self.token,
            "provider_id": self.provider["id"],
            "payment_method_id": self.provider["payment_method_ids"][0],
            "token_id": None,
            "amount": self.amount,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": f"/my/invoices/{self.move}",
        }

    def call(self, browser, path, **params):
        return ask(browser, f"{self.stack.url}{path}", **params)

    # === WHAT MUST BE === #

    def problems(self, books):
        """Yield what is wrong once all is quiet."""
        mine = [tx for tx in books.paid if self.move in tx["invoice_ids"]]
        ours = [tx for tx in mine if tx["provider_code"] == "kash_stripe"]
        taken = sum(tx["amount"] for tx in mine)
        charges = [charge for charge in books.charges if self.is_of(charge, books)]
        if len(charges) > 1 or len(charges) != len(ours):
            yield f"{len(charges)} charges, {len(ours)} payments by the link"
        residual = books.residuals[self.move]
        if residual != max(self.amount - taken, 0.0):
            yield f"{residual} is open of {self.amount}, {taken} was paid"
        booked = [tx["payment_id"][0] for tx in mine if tx["payment_id"]]
        if len(booked) != len(mine):
            yield "money that is not in the books"
        free = books.credits.intersection(booked)
        if len(free) != max(len(mine) - 1, 0):
            yield f"{len(free)} of {len(mine)} payments are credit"
        if (self.name in books.told) != bool(free):
            yield f"told as credit: {self.name in books.told}"

    def is_of(self, charge, books):
        """Tell whether a charge is of an attempt to pay this invoice."""
        attempt = charge["metadata"].get("kash_attempt")
        return attempt in books.references.get(self.move, ())


class Books:
    """What Stripe and Odoo say once all is quiet."""

    def __init__(self, stack, clerk, moves):
        self.charges = web.get_json(stack.stripe_port, "/_control/objects?kind=charge")
        attempts = clerk.rpc(
            "payment.transaction",
            "search_read",
            [("invoice_ids", "in", moves)],
            [*("state", "reference", "provider_code"), *FACTS],
        )
        self.paid = [tx for tx in attempts if tx["state"] == "done"]
        self.references = {
            move: {tx["reference"] for tx in attempts if move in tx["invoice_ids"]}
            for move in moves
        }
        read = clerk.rpc("account.move", "read", moves, ["amount_residual"])
        self.residuals = {move["id"]: move["amount_residual"] for move in read}
        payments = [tx["payment_id"][0] for tx in self.paid if tx["payment_id"]]
        free = [("id", "in", payments), ("is_reconciled", "=", False)]
        self.credits = set(clerk.rpc("account.payment", "search", free))
        self.told = told_credit(clerk)


def other_provider(clerk):
    """Return the demo provider of the company."""
    [provider] = clerk.rpc(
        "payment.provider",
        "search_read",
        [("code", "=", "demo")],
        ["payment_method_ids"],
        limit=1,
    )
    return provider


def told_credit(clerk):
    """Return what the activity tells of customers' credit."""
    kind = [
        ("module", "=", "kash_stripe_connect"),
        ("model", "=", "mail.activity.type"),
    ]
    [found] = clerk.rpc(
        "ir.model.data",
        "search_read",
        [*kind, ("name", "=", "mail_activity_type_credit")],
        ["res_id"],
    )
    activities = clerk.rpc(
        "mail.activity",
        "search_read",
        [("activity_type_id", "=", found["res_id"])],
        ["summary", "note"],
    )
    return " ".join(f"{one['summary']} {one['note']}" for one in activities)


def sync(clerk):
    """Let the sync run, as a person's press does, and wait for its end."""
    account = clerk.rpc("kash.stripe.account", "search", [("connected", "=", True)])

    def told():
        [read_now] = clerk.rpc("kash.stripe.account", "read", account, ["synced_at"])
        return read_now["synced_at"]

    before = told()
    sleep(1)  # Odoo knows seconds
    clerk.rpc("kash.stripe.account", "action_sync_now", account)
    wait_until(lambda: told() != before, 60)


def begin(stack, clerk, seeds):
    """Sell so many customers something, and give each the link and the portal."""
    [customer] = clerk.rpc(
        "res.partner", "search", [("name", "=", "Cedar Library")], limit=1
    )
    line = {"name": "Atlas", "price_unit": AMOUNT, "tax_ids": []}
    moves = clerk.rpc(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer,
                "access_token": str(uuid4()),
                "invoice_line_ids": [(0, 0, line)],
            }
            for _seed in seeds
        ],
    )
    clerk.rpc("account.move", "action_post", moves)
    for move in moves:
        clerk.rpc("account.move", "action_kash_stripe_create_link", [move])
    fields = ["name", "amount_residual", "kash_stripe_link_url", "access_token"]
    provider = other_provider(clerk)
    return [
        Order(
            stack,
            seed,
            provider,
            told["id"],
            told["name"],
            told["amount_residual"],
            told["kash_stripe_link_url"],
            told["access_token"],
        )
        for seed, told in zip(
            seeds, clerk.rpc("account.move", "read", moves, fields), strict=True
        )
    ]


def orders(stack, seeds):
    """Let so many customers pay by two roads; return them and what is wrong."""
    clerk = Clerk(stack)
    made = begin(stack, clerk, seeds)
    with ThreadPoolExecutor(TOGETHER) as customers:
        list(customers.map(Order.go, made))
    wait_until(lambda: clearing_balance(stack) == stripe_balance(stack), 120)
    sync(clerk)
    books = Books(stack, clerk, [order.move for order in made])
    wrong = [
        f"seed {order.seed} ({', '.join(order.told)}): {told}"
        for order in made
        for told in order.problems(books)
    ]
    assert not wrong, "\n".join(wrong)
    return books


def test_in_twenty_orders_each_invoice_is_paid_once(both):
    """What both took is one payment and one credit, and it is told."""
    books = orders(both, range(20))
    assert {tx["provider_code"] for tx in books.paid} == {"demo", "kash_stripe"}


@pytest.mark.long
def test_in_a_hundred_orders_each_invoice_is_paid_once(both):
    """The same by a hundred seeds, before a release; they lead everywhere."""
    assert orders(both, range(100, 200)).credits
