# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..base.records import changes, fills, without_defaults

_OURS = {"kash_stripe_row_id"}


class LedgerMoveLine(models.Model):
    _inherit = "account.move.line"

    kash_stripe_row_id = fields.Many2one(
        "kash.stripe.balance.transaction",
        "Stripe Row",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The movement at Stripe this line stands for.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Which row a line stands for is ours to write."""
        if not self.env.su and any(fills(vals, _OURS) for vals in vals_list):
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        plain = without_defaults(self)
        return super(LedgerMoveLine, plain).create(vals_list)

    @api.model
    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        """Override of `account`: what rates make of Stripe's money is of that day.

        Odoo dates such an entry of a month that is over on the month's last day, and of
        this month today.
        """
        partial = super()._prepare_reconciliation_single_partial(
            debit_values, credit_values, shadowed_aml_values=shadowed_aml_values
        )
        lines = debit_values["aml"] | credit_values["aml"]
        exchange = partial.get("exchange_values")
        if exchange and lines.move_id.kash_stripe_account_id:
            lines._kash_stripe_date_exchange(exchange["move_values"])
        return partial

    def _kash_stripe_date_exchange(self, vals):
        """Date an exchange entry by the later of two lines; where locked, as Odoo does.

        :param vals: of the entry to be
        """
        day, company = max(self.mapped("date")), self.company_id[:1]
        journal = self.env["account.journal"].browse(vals["journal_id"])
        if not company._kash_stripe_locks(day, journal, cash_basis=False):
            vals["date"] = day

    def write(self, vals):
        """Which row a line stands for is ours to write."""
        if not self.env.su and changes(self, vals, _OURS):
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        return super().write(vals)
