"""The test bank accounts of https://docs.stripe.com/testing, and what they do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Debit:
    """A way to debit a bank account: where, in what currency, by which capability."""

    currency: str
    capability: str
    label: str


@dataclass(frozen=True)
class Fate:
    """What becomes of a debit: it fails for a reason, is disputed, or never ends."""

    failure: str | None = None
    disputed: bool = False
    endless: bool = False


DEBITS = {
    "us_bank_account": Debit("usd", "us_bank_account_ach_payments", "US bank account"),
    "bacs_debit": Debit("gbp", "bacs_debit_payments", "Bacs Direct Debit"),
    "sepa_debit": Debit("eur", "sepa_debit_payments", "SEPA Direct Debit"),
}
# Where the test accounts are: a routing number, a sort code.
BANKS = {"us_bank_account": "110000000", "bacs_debit": "108800"}
FATES = {
    "us_bank_account": {
        "000123456789": Fate(),
        "000111111113": Fate("account_closed"),
        "000111111116": Fate("no_account"),
        "000222222227": Fate("insufficient_funds"),
        "000333333335": Fate("debit_not_authorized"),
        "000555555559": Fate(disputed=True),
        "000000000009": Fate(endless=True),
    },
    "bacs_debit": {
        "00012345": Fate(),
        "22222227": Fate("insufficient_funds"),
        "33333335": Fate("debit_not_authorized"),
        "55555559": Fate(disputed=True),
    },
    "sepa_debit": {
        "DE89370400440532013000": Fate(),
        "DE62370400440532013001": Fate("insufficient_funds"),
        "DE35370400440532013002": Fate(disputed=True),
    },
}
MESSAGES = {
    "account_closed": "The customer's bank account has been closed.",
    "no_account": "The customer's bank account could not be located.",
    "insufficient_funds": (
        "The customer's account has insufficient funds to cover this payment."
    ),
    "debit_not_authorized": (
        "The customer has notified their bank that this payment was unauthorized."
    ),
}
UNKNOWN = "The payment could not be collected from the customer's bank account."


def usual(method: str) -> str:
    """Return the account number that pays."""
    return next(iter(FATES[method]))


def fate(method: str, number: str) -> Fate:
    """Return what becomes of a debit from this account."""
    return FATES[method][number]


def message(failure: str) -> str:
    """Return what Stripe says of a debit that failed."""
    return MESSAGES.get(failure, UNKNOWN)
