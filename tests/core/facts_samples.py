"""One of each thing Stripe says, with every field that a fact reads."""

ROW = {
    "object": "balance_transaction",
    "id": "txn_1",
    "type": "charge",
    "reporting_category": "charge",
    "balance_type": "payments",
    "amount": 100,
    "fee": 3,
    "net": 97,
    "currency": "usd",
    "exchange_rate": 1.25,
    "status": "pending",
    "created": 1763830800,
    "available_on": 1763917200,
    "description": "Books",
    "source": "ch_1",
    "fee_details": [
        {"type": "stripe_fee", "amount": 3, "currency": "usd", "description": "Fee"}
    ],
}
CHARGE = {
    "object": "charge",
    "id": "ch_1",
    "status": "succeeded",
    "amount": 100,
    "currency": "usd",
    "created": 1763830800,
    "payment_intent": "pi_1",
    "balance_transaction": ROW,
    "failure_balance_transaction": {**ROW, "id": "txn_2", "type": "payment_failure"},
    "metadata": {"kash_attempt": "tx-1"},
    "failure_message": "Declined",
    "failure_code": "card_declined",
    "outcome": {"reason": "insufficient_funds"},
    "payment_method_details": {
        "type": "card",
        "card": {
            "brand": "visa",
            "last4": "4242",
            "funding": "debit",
            "country": "US",
            "wallet": {"type": "link"},
        },
    },
}
REFUND = {
    "object": "refund",
    "id": "re_1",
    "status": "requires_action",
    "amount": 40,
    "currency": "usd",
    "created": 1763830800,
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "metadata": {"kash_refund": "x"},
    "failure_reason": "expired_or_canceled_card",
    "next_action": {
        "type": "display_details",
        "display_details": {
            "email_sent": {"email_sent_at": 1763830800, "email_sent_to": "a@b.example"},
            "expires_at": 1767718800,
        },
    },
}
PAYOUT = {
    "object": "payout",
    "id": "po_1",
    "status": "paid",
    "amount": 97,
    "currency": "usd",
    "created": 1763830800,
    "arrival_date": 1763856000,
    "automatic": True,
    "method": "standard",
    "description": "STRIPE PAYOUT",
    "destination": {"id": "ba_1", "bank_name": "BANK", "last4": "6789"},
    "reconciliation_status": "completed",
    "statement_descriptor": "HILL",
    "trace_id": {"value": "T1"},
    "failure_code": "account_closed",
    "failure_message": "Closed",
    "balance_transaction": "txn_3",
    "failure_balance_transaction": "txn_4",
}
INTENT = {
    "object": "payment_intent",
    "id": "pi_1",
    "status": "succeeded",
    "amount": 100,
    "currency": "usd",
    "metadata": {"kash_attempt": "tx-1"},
    "next_action": {
        "type": "oxxo_display_details",
        "oxxo_display_details": {
            "expires_after": 1764000000,
            "hosted_voucher_url": "https://payments.stripe.com/oxxo/voucher/1",
        },
    },
    "last_payment_error": {
        "message": "Declined",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
    },
    "latest_charge": CHARGE,
}
SESSION = {
    "object": "checkout.session",
    "id": "cs_1",
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 100,
    "currency": "usd",
    "url": "https://checkout.stripe.com/c",
    "ui_mode": "hosted_page",
    "client_secret": "cs_1_secret_1",
    "payment_intent": INTENT,
    "metadata": {"kash_attempt": "tx-1"},
}
EVENT = {
    "object": "event",
    "id": "evt_1",
    "type": "charge.updated",
    "created": 1763830800,
    "livemode": True,
    "account": "acct_1",
    "api_version": "2026-10-28.endive",
    "data": {"object": {"object": "charge", "id": "ch_1"}},
}
THIN = {
    "object": "v2.core.event",
    "id": "evt_2",
    "type": "v2.core.account.closed",
    "created": "2025-11-22T17:00:00Z",
    "livemode": True,
    "related_object": {"id": "acct_1", "type": "v2.core.account"},
}
BALANCE = {
    "object": "balance",
    "available": [{"currency": "usd", "amount": 100}],
    "pending": [{"currency": "usd", "amount": 7}],
}
WANTED = {
    "disabled_reason": "requirements.past_due",
    "current_deadline": 1763830800,
    "currently_due": ["a"],
    "eventually_due": ["b"],
    "past_due": ["c"],
    "pending_verification": ["d"],
    "errors": [{"requirement": "a", "code": "bad", "reason": "Not readable"}],
}
ACCOUNT = {
    "object": "account",
    "id": "acct_1",
    "country": "US",
    "default_currency": "usd",
    "email": "owner@example.com",
    "business_profile": {"name": "Hill"},
    "settings": {"dashboard": {"display_name": "Hill", "timezone": "Etc/UTC"}},
    "controller": {"stripe_dashboard": {"type": "full"}},
    "charges_enabled": True,
    "payouts_enabled": True,
    "details_submitted": True,
    "requirements": WANTED,
    "future_requirements": WANTED,
    "capabilities": {"card_payments": "active"},
}
CAPABILITY = {
    "object": "capability",
    "id": "card_payments",
    "status": "active",
    "requirements": WANTED,
}
GRANT = {"stripe_user_id": "acct_1", "livemode": True}
ENDPOINT = {
    "object": "webhook_endpoint",
    "id": "we_1",
    "url": "https://odoo.example/kash",
    "status": "enabled",
    "enabled_events": ["charge.updated"],
    "metadata": {"kash_db": "x"},
    "secret": "whsec_x",
}
DISPUTE = {
    "object": "dispute",
    "id": "du_1",
    "status": "needs_response",
    "reason": "fraudulent",
    "amount": 100,
    "currency": "usd",
    "created": 1763830800,
    "charge": "ch_1",
    "evidence_details": {
        "due_by": 1764000000,
        "past_due": True,
        "has_evidence": True,
        "submission_count": 1,
    },
    "is_charge_refundable": True,
    "payment_method_details": {"card": {"network_reason_code": "83"}},
    "balance_transactions": [ROW],
}
WARNING = {
    "object": "radar.early_fraud_warning",
    "id": "issfr_1",
    "charge": "ch_1",
    "actionable": True,
    "fraud_type": "made_with_lost_card",
}
