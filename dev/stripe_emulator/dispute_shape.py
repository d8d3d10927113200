"""How a dispute looks (`stripe.Dispute`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import Json

NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
# The money is not with the customer's bank, so that it can be refunded.
REFUNDABLE = (
    *("won", "prevented"),
    *("warning_needs_response", "warning_under_review", "warning_closed"),
)
FILES = (
    "cancellation_policy customer_communication customer_signature "
    "duplicate_charge_documentation receipt refund_policy service_documentation "
    "shipping_documentation uncategorized_file"
).split()
TEXTS = (
    "access_activity_log billing_address cancellation_policy_disclosure "
    "cancellation_rebuttal customer_email_address customer_name "
    "customer_purchase_ip duplicate_charge_explanation duplicate_charge_id "
    "product_description refund_policy_disclosure refund_refusal_explanation "
    "service_date shipping_address shipping_carrier shipping_date "
    "shipping_tracking_number uncategorized_text"
).split()


def new(charge: Json, reason: str, status: str, due_by: int) -> Json:
    """Return a dispute of a charge, but for what tells it from others."""
    card = charge["payment_method_details"].get("card")
    inquiry = status.startswith("warning")
    return {
        "object": "dispute",
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": _evidence(charge),
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": status in REFUNDABLE,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _card(card, reason, inquiry) if card else None,
        "reason": reason,
        "status": status,
    }


def _evidence(charge: Json) -> Json:
    """Return what Stripe knows by itself."""
    details = charge["billing_details"]
    return {
        **dict.fromkeys([*FILES, *TEXTS]),
        "customer_email_address": details["email"],
        "customer_name": details["name"],
        "enhanced_evidence": {},
        "product_description": charge["description"],
    }


def _card(card: Json, reason: str, inquiry: bool) -> Json:
    code = "10" if inquiry else NETWORK_CODES.get(reason)
    details = {
        "brand": card["brand"],
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": card["network"],
        "network_reason_code": code,
    }
    return {"card": details, "type": "card"}
