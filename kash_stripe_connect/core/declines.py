# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a payment did not go through, by what its payer can do about it.

Each line names where Stripe describes the code. Stripe asks not to say more of a lost,
stolen or suspected card than of any other, and so do we: they are *refused*, as is a
code that nobody knows yet.
"""

from typing import Literal, get_args

Advice = Literal[
    "refused",  # the bank gives no reason, or one that is not the payer's to hear
    "funds",  # too little money, or a limit that is reached
    "typed",  # a number, a date or an address is not the card's
    "expired",
    "unfit",  # not for such a payment, or not in this currency
    "again",  # out of order for the moment
    "confirm",  # the bank wants the payer to agree, in its app or by a code
    "twice",  # the same amount was taken with the same card a moment ago
    "account",  # the bank account is closed, unknown or cannot be debited
    "forbidden",  # the payer's bank was told not to pay, or not allowed to
    "test",  # a real card where only test cards are taken
]
EVERY_ADVICE: tuple[Advice, ...] = get_args(Advice)

# What is left of an attempt that the bank asks to be confirmed. No decline: the intent
# waits. https://docs.stripe.com/payments/paymentintents/lifecycle
REQUIRES_ACTION = "requires_action"

_CARDS = "https://docs.stripe.com/declines/codes"
_ERRORS = "https://docs.stripe.com/error-codes"
_RADAR = "https://docs.stripe.com/declines/card#blocked-payments"
_ACH = "https://docs.stripe.com/payments/ach-direct-debit#failures"
_BACS = "https://docs.stripe.com/payments/payment-methods/bacs-debit#failures"
_SEPA = "https://docs.stripe.com/payments/sepa-debit#failures"

_DECLINES: dict[str, tuple[Advice, str]] = {
    "approve_with_id": ("again", _CARDS),
    "authentication_not_handled": ("confirm", _CARDS),
    "authentication_required": ("confirm", _CARDS),
    "call_issuer": ("refused", _CARDS),
    "card_not_supported": ("unfit", _CARDS),
    "card_velocity_exceeded": ("funds", _CARDS),
    "currency_not_supported": ("unfit", _CARDS),
    "do_not_honor": ("refused", _CARDS),
    "do_not_try_again": ("refused", _CARDS),
    "duplicate_transaction": ("twice", _CARDS),
    "expired_card": ("expired", _CARDS),
    "fraudulent": ("refused", _CARDS),
    "generic_decline": ("refused", _CARDS),
    "incorrect_address": ("typed", _CARDS),
    "incorrect_cvc": ("typed", _CARDS),
    "incorrect_number": ("typed", _CARDS),
    "incorrect_pin": ("refused", _CARDS),  # of card readers, as all that ask for a PIN
    "incorrect_zip": ("typed", _CARDS),
    "insufficient_funds": ("funds", _CARDS),
    "invalid_account": ("refused", _CARDS),
    "invalid_amount": ("funds", _CARDS),
    "invalid_cvc": ("typed", _CARDS),
    "invalid_expiry_month": ("typed", _CARDS),
    "invalid_expiry_year": ("typed", _CARDS),
    "invalid_number": ("typed", _CARDS),
    "invalid_pin": ("refused", _CARDS),
    "issuer_not_available": ("again", _CARDS),
    "lost_card": ("refused", _CARDS),
    "merchant_blacklist": ("refused", _CARDS),
    "mobile_device_authentication_required": ("confirm", _CARDS),
    "new_account_information_available": ("refused", _CARDS),
    "no_action_taken": ("refused", _CARDS),
    "not_permitted": ("unfit", _CARDS),
    "offline_pin_required": ("refused", _CARDS),
    "online_or_offline_pin_required": ("refused", _CARDS),
    "pickup_card": ("refused", _CARDS),
    "pin_try_exceeded": ("refused", _CARDS),
    "processing_error": ("again", _CARDS),
    "reenter_transaction": ("again", _CARDS),
    "restricted_card": ("refused", _CARDS),
    "revocation_of_all_authorizations": ("forbidden", _CARDS),
    "revocation_of_authorization": ("forbidden", _CARDS),
    "security_violation": ("refused", _CARDS),
    "service_not_allowed": ("unfit", _CARDS),
    "stolen_card": ("refused", _CARDS),
    "stop_payment_order": ("forbidden", _CARDS),
    "test_mode_live_card": ("test", _CARDS),
    "testmode_decline": ("test", _CARDS),
    "transaction_not_allowed": ("unfit", _CARDS),
    "try_again_later": ("again", _CARDS),
    "withdrawal_count_limit_exceeded": ("funds", _CARDS),
    # The reason of a charge's outcome that Stripe itself blocked.
    "elevated_risk_level": ("refused", _RADAR),
    "highest_risk_level": ("refused", _RADAR),
    "low_probability_of_authorization": ("refused", _RADAR),
    "previously_declined_do_not_retry": ("refused", _RADAR),
    "rule": ("refused", _RADAR),
    # The code of an error that is no bank's word on a card.
    "authentication_failure": ("confirm", _ERRORS),
    "card_decline_rate_limit_exceeded": ("again", _ERRORS),
    "expired_payment_method": ("expired", _ERRORS),
    "incorrect_postal_code": ("typed", _ERRORS),
    "payment_intent_action_required": ("confirm", _ERRORS),
    "payment_intent_authentication_failure": ("confirm", _ERRORS),
    "payment_intent_payment_attempt_expired": ("again", _ERRORS),
    "payment_method_customer_decline": ("forbidden", _ERRORS),
    "payment_method_not_available": ("again", _ERRORS),
    "payment_method_provider_decline": ("refused", _ERRORS),
    "payment_method_provider_timeout": ("again", _ERRORS),
    "postal_code_invalid": ("typed", _ERRORS),
    # Bank debits, some of whose codes are a card's as well.
    "account_closed": ("account", _ACH),
    "bank_account_restricted": ("account", _ACH),
    "bank_account_unusable": ("account", _ACH),
    "bank_ownership_changed": ("account", _ACH),
    "debit_not_authorized": ("forbidden", _ACH),
    "no_account": ("account", _ACH),
    "payment_method_bank_account_blocked": ("forbidden", _ACH),
    "account_invalid": ("account", _BACS),
    "refer_to_customer": ("forbidden", _BACS),
    "branch_does_not_exist": ("account", _SEPA),
    "incorrect_account_holder_name": ("typed", _SEPA),
    "invalid_account_number": ("account", _SEPA),
    "sepa_unsupported_account": ("account", _SEPA),
}


def advice(code: str | None) -> Advice:
    """Return what the payer can do; a code that nobody knows yet is *refused*."""
    found = _DECLINES.get(code or "")
    return found[0] if found else "refused"
