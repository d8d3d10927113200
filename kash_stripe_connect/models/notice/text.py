# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.urls import urljoin


class KashStripeNoticeText(models.AbstractModel):
    """What an e-mail to the business says of a fact."""

    _name = "kash.stripe.notice.text"
    _description = "Stripe Notice Text"

    @api.depends("kind", "amount", "currency_id", "transaction_id", "key")
    @api.depends_context("lang")
    def _compute_title(self):
        for notice in self:
            notice.title = notice._sentence()

    def _sentence(self):
        """Return the fact in one sentence."""
        self.ensure_one()
        values = {
            "customer": self._customer() or self.env._("A customer"),
            "amount": self._amount_text(),
            "invoices": self._invoices() or self.key,
        }
        sentences = {
            "payment_received": self.env._(
                "%(customer)s paid %(amount)s for %(invoices)s.", **values
            ),
            "payment_failed": self.env._(
                "The payment of %(amount)s by %(customer)s for %(invoices)s failed.",
                **values,
            ),
            "debit_returned": self.env._(
                "The bank of %(customer)s took %(amount)s for %(invoices)s back.",
                **values,
            ),
            "dispute_opened": self.env._(
                "%(customer)s disputes the payment of %(amount)s for %(invoices)s.",
                **values,
            ),
            "payout_failed": self.env._(
                "Stripe's payout of %(amount)s to your bank failed.", **values
            ),
            "receipt": self.env._(
                "Receipt to %(customer)s: %(amount)s for %(invoices)s.", **values
            ),
        }
        if self._is_inquiry():
            return self.env._(
                "The bank of %(customer)s asks about the payment of %(amount)s for"
                " %(invoices)s.",
                **values,
            )
        return sentences[self.kind]

    def _is_inquiry(self):
        """Tell whether a bank only asks yet: no money has moved."""
        self.ensure_one()
        record = self._noticed() if self.kind == "dispute_opened" else None
        return bool(record) and record._notice_is_question()

    def _customer(self):
        """Return the customer's name, empty when nobody knows."""
        tx = self.transaction_id
        return tx.partner_id.commercial_partner_id.name or tx.partner_name or ""

    def _invoices(self):
        """Return the invoices' numbers, comma separated."""
        return ", ".join(
            self.transaction_id.kash_stripe_allocation_ids._of_invoices().mapped(
                "move_name"
            )
        )

    def _amount_text(self):
        """Return the amount as the reader writes it."""
        if not self.currency_id:
            return self.env._("an amount in a currency that Odoo does not know")
        return self.currency_id.format(self.amount)

    def _reason(self):
        """Return why, in the reader's words where the record has them."""
        record = self._noticed()
        return (record and record._notice_reason()) or self.reason or ""

    def _noticed(self):
        """Return the record if it says something of itself, None otherwise."""
        record = self._record()
        speaking = self.pool.descendants(["kash.stripe.noticed"], "_inherit")
        return record if record and record._name in speaking else None

    def _record(self):
        """Return the record the notice is about; empty when it was deleted."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def _url(self):
        """Return where the reader handles it: a payment on its (one) invoice."""
        self.ensure_one()
        moves = self.transaction_id._kash_stripe_invoices()
        record = self._record()
        if record == self.transaction_id and len(moves) == 1:
            record = moves
        if not record:
            return urljoin(self.get_base_url(), "/odoo")
        return urljoin(
            self.get_base_url(),
            f"/mail/view?model={record._name}&res_id={record.id}",
        )
