"""How a refund looks (`stripe.Refund`); what does not apply is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charge_shape import CARDS

if TYPE_CHECKING:
    from .errors import Json
    from .world import World

LINK_LASTS = 45 * 86400
DESTINATIONS = {
    "us_bank_account": "us_bank_transfer",
    "bacs_debit": "gb_bank_transfer",
    "sepa_debit": "eu_bank_transfer",
    "konbini": "jp_bank_transfer",
}


def new(
    world: World, charge: Json, amount: int, reason: str | None, metadata: Json | None
) -> Json:
    """Return a refund of a charge, but for how it stands."""
    method = charge["payment_method_details"]["type"]
    return {
        "id": world.ids.new("re_3" if method in CARDS else "pyr_1", 23),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.clock.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": _destination(method),
        "metadata": metadata or {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
    }


def _destination(method: str) -> Json:
    if method in CARDS:
        card = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
        return {"card": card, "type": "card"}
    if method not in DESTINATIONS:
        return {method: {}, "type": method}
    kind = DESTINATIONS[method]
    return {kind: {"reference": None, "reference_status": None}, "type": kind}


def question(now: int, email: str) -> Json:
    """Return what a refund shows while the customer is asked where to send it."""
    sent = {"email_sent_at": now, "email_sent_to": email}
    details = {"email_sent": sent, "expires_at": now + LINK_LASTS}
    return {
        "instructions_email": email,
        "next_action": {"type": "display_details", "display_details": details},
    }
