"""What a database of the benchmark needs. Run inside `odoo shell`; never the addon.

Set-up only: nothing here is measured.
"""

import os
from typing import Any

from dev.bench.year import UUID, Year, intent, reference

Env = Any
Record = Any
_AT_ONCE = 100


def ours(env: Env) -> None:
    """Connect the company to the emulator, as its own form would."""
    company = _company(env)
    company.kash_stripe_tz = "UTC"
    env["ir.config_parameter"].set_param("database.uuid", UUID)
    accounts = env["kash.stripe.account"].sudo()
    account = accounts._push_connect_keys(
        company,
        secret_key=os.environ["KASH_BENCH_SECRET_KEY"],
        publishable_key=os.environ["KASH_BENCH_PUBLISHABLE_KEY"],
    )
    account.mirror_start = "2025-01-01"
    _attempts(
        env,
        account.provider_id,
        lambda invoice, number: {
            "kash_stripe_account_id": account.id,
            "kash_stripe_intent_id": intent(number),
            "kash_stripe_session_state": "open",
            "kash_stripe_allocation_ids": [(0, 0, _allocation(invoice))],
        },
    )


def framework(env: Env) -> None:
    """Let Odoo's own demonstration provider wait for the same payments."""
    company = _company(env)
    provider = env.ref("payment.payment_provider_demo")
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    provider.write({"state": "test", "journal_id": journal.id})
    _attempts(env, provider, lambda _invoice, _number: {})


def oca(env: Env) -> None:
    """Make the journal that the OCA's provider imports into."""
    company = _company(env)
    journal = env["account.journal"].create(
        {"name": "Stripe", "code": "STR", "type": "bank", "company_id": company.id}
    )
    env["online.bank.statement.provider"].create(
        {
            "journal_id": journal.id,
            "service": "stripe",
            "tz": "UTC",
            "password": "sk_test_bench",
        }
    )


def _company(env: Env) -> Record:
    """Return the company, American like the activity."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        company.country_id = env.ref("base.us")
        env["account.chart.template"].try_loading("generic_coa", company=company)
    return company


def _attempts(env: Env, provider: Record, more: Any) -> None:
    """Make invoices, and for each an attempt that waits to hear of its payment."""
    rows = int(os.environ["KASH_BENCH_ROWS"])
    payments = int(os.environ["KASH_BENCH_PAYMENTS"])
    seed = int(os.environ["KASH_BENCH_SEED"])
    year = Year.make(rows, seed, first=payments, linked=True)
    amounts = [line.amount / 100 for line in year.lines]
    customers = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(1, 51)]
    )
    for start in range(0, len(amounts), _AT_ONCE):
        print(f"seed: invoice {start} of {len(amounts)}", flush=True)
        batch = range(start, min(start + _AT_ONCE, len(amounts)))
        invoices = env["account.move"].create(
            [_invoice(customers[i % len(customers)], amounts[i]) for i in batch]
        )
        invoices.action_post()
        card = env.ref("payment.payment_method_card").id
        env["payment.transaction"].sudo().create(
            [
                {**_attempt(invoice, provider, card, i), **more(invoice, i)}
                for i, invoice in zip(batch, invoices, strict=True)
            ]
        )
        env.cr.commit()


def _invoice(customer: Record, amount: float) -> dict[str, Any]:
    return {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": "2025-01-01",
        "invoice_line_ids": [
            (0, 0, {"name": "Books", "price_unit": amount, "tax_ids": []})
        ],
    }


def _attempt(
    invoice: Record, provider: Record, method_id: int, number: int
) -> dict[str, Any]:
    return {
        "provider_id": provider.id,
        "payment_method_id": method_id,
        "reference": reference(number),
        "amount": invoice.amount_total,
        "currency_id": invoice.currency_id.id,
        "partner_id": invoice.partner_id.id,
        "operation": "online_redirect",
        "invoice_ids": [(6, 0, invoice.ids)],
    }


def _allocation(invoice: Record) -> dict[str, Any]:
    return {
        "move_id": invoice.id,
        "move_name": invoice.name,
        "company_id": invoice.company_id.id,
        "currency_id": invoice.currency_id.id,
        "amount": invoice.amount_total,
    }
