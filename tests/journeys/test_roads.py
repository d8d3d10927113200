"""Link, portal with another provider, several invoices: at once, in seeded orders.

Odoo's own demo provider is the other one, in a database of its own: in the others its
button would stand beside ours.
"""

import re
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
    with_module,
)

from dev.lab import web
from dev.lab.errors import LabError

AMOUNT = 100.0
# So many customers are at it side by side, each by all roads.
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
    with with_module("payment_demo") as stack:
        yield stack


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
    """A customer who has all roads open, each in a tab of its own.

    ``both`` are the invoices that are paid together, ``move`` is the first of them.
    """

    stack: object
    seed: int
    provider: dict
    both: dict
    address: str
    token: str
    address_of_all: str
    told: list = field(default_factory=list)

    @property
    def move(self):
        return next(iter(self.both))

    def go(self):
        """Pay by all roads at once, each at its own pace."""
        roads = (self.by_link, self.by_portal, self.by_several)
        with ThreadPoolExecutor(len(roads)) as tabs:
            for tab in [tabs.submit(road) for road in roads]:
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
        self.pay_on(page, dice)
        look(f"{self.address}/done")

    def pay_on(self, page, dice):
        """Pay on Stripe's page, if one was reached."""
        self.wait(dice)
        for session in SESSION.findall(page):
            # Stripe refuses what was closed meanwhile.
            with suppress(LabError):
                self.stack.control("pay", session_id=session)
                self.told.append(f"paid {session[-4:]}")
        self.wait(dice)

    # === SEVERAL === #

    def by_several(self):
        """Tick both invoices on the page of all, pay there, and come back."""
        dice = self.dice("several")
        self.wait(dice)
        ticked = [("doc", move) for move in self.both]
        answer = requests.post(
            f"{self.address_of_all}/start", data=ticked, timeout=TIMEOUT
        )
        self.told.append(f"several: {answer.status_code}")
        self.pay_on(answer.url, dice)
        look(f"{self.address_of_all}/done")

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
            "amount": AMOUNT,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": f"/my/invoices/{self.move}",
        }

    def call(self, browser, path, **params):
        return ask(browser, f"{self.stack.url}{path}", **params)

    # === WHAT MUST BE === #

    def problems(self, books):
        """Yield what is wrong once all is quiet."""
        too_much, booked = 0.0, set()
        for move, name in self.both.items():
            paid, charges = books.paid_for(move), books.charges_of(move)
            ours = [tx for tx in paid if tx["kash_stripe_charge_id"]]
            if len(charges) > 1 or len(ours) != len(charges):
                yield f"{name}: {len(charges)} charges, {len(ours)} paid"
            taken, residual = books.taken(move), books.residuals[move]
            if residual != max(AMOUNT - taken, 0.0):
                yield f"{name}: {residual} is open, {taken} was paid"
            too_much += max(taken - AMOUNT, 0.0)
            booked |= {tx["payment_id"] and tx["payment_id"][0] for tx in paid}
        if False in booked:
            yield "money that is not in the books"
        if bool(books.credits & booked) != bool(too_much):
            yield f"{books.credits & booked} are credit, {too_much} came twice"
        if any(name in books.told for name in self.both.values()) != bool(too_much):
            yield "what came twice is not told as it is"


class Books:
    """What Stripe and Odoo say once all is quiet."""

    def __init__(self, stack, clerk, moves):
        self.charges = web.get_json(stack.stripe_port, "/_control/objects?kind=charge")
        self.attempts = clerk.rpc(
            "payment.transaction",
            "search_read",
            [("invoice_ids", "in", moves)],
            ["state", "reference", "kash_stripe_charge_id", *FACTS],
        )
        self.parts = clerk.rpc(
            "kash.stripe.allocation",
            "search_read",
            [("move_id", "in", moves), ("transaction_id.state", "=", "done")],
            ["move_id", "amount"],
        )
        read = clerk.rpc("account.move", "read", moves, ["amount_residual"])
        self.residuals = {move["id"]: move["amount_residual"] for move in read}
        paid = [tx for tx in self.attempts if tx["state"] == "done"]
        payments = [tx["payment_id"][0] for tx in paid if tx["payment_id"]]
        free = [("id", "in", payments), ("is_reconciled", "=", False)]
        self.credits = set(clerk.rpc("account.payment", "search", free))
        self.told = told_credit(clerk)

    def paid_for(self, move):
        return [
            tx
            for tx in self.attempts
            if tx["state"] == "done" and move in tx["invoice_ids"]
        ]

    def charges_of(self, move):
        """Return Stripe's charges by which an invoice was paid, alone or not."""
        references = {
            tx["reference"] for tx in self.attempts if move in tx["invoice_ids"]
        }
        return [
            charge
            for charge in self.charges
            if charge["metadata"].get("kash_attempt") in references
        ]

    def taken(self, move):
        """Return what was paid of an invoice: by our attempts what they had frozen."""
        ours = sum(p["amount"] for p in self.parts if p["move_id"][0] == move)
        return ours + sum(
            tx["amount"]
            for tx in self.paid_for(move)
            if not tx["kash_stripe_charge_id"]
        )


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
    """Sell each of so many customers two things, and give them all the roads."""
    partners = clerk.rpc(
        "res.partner",
        "create",
        [{"name": f"Reader {seed}", "email": "r@example.com"} for seed in seeds],
    )
    line = {"name": "Atlas", "price_unit": AMOUNT, "tax_ids": []}
    moves = clerk.rpc(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner,
                "access_token": str(uuid4()),
                "invoice_line_ids": [(0, 0, line)],
            }
            for partner in partners
            for _invoice in range(2)
        ],
    )
    clerk.rpc("account.move", "action_post", moves)
    for move in moves[::2]:
        clerk.rpc("account.move", "action_kash_stripe_create_link", [move])
    fields = ["name", "kash_stripe_link_url", "access_token"]
    told = clerk.rpc("account.move", "read", moves, fields)
    provider = other_provider(clerk)
    return [
        Order(
            stack,
            seed,
            provider,
            {first["id"]: first["name"], second["id"]: second["name"]},
            first["kash_stripe_link_url"],
            first["access_token"],
            link_of_all(clerk, partner),
        )
        for seed, partner, first, second in zip(
            seeds, partners, told[::2], told[1::2], strict=True
        )
    ]


def link_of_all(clerk, partner):
    """Return the address of a customer's page of all that is open."""
    action = clerk.rpc("res.partner", "action_kash_stripe_payer_link", [partner])
    [link] = clerk.rpc("kash.stripe.pay.link", "read", [action["res_id"]], ["url"])
    return link["url"]


def orders(stack, seeds):
    """Let so many customers pay by all roads; return what the books say then."""
    clerk = Clerk(stack)
    made = begin(stack, clerk, seeds)
    with ThreadPoolExecutor(TOGETHER) as customers:
        list(customers.map(Order.go, made))
    wait_until(lambda: clearing_balance(stack) == stripe_balance(stack), 120)
    sync(clerk)
    books = Books(stack, clerk, [move for order in made for move in order.both])
    wrong = [
        f"seed {order.seed} ({', '.join(order.told)}): {told}"
        for order in made
        for told in order.problems(books)
    ]
    assert not wrong, "\n".join(wrong)
    return books


def test_in_twenty_orders_each_invoice_is_paid_once(both):
    """What came twice is one payment and one credit, and it is told."""
    books = orders(both, range(20))
    paid = [tx for tx in books.attempts if tx["state"] == "done"]
    assert {bool(tx["kash_stripe_charge_id"]) for tx in paid} == {True, False}
    assert any(len(tx["invoice_ids"]) > 1 for tx in paid)


@pytest.mark.long
def test_in_a_hundred_orders_each_invoice_is_paid_once(both):
    """The same by a hundred seeds, before a release; they lead everywhere."""
    assert orders(both, range(100, 200)).credits
