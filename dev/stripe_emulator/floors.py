"""The floors of the emulator, lowest first: a file imports its own or a lower one.

An entry is a file or a folder. `tests/core/test_layers_dev.py` reads this and the
imports.
"""

FLOORS = (
    # What is kept, said and typed: needs no world.
    "bank_accounts cards clock dialects errors faults floors forms idempotency ids "
    "json_params keys ledger links metadata money outbox params redirects requestlog "
    "settings store vouchers wire",
    # All of it, behind one lock; what it calls is handed to it.
    "world",
    # How a resource says its routes and its timers.
    "registry",
    # What Stripe's objects are, and what becomes of them.
    "resources connect banks charge_shape chargebacks customer dispute_shape fees fx "
    "line_items payout_runs payouts refund_shape refunding session_params "
    "session_shape shapes waiting",
    # The list of all resources, and the way of a request to them.
    "catalogue expand api",
    # The hands: pages for customers, controls for tests, webhooks, the memory.
    "pages controls deliverer savepoint state",
    # The doors.
    "app control_http server",
    # The only place that knows everybody.
    "emulator __main__",
)
