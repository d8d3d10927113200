"""One row of each kind, as Stripe's emulator makes it, to be multiplied."""

from typing import Any

from dev.stripe_emulator import StripeEmulator

Json = dict[str, Any]


def collect() -> dict[str, Json]:
    """Return {kind: balance transaction with its source expanded}."""
    with StripeEmulator(seed=1, now=1735732800) as stripe:
        account = stripe.create_account(country="US", currency="usd")
        stripe.add_bank_account(account.id)
        for amount in (10000, 10000, 10000):
            stripe.charge_elsewhere(account, amount=amount, description="Order")
        stripe.settle()
        first, second, *_ = stripe.objects("charge", account.id)
        stripe.refund(first["id"])
        stripe.dispute(second["id"])
        stripe.settle()
        stripe.book(account.id, type="stripe_fee", amount=-500)
        stripe.clock.advance(days=9)
        stripe.payout(account.id, 1000)
        rows = stripe.objects("balance_transaction", account.id)
        return {row["type"]: _expanded(stripe, row) for row in rows}


def _expanded(stripe: StripeEmulator, row: Json) -> Json:
    """Return a row as a list shows it that was asked for sources."""
    return {**row, "source": stripe.object(row["source"]) if row["source"] else None}
