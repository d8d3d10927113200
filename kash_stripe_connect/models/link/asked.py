# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from itertools import accumulate

from odoo import models

from .terms import Part


class KashStripeAsked(models.AbstractModel):
    """What of an invoice a customer is asked for first: not all, with instalments."""

    _name = "kash.stripe.asked"
    _description = "What Is Asked For Now"

    def _kash_stripe_asked_now(self, taken=None):
        """Return {move id: Part}: what is asked for now, on page, mail and reminder.

        :param taken: what is taken, where it was asked for before
        """
        due = self._kash_stripe_due_online(taken)
        limits = self._kash_stripe_limits()
        return {
            move.id: move._kash_stripe_part_now(due[move.id], *limits[move.id])
            for move in self
        }

    def _kash_stripe_is_overdue(self):
        """Tell whether the day the first of it was due has passed, at the seller's."""
        self.ensure_one()
        day, _amount = self._kash_stripe_first_due()
        return bool(day) and day < self.company_id._kash_stripe_today()

    def _kash_stripe_first_due(self, due=None):
        """Return (day, amount) of what falls due first: an instalment, or all of it.

        :param due: what is due online, where it was asked for before
        """
        self.ensure_one()
        waiting = []
        terms = self.line_ids.filtered(lambda one: one.display_type == "payment_term")
        if len(terms) > 1:
            due = self._kash_stripe_due_online()[self.id] if due is None else due
            waiting = self._kash_stripe_next(due)
        return waiting[0] if waiting else (self.invoice_date_due, due or 0.0)

    def _kash_stripe_part_now(self, due, least, _most):
        """Return what is asked for: less the discount, or the next instalment."""
        self.ensure_one()
        whole = self._kash_stripe_whole_part(due)
        if whole.discount:
            return whole
        return self._kash_stripe_instalment_part(due, least) or whole

    def _kash_stripe_whole_part(self, due):
        """Return all that is due as a part, less the discount for paying early."""
        today = self.company_id._kash_stripe_today()
        discount, until = self._kash_stripe_early_discount(due, today)
        return Part(
            self,
            self.currency_id.round(due - discount),
            discount,
            until,
            due_on=self.invoice_date_due,
        )

    def _kash_stripe_instalment_part(self, due, least):
        """Return the next instalment, None where all is asked for at once.

        One that is less than Stripe charges, or that its units cannot say, is asked for
        together with what follows, and so is a rest that would be too little.
        """
        waiting = self._kash_stripe_next(due)
        enough, whole = Decimal(str(least)), Decimal(str(due))
        sums = accumulate(amount for _day, amount in waiting)
        asked = next(
            (
                amount
                for amount in sums
                if amount >= enough and self._kash_stripe_can_charge(amount)
            ),
            whole,
        )
        if whole - asked < enough:
            return None
        return Part(self, float(asked), due_on=waiting[0][0])

    def _kash_stripe_next(self, due):
        """Return [(day, amount)] by Odoo's instalments, overdue ones as one, in order.

        What is in process or taken pays what falls due first.
        """
        zone = self.company_id._kash_stripe_zone()
        values = self.with_context(tz=zone)._get_invoice_next_payment_values()
        if values.get("installment_state") not in {"overdue", "next"}:
            return []
        overdue, later = [], []
        for one, amount in self._kash_stripe_instalments_left(values, due):
            late = one["type"] == "overdue"
            (overdue if late else later).append((one["date_maturity"], amount))
        if not overdue:
            return later
        return [(overdue[0][0], sum(amount for _day, amount in overdue)), *later]

    def _kash_stripe_instalments_left(self, values, due):
        """Return [(Odoo's instalment, what is still to be asked of it)] (Decimal).

        :param values: as ``_get_invoice_next_payment_values`` says them
        """
        name, exact = "amount_residual_currency_unsigned", self.currency_id.round
        open_ones = values["not_reconciled_installments"]
        amounts = [Decimal(str(exact(one[name]))) for one in open_ones]
        covered = max(sum(amounts) - Decimal(str(due)), Decimal(0))
        left = []
        for one, amount in zip(open_ones, amounts, strict=True):
            used = min(covered, amount)
            covered -= used
            if amount > used:
                left.append((one, amount - used))
        return left
