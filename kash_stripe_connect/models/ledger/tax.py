# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBookingTax(models.AbstractModel):
    """The lines that carry taxes: those of fees, and what income shares with them.

    Entries are written with all their tax lines (as a point of sale's session does):
    Odoo would compute them from a base without tax, a cent off what was paid.
    """

    _name = "kash.stripe.booking.tax"
    _description = "Stripe Booking: Taxes"

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
    def _taxed_lines(self, base, amount, tax, company, *, included):
        """Return a base line and its tax lines; together ``amount`` if included.

        :param amount: what the lines add up to (included), or the base alone
        """
        found = tax.with_context(force_price_include=included).compute_all(
            amount, currency=company.currency_id
        )
        currency = company.currency_id
        taxes = [
            self._tax_line(base, part, currency.round(part["amount"]))
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

    @api.model
    def _tax_line(self, base, part, balance):
        """Return the vals of a tax's line.

        :param base: the vals of the line it is the tax of
        :param part: what Odoo says of it (``compute_all``)
        """
        return {
            **{name: value for name, value in base.items() if name != "tax_ids"},
            "name": part["name"],
            "account_id": part["account_id"] or base["account_id"],
            "balance": balance,
            "tax_repartition_line_id": part["tax_repartition_line_id"],
            "tax_tag_ids": [(6, 0, part["tag_ids"])],
        }
