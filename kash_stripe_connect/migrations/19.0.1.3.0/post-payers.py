# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe sent is kept by what the books need; who paid stands on the row alone."""

import json

from odoo.tools import SQL

_OF_DISPUTE = (
    *("id", "object", "status", "reason", "amount", "currency", "created", "livemode"),
    "is_charge_refundable",
)
_OF_EVIDENCE = ("due_by", "has_evidence", "past_due", "submission_count")
_OF_CARD = ("brand", "case_type", "network", "network_reason_code")
_BATCH = 5000
# They were labelled by the row's description where it is of no payment of ours.
_PROOFS = """
    UPDATE kash_stripe_proof_line line
       SET label = concat_ws(' ', row.type, row.source_id)
      FROM kash_stripe_balance_transaction row
     WHERE line.record = 'kash.stripe.balance.transaction,' || row.id
       AND row.description <> ''
       AND line.label = concat_ws(' ', row.type, row.description)
"""


def migrate(cr, version):
    """Empty copies of what payers, and merchants about payers, wrote."""
    _rewrite(cr, "kash_stripe_balance_transaction", None, _row)
    _rewrite(cr, "kash_stripe_dispute", 2, _dispute)
    cr.execute(_PROOFS)


def _rewrite(cr, table, indent, keep):
    """Let each record keep less of what Stripe sent.

    By the JSON of Python: PostgreSQL's takes no half of a surrogate pair.
    """
    last = 0
    while read := _read(cr, table, last):
        last = read[-1][0]
        kept = (
            (
                record,
                json.dumps(
                    keep(_object(json.loads(raw))), indent=indent, sort_keys=True
                ),
            )
            for record, raw in read
        )
        changed = [pair for pair, old in zip(kept, read, strict=True) if pair != old]
        if changed:
            _write(cr, table, changed)


def _read(cr, table, last):
    query = "SELECT id, raw FROM %s WHERE id > %s AND raw > '' ORDER BY id LIMIT %s"
    cr.execute(SQL(query, SQL.identifier(table), last, _BATCH))
    return cr.fetchall()


def _write(cr, table, kept):
    ids, raws = zip(*kept, strict=True)
    query = (
        "UPDATE %s record SET raw = kept.raw FROM unnest(%s, %s) kept (id, raw)"
        " WHERE record.id = kept.id"
    )
    cr.execute(SQL(query, SQL.identifier(table), list(ids), list(raws)))


def _row(told):
    return {name: value for name, value in told.items() if name != "description"}


def _dispute(told):
    card = _object(told.get("payment_method_details")).get("card")
    return {
        **_only(told, _OF_DISPUTE),
        "charge": _id_of(told.get("charge")),
        "evidence_details": _only(told.get("evidence_details"), _OF_EVIDENCE),
        "payment_method_details": {"card": _only(card, _OF_CARD)},
        "balance_transactions": [
            {**_row(row), "source": _id_of(row.get("source"))}
            for row in map(_object, told.get("balance_transactions") or [])
        ],
    }


def _object(value):
    """Return an object of Stripe's; what stands in its place is none of its facts."""
    return value if isinstance(value, dict) else {}


def _only(data, names):
    data = _object(data)
    return {name: data[name] for name in names if name in data}


def _id_of(value):
    return value.get("id") if isinstance(value, dict) else value
