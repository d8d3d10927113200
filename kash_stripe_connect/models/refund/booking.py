# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models

from ...core import double_entry


class KashStripeBookingRefund(models.AbstractModel):
    """Refunds of invoices' payments: outbound, matched with their credit note.

    They come after the payments of the same batch: those are what they give back.
    """

    _name = "kash.stripe.booking.refund"
    _inherit = "kash.stripe.booking.payment"
    _description = "Stripe Booking: Refunds"

    _booking_order = 20
    _booking_types = double_entry.REFUND_TYPES
    _booking_sign = -1

    # === READY === #

    @api.model
    def _is_ready(self, row):
        """Override: once what it gives back is recorded; else it waits with it."""
        source = row.transaction_id.source_transaction_id
        held = source.kash_stripe_row_ids.filtered(lambda r: r.state == "held")
        if held:
            row._hold(held[:1].reason)
        elif self._was_removed(source):
            row._stop(self._removed_sentence(source))
        elif not source.payment_id:
            row.reason = self.env._("The payment it gives back is not recorded yet.")
        return not held and bool(source.payment_id)

    # === RECORD === #

    @api.model
    def _after_record(self, company, rows):
        """Override: what has no credit note opens its invoices again, by setting."""
        if company.sudo().kash_stripe_refund_without_note == "reopen":
            self._reopen_invoices(
                rows.filtered(
                    lambda row: (
                        not row.transaction_id.kash_stripe_note_ids
                        and not row.payment_id.is_reconciled
                    )
                )
            )

    @api.model
    def _prepare_payment_vals(self, account, company, line, row):
        """Override: outbound, off the account it was paid onto."""
        paid = row.transaction_id.source_transaction_id.payment_id
        return {
            **self._prepare_any_payment_vals(account, company, line, row),
            "payment_type": "outbound",
            "destination_account_id": paid.destination_account_id.id,
        }

    # === BY INVOICE === #

    @api.model
    def _shares(self, account, rows):
        """Override: of a payment of several invoices, what each of them gives back."""
        payments = rows.transaction_id.source_transaction_id.payment_id
        left = self._left_by_part(account, payments)
        return {
            row: {
                part: float(amount)
                for part, amount in self._share_of(
                    row, left[row.transaction_id.source_transaction_id.payment_id]
                ).items()
            }
            for row in rows
        }

    @api.model
    def _share_of(self, row, left):
        """Return {allocation: what of a refund is of it}; nothing where it is one.

        As its credit notes say; else what is the customer's credit anyway; else the
        invoice whose credit note waits for just this; else the newest invoices.

        :param left: {allocation: what there is to give back}, kept up to date
        """
        if len(left) < 2:
            return {}
        refund, amount = row.transaction_id, self._asked_value(row.transaction_id)
        for room in (
            self._noted(refund.kash_stripe_note_ids, left),
            self._free_credit(left),
            self._noted(self._open_notes(refund)[:1], left),
        ):
            if room and sum(room.values()) >= amount:
                share = self._take_newest(room, amount)
                for part, given in share.items():
                    left[part] -= given
                return share
        share = self._take_newest(left, amount)
        self._check_shares(refund, share)
        return share

    @api.model
    def _noted(self, notes, left):
        """Return {allocation: how much posted credit notes are of its invoice}."""
        posted = notes.filtered(lambda note: note.state == "posted")
        noted = {
            part: self._rounded(
                part.currency_id,
                sum(
                    posted.filtered(
                        lambda note, part=part: note.reversed_entry_id == part.move_id
                    ).mapped("amount_total")
                ),
            )
            for part in left
        }
        return {part: amount for part, amount in noted.items() if amount}

    @api.model
    def _keep_lines(self, rows, payments, shares):
        """Override: remember which line gives back what of which invoice."""
        for row, payment in zip(rows, payments, strict=True):
            self._keep_back_lines(list(shares[row]), self._receivable_lines(payment))

    # === CREDIT NOTES === #

    @api.model
    def _pairs(self, row, payment, taken):
        """Override: the open lines a refund is matched with; none: a person is asked.

        Of several invoices each may have its own: its credit, its credit note.

        :param taken: lines that others of the same batch are matched with
        """
        own = self._receivable_lines(payment).filtered(lambda line: not line.reconciled)
        whole = self._whole_targets(row, payment, taken)
        if whole or len(own) < 2:
            return [
                (group, whole.filtered(lambda line, a=account: line.account_id == a))
                for account, group in own.grouped("account_id").items()
                if account in whole.account_id
            ]
        pairs = []
        for line in own:
            target = self._part_target(row, payment, line, taken)
            if target:
                pairs.append((line, target))
                taken |= target
        return pairs

    @api.model
    def _whole_targets(self, row, payment, taken):
        """Return the open lines that all of a refund is matched with.

        The credit notes made for it come first; then a payment that is itself a
        customer's credit; then an invoice's credit note for exactly this amount.
        Without one the invoice stays paid, for the sales tax is not corrected.
        """
        refund = row.transaction_id
        own = self._own_notes(refund, payment)
        if own:
            return self._note_lines(own) - taken
        credit = self._credit_lines(refund)
        owed = -sum(credit.mapped("amount_residual_currency"))
        if refund.currency_id.compare_amounts(owed, abs(refund.amount)) < 0:
            credit = credit.browse()
        free = (credit | self._note_lines(self._credit_notes(refund, payment))) - taken
        return free.filtered(lambda line: line.move_id == free[:1].move_id)

    @api.model
    def _credit_lines(self, refund):
        """Return the lines of the payment given back that pay nothing (in full).

        Not what a payment on its way has netted.
        """
        lines = self._receivable_lines(refund.source_transaction_id.payment_id)
        lines = lines.filtered(lambda line: not line.reconciled)
        netted = lines._kash_stripe_netted()
        return lines.filtered(lambda line: line.id not in netted)

    @api.model
    def _part_target(self, row, payment, line, taken):
        """Return the open line that one invoice's part of a refund is matched with."""
        currency = line.currency_id

        def fits(other):
            return other.account_id == line.account_id and other not in taken

        credit = self._credit_lines(row.transaction_id).filtered(
            lambda other: (
                fits(other)
                and currency.compare_amounts(
                    -other.amount_residual_currency, line.amount_residual_currency
                )
                >= 0
            )
        )
        notes = self._note_lines(
            self._open_notes(
                row.transaction_id, line.amount_residual_currency
            ).filtered(lambda note: not self._is_locked(note, payment))
        )
        return (credit | notes.filtered(fits))[:1]

    @api.model
    def _note_lines(self, notes):
        return notes.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )

    @api.model
    def _own_notes(self, refund, payment):
        """Return the open credit notes that were made for a refund."""
        return refund.kash_stripe_note_ids.filtered(
            lambda note: (
                note.state == "posted"
                and note.amount_residual
                and not self._is_locked(note, payment)
            )
        )._kash_stripe_not_netted()

    @api.model
    def _credit_notes(self, refund, payment):
        """Return the posted, open credit notes of just the refund's amount.

        Those made for another refund are left to it, unless that one failed.
        """
        return self._open_notes(refund).filtered(
            lambda note: not self._is_locked(note, payment)
        )

    @api.model
    def _open_notes(self, refund, amount=None):
        """Return the open credit notes, of any of its invoices, of just an amount.

        :param amount: default: the refund's
        """
        asked = abs(refund.amount) if amount is None else amount
        paid = refund._kash_stripe_payment_tx()
        return paid._kash_stripe_open_notes(asked).sorted("id")

    # === WHAT WAITED === #

    @api.model
    def _catch_up(self, account):
        """Override: match refunds in the books with credit notes made since."""
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "outbound"),
                ("payment_id.is_reconciled", "=", False),
                ("transaction_id.state", "!=", "error"),
            ]
        )
        if rows:
            self._match(rows, rows.payment_id)

    @api.model
    def _match_late(self, notes):
        """Match credit notes just posted with the refunds that waited for them.

        Not those that are made with a refund: they are its own.
        """
        if self.env.context.get("kash_stripe_note_of_refund"):
            return
        attempts = notes.reversed_entry_id.transaction_ids.filtered(
            "kash_stripe_account_id"
        )
        rows = attempts.child_transaction_ids.kash_stripe_row_ids.filtered(
            lambda row: (
                row.payment_id.payment_type == "outbound"
                and not row.payment_id.is_reconciled
                and row.transaction_id.state != "error"
            )
        )
        if rows:
            self._match(rows, rows.payment_id)

    # === OPEN INVOICES AGAIN === #

    @api.model
    def _reopen_invoices(self, rows):
        """Match refunds with the payments they give back, in one batch a day.

        The newest invoice opens first; the rest of a payment is matched with what it
        paid before. Where a date is locked nothing is unmatched: the refund stands
        open, and is asked about.
        """
        for day, group in sorted(rows.grouped("entry_day").items()):
            self._reopen_on(day, group)

    @api.model
    def _reopen_on(self, day, rows):
        """Do so for the refunds of one day."""
        refunds = defaultdict(rows.payment_id.browse)
        for row in rows:
            refunds[row.transaction_id.source_transaction_id] |= row.payment_id
        matched, plan, debts = self.env["account.partial.reconcile"], [], []
        for tx, given in refunds.items():
            pairs = self._reopened_pairs(tx.payment_id, given)
            own = self.env["account.move.line"].concat(*(mine for mine, _ in pairs))
            found = self._invoice_partials(own)
            if found and not self._are_locked(found, tx.payment_id.journal_id, day):
                matched |= found
                plan += [mine | back for mine, back in pairs]
                debts += [
                    (line, self._invoice_partials(line).debit_move_id) for line in own
                ]
        if not plan:
            return
        self._unmatch(matched, day)
        plan[0]._reconcile_plan(plan)
        self._match_again(debts, day)
        opened = plan[0].concat(*(owed for _own, owed in debts)).move_id
        opened.filtered("amount_residual")._kash_stripe_pause_collecting()

    @api.model
    def _reopened_pairs(self, payment, refunds):
        """Return [(lines of a payment, open lines of refunds that take them back)]."""
        lines = self.env["account.move.line"]
        given = lines.concat(*map(self._receivable_lines, refunds))
        return self._back_pairs(
            payment, given.filtered(lambda line: not line.reconciled)
        )

    @api.model
    def _invoice_partials(self, lines):
        """Return the matches of lines of payments with invoices they paid."""
        return lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.move_type == "out_invoice"
        )
