"""An upgrade changes nothing but what was meant: beside a twin that stays as it was.

Both were one database, with an older version's connection, rows, sessions, windows
half read, held rows, payouts on their way; then one got the addon of today. Both hear
the same from Stripe, and go on for a week and a half.
"""

import pytest

from dev.lab import odoo_source, postgres
from dev.lab.database import Databases
from dev.lab.upgrade import compare, twins
from dev.lab.upgrade.compare import Purpose

# What a version changed on purpose in the books, in records or in requests, each with
# its reason. Who raises the version adds the wheel it started from, and lines here.
_CURSORS = (
    "mirrored_until",
    "reread_at",
    "deep_read_at",
    "payouts_until",
    "payouts_reread_at",
    "disputes_until",
)
_RECORDS = ("19.0.1.2.0", "How far Stripe's lists were read is a record for each.")
_UNDO = ("19.0.1.3.0", "A run is undone by the job, and says what was left.")
_UNDO_FIELDS = ("undoing", "undo_count", "looked_at_count", "undo_seconds")
_OPENING = ("19.0.1.3.0", "What was held before the first row is measured once.")
_WHOLE_DAYS = (
    "19.0.1.3.0",
    "An import is recorded once it is whole: entries between have other keys.",
)
_NAMED = ("19.0.1.3.0", "What an import has not read yet is named, and alarms nobody.")
_HANDOVER = ("19.0.1.3.0", "The file made to uninstall is remembered by its hash.")
_LOST_INCOME = (
    *("charge_ref", "own_amount"),
    *("income_line_id", "income_base", "income_taxes"),
)
_LOST = (
    "19.0.1.3.0",
    "A lost dispute may cancel its sale, and knows what it took back.",
)
_ENDINGS = ("19.0.1.3.0", "What was given back in full knows what closed it.")
_HIDDEN = ("19.0.1.3.0", "Secrets lie where nobody reads them, not in columns.")
_OF_ACCOUNTS = (
    "secret_key",
    "webhook_secret",
    "webhook_secret_old",
    "webhook_secret_old_until",
)
_REFUSED = ("19.0.1.3.0", "A link keeps what Stripe refused to start, and why.")
_KEPT = ("refused_address", "refused_reason", "refused_starts")
_MOVED = ("19.0.1.3.0", "A database knows where it was, and what was begun there.")
_WHERE = (
    "former_uuids",
    "claimed_uuid",
    "endpoint_uuid",
    "endpoint_url",
    "kept_base_url",
)
_TOLD = ("19.0.1.3.0", "What waits says what keeps it by now, to who can act.")
_NO_MORE = ("19.0.1.3.0", "Of payers no more is kept than is needed.")
_CALLED = ("19.0.1.3.0", "What customers paid with has the name they know it by.")
_WORDED = ("19.0.1.3.0", "Sentences with a number fit any number.")
_STATES = ("19.0.1.4.0", "The pay page says why, and by when.")
_BACK = ("19.0.1.4.0", "Stripe's way back asks why nothing was paid.")
_POPUP = ("19.0.1.4.0", "The pop-up has sessions of its own kind, and wallets.")
_WALLETS = ("wallet_host", "wallet_note", "wallet_asked_at")
_ADDRESS = ("19.0.1.4.0", "The billing address is asked for as far as it is needed.")
_COUNTED = ("19.0.1.4.0", "Who starts payments without end is asked to wait.")
_NETTED = ("19.0.1.5.0", "One charge pays several documents, less what is netted.")
_RECEIPT = ("19.0.1.4.0", "Whoever pays gets a receipt by e-mail.")
_HOW_MUCH = ("19.0.1.5.0", "A customer may say how much is paid, by setting.")
_METHODS = ("19.0.1.5.0", "All ways to pay that are on at Stripe are offered.")
_LEFT = ("19.0.1.5.0", "What is left to the payer is known, and by when.")
_STEPS = ("step", "step_how", "step_url", "step_from", "step_until")
_SEVERAL = ("19.0.1.5.0", "A customer has one link to all that is open.")
_FOREIGN = ("19.0.1.5.0", "By setting, invoices in other currencies have a link.")
PURPOSES: tuple[Purpose, ...] = (
    Purpose(*_NETTED, "kash_stripe_allocation", field="account_id"),
    Purpose(*_NETTED, "kash_stripe_allocation", field="line_id"),
    Purpose(*_NETTED, "kash_stripe_allocation", field="paid_line_id"),
    Purpose(*_HOW_MUCH, "res_company", field="kash_stripe_own_amount"),
    Purpose(*_HOW_MUCH, "res_company", field="kash_stripe_own_least"),
    Purpose(*_METHODS, "kash_stripe_capability"),
    Purpose(*_METHODS, "kash_stripe_pay_link", field="refused_methods*"),
    Purpose(*_METHODS, "at Stripe", name="checkout.session *"),
    Purpose(*_METHODS, "at Stripe", name="event *", field="data"),
    Purpose(*_METHODS, "idempotency key", name="kash-cs-*"),
    Purpose(*_METHODS, "request", name="POST */sessions *"),
    Purpose(*_METHODS, "request", name="GET /v1/payment_method_configurations *"),
    *(
        Purpose(*_LEFT, "payment_transaction", field=f"kash_stripe_{name}")
        for name in _STEPS
    ),
    Purpose(*_SEVERAL, "kash_stripe_pay_link", field="partner_id"),
    Purpose(*_SEVERAL, "res_company", field="kash_stripe_mail_all"),
    Purpose(*_FOREIGN, "res_company", field="kash_stripe_foreign_invoices"),
    Purpose(*_COUNTED, "kash_stripe_hit"),
    Purpose(*_STATES, "payment_transaction", field="kash_stripe_known_by"),
    Purpose(*_STATES, "payment_transaction", field="kash_stripe_unpaid_code"),
    Purpose(*_POPUP, "payment_transaction", field="kash_stripe_session_kind"),
    *(Purpose(*_POPUP, "kash_stripe_account", field=name) for name in _WALLETS),
    Purpose(*_POPUP, "at Stripe", name="payment_method_domain *"),
    Purpose(*_POPUP, "idempotency key", name="* /v1/payment_method_domains"),
    Purpose(*_POPUP, "request", name="POST /v1/payment_method_domains *"),
    Purpose(*_ADDRESS, "res_company", field="kash_stripe_billing_address"),
    Purpose(*_ADDRESS, "at Stripe", field="billing_address_collection"),
    Purpose(*_ADDRESS, "at Stripe", name="event *", field="data"),
    Purpose(*_ADDRESS, "idempotency key", name="kash-cs-*"),
    Purpose(*_ADDRESS, "request", name='POST */sessions *"billing_address_collection*'),
    Purpose(*_BACK, "at Stripe", name="checkout.session *", field="cancel_url"),
    Purpose(*_BACK, "at Stripe", name="event *", field="data"),
    Purpose(*_BACK, "idempotency key", name="kash-cs-*"),
    Purpose(*_BACK, "request", name='POST */sessions *"cancel_url"*'),
    Purpose(*_RECEIPT, "res_company", field="kash_stripe_notify_receipt"),
    Purpose(*_RECEIPT, "kash_stripe_notice"),
    Purpose(*_ENDINGS, "kash_stripe_balance_transaction", field="rest_move_id"),
    *(Purpose(*_LOST, "kash_stripe_movement", field=name) for name in _LOST_INCOME),
    Purpose(*_LOST, "res_company", field="kash_stripe_lost_income"),
    Purpose(*_NO_MORE, "kash_stripe_event", field="payload"),
    Purpose(*_NO_MORE, "kash_stripe_balance_transaction", field="raw"),
    Purpose(*_NO_MORE, "kash_stripe_dispute", field="raw"),
    Purpose(*_NO_MORE, "res_company", field="kash_stripe_keep_events"),
    Purpose(*_NO_MORE, "res_company", field="kash_stripe_keep_payers"),
    Purpose(*_CALLED, "kash_stripe_balance_transaction", field="method"),
    Purpose(*_CALLED, "payment_transaction", field="kash_stripe_method"),
    Purpose(*_WORDED, "mail_activity", name="account.journal *credit note*"),
    *(Purpose(*_RECORDS, "kash_stripe_account", field=name) for name in _CURSORS),
    Purpose(*_RECORDS, "kash_stripe_stream"),
    Purpose(*_RECORDS, "kash_stripe_pull", field="stream_id"),
    *(Purpose(*_UNDO, "kash_stripe_run", field=name) for name in _UNDO_FIELDS),
    Purpose(*_UNDO, "kash_stripe_balance_transaction", field="left_reason"),
    Purpose(*_OPENING, "kash_stripe_account", field="opening_found"),
    # The lines are numbered, and were written anew less often.
    Purpose(*_NAMED, "kash_stripe_proof_line"),
    Purpose(*_NAMED, "mail_message", "account.journal *"),
    Purpose(*_WHOLE_DAYS, "mail_message", "account.move *"),
    Purpose(*_HANDOVER, "kash_stripe_account", field="handover_*"),
    *(Purpose(*_HIDDEN, "kash_stripe_account", field=name) for name in _OF_ACCOUNTS),
    Purpose(*_HIDDEN, "kash_stripe_secret"),
    Purpose(
        "19.0.1.3.0",
        "Without an encryption key who can act is asked for one, once.",
        "mail_activity",
        name="*Stripe's keys are not encrypted*",
    ),
    *(Purpose(*_REFUSED, "kash_stripe_pay_link", field=name) for name in _KEPT),
    Purpose(*_TOLD, "kash_stripe_balance_transaction", field="ceased"),
    Purpose(*_TOLD, "kash_stripe_movement", field="ceased"),
    Purpose(*_TOLD, "kash_stripe_account", field="tried_at"),
    Purpose(*_TOLD, "kash_stripe_account", field="unattended_count"),
    Purpose(*_TOLD, "mail_activity", name="* refunds have no credit note: *"),
    Purpose(*_TOLD, "mail_activity", name="*Refund of * for *: *"),
    Purpose(*_MOVED, "payment_transaction", field="kash_stripe_database_uuid"),
    Purpose(*_MOVED, "kash_stripe_pay_link", field="lost_uuid"),
    *(Purpose(*_MOVED, "kash_stripe_account", field=name) for name in _WHERE),
)

# What must have been open when the addon was upgraded: an upgrade of nothing is easy.
_ROWS = "kash_stripe_balance_transaction"
FURNISHED = {
    "a connection none of whose cursors is empty": "kash_stripe_account account"
    " WHERE connected AND NOT EXISTS (SELECT FROM jsonb_each_text(to_jsonb(account))"
    f" WHERE key IN {_CURSORS} AND value IS NULL)",
    "news half read": "kash_stripe_pull WHERE kind = 'news' AND cursor IS NOT NULL",
    "an import half read": "kash_stripe_pull"
    " WHERE kind = 'import' AND cursor IS NOT NULL AND state = 'running'",
    "a booked payment": f"{_ROWS} WHERE state = 'booked' AND payment_id IS NOT NULL",
    "money of no invoice, booked by the day": f"{_ROWS}"
    " WHERE state = 'booked' AND entry_line_id IS NOT NULL",
    "held rows": f"{_ROWS} WHERE state = 'held'",
    "rows that wait": f"{_ROWS} WHERE state IN ('new', 'waiting')",
    "an open session": "payment_transaction WHERE kash_stripe_session_state = 'open'",
    "a pending refund": "payment_transaction"
    " WHERE state = 'pending' AND operation = 'refund'",
    "an open dispute": "kash_stripe_dispute WHERE status = 'needs_response'",
    "a payout in transit": "kash_stripe_payout WHERE status = 'in_transit'",
    "a link nobody pressed": "kash_stripe_pay_link link WHERE NOT EXISTS"
    " (SELECT FROM payment_transaction WHERE kash_stripe_link_id = link.id)",
    "news of Stripe's": "kash_stripe_event",
    "notices": "kash_stripe_notice",
    "proofs": "kash_stripe_proof",
}

NEWEST, *OLDER = twins.wheels()
WHEELS = [NEWEST, *(pytest.param(wheel, marks=pytest.mark.long) for wheel in OLDER)]


@pytest.fixture(scope="module")
def databases():
    """Have PostgreSQL for a while."""
    with postgres.running() as pg:
        yield Databases(odoo_source.find(), pg)


@pytest.mark.parametrize("wheel", WHEELS, ids=lambda wheel: wheel.name.split("-")[1])
def test_the_upgraded_twin_differs_only_on_purpose(wheel, databases):
    """Entries, states, and what was asked of Stripe, line by line."""
    with twins.upgrade(wheel, databases) as upgrade:
        stayed, upgraded = upgrade.twins()
        open_before = {
            what: upgrade.count_before(where) for what, where in FURNISHED.items()
        }
    assert 0 not in open_before.values(), open_before
    found = list(compare.differences(stayed, upgraded))
    complaints = compare.complaints(found, PURPOSES, twins.version_of(wheel))
    assert not complaints, "\n".join(["the upgraded twin differs", *complaints])
