# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.account.models.company import LOCK_DATE_FIELDS

# What decides whether a day is open, and who records what waited for that.
_LOCKS = {*LOCK_DATE_FIELDS, "tax_exigibility", "kash_stripe_record_when_open"}


class LedgerCompany(models.Model):
    """How Stripe's movements are written into a company's books."""

    _inherit = "res.company"

    kash_stripe_grain = fields.Selection(
        [("day", "One entry a day"), ("row", "One entry a movement")],
        "Stripe Entries",
        required=True,
        default="day",
        help="Payments and refunds of invoices always have an entry of their own.",
    )
    kash_stripe_receipts = fields.Selection(
        [
            ("unallocated", "Unallocated receipts, to match"),
            ("income", "An income account"),
        ],
        "Payments Taken Elsewhere",
        required=True,
        default="unallocated",
        help="Where money goes that a customer paid at Stripe for no invoice here.",
    )
    kash_stripe_income_account_id = fields.Many2one(
        "account.account",
        "Stripe Income Account",
        check_company=True,
        domain="[('internal_group', '=', 'income')]",
    )
    kash_stripe_income_tax_id = fields.Many2one(
        "account.tax",
        "Sales Tax Included",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="Included in what customers paid; empty: no tax.",
    )
    kash_stripe_fee_tax = fields.Selection(
        [
            ("none", "None"),
            ("reverse", "Reverse charge"),
            ("asset", "Charged by Stripe: awaiting its invoice"),
            ("cost", "Charged by Stripe: a cost"),
        ],
        "Tax on Stripe Fees",
        required=True,
        default="none",
    )
    kash_stripe_fee_tax_id = fields.Many2one(
        "account.tax",
        "Reverse Charge Tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase')]",
    )

    @api.constrains("kash_stripe_receipts", "kash_stripe_income_account_id")
    def _check_kash_stripe_income(self):
        for company in self.filtered(lambda c: c.kash_stripe_receipts == "income"):
            if company.kash_stripe_income_account_id.internal_group != "income":
                raise ValidationError(
                    self.env._(
                        "Choose the income account for payments taken elsewhere."
                    )
                )

    @api.constrains("kash_stripe_income_tax_id")
    def _check_kash_stripe_income_tax(self):
        """A tax that is due on payment has no payment here to become due with."""
        for tax in self.kash_stripe_income_tax_id:
            if tax.tax_exigibility == "on_payment":
                raise ValidationError(
                    self.env._(
                        "%(tax)s is due on payment; choose one that is due at once:"
                        " this money is paid already.",
                        tax=tax.display_name,
                    )
                )

    @api.constrains("kash_stripe_fee_tax", "kash_stripe_fee_tax_id")
    def _check_kash_stripe_fee_tax(self):
        for company in self.filtered(lambda c: c.kash_stripe_fee_tax == "reverse"):
            tax = company.kash_stripe_fee_tax_id
            if not tax or tax.compute_all(100.0)["total_included"] != 100.0:
                raise ValidationError(
                    self.env._(
                        "Choose a purchase tax of reverse charge: one that adds and"
                        " takes off the same amount, for Stripe charges no tax then."
                    )
                )

    # === LOCKS === #

    def _kash_stripe_locks_written(self, vals):
        """Let held rows say at once whether their day is locked still."""
        if _LOCKS & set(vals):
            self._kash_stripe_locks_moved()

    def _kash_stripe_locks_moved(self):
        """Let what is held in the companies' families say what holds it now."""
        companies = self.sudo()
        family = companies.search([("id", "child_of", companies.root_id.ids)])
        family.kash_stripe_account_ids._refresh_one("kash.stripe.attention.held")
