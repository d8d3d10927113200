# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...core import double_entry, money
from ..base.records import check_one

_RATE = "fee_rate:avg"


class KashStripeAnalysis(models.Model):
    """What was taken and what it cost: Stripe's rows for pivot and graph.

    A row that is itself a fee has no gross; the rate is by what customers paid.
    """

    _name = "kash.stripe.analysis"
    _description = "Stripe Analysis"
    _auto = False
    _rec_name = "row_id"
    _order = "day desc, id desc"

    row_id = fields.Many2one("kash.stripe.balance.transaction", readonly=True)
    account_id = fields.Many2one("kash.stripe.account", "Stripe Account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    day = fields.Date(readonly=True)
    type = fields.Char(readonly=True)
    method = fields.Char("Paid With", readonly=True)
    card_country = fields.Char(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    gross = fields.Monetary(readonly=True)
    fee = fields.Monetary("Fees", readonly=True)
    net = fields.Monetary(readonly=True)
    fee_rate = fields.Float(
        "Effective Rate (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="All fees in percent of what customers paid; refunds give no fee back.",
    )
    taken = fields.Monetary("Paid By Customers", readonly=True)

    @property
    def _table_query(self):
        """A refund is of its charge's method and customer."""
        return SQL(
            """
            SELECT r.id, r.id AS row_id, r.account_id, r.company_id, r.currency_id,
                   r.booking_day AS day, r.type,
                   COALESCE(r.method, c.method) AS method,
                   COALESCE(r.card_country, c.card_country) AS card_country,
                   COALESCE(t.partner_id, ct.partner_id) AS partner_id,
                   CASE WHEN k.is_fee THEN 0 ELSE r.amount END / k.factor AS gross,
                   CASE WHEN k.is_fee THEN r.fee - r.amount ELSE r.fee END / k.factor
                   AS fee,
                   r.net / k.factor AS net,
                   CASE WHEN k.is_charge THEN r.amount ELSE 0 END / k.factor AS taken,
                   CASE WHEN k.is_charge THEN 100.0 * r.fee / NULLIF(r.amount, 0) END
                   AS fee_rate
              FROM kash_stripe_balance_transaction r
              JOIN LATERAL (
                   SELECT %(factor)s AS factor,
                          r.type IN %(charges)s AS is_charge,
                          r.type IN %(fees)s AS is_fee
                   ) k ON TRUE
         LEFT JOIN payment_transaction t ON t.id = r.transaction_id
         LEFT JOIN LATERAL (
                   SELECT o.method, o.card_country, o.transaction_id
                     FROM kash_stripe_balance_transaction o
                    WHERE o.account_id = r.account_id
                      AND o.source_id = r.document_ref
                      AND o.id <> r.id
                      AND o.method IS NOT NULL
                    LIMIT 1
                   ) c ON r.method IS NULL
         LEFT JOIN payment_transaction ct ON ct.id = c.transaction_id
            """,
            charges=tuple(sorted(double_entry.CHARGE_TYPES)),
            fees=tuple(sorted(double_entry.FEE_TYPES)),
            factor=SQL(
                "CASE WHEN r.currency_code IN %s THEN 1.0"
                " WHEN r.currency_code IN %s THEN 1000.0 ELSE 100.0 END",
                tuple(sorted(money.ZERO_DECIMAL)),
                tuple(sorted(money.THREE_DECIMAL)),
            ),
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Override: the rate of a group is its fees by what was paid, not a mean."""
        if aggregate_spec != _RATE:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%(fee)s) / NULLIF(SUM(%(taken)s), 0.0)",
            fee=self._field_to_sql(self._table, "fee", query),
            taken=self._field_to_sql(self._table, "taken", query),
        )

    def action_open_row(self):
        check_one(self)
        return self.row_id._get_records_action()
