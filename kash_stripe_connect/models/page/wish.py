# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal

from odoo import models
from odoo.tools.misc import babel_locale_parse

from ..link.terms import Part, Terms, Wish

# What is typed for an amount; no exponent, no *infinity*, and no book.
_TYPED = re.compile(r"[0-9][0-9.,'\s\u2019\u066b\u066c]{0,24}")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,3}))?")


@dataclass(frozen=True)
class Choice:
    """One of the ways to say how much is paid: a code, and the amount it stands for."""

    code: str
    amount: float
    label: str


class KashStripePageWish(models.AbstractModel):
    """How much a customer wants to pay: what the page offers, and what comes back."""

    _name = "kash.stripe.page.wish"
    _description = "What a Customer Wants to Pay"

    # === OFFERED === #

    def _choices(self, terms, taken=None):
        """Return what may be chosen, none where there is nothing to choose.

        :param terms: what is asked for first
        :param taken: what is taken of the invoice, where it was asked for before
        """
        self.ensure_one()
        first = Choice("next", terms.amount, self._first_label(terms))
        full = self._full_choice(taken)
        differs = self._currency().compare_amounts(first.amount, full.amount)
        some = [first, full] if differs else [replace(full, code="next")]
        if self._takes_own_amount():
            some.append(Choice("own", 0.0, self.env._("Another amount")))
        return some if len(some) > 1 else []

    def _full_choice(self, taken=None):
        amount = self._terms(taken, Wish(full=True)).amount
        return Choice("full", amount, self.env._("All that is open"))

    def _asks_all(self, terms, taken=None):
        """Tell whether all that is due is asked for, or granted, at once."""
        granted = Terms((*terms.parts, Part(self.move_id, terms.discount)))
        due = self._full_choice(taken).amount
        return not self._currency().compare_amounts(granted.amount, due)

    def _first_label(self, terms):
        """Call what is asked for first by what it is."""
        if terms.discount:
            return self.env._("All, less the discount")
        if terms.due_on and terms.due_on < self._today():
            return self.env._("What is overdue")
        return self.env._("Next instalment")

    def _whole_shown(self, taken=None):
        """Return the whole rest in minor units, as the form sends it back."""
        return self._units(self._full_choice(taken).amount)

    # === SENT === #

    def _read_wish(self, how, typed, ticked=()):
        """Return (what the customer wants to pay, code of what is wrong with it).

        :param how: the code of a choice; anything else is the first
        :param typed: what stands in the field for an amount
        :param ticked: of several invoices, the ids as texts
        """
        if self.partner_id:
            return self._read_ticks(ticked)
        if how != "own":
            return Wish(full=how == "full"), "amount_unclear" if typed.strip() else None
        amount = self._read_amount(typed.strip())
        if amount is None:
            return Wish(), "amount_text" if typed.strip() else "amount_empty"
        wish = Wish(amount=amount)
        problem = self._wish_problem(wish)
        return wish, problem.code if problem else None

    def _read_amount(self, text):
        """Return what somebody typed as a Decimal, None if it is no amount.

        Read as the page's language writes numbers; 12.50 on a German page, or 12,50 on
        an English one, is what it looks like.
        """
        if not _TYPED.fullmatch(text):
            return None
        locale = babel_locale_parse(self.env.lang or "en_US")
        try:
            return parse_decimal(text, locale=locale, strict=True)
        except NumberFormatError:
            plain = _PLAIN.fullmatch(text)
            return Decimal(text.replace(",", ".")) if plain else None

    def _mistake_text(self, code, taken=None):
        """Return what is wrong with an amount, in the customer's words."""
        least, most = self._own_amount_limits(taken)
        money = self._currency().format
        return {
            "amount_unclear": self.env._(
                "You typed an amount and chose another one: please choose one of them."
            ),
            "amount_empty": self.env._("Please type the amount you would like to pay."),
            "amount_text": self.env._(
                "This cannot be read as an amount: please type it in digits, as in"
                " %(example)s.",
                example=self._example(),
            ),
            "amount_zero": self.env._("Please type an amount above zero."),
            "amount_unit": self.env._(
                "There is no such amount in %(currency)s: please type it as in"
                " %(example)s.",
                currency=self._currency().name,
                example=self._example(),
            ),
            "amount_small": self.env._(
                "That is too little: please pay at least %(least)s.", least=money(least)
            ),
            "amount_large": self.env._(
                "That is more than is due: please pay %(most)s at most.",
                most=money(most),
            ),
            "amount_fixed": self.env._("Please choose one of these amounts."),
            "amount_rest": self.env._(
                "What is left then would be too little to be paid online: please pay"
                " all of it, or leave at least %(least)s.",
                least=money(self._least_rest()),
            ),
            "other_page": self._other_page_text(self.move_id),
            "amount_step": self.env._(
                "There is no such amount at Stripe: please choose another one, or"
                " contact %(company)s.",
                company=self.company_id.name,
            ),
        }.get(code)

    def _other_page_text(self, moves):
        """Return that another page is open that nobody can close from here."""
        return self.env._(
            "Another payment page is still open for %(invoices)s, and cannot be closed"
            " from here: it ends by itself within a day. Please do not pay on it, and"
            " come back tomorrow.",
            invoices=", ".join(moves.mapped("name")),
        )

    def _example(self):
        """Return an amount as the page's language writes it."""
        return self._currency().format(12.0)
