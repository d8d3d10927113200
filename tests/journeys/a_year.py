"""A year at Stripe, lived through in a second: everything that can move a balance."""

import random
from datetime import date, datetime, time, timedelta, timezone
from typing import get_args

import stripe as sdk

from dev.lab.stack import ACCOUNT

MONTHS = 12


def beginning():
    """Return the moment the year begins (epoch seconds)."""
    first = date.today() - timedelta(days=365)  # noqa: DTZ011 - Odoo's own clock
    return int(datetime.combine(first, time(12), timezone.utc).timestamp())


def every_type():
    """Return each type of balance transaction that Stripe's own package knows."""
    known, _others = get_args(sdk.BalanceTransaction.__annotations__["type"])
    return get_args(known)


class Life:
    """The business's dealings, by dice that fall the same way each time."""

    def __init__(self, stripe, linked):
        """Begin with what customers paid for invoices of Odoo's (charge ids)."""
        self.stripe, self.linked = stripe, list(linked)
        self.account = ACCOUNT["id"]
        self.dice = random.Random(19)

    def live(self):
        """Live until some days ago, for a day of the books has to be over."""
        self.stripe.add_bank_account(self.account)
        self._fates_of_invoices()
        self._one_row_of_each_type()
        for month in range(MONTHS):
            for _ in range(6):
                self._sell()
                self.stripe.clock.advance(days=4)
            self._befall(month)
            self.stripe.clock.advance(days=4)
        self._sell()

    def _sell(self, method="card"):
        """Take a payment that Odoo knows nothing of; return the charge's id."""
        charge = self.stripe.charge_elsewhere(
            self.account,
            amount=self.dice.randrange(2_000, 60_000),
            description="Shop",
            method=method,
        )
        self.stripe.settle()
        return charge["id"]

    def _fates_of_invoices(self):
        """Give money back, in vain once, and lose it to banks."""
        kept, whole, part, failed, won, lost = self.linked
        self.stripe.refund(whole)
        self.stripe.refund(part, 1_000)
        refund = self.stripe.refund(failed)
        self.stripe.settle()
        self.stripe.fail_refund(refund["id"])
        self.stripe.win_dispute(self.stripe.dispute(won)["id"])
        self.stripe.lose_dispute(self.stripe.dispute(lost)["id"])
        assert self.stripe.object(kept)["paid"]

    def _one_row_of_each_type(self):
        """What Stripe's package knows, and what nobody has heard of."""
        for kind in (*every_type(), "moon_phase"):
            amount = self.dice.randrange(-900, 900) or 1
            self.stripe.book(self.account, type=kind, amount=amount)
            self.stripe.clock.advance(hours=5)

    def _befall(self, month):
        """Let something happen that does not happen every day."""
        fates = (
            lambda: self.stripe.refund(self._sell()),
            lambda: self.stripe.refund(self._sell(), 700),
            self._refund_in_vain,
            lambda: self.stripe.win_dispute(self.stripe.dispute(self._sell())["id"]),
            lambda: self.stripe.lose_dispute(self.stripe.dispute(self._sell())["id"]),
            lambda: self.stripe.succeed_debit(self._sell("us_bank_account")),
            lambda: self.stripe.fail_debit(self._sell("us_bank_account")),
            self._debit_returned,
            self._payout_in_vain,
            lambda: self.stripe.book(
                self.account, type="stripe_fee", amount=-1_190, fee=0
            ),
            self._reserve,
            lambda: self.stripe.dispute(self._sell()),
        )
        fates[month]()
        self.stripe.settle()

    def _refund_in_vain(self):
        refund = self.stripe.refund(self._sell())
        self.stripe.settle()
        self.stripe.fail_refund(refund["id"])

    def _debit_returned(self):
        charge = self._sell("us_bank_account")
        self.stripe.succeed_debit(charge)
        self.stripe.return_debit(charge)

    def _payout_in_vain(self):
        self._sell()
        self.stripe.clock.advance(days=3)
        [*_, payout] = self.stripe.objects("payout", self.account)
        self.stripe.fail_payout(payout["id"])
        self.stripe.add_bank_account(self.account)

    def _reserve(self):
        self.stripe.reserve(self.account, 2_500)
        self.stripe.clock.advance(days=2)
        self.stripe.release_reserve(self.account, 2_500)
