# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import ASKED
from ...core import split
from ..base.records import refuse_changed, refuse_filled
from ..link.guard import PayProblem

_OURS = {"kash_stripe_refund_tx_id", "kash_stripe_collecting_paused"}


class RefundMove(models.Model):
    """Credit notes of refunds, and invoices that a refund opened again."""

    _inherit = "account.move"

    kash_stripe_collecting_paused = fields.Boolean(
        "Collecting Paused",
        readonly=True,
        copy=False,
        help="A refund opened the invoice again: its payment link and reminders rest"
        " until somebody resumes collecting.",
    )

    kash_stripe_refund_tx_id = fields.Many2one(
        "payment.transaction",
        "Stripe Refund",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The refund this credit note was made for: it is matched with no other.",
    )

    # === OVERRIDES === #

    def _post(self, soft=True):
        """Override of `account`: a credit note finds the refund that waited for it."""
        posted = super()._post(soft)
        notes = posted.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )
        self.env["kash.stripe.booking.refund"].sudo()._match_late(notes.sudo())
        return posted

    def _invoice_paid_hook(self):
        """Override of `account`: paid again, there is nothing to pause."""
        self.filtered(
            "kash_stripe_collecting_paused"
        ).sudo().kash_stripe_collecting_paused = False
        return super()._invoice_paid_hook()

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

    def _kash_stripe_not_netted(self):
        """Return the credit notes of which no payment on its way has netted anything.

        It will be matched with them: then they are no refund's.
        """
        taken = self._kash_stripe_taken_here()
        return self.filtered(lambda note: note.id not in taken)

    def _kash_stripe_refunds_to_match(self):
        """Return the refunds that are matched with an entry, or may be once booked.

        A refund takes the credit notes made for it. Without any it takes the payment
        that is itself the customer's credit, or a note made by hand of what was paid.
        """
        self.ensure_one()
        own = self.kash_stripe_refund_tx_id
        paid = self.origin_payment_id.payment_transaction_id
        given = self.reversed_entry_id.transaction_ids._kash_stripe_living_refunds()
        by_amount = given.filtered(
            lambda refund: refund.kash_stripe_account_id and not refund.payment_id
        )
        noteless = (paid._kash_stripe_living_refunds() | by_amount).filtered(
            lambda refund: not refund.kash_stripe_note_ids
        )
        return (own | noteless)._kash_stripe_unmatched()

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

    # === GUARDS === #

    @api.model
    def _kash_stripe_refund_create(self, vals_list):
        """Only our own verbs write these."""
        refuse_filled(self, vals_list, _OURS)

    def _kash_stripe_refund_write(self, vals):
        """Only our own verbs write these."""
        refuse_changed(self, vals, _OURS)

    # === BUSINESS METHODS === #

    def _kash_stripe_refund_resume(self):
        """Let the customer pay by link again."""
        self.check_access("write")
        paused = self.filtered("kash_stripe_collecting_paused")
        paused.sudo().kash_stripe_collecting_paused = False
        text = self.env._("Collecting was resumed.")
        paused._message_log_batch(bodies=dict.fromkeys(paused.ids, text))

    def _kash_stripe_pause_collecting(self):
        """Rest link and reminders of invoices that a refund opened, and say so."""
        text = self.env._(
            "A refund at Stripe opened this invoice again. Its payment link and"
            " reminders rest until somebody resumes collecting."
        )
        opened = self.filtered(lambda move: not move.kash_stripe_collecting_paused)
        opened.sudo().kash_stripe_collecting_paused = True
        opened._message_log_batch(bodies=dict.fromkeys(opened.ids, text))

    @api.model
    def _kash_stripe_ask(self, asks):
        """Open an activity for the responsible person on each invoice, in one batch.

        What is asked already is not asked twice.

        :param asks: list of (invoice, summary, note)
        """
        activities = self.env["mail.activity"].sudo()
        asked = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", [invoice.id for invoice, _summary, _note in asks]),
            ]
        )
        known = {(activity.res_id, activity.summary) for activity in asked}
        invoices = self.browse().concat(*(invoice for invoice, _text, _note in asks))
        who = invoices.company_id._kash_stripe_who_acts()
        activities.create(
            [
                self._kash_stripe_prepare_ask(
                    invoice, summary, note, who[invoice.company_id]
                )
                for invoice, summary, note in asks
                if (invoice.id, summary) not in known
            ]
        )

    @api.model
    def _kash_stripe_prepare_ask(self, invoice, summary, note, user):
        kind = self.env.ref(ASKED, raise_if_not_found=False)
        return {
            "activity_type_id": kind and kind.id,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": invoice.id,
            "summary": summary,
            "note": note,
            "user_id": user.id,
        }

    def _kash_stripe_refund_problems(self):
        """Return {move id: PayProblem} for each invoice whose collecting is paused."""
        text = self.env._(
            "A refund opened this invoice again: nobody is asked to pay it until you"
            " resume collecting."
        )
        paused = self.filtered("kash_stripe_collecting_paused")
        return {move.id: PayProblem("paused", text) for move in paused}

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
