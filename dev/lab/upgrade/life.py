"""A business's life with Stripe, before an upgrade and after it.

Run inside `odoo shell`, where `env` is, by the addon of today and by older ones: only
what every version has is used, which are addresses, scheduled jobs and public methods.
"""

import os
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import freezegun
from werkzeug.test import Client

from odoo.http import root
from odoo.sql_db import BaseCursor

from dev.lab import seed, web

Env = Any
Record = Any

ADDRESS = "http://127.0.0.1:8069"
SLOW_REFUND = "4000000000007726"
DEBIT = "us_bank_account"
PAGE = 100  # of Stripe's rows; a longer window is read in parts
ROWS = "/v1/balance_transactions"
NO_ANSWER = {"status": 503, "should_retry": False}


class Stripe:
    """The emulator's orders, and its clock, which is Odoo's as well."""

    def __init__(self) -> None:
        """Find out which account there is."""
        self.port = int(os.environ["KASH_LAB_STRIPE_PORT"])
        self._frozen: Any = None
        # The accounts come in their order: the first is the company's.
        [self.account, *_] = self.get("accounts")

    def get(self, order: str) -> Any:
        """Ask the emulator."""
        return web.get_json(self.port, f"/_control/{order}")

    def do(self, order: str, **values: Any) -> Any:
        """Give the emulator an order."""
        return web.post(self.port, f"/_control/{order}", values)

    def sell(self, amount: int, **values: Any) -> Any:
        """Take a payment that no invoice of Odoo's asked for."""
        account = self.account["id"]
        return self.do("charge_elsewhere", account_id=account, amount=amount, **values)

    def objects(self, kind: str) -> list[Any]:
        """Return the account's objects of a kind, the oldest first."""
        found: list[Any] = self.get(f"objects?kind={kind}")
        return found

    def pass_time(self, **duration: int) -> None:
        """Let time pass at Stripe, and here."""
        self.do("clock/advance", **duration)
        self._frozen.move_to(self.now())

    def now(self) -> datetime:
        """Return what time it is there."""
        moment = self.get("clock")["now"]
        return datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Live in Stripe's time; what is drawn by lot is the same each time."""
        dice = random.Random(stage)  # noqa: S311 - a test's secrets shall be repeatable
        with (
            freezegun.freeze_time(self.now()) as self._frozen,
            patch.object(BaseCursor, "now", lambda _cursor: datetime.now()),  # noqa: DTZ005 - naive and frozen, as PostgreSQL would say it
            patch.object(secrets, "token_urlsafe", lambda n: dice.randbytes(n).hex()),
            patch.object(secrets, "token_hex", lambda n: dice.randbytes(n).hex()),
        ):
            yield


class Life:
    """The company's dealings."""

    def __init__(self, env: Env, stripe: Stripe) -> None:
        """Begin where the database stands."""
        self.env, self.stripe = env, stripe
        self.company = env.ref("base.main_company")
        self.browser = Client(root)

    # === WHAT PEOPLE DO === #

    def connect(self) -> None:
        """Connect the company to its account, at an address that never changes."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", ADDRESS)
        parameters.set_param("web.base.url.freeze", "True")
        keys = (
            self.stripe.account[f"{name}_key"] for name in ("secret", "publishable")
        )
        seed.connect_stripe(self.env, *keys)
        self._save()

    @property
    def account(self) -> Record:
        """Return the connection."""
        return self.env["kash.stripe.account"].search([("connected", "=", True)])

    def invoice(self, amount: float, name: str, day: date) -> Record:
        """Post an invoice."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"]
                .search([("name", "=", "Cedar Library")])
                .id,
                "ref": name,
                "invoice_date": day,
                "invoice_line_ids": [(0, 0, {"name": name, "price_unit": amount})],
            }
        )
        move.action_post()
        move.action_kash_stripe_create_link()
        self._save()
        return move

    def invoice_of(self, name: str) -> Record:
        """Find an invoice that was posted before."""
        return self.env["account.move"].search([("ref", "=", name)])

    def press(self, move: Record) -> str:
        """Press *Pay invoice*; return the session that is open then."""
        path = urlsplit(move.kash_stripe_link_url).path
        # A redirect, or a page between: a session remembers where its emulator was.
        answer = self._send(f"{path}/start", b"", {})
        attempt = move.transaction_ids.sorted("id")[-1:]
        if attempt.kash_stripe_session_state != "open":
            raise RuntimeError(f"{move.name}: no session, but {answer.status}")
        session: str = attempt.kash_stripe_session_id
        return session

    def pay(self, move: Record, **how: Any) -> str:
        """Press, and pay at Stripe; return the charge."""
        paid: str = self.stripe.do("pay", session_id=self.press(move), **how)["id"]
        self.stripe.do("settle")
        return paid

    def refund(self, move: Record, amount: float) -> None:
        """Press Odoo's own *Refund* on the invoice's payment."""
        [payment] = move.transaction_ids.payment_id
        wizard = self.env["payment.refund.wizard"].with_context(
            active_model="account.payment", active_id=payment.id
        )
        values = {"payment_id": payment.id, "amount_to_refund": amount}
        wizard.create(values).action_refund()
        self._save()

    def lock(self, day: date | None) -> None:
        """Lock the books up to a day, or not at all."""
        self.company.fiscalyear_lock_date = day or False
        self._save()

    def record_held(self) -> None:
        """Record on their own days what a lock held back."""
        held = self.env["kash.stripe.balance.transaction"].search(
            [("state", "=", "held")], order="id"
        )
        action = held.action_record()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create({"way": "own"}).action_record()
        self._save()

    def undo_last(self) -> None:
        """Take back what was recorded together last."""
        run = self.env["kash.stripe.run"].search([], order="id desc", limit=1)
        action = run.action_undo()
        self.env[action["res_model"]].browse(action["res_id"]).action_undo()
        self._save()

    def import_from(self, day: date) -> None:
        """Ask for the rows from before the connection."""
        wizard = self.env["kash.stripe.import.wizard"]
        values = {"account_id": self.account.id, "way": "import", "first_day": day}
        wizard.create(values).action_apply()
        self._save()

    # === WHAT PROGRAMS DO === #

    def news(self) -> None:
        """Let Stripe tell what is new, and let the job work it off."""
        now = int(self.stripe.now().replace(tzinfo=timezone.utc).timestamp())
        for delivery in self.stripe.do("outbox/take", at=now):
            path = urlsplit(delivery["url"]).path
            body = delivery["body"].encode()
            answer = self._send(path, body, delivery["headers"])
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
        self.run("events")

    def run(self, job: str) -> None:
        """Run a scheduled job of ours to its end."""
        self.env.ref(f"kash_stripe_connect.ir_cron_{job}").method_direct_trigger()
        self._save()

    def sync(self) -> None:
        """Let the scheduled sync find that its time has come, and run."""
        self.stripe.pass_time(hours=2)
        self.run("sync")

    def catch_up(self) -> None:
        """Take the news and sync until nothing is left to be read."""
        self.news()
        for _ in range(2):
            self.sync()

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """Send something to Odoo's own address, with no program between."""
        self._save()
        answer = self.browser.post(
            path, base_url=ADDRESS, data=body, headers={**headers}
        )
        self._save()
        return answer

    def _save(self) -> None:
        """Let others see what we did, and see what they did."""
        self.env.cr.commit()
        self.env.invalidate_all()


# === BEFORE THE UPGRADE === #


def furnish(env: Env) -> None:
    """Connect, leave something open of every kind, and let Stripe go on alone."""
    stripe = Stripe()
    with stripe.time("furnish"):
        seed.make_company(env)
        life = Life(env, stripe)
        _before_the_connection(stripe)
        _paid_and_what_became_of_it(life)
        _paid_out(life)
        _locked(life)
        _half_read(life)
        _left_open(life)
        _meanwhile(life)


def _before_the_connection(stripe: Stripe) -> None:
    """Sell, more than a page of rows, where nobody keeps books yet."""
    seed.tell("sales before the connection")
    account = stripe.account["id"]
    capabilities = stripe.get(f"objects/{account}")["capabilities"]
    capabilities["us_bank_account_ach_payments"] = "active"
    stripe.do("accounts/update", account_id=account, capabilities=capabilities)
    stripe.do("add_bank_account", account_id=account)
    for number in range(PAGE + 20):
        stripe.sell(1_000 + number, description=f"Before {number}")
        if not number % 20:
            stripe.pass_time(hours=20)
    stripe.do("settle")
    stripe.pass_time(days=4)


def _paid_and_what_became_of_it(life: Life) -> None:
    """Payments of invoices: kept, given back, disputed, and money of no invoice."""
    seed.tell("payments, refunds, disputes")
    life.connect()
    stripe, today = life.stripe, life.stripe.now().date()
    life.pay(life.invoice(120.0, "Kept", today))
    charges = [
        life.pay(life.invoice(130.0 + number, name, today))
        for number, name in enumerate(("Part", "Lost", "Won", "Warned"))
    ]
    life.pay(life.invoice(150.0, "Slow refund", today), card=SLOW_REFUND)
    stripe.pass_time(hours=3)
    shop = [stripe.sell(amount, description="Shop") for amount in (5_000, 7_000, 9_900)]
    stripe.do("settle")
    life.catch_up()
    life.refund(life.invoice_of("Part"), 30.0)
    stripe.do("refund", charge_id=shop[0]["id"], amount=1_500)
    for charge in charges[1:3]:
        stripe.do("dispute", charge_id=charge)
    stripe.do("early_fraud_warning", charge_id=charges[3])
    stripe.do("book", account_id=stripe.account["id"], type="stripe_fee", amount=-900)
    stripe.do("settle")
    life.catch_up()


def _paid_out(life: Life) -> None:
    """Days on which money of no invoice comes in, and a payout that is on its way."""
    seed.tell("payouts")
    for amount in (3_300, 4_400, 5_500):
        life.stripe.sell(amount, description="Days")
        life.stripe.pass_time(days=1)
        life.stripe.do("settle")
        life.catch_up()


def _locked(life: Life) -> None:
    """Close the days in which money came that the books do not know yet."""
    seed.tell("a locked period")
    life.pay(life.invoice(77.0, "Locked", life.stripe.now().date()))
    life.stripe.sell(6_600, description="Locked")
    life.stripe.do("settle")
    locked = life.stripe.now().date()
    life.stripe.pass_time(days=1)
    life.lock(locked)
    life.catch_up()


def _half_read(life: Life) -> None:
    """Let Stripe stop to answer in the middle of two windows."""
    seed.tell("windows half read")
    stripe = life.stripe
    for number in range(PAGE + 10):
        stripe.sell(2_000 + number, description=f"Busy {number}")
    stripe.do("settle")
    stripe.do("outbox/take")  # nobody hears of it
    life.import_from(date(2025, 10, 20))
    for _window in range(2):
        stripe.do("fail_next", method="GET", path=ROWS, skip=1, **NO_ANSWER)
    life.sync()


def _left_open(life: Life) -> None:
    """Sessions nobody has paid yet, a debit and a refund on their way."""
    seed.tell("what is left open")
    today = life.stripe.now().date()
    for name, amount in OPEN:
        life.press(life.invoice(amount, name, today))
    for name, amount in UNPRESSED:
        life.invoice(amount, name, today)
    life.pay(life.invoice(340.0, "Debit", today), method=DEBIT)
    life.refund(life.invoice_of("Slow refund"), 150.0)


OPEN = (("Paid meanwhile", 210.0), ("Resumed", 220.0), ("Withdrawn", 230.0))
UNPRESSED = (("Pressed later", 310.0),)


def _meanwhile(life: Life) -> None:
    """Let things happen at Stripe of which Odoo has not heard when it is upgraded."""
    stripe = life.stripe
    attempt = life.invoice_of("Paid meanwhile").transaction_ids
    stripe.do("pay", session_id=attempt.kash_stripe_session_id)
    stripe.do("settle")
    kept = life.invoice_of("Kept").transaction_ids
    stripe.do("refund", charge_id=kept.kash_stripe_charge_id, amount=2_000)
    lost, won = stripe.objects("dispute")
    stripe.do("move_dispute", dispute_id=lost["id"], status="lost")
    stripe.do("move_dispute", dispute_id=won["id"], status="under_review")
    stripe.sell(8_800, description="Meanwhile")
    stripe.pass_time(hours=2)


# === AFTER THE UPGRADE === #


def go_on(env: Env) -> None:
    """Hear of it all, and go on as before."""
    stripe = Stripe()
    with stripe.time("go on"):
        life = Life(env, stripe)
        seed.tell("what happened meanwhile")
        life.catch_up()
        life.lock(None)
        life.record_held()
        life.undo_last()
        life.sync()
        seed.tell("new payments")
        life.invoice_of("Withdrawn").button_draft()
        life.invoice_of("Withdrawn").button_cancel()
        stripe.do("pay", session_id=life.press(life.invoice_of("Resumed")))
        life.pay(life.invoice_of("Pressed later"))
        life.pay(life.invoice(99.0, "New", stripe.now().date()))
        life.news()
        life.refund(life.invoice_of("Resumed"), 20.0)
        stripe.do("settle")
        life.catch_up()
        seed.tell("a week later")
        [won] = [one for one in stripe.objects("dispute") if one["status"] != "lost"]
        stripe.do("move_dispute", dispute_id=won["id"], status="won")
        stripe.pass_time(days=8)
        life.catch_up()
        life.account.action_sync_now()
        env.cr.commit()
