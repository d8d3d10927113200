# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PROGRESS = [
    ("made", "Link not sent"),
    ("sent", "Sent, not opened"),
    ("opened", "Opened, not paid"),
    ("at_stripe", "Paid or processing at Stripe"),
    ("held", "Held: a person records it"),
    ("paid", "Nothing due"),
    ("dead", "Link void, expired or ended"),
]


class ProgressMove(models.Model):
    """How far each invoice's newest link has come, to search and group by."""

    _inherit = "account.move"

    kash_stripe_link_state = fields.Selection(search="_search_kash_stripe_link_state")
    kash_stripe_link_progress = fields.Selection(
        PROGRESS,
        "Stripe Payment Progress",
        compute="_compute_kash_stripe_link_progress",
        compute_sudo=True,
        search="_search_kash_stripe_link_progress",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends(
        "state",
        "amount_residual",
        "transaction_ids.state",
        "kash_stripe_link_ids.voided_at",
        "kash_stripe_link_ids.sent_at",
        "kash_stripe_link_ids.opened_at",
    )
    def _compute_kash_stripe_link_progress(self):
        newest = self._kash_stripe_newest_links()
        self.env.cr.execute(
            SQL(
                "SELECT move_id, progress FROM %s newest WHERE move_id = ANY(%s)",
                newest,
                self.ids,
            )
        )
        progress = dict(self.env.cr.fetchall())
        for move in self:
            move.kash_stripe_link_progress = progress.get(move._origin.id)

    def _search_kash_stripe_link_progress(self, operator, value):
        """Find invoices by how far their newest link has come, in one query."""
        return self._kash_stripe_search_newest("progress", operator, value)

    def _search_kash_stripe_link_state(self, operator, value):
        """Find invoices by the state of their newest link, in one query."""
        return self._kash_stripe_search_newest("state", operator, value)

    def _kash_stripe_search_newest(self, column, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = tuple(item for item in value if item)
        domain = Domain.FALSE
        if wanted:
            found = SQL(
                "(SELECT move_id FROM %s newest WHERE %s IN %s)",
                self._kash_stripe_newest_links(),
                SQL.identifier("newest", column),
                wanted,
            )
            domain = Domain("id", "in", found)
        if False in value:
            domain |= Domain("kash_stripe_link_ids", "=", False)
        return domain

    def _field_to_sql(self, alias, fname, query=None):
        """Override of `orm`: lists can be grouped by the progress."""
        if fname != "kash_stripe_link_progress" or query is None:
            return super()._field_to_sql(alias, fname, query)
        self._check_field_access(self._fields[fname], "read")
        newest = query.make_alias(alias, fname)
        query.add_join(
            "LEFT JOIN",
            newest,
            self._kash_stripe_newest_links(),
            SQL(
                "%s = %s",
                SQL.identifier(newest, "move_id"),
                SQL.identifier(alias, "id"),
            ),
        )
        return SQL.identifier(newest, "progress")

    def _kash_stripe_newest_links(self):
        """Return the query for each invoice's newest link, how it is and how far.

        Columns: move_id, account_id, state, progress, open (the invoice's residual),
        currency_id (the invoice's).
        """
        for model in (
            "account.payment",
            "kash.stripe.account",
            "kash.stripe.allocation",
            "kash.stripe.balance.transaction",
            "kash.stripe.movement",
            "kash.stripe.pay.link",
            "payment.transaction",
            "account.move",
            "res.company",
        ):
            self.env[model].flush_model()
        companies = self.env.companies
        limits = [
            SQL("(%s, %s, %s, %s)", company.id, currency.id, *limits)
            for company in companies
            for currency, limits in company._kash_stripe_limits_by_currency().items()
        ]
        return _newest_links(
            companies._kash_stripe_unserved().ids,
            SQL(", ").join(limits),
            self._kash_stripe_shares_elsewhere(),
        )


def _newest_links(unserved_ids, limits, elsewhere):
    """Return the query: the same rules, in the same order, as a link's own state.

    See ``kash.stripe.pay.link._state_and_reason``.
    """
    return SQL(
        """(
        SELECT stated.*, CASE
            WHEN stated.held THEN 'held'
            WHEN stated.state IN ('void', 'ended', 'expired') THEN 'dead'
            WHEN stated.state = 'paid' AND stated.taken > 0 THEN 'at_stripe'
            WHEN stated.state = 'paid' THEN 'paid'
            WHEN stated.opened_at IS NOT NULL THEN 'opened'
            WHEN stated.sent_at IS NOT NULL THEN 'sent'
            ELSE 'made'
        END AS progress
        FROM (
            SELECT DISTINCT ON (link.move_id) link.move_id, link.account_id,
                link.sent_at, link.opened_at, move.amount_residual AS open,
                move.currency_id,
                COALESCE(taken.amount, 0) AS taken,
                COALESCE(taken.held, FALSE) AS held,
                CASE
                    WHEN link.voided_at IS NOT NULL THEN 'void'
                    WHEN account.connected IS NOT TRUE
                        OR account.epoch != link.epoch THEN 'ended'
                    WHEN link.expires_at <= now() AT TIME ZONE 'UTC' THEN 'expired'
                    WHEN move.move_type != 'out_invoice' OR move.state != 'posted'
                        OR (move.currency_id != company.currency_id
                            AND company.kash_stripe_foreign_invoices IS NOT TRUE)
                        THEN 'waiting'
                    WHEN move.amount_residual <= COALESCE(taken.amount, 0)
                        + COALESCE(elsewhere.amount, 0) THEN 'paid'
                    WHEN limits.least IS NULL
                        AND move.currency_id != company.currency_id THEN 'waiting'
                    WHEN move.amount_residual - COALESCE(taken.amount, 0)
                        - COALESCE(elsewhere.amount, 0)
                        NOT BETWEEN limits.least AND limits.most THEN 'waiting'
                    WHEN account.charges_enabled IS NOT TRUE
                        OR move.kash_stripe_collecting_paused
                        OR move.company_id = ANY(%s) THEN 'waiting'
                    ELSE 'live'
                END AS state
            FROM kash_stripe_pay_link link
            JOIN kash_stripe_account account ON account.id = link.account_id
            JOIN account_move move ON move.id = link.move_id
            JOIN res_company company ON company.id = move.company_id
            LEFT JOIN (
                SELECT part.move_id,
                    SUM(CASE WHEN part.currency_id IS DISTINCT FROM asked.currency_id
                        THEN asked.amount_residual
                        ELSE part.amount + COALESCE(part.discount, 0) END) AS amount,
                    BOOL_OR(EXISTS (
                        SELECT FROM kash_stripe_balance_transaction row
                        WHERE row.transaction_id = tx.id AND row.state = 'held'
                    ) OR EXISTS (
                        SELECT FROM kash_stripe_movement moved
                        WHERE moved.transaction_id = tx.id AND moved.state = 'held'
                    )) AS held
                FROM kash_stripe_allocation part
                JOIN payment_transaction tx ON tx.id = part.transaction_id
                JOIN account_move asked ON asked.id = part.move_id
                WHERE (tx.state IN ('pending', 'done') OR (
                        tx.state = 'error' AND tx.kash_stripe_paid_at IS NOT NULL))
                    AND tx.operation != 'refund' AND (
                        tx.payment_id IS NULL OR EXISTS (
                            SELECT 1 FROM account_payment undone
                            WHERE undone.id = tx.payment_id
                                AND undone.state IN ('draft', 'canceled')))
                    AND tx.kash_stripe_reversed IS NOT TRUE
                GROUP BY part.move_id
            ) taken ON taken.move_id = link.move_id
            LEFT JOIN %s elsewhere ON elsewhere.move_id = link.move_id
            LEFT JOIN (VALUES %s) limits(company_id, currency_id, least, most)
                ON limits.company_id = move.company_id
                AND limits.currency_id = move.currency_id
            ORDER BY link.move_id, link.id DESC
        ) stated)""",
        unserved_ids,
        elsewhere,
        limits,
    )
