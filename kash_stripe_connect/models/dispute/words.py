# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's words about disputes, for people."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

STATUSES = [
    ("warning_needs_response", "Inquiry: answer it"),
    ("warning_under_review", "Inquiry: answered"),
    ("warning_closed", "Inquiry closed"),
    ("prevented", "Prevented"),
    ("needs_response", "Disputed: answer it"),
    ("under_review", "Disputed: answered"),
    ("lost", "Lost"),
    ("appeal_needs_response", "Appealed: answer it"),
    ("appeal_under_review", "Appealed: answered"),
    ("won", "Won"),
    ("unknown", "Other: see Stripe"),
]
PHASES = [
    ("inquiry", "Inquiry"),
    ("open", "Disputed"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("closed", "Closed"),
]
# https://docs.stripe.com/disputes/categories
REASONS = {
    "bank_cannot_process": _lt("The bank could not process the debit"),
    "check_returned": _lt("The cheque was returned"),
    "credit_not_processed": _lt("The customer waits for a refund"),
    "customer_initiated": _lt("The customer had the bank take the debit back"),
    "debit_not_authorized": _lt("The customer did not authorise the debit"),
    "duplicate": _lt("The customer says it was charged twice"),
    "fraudulent": _lt("The cardholder says it was not them who paid"),
    "general": _lt("No category given: ask the customer"),
    "incorrect_account_details": _lt("The account details were wrong"),
    "insufficient_funds": _lt("The customer's account had not enough money"),
    "noncompliant": _lt("A rule of the card network was not followed"),
    "product_not_received": _lt("The customer says nothing was received"),
    "product_unacceptable": _lt(
        "The customer says it was defective or not as described"
    ),
    "subscription_canceled": _lt("Charged after the customer cancelled"),
    "unrecognized": _lt("The customer does not recognise the payment"),
}


def reason_text(env, reason):
    """Return Stripe's reason in words; one nobody has heard of as Stripe writes it."""
    known = REASONS.get(reason)
    return env._(known) if known else (reason or "").replace("_", " ").capitalize()
