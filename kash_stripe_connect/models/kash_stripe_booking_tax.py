# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .kash_stripe_booking import BookingError


class KashStripeBooking(models.AbstractModel):
    """The lines that carry taxes: Stripe's fees, and income taken elsewhere.

    Entries are written with all their tax lines (as a point of sale's session does):
    Odoo would compute them from a base without tax, a cent off what was paid.
    """

    _inherit = "kash.stripe.booking"

    @api.model
    def _have_tax(self, company, rows):
        """Tell whether entries of ``rows`` carry taxes, so that tax locks count."""
        company = company.sudo()
        if company.kash_stripe_fee_tax == "reverse" and any(
            row._has_fee() for row in rows
        ):
            return True
        taxed = company.kash_stripe_receipts == "income" and (
            company.kash_stripe_income_tax_id
        )
        return bool(taxed) and not all(row.transaction_id for row in rows)

    @api.model
    def _fee_lines(self, account, company, label, fees):
        """Return the vals of fee lines: one a type, and their reverse-charge tax.

        :param fees: {fee type: Decimal of the company's currency}, a cost positive
        """
        lines = []
        for fee_type, worth in sorted(fees.items(), key=str):
            if worth:
                lines += self._fee_lines_of(account, company, label, fee_type, worth)
        return lines

    @api.model
    def _fee_lines_of(self, account, company, label, fee_type, worth):
        setting = company.sudo().kash_stripe_fee_tax
        is_tax = fee_type in {"tax", "tax_fee"}
        role = "fee_tax" if is_tax and setting == "asset" else "fees"
        partner = self.env.ref(
            "kash_stripe_connect.res_partner_stripe", raise_if_not_found=False
        )
        base = {
            "name": f"{label} ({fee_type})" if fee_type else label,
            "account_id": account._ledger_account(role).id,
            "partner_id": partner.id if partner else False,
        }
        amount = float(worth)
        if setting != "reverse" or is_tax:
            return [{**base, "balance": amount}]
        tax = company.sudo().kash_stripe_fee_tax_id
        return self._taxed_lines(base, amount, tax, company, included=False)

    @api.model
    def _income_lines(self, company, label, worth):
        """Return the vals of income taken elsewhere, its sales tax split off.

        :param worth: the lines' sum, a credit negative (Decimal, company currency)
        """
        company = company.sudo()
        if not company.kash_stripe_income_account_id:
            raise BookingError(
                self.env._("Choose the income account for payments taken elsewhere.")
            )
        base = {
            "name": label,
            "account_id": company.kash_stripe_income_account_id.id,
        }
        amount = float(worth)
        tax = company.kash_stripe_income_tax_id
        if not tax:
            return [{**base, "balance": amount}]
        return self._taxed_lines(base, amount, tax, company, included=True)

    @api.model
    def _taxed_lines(self, base, amount, tax, company, *, included):
        """Return a base line and its tax lines; together ``amount`` if included.

        :param amount: what the lines add up to (included), or the base alone
        """
        found = tax.with_context(force_price_include=included).compute_all(
            amount, currency=company.currency_id
        )
        currency = company.currency_id
        taxes = [
            {
                **base,
                "name": part["name"],
                "account_id": part["account_id"] or base["account_id"],
                "balance": currency.round(part["amount"]),
                "tax_repartition_line_id": part["tax_repartition_line_id"],
                "tax_tag_ids": [(6, 0, part["tag_ids"])],
            }
            for part in found["taxes"]
        ]
        rest = amount - sum(vals["balance"] for vals in taxes) if included else amount
        return [
            {
                **base,
                "balance": currency.round(rest),
                "tax_ids": [(6, 0, tax.ids)],
                "tax_tag_ids": [(6, 0, found["base_tags"])],
            },
            *(vals for vals in taxes if vals["balance"]),
        ]
