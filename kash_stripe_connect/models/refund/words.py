# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeRefundWords(models.AbstractModel):
    """Why a refund in the books is matched with no credit note, in sentences."""

    _name = "kash.stripe.refund.words"
    _description = "Refunds Without a Match, in Words"

    @api.model
    def _sentences(self, rows):
        """Return a sentence or two for each row of a refund, read in one go."""
        return [self._sentence(row) for row in rows]

    @api.model
    def _sentence(self, row):
        """Say what there is instead of its credit note, and what the account shows."""
        refund = row.transaction_id
        invoices = refund._kash_stripe_payment_tx()._kash_stripe_invoices()
        notes = self._notes(refund, invoices)
        said = {
            "refund": refund.currency_id.format(abs(refund.amount)),
            "invoices": ", ".join(invoices.mapped("name")) or row.txn_id,
        }
        posted = notes.filtered(lambda note: note.state == "posted")
        why = (
            self._why_posted(refund, posted, said)
            if posted
            else self._why_not_posted(invoices, notes, said)
        )
        return f"{why} {self._account_sentence(row, posted)}"

    @api.model
    def _notes(self, refund, invoices):
        """Return the credit notes of the invoices that are of no other refund."""
        return invoices.reversal_move_ids.filtered(
            lambda note: (
                note.move_type == "out_refund"
                and (
                    note.kash_stripe_refund_tx_id.state in {False, "error"}
                    or note.kash_stripe_refund_tx_id == refund
                )
            )
        )

    @api.model
    def _named(self, notes, amount="amount_total"):
        """Return credit notes with their amounts, as text."""
        return ", ".join(
            f"{note.display_name} ({note.currency_id.format(note[amount])})"
            for note in notes
        )

    # === NONE, DRAFT, CANCELLED === #

    @api.model
    def _why_not_posted(self, invoices, notes, said):
        drafts = notes.filtered(lambda note: note.state == "draft")
        if drafts:
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: of credit notes there are"
                " drafts, %(notes)s. Post what is right.",
                notes=self._named(drafts),
                **said,
            )
        if notes:
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: the credit note was cancelled,"
                " %(notes)s, and there is no other.",
                notes=self._named(notes),
                **said,
            )
        if any(invoices.mapped("amount_tax")):
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: there is no credit note, so the"
                " tax is not corrected yet.",
                **said,
            )
        return self.env._(
            "Refund of %(refund)s for %(invoices)s: there is no credit note yet.",
            **said,
        )

    # === POSTED, BUT NO MATCH === #

    @api.model
    def _why_posted(self, refund, notes, said):
        left = notes.filtered("amount_residual")
        if not left:
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: the credit note %(notes)s is"
                " settled with something else.",
                notes=self._named(notes),
                **said,
            )
        said = {**said, "notes": self._named(left, "amount_residual")}
        if left.currency_id != refund.currency_id:
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: the credit note is in another"
                " currency, %(notes)s. Match them by hand if they belong together.",
                **said,
            )
        return self._why_amount(refund, left, said)

    @api.model
    def _why_amount(self, refund, notes, said):
        """Compare what is open of credit notes with the refund."""
        currency = refund.currency_id
        more = sum(notes.mapped("amount_residual")) - abs(refund.amount)
        said = {**said, "difference": currency.format(abs(more))}
        if currency.is_zero(more):
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: credit notes come to just this,"
                " %(notes)s, and are not matched: they are several, of a locked day, or"
                " on another account. Match them by hand.",
                **said,
            )
        if more > 0:
            return self.env._(
                "Refund of %(refund)s for %(invoices)s: the credit note open is"
                " %(notes)s, %(difference)s more than the refund.",
                **said,
            )
        return self.env._(
            "Refund of %(refund)s for %(invoices)s: the credit note open is %(notes)s,"
            " %(difference)s less than the refund.",
            **said,
        )

    # === THE CUSTOMER'S ACCOUNT === #

    @api.model
    def _account_sentence(self, row, notes):
        """Say what refund and posted credit notes leave on the customer's account."""
        books = self.env["kash.stripe.booking.refund"]
        lines = books._receivable_lines(row.payment_id) | books._note_lines(notes)
        # Both are in the invoice's currency; a person may have written otherwise.
        currency = row.payment_id.company_id.currency_id
        left = sum(lines.mapped("amount_residual"))
        if len(lines.currency_id) == 1:
            currency = lines.currency_id
            left = sum(lines.mapped("amount_residual_currency"))
        amount = currency.format(abs(left))
        if currency.is_zero(left):
            return self.env._("The customer's account shows nothing of it.")
        if left > 0:
            return self.env._(
                "The customer's account shows %(amount)s that they owe.", amount=amount
            )
        return self.env._(
            "The customer's account shows %(amount)s in their favour.", amount=amount
        )
