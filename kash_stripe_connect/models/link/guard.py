# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ...core import money
from ...core.reasons import Reason
from ..payment.account_move import ELSEWHERE

_MENDABLE = {
    "locked",
    "service_ended",
    "moved",
    "cannot_charge",
    "cannot_record",
    "paused",
}


@dataclass(frozen=True)
class PayProblem:
    """Why an invoice cannot be paid by link: a code for pages, a text for the clerk."""

    code: str
    text: str
    short: str = ""

    @property
    def label(self):
        """The reason in a few words, for beside a box."""
        return self.short or self.text

    @property
    def is_nothing_due(self):
        """There is nothing left to ask the customer for."""
        return self.code in {
            "nothing_due",
            "processing",
            "to_record",
            "review",
            "elsewhere",
        }

    @property
    def can_be_mended(self):
        """A person can do something about it, and send the link then.

        The others are of the document's nature: it simply goes without a link.
        """
        return self.code in _MENDABLE


class KashStripeGuard(models.AbstractModel):
    """Whether an invoice may be paid online now, and why not."""

    _name = "kash.stripe.guard"
    _description = "Payment Guard"

    def _kash_stripe_send_problems(self):
        """Return {move id: PayProblem} for each invoice no link may be sent for.

        The one guard of every door: dialog, batch, scheduled send, button, API. What
        a link that was sent before may still do is told by the payment's own guard.
        """
        found = self._kash_stripe_pay_problems()
        rest = self.filtered(lambda move: move.id not in found)
        return {**found, **rest._kash_stripe_lock_problems()}

    def _kash_stripe_lock_problems(self):
        """Return {move id: PayProblem} where a payment of today could not be booked.

        Today in the calendar the payment will be booked by, for the job that books it.
        An early payment discount would be booked with its tax: the tax lock counts.
        """
        found = {}
        for company, moves in self.grouped("company_id").items():
            day = company._kash_stripe_today()
            taxed = moves._kash_stripe_with_discount(day)
            for group, has_tax in ((moves - taxed, False), (taxed, True)):
                text = group and company._kash_stripe_lock_sentence(day, has_tax)
                if text:
                    short = self.env._("today is locked.")
                    problem = PayProblem("locked", text, short)
                    found.update(dict.fromkeys(group.ids, problem))
        return found

    def _kash_stripe_alert(self, problem, level, message=None):
        """Return the problem as the Send dialogs show it, with the way to mend it."""
        self.ensure_one()
        alert = {"level": level, "message": message or problem.text}
        admin = self.env.user.has_group("base.group_erp_manager")
        if problem.code == "locked" and admin:
            day = self.company_id._kash_stripe_today()
            locks = self.company_id._kash_stripe_send_locks(day, has_tax=True)
            owner = self.company_id._kash_stripe_lock_owner(locks)
            alert["action_text"] = self.env._("Lock Dates")
            alert["action"] = owner.action_kash_stripe_lock_dates()
        if problem.code == "moved":
            account = self.company_id._kash_stripe_connected_account()
            alert["action_text"] = self.env._("Moved, or a copy?")
            alert["action"] = account.sudo(False)._get_records_action()
        return alert

    def _kash_stripe_with_discount(self, day):
        """Return the invoices that grant an early payment discount on ``day``."""
        terms = self.filtered(lambda move: move.invoice_payment_term_id.early_discount)
        due = terms._kash_stripe_due_online() if terms else {}
        return terms.filtered(
            lambda move: move._kash_stripe_early_discount(due[move.id], day)[0]
        )

    def _kash_stripe_link_problems(self, taken=None):
        """Return {move id: PayProblem} by what the invoice and its company are."""
        invoices = self.filtered(lambda move: move.state == "posted")
        taken = invoices._kash_stripe_taken() if taken is None else taken
        due = invoices._kash_stripe_due_online(taken)
        limits = self._kash_stripe_limits()
        accounts = {c: c._kash_stripe_account_problem() for c in self.company_id}
        found = {}
        for move in self:
            problem = move._kash_stripe_document_problem() or (
                move._kash_stripe_due_problem(due[move.id], taken.get(move.id, {}))
                or move._kash_stripe_amount_problem(due[move.id], *limits[move.id])
                or accounts[move.company_id]
                or move._kash_stripe_books_problem()
            )
            if problem:
                found[move.id] = problem
        return found

    def _kash_stripe_limits(self):
        """Return {move id: (least, most)} of what Stripe charges of each at once."""
        return {
            move.id: limits
            for (company, currency), moves in self.grouped(
                lambda move: (move.company_id, move.currency_id)
            ).items()
            for limits in [company._kash_stripe_charge_limits(currency)]
            for move in moves
        }

    def _kash_stripe_document_problem(self):
        self.ensure_one()
        if self.move_type != "out_invoice":
            return PayProblem(
                "not_invoice",
                self.env._("Only a customer invoice can be paid by link."),
            )
        if self.state == "draft":
            return PayProblem("draft", self.env._("The invoice is not posted yet."))
        if self.state == "cancel":
            return PayProblem("cancelled", self.env._("The invoice is cancelled."))
        if not self._kash_stripe_is_chargeable():
            return PayProblem(
                "currency",
                self.env._("Stripe cannot charge this amount or currency."),
            )
        if not self.company_id._kash_stripe_may_charge_in(self.currency_id):
            return self._kash_stripe_other_currency()
        return None

    def _kash_stripe_other_currency(self):
        """Return that only the company's currency is taken here."""
        return PayProblem(
            "currency",
            self.env._(
                "The invoice is in %(currency)s; a payment link needs %(company)s.",
                currency=self.currency_id.name,
                company=self.company_id.currency_id.name,
            ),
        )

    def _kash_stripe_is_chargeable(self):
        """Tell whether the open amount can be said in Stripe's units."""
        self.ensure_one()
        if not self.currency_id:
            return False
        return self._kash_stripe_can_charge(
            Decimal(str(self.currency_id.round(self.amount_residual)))
        )

    def _kash_stripe_can_charge(self, amount):
        """Tell whether an amount (Decimal) can be said in Stripe's units.

        Of a thousand fils to a dinar, only whole tens are charged.
        """
        try:
            money.to_minor(amount, self.currency_id.name)
        except Reason:
            return False
        return True

    def _kash_stripe_due_problem(self, due, taken):
        self.ensure_one()
        if self.currency_id.compare_amounts(due, 0.0) > 0:
            return None
        if "pending" in taken:
            return PayProblem(
                "processing", self.env._("A payment is being processed by Stripe.")
            )
        if "done" in taken:
            return PayProblem("to_record", self._kash_stripe_taken_sentence(taken))
        if "error" in taken:
            return PayProblem("review", self._kash_stripe_taken_sentence(taken))
        if ELSEWHERE in taken:
            return PayProblem(ELSEWHERE, self._kash_stripe_taken_sentence(taken))
        return PayProblem("nothing_due", self.env._("There is no amount due."))

    def _kash_stripe_amount_problem(self, due, least, most):
        """Return why Stripe would not charge ``due``, however able the account is."""
        self.ensure_one()
        currency = self.currency_id
        if currency.compare_amounts(due, least) < 0:
            return PayProblem(
                "too_small",
                self.env._(
                    "%(due)s is less than Stripe charges: at least %(least)s.",
                    due=currency.format(due),
                    least=currency.format(least),
                ),
                self.env._("less than Stripe charges."),
            )
        if currency.compare_amounts(due, most) > 0:
            return PayProblem(
                "too_large",
                self.env._(
                    "%(due)s is more than Stripe charges at once: at most %(most)s.",
                    due=currency.format(due),
                    most=currency.format(most),
                ),
                self.env._("more than Stripe charges at once."),
            )
        return None

    def _kash_stripe_books_problem(self):
        """Return why a payment in the invoice's currency could not be recorded."""
        self.ensure_one()
        text = self.company_id._kash_stripe_currency_problem(self.currency_id)
        return PayProblem("cannot_record", text) if text else None
