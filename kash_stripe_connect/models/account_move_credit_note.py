# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import split


class AccountMove(models.Model):
    """Credit notes of refunds: of just what is given back, the taxes pro rata."""

    _inherit = "account.move"

    kash_stripe_refund_tx_id = fields.Many2one(
        "payment.transaction",
        "Stripe Refund",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The refund this credit note was made for: it is matched with no other.",
    )

    @api.model
    def _kash_stripe_make_notes(self, parts, day):
        """Make and post a credit note of each invoice, dated ``day``; return them.

        :param parts: {invoice: what is given back of it}
        :raises UserError: the day is locked, or a note would not say just that
        """
        invoices = self.browse().concat(*parts)
        invoices._kash_stripe_check_note_day(day)
        notes = invoices._reverse_moves(
            [invoice._kash_stripe_prepare_note_vals(day) for invoice in invoices]
        )
        for note in notes:
            note._kash_stripe_scale(parts[note.reversed_entry_id])
        notes.with_context(kash_stripe_note_of_refund=True)._post(soft=False)
        for note in notes:
            note._kash_stripe_check_note(parts[note.reversed_entry_id], day)
        return notes

    def _kash_stripe_uncredited(self):
        """Return what of an invoice no posted credit note has corrected yet."""
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(
            lambda note: note.state == "posted" and note.move_type == "out_refund"
        )
        return self.amount_total - sum(notes.mapped("amount_total"))

    def _kash_stripe_is_open_note(self, amount):
        """Tell whether it is a credit note of just this amount that waits for one.

        What was made for another refund is left to it, unless that one failed.
        """
        self.ensure_one()
        refund = self.sudo().kash_stripe_refund_tx_id
        return (
            self.state == "posted"
            and self.move_type == "out_refund"
            and not self.currency_id.compare_amounts(self.amount_residual, amount)
            and (not refund or refund.state == "error")
        )

    def _kash_stripe_check_note_day(self, day):
        """Odoo would date a credit note later rather than refuse it.

        :raises UserError: the day is locked for the person at the button
        """
        for (company, journal), group in self.grouped(
            lambda move: (move.company_id, move.journal_id)
        ).items():
            locks = company.with_context(kash_stripe_person=True)._kash_stripe_locks(
                day, journal, has_tax=bool(group.line_ids.tax_ids)
            )
            if locks:
                raise UserError(
                    self.env._(
                        "%(day)s is locked (%(locks)s): no credit note can be made, and"
                        " nothing was refunded.",
                        day=format_date(self.env, day),
                        locks=company._format_lock_dates(locks),
                    )
                )

    def _kash_stripe_prepare_note_vals(self, day):
        """Return what differs from the invoice, as in Odoo's own dialog."""
        self.ensure_one()
        return {
            "ref": self.env._("Reversal of: %(invoice)s", invoice=self.name),
            "date": day,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_origin": self.invoice_origin,
            "invoice_payment_term_id": None,
            "auto_post": "no",
        }

    def _kash_stripe_check_note(self, amount, day):
        """Assert what was posted.

        :raises UserError: Odoo made another credit note than was asked for
        """
        self.ensure_one()
        wrong = self.currency_id.compare_amounts(self.amount_total, amount)
        if wrong or self.date != day or self.state != "posted":
            raise self._kash_stripe_note_error()

    def _kash_stripe_note_error(self):
        return UserError(
            self.env._(
                "No credit note of just this amount can be made for %(invoice)s by"
                " itself. Make it by hand, then refund without one: they find each"
                " other.",
                invoice=self.reversed_entry_id.name,
            )
        )

    # === PART OF AN INVOICE === #

    def _kash_stripe_scale(self, amount):
        """Bring a draft credit note of all of an invoice down to a part of it.

        Each line becomes a price reduction (no product: no goods come back) with the
        same taxes and account; every tax is its share to the cent, the rounding
        difference stands on the biggest line.

        :raises UserError: the taxes do not follow the price
        """
        self.ensure_one()
        invoice = self.reversed_entry_id
        if not self.currency_id.compare_amounts(amount, invoice.amount_total):
            return
        lines = invoice.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        taxes = invoice._kash_stripe_tax_amounts()
        weights = [self._units(line.price_subtotal) for line in lines]
        biggest = max(range(len(weights)), key=lambda i: abs(weights[i]), default=None)
        weights += [self._units(tax) for tax in taxes.values()]
        if not sum(weights):
            raise self._kash_stripe_note_error()
        shares = split.pro_rata(self._units(amount), weights, rest_to=biggest)
        factor = amount / invoice.amount_total
        self.write(
            {
                "invoice_cash_rounding_id": False,
                "invoice_line_ids": [
                    *(Command.delete(line.id) for line in self.invoice_line_ids),
                    *(
                        Command.create(
                            self._kash_stripe_prepare_note_line(line, share, factor)
                        )
                        for line, share in zip(lines, shares, strict=False)
                    ),
                ],
            }
        )
        tax_shares = zip(taxes, shares[len(lines) :], strict=True)
        self._kash_stripe_set_taxes(amount, dict(tax_shares))

    def _units(self, amount):
        """Return an amount in the smallest steps of the document's currency."""
        return round(amount / self.currency_id.rounding)

    def _amount(self, units):
        return self.currency_id.round(units * self.currency_id.rounding)

    def _kash_stripe_tax_amounts(self):
        """Return {tax: its amount on the document}, positive as the total is."""
        self.ensure_one()
        return {
            tax: self.direction_sign * sum(lines.mapped("amount_currency"))
            for tax, lines in self.line_ids.filtered("tax_line_id")
            .grouped("tax_line_id")
            .items()
        }

    def _kash_stripe_prepare_note_line(self, line, share, factor):
        """Return a line of ``share`` (units, untaxed): included taxes come on top."""
        price = line.price_unit * line.quantity * (1 - line.discount / 100)
        included = self._units((price - line.price_subtotal) * factor)
        return {
            "name": line.name,
            "sequence": line.sequence,
            "quantity": 1,
            "price_unit": self._amount(share + included),
            "account_id": line.account_id.id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
        }

    def _kash_stripe_set_taxes(self, amount, shares):
        """Write each tax's share, as a person does who edits the totals.

        :param shares: {tax: units}; cents that included taxes left go to the biggest
        :raises UserError: more than cents are left
        """
        lines = self.line_ids.filtered("tax_line_id").grouped("tax_line_id")
        rest = self._units(amount) - self._units(self.amount_untaxed)
        rest -= sum(share for tax, share in shares.items() if tax in lines)
        if abs(rest) > len(self.invoice_line_ids) + len(shares) or (rest and not lines):
            raise self._kash_stripe_note_error()
        commands = []
        for tax in sorted(lines, key=lambda tax: -abs(shares.get(tax, 0))):
            wanted, rest = shares.get(tax, 0) + rest, 0
            now = self._units(sum(lines[tax].mapped("amount_currency")))
            if now != wanted * self.direction_sign:
                line = max(lines[tax], key=lambda line: abs(line.balance))
                there = self._units(line.amount_currency)
                new = self._amount(there + wanted * self.direction_sign - now)
                commands.append(Command.update(line.id, {"amount_currency": new}))
        if commands:
            self.write({"line_ids": commands})
