# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a restricted key must be allowed to do: https://docs.stripe.com/keys/restricted."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Permission:
    """One box to tick at Stripe, and a harmless call that only works when it is.

    Stripe looks at permissions before parameters and objects: a write without
    parameters, or to an object that is not there, is refused for *that* reason only
    when the key may write.
    """

    resource: str
    level: Literal["read", "write"]
    method: Literal["get", "post", "delete"]
    path: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def slug(self) -> str:
        """Return Stripe's own name of the permission."""
        return f"rak_{self.resource}_{self.level}"


_ONE = {"limit": 1}
NEEDED = (
    Permission("balance", "read", "get", "/v1/balance"),
    Permission(
        "balance_transaction_source", "read", "get", "/v1/balance_transactions", _ONE
    ),
    Permission("charge", "read", "get", "/v1/charges", _ONE),
    Permission("dispute", "read", "get", "/v1/disputes", _ONE),
    Permission("payment_intent", "read", "get", "/v1/payment_intents", _ONE),
    Permission("checkout_session", "write", "post", "/v1/checkout/sessions"),
)
# Without it refunds are made in Stripe's dashboard only.
REFUND = Permission("refund", "write", "post", "/v1/refunds")
# Without it payouts are booked all the same, by their rows; their records are missing.
PAYOUT = Permission("payout", "read", "get", "/v1/payouts", _ONE)
# Without it the addon polls.
WEBHOOK = Permission(
    "webhook", "write", "delete", "/v1/webhook_endpoints/we_kash_permission_probe"
)
# Without it the pop-up shows no wallets; Stripe's own page does.
WALLETS = Permission(
    "payment_method_domain", "write", "post", "/v1/payment_method_domains"
)
