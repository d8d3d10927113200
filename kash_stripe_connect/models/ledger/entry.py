# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, models
from odoo.exceptions import UserError

# What Odoo would work out, line by line, of a line that is no invoice's.
_AS_COMPUTED = {
    "display_type": "product",
    "sequence": 100,
    "partner_id": False,
    "product_uom_id": False,
    "quantity": 1.0,
    "price_unit": 0.0,
    "tax_ids": [],
}
# Of a line without taxes its amount; Odoo would ask its tax engine.
_TOTALS = ("price_subtotal", "price_total")


class BookingError(UserError):
    """What was about to be posted is not what the row says: nothing is kept."""


class KashStripeBookingEntry(models.AbstractModel):
    """Plain entries, complete as they are made: Odoo is left nothing to work out."""

    _name = "kash.stripe.booking.entry"
    _description = "Stripe Booking: Entries"

    @api.model
    def _prepare_entry_vals(self, account, company, journal, day, label, lines):
        """Return an entry of lines that balance, those of no amount left out.

        :param lines: clearing's last: it stays where all come to nothing
        """
        moved = [v for v in lines if v["balance"] or v.get("amount_currency")]
        return {
            "move_type": "entry",
            "date": day,
            "journal_id": journal.id,
            "company_id": company.id,
            "ref": label,
            "kash_stripe_account_id": account.id,
            "line_ids": [
                Command.create(self._complete_line(company, vals))
                for vals in moved or lines[-1:]
            ],
        }

    @api.model
    def _complete_line(self, company, vals):
        """Return a line with what Odoo would else compute line by line."""
        amount = vals.get("amount_currency", vals["balance"])
        return {
            **_AS_COMPUTED,
            **dict.fromkeys(_TOTALS, amount),
            "currency_id": company.currency_id.id,
            "amount_currency": amount,
            **vals,
        }

    @api.model
    def _without_analytics(self, entries):
        """Where there is no rule of analytics, none is asked for line by line."""
        rules = self.env["account.analytic.distribution.model"].sudo()
        if not rules.search_count([], limit=1):
            for entry in entries:
                for _create, _id, vals in entry["line_ids"]:
                    vals.setdefault("analytic_distribution", False)

    @api.model
    def _post_entries(self, lean, entries):
        """Create entries and post them, in one batch.

        All tax lines are among theirs, and analytic lines are made by posting: drafts
        need neither.

        :param lean: any records in the environment to post in
        """
        self._without_analytics(entries)
        plain = lean.env["account.move"].with_context(skip_invoice_sync=True)
        drafts = plain.with_context(skip_analytic_sync=True).create(entries)
        plain_lines = drafts.line_ids.filtered(lambda line: not line.tax_ids)
        for name in _TOTALS:
            self.env.remove_to_compute(plain_lines._fields[name], plain_lines)
        moves = plain.browse(drafts.ids)
        moves.with_context(kash_stripe_batch=True)._post(soft=False)
        return moves

    @api.model
    def _day_label(self, rows):
        return self.env._("Stripe, %(day)s", day=rows[:1].entry_day)
