# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ...core import money
from ...core.reasons import Reason
from .guard import PayProblem

# Of a line item's name Stripe takes more; a bank statement or a list shows less.
_LONGEST = 250


@dataclass(frozen=True)
class Wish:
    """What a customer wants to pay; with nothing said, what is asked for first.

    :param amount: typed by hand, a Decimal in major units
    :param moves: ids of the documents that were ticked on the page of several
    :param instead: though what is left to the payer of another attempt stays payable
    :param full: the whole rest, where the next instalment is asked for first
    """

    amount: Decimal | None = None
    moves: tuple = ()
    full: bool = False
    instead: bool = False


@dataclass(frozen=True)
class Part:
    """What is asked for one document (major units), less what a credit is worth.

    :param move: the invoice, or the entry of a credit, whose amount is negative
    :param discount: granted on top, good until a day
    :param line: of a credit: the open receivable line that is netted
    :param due_on: since when, or by when, it is due
    """

    move: object
    amount: float
    discount: float = 0.0
    until: object = False
    line: object = None
    due_on: object = False


@dataclass(frozen=True)
class Terms:
    """What is asked for, document by document: each is frozen as it is here."""

    parts: tuple = ()

    @property
    def amount(self):
        """What the customer pays."""
        return _total(part.amount for part in self.parts)

    @property
    def discount(self):
        """What is granted on top of it for paying early."""
        return _total(part.discount for part in self.parts)

    @property
    def until(self):
        """The last day all of it is granted on, False without any."""
        return min((part.until for part in self.parts if part.until), default=False)

    @property
    def due_on(self):
        """The day the first of it is due, False where none is said."""
        return min((part.due_on for part in self.parts if part.due_on), default=False)


class KashStripeTerms(models.AbstractModel):
    """What a pay link asks for, and whether a customer's own wish can be asked for."""

    _name = "kash.stripe.terms"
    _description = "What a Payment Link Asks For"

    def _terms(self, taken=None, wish=None):
        """Return what the customer is asked for now, and the discount granted on it.

        :param taken: what is taken of the invoice, where it was asked for before
        :param wish: what the customer wants to pay, judged before; None: nothing said
        """
        wish = wish or Wish()
        if self.partner_id:
            return self._ticked_terms(wish)
        return Terms((self._invoice_part(wish, taken),))

    def _invoice_part(self, wish, taken):
        """Return what is asked for the link's invoice.

        An own amount never has a discount: the whole invoice is not paid by it. Nor has
        the whole rest, where the discounted amount is what is asked for first.
        """
        move = self.move_id
        if wish.amount is not None:
            return Part(move, float(wish.amount), due_on=move.invoice_date_due)
        if wish.full:
            due = move._kash_stripe_due_online(taken)[move.id]
            return Part(move, due, due_on=move.invoice_date_due)
        return move._kash_stripe_asked_now(taken)[move.id]

    def _prepare_allocations(self, terms):
        """Return what is frozen of each document, the oldest maturity first."""
        moves = self.env["account.move"].union(*(part.move for part in terms.parts))
        owed_on = moves._kash_stripe_owed_on()
        return [
            {
                "move_id": part.move.id,
                "move_name": part.move.name,
                "company_id": part.move.company_id.id,
                "currency_id": (part.line or part.move).currency_id.id,
                "amount": part.amount,
                "discount": part.discount,
                "discount_until": part.until,
                "line_id": part.line and part.line.id,
                "account_id": (
                    part.line.account_id if part.line else owed_on[part.move.id]
                ).id,
            }
            for part in terms.parts
        ]

    def _currency(self):
        """Return the currency of what is asked for."""
        return self.move_id.currency_id or self.company_id.currency_id

    def _units(self, amount):
        """Return an amount in Stripe's minor units, chargeable or not, as it is shown.

        What is finer than that is never asked for.
        """
        code = self._currency().name
        exact = Decimal(str(amount)).quantize(money.unit(code))
        return money.ledger_to_minor(exact, code)

    # === IN WORDS === #

    def _prepare_documents(self, terms):
        """Return what tells attempts over the same sum, but other documents, apart."""
        if self.move_id:
            return {}
        facts = [[part.move.id, str(part.amount)] for part in terms.parts]
        digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        return {"kash_documents": digest[:16]}

    def _product_name(self, terms):
        """Return what is paid, in the customer's language: no browser's."""
        lang = self._payer().lang or self.company_id.partner_id.lang
        env = self.with_context(lang=lang).env
        if len(terms.parts) == 1:
            return env._("Invoice %(name)s", name=self._names(terms))
        return env._("Invoices and credits: %(names)s", names=self._names(terms))

    def _names(self, terms):
        """Return the numbers of the documents, as far as Stripe has room for them."""
        names = ", ".join(part.move.name for part in terms.parts)
        return names if len(names) <= _LONGEST else f"{names[: _LONGEST - 1]}…"

    def _payer(self):
        """Return who is asked to pay: the invoice's contact, or the customer."""
        return self.move_id.partner_id or self.partner_id

    # === AN OWN AMOUNT === #

    def _takes_own_amount(self):
        """Tell whether the customer may say how much: by setting, of an invoice."""
        return bool(self.move_id) and self.company_id.kash_stripe_own_amount

    def _own_amount_limits(self, taken=None):
        """Return (least, most) a customer may choose to pay, in the invoice's currency.

        A rest below the company's own minimum can still be paid, as a whole.
        """
        company, move = self.company_id, self.move_id
        most = move._kash_stripe_due_online(taken)[move.id]
        least, _most = move._kash_stripe_limits()[move.id]
        own = company.currency_id._convert(
            company.kash_stripe_own_least, move.currency_id, company, self._today()
        )
        return max(least, min(own, most)), most

    def _wish_problem(self, wish, taken=None):
        """Return why just this cannot be asked for, None if it can.

        :return: a PayProblem whose code the page has a sentence for
        """
        if self.partner_id:
            return self._ticked_problem(wish)
        if wish.amount is None:
            return self._step_problem(wish, taken)
        if not self._takes_own_amount():
            return PayProblem("amount_fixed", self.env._("The amount is fixed."))
        least, most = self._own_amount_limits(taken)
        code = self._amount_code(wish.amount, Decimal(str(least)), Decimal(str(most)))
        if not code and self._leaves_too_little(wish.amount, Decimal(str(most))):
            code = "amount_rest"
        if not code:
            return None
        return PayProblem(code, self.env._("This amount cannot be paid."))

    def _step_problem(self, wish, taken):
        """Return why what is asked for is no sum of Stripe's: of a discounted dinar."""
        amount = Decimal(str(self._terms(taken, wish).amount))
        if self.move_id._kash_stripe_can_charge(amount):
            return None
        text = self.env._("Stripe cannot charge this amount.")
        return PayProblem("amount_step", text)

    def _least_rest(self):
        """Return the least that may be left open: Stripe charges no less later."""
        least, _most = self.move_id._kash_stripe_limits()[self.move_id.id]
        return least

    def _leaves_too_little(self, amount, most):
        """Tell whether what an own amount (Decimal) leaves could never be paid."""
        return 0 < most - amount < Decimal(str(self._least_rest()))

    def _amount_code(self, amount, least, most):
        """Return what is wrong with an amount (Decimal), None for nothing."""
        if amount <= 0:
            return "amount_zero"
        try:
            money.to_minor(amount, self._currency().name)
        except Reason:
            return "amount_unit"
        if amount < least:
            return "amount_small"
        return "amount_large" if amount > most else None


def _total(amounts):
    """Return the sum of amounts as they are written: exact."""
    return float(sum((Decimal(str(amount)) for amount in amounts), Decimal(0)))
