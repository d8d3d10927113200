# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.tools import format_date

from ...core import money
from ..link.open_items import Item
from ..link.terms import Terms, Wish

_ID = re.compile("[0-9]{1,10}")
# Of an invoice that is on its way: the page looks now and then whether it has come.
_UNDER_WAY = {"processing", "elsewhere", "to_record"}
# What is said of a payment that was begun and can be gone on with.
_BEGUN = {"paying", "step", "declined"}


@dataclass(frozen=True)
class Row:
    """An open document as the page lists it.

    A credit of several open items is one: they are ticked together.

    :param amount: what is paid for it, or what it is worth; of a credit below zero
    :param minor: the same in minor units
    :param place: which account it is owed on, as a number that tells nothing
    :param reason: why it cannot be ticked; empty where it can
    """

    item: Item
    amount: float
    minor: int
    place: int
    ticked: bool
    reason: str


class KashStripePageSeveral(models.AbstractModel):
    """What the page of a customer's open invoices shows, and what comes back of it."""

    _name = "kash.stripe.page.several"
    _description = "Page of a Customer's Open Invoices"

    # === SHOWN === #

    def _rows(self, items, wish):
        """Return the open documents, as they are ticked."""
        reasons = {**self._reason_texts(), **self._until_texts(items)}
        documents = defaultdict(list)
        for item in items:
            documents[item.move, item.account, bool(item.problem)].append(item)
        places = {item.account: at for at, item in enumerate(items)}
        return [
            self._row(mine, places[mine[0].account], wish, reasons)
            for mine in documents.values()
        ]

    def _row(self, mine, place, wish, reasons):
        """Return one row of a document's open items."""
        item, amount = mine[0], _sum_of(mine)
        problem = item.problem
        return Row(
            item=item,
            amount=amount,
            minor=0 if problem else self._units(amount),
            place=place,
            ticked=item.move.id in wish.moves and not problem,
            reason=problem
            and (
                reasons.get(item.move)
                or reasons.get(problem.code)
                or reasons["not_taken"]
            ),
        )

    def _until_texts(self, items):
        """Return {invoice: by when what is on its way has come or failed}, if known."""
        ways = [i.move for i in items if i.problem and i.problem.code == "processing"]
        moves = self.env["account.move"].union(*ways)
        found = {}
        for tx in moves._kash_stripe_taking({"pending"}).sorted("kash_stripe_known_by"):
            if not tx.kash_stripe_known_by:
                continue
            text = self.env._(
                "A payment is on its way. Whether it went through is usually known by"
                " %(day)s.",
                day=format_date(self.env, tx.kash_stripe_known_by),
            )
            found.update(dict.fromkeys(tx.invoice_ids & moves, text))
        return found

    def _reason_texts(self):
        """Return {code: why an invoice cannot be ticked, in the customer's words}."""
        way = self.env._("A payment is on its way.")
        came = self.env._("The payment was received.")
        return {
            "processing": way,
            "elsewhere": way,
            "to_record": came,
            "review": came,
            "nothing_due": self.env._("There is no amount due."),
            "currency": self.env._("It is in another currency."),
            "too_large": self.env._("It is more than can be charged at once."),
            "paused": self.env._("It is not asked for now."),
            "no_invoice": self.env._(
                "There is no open invoice it could be set off against."
            ),
            "not_taken": self.env._("It cannot be paid online at the moment."),
        }

    def _sums(self, items):
        """Return (sum of the open invoices, what of it is overdue), as listed.

        In the currency that is paid in; what is in another one stands for itself.
        """
        ours = [
            item
            for item in items
            if not item.is_credit and item.move.currency_id == self._currency()
        ]
        late = Terms(tuple(item.late_part for item in ours)).amount
        return _sum_of(ours), late

    def _ticks(self, ticked, overdue, items):
        """Return the wish that a page is shown with.

        At first all is ticked that may be, with the credits there are: they are netted
        as far as they go; of one company, for a payment is. Where somebody may be
        paying, what that payment is for: the button leads to it.

        :param ticked: what was ticked before (ids as texts), None at the first look
        :param overdue: whether that one ticks only what is overdue
        """
        if ticked is not None:
            return Wish(moves=_ids(ticked))
        attempt = self._open_attempt()
        if attempt and not overdue and self._attempt_code() in _BEGUN:
            return Wish(moves=tuple(attempt.kash_stripe_allocation_ids.move_id.ids))
        wanted = [
            item
            for item in items
            if not item.problem and (item.is_credit or item.age or not overdue)
        ]
        first = wanted[0].move.company_id if wanted else None
        mine = [item.move.id for item in wanted if item.move.company_id == first]
        return Wish(moves=tuple(mine))

    def _is_offered(self, items):
        """Tell whether there is an invoice that may be ticked."""
        return any(not (item.problem or item.is_credit) for item in items)

    def _several_code(self, problem, offered):
        """Return the code of what the page says.

        :param problem: why nothing at all can be paid on it now, or None
        """
        if problem or offered:
            return self._page_code(problem)
        return "paid" if self._is_thanked() else "nothing_due"

    def _exponent(self):
        """Return how many decimals a minor unit stands for."""
        return money.exponent(self._currency().name)

    def _items_state(self, items):
        """Return what an open page compares: it tells no more than the page does."""
        facts = [
            [item.move.id, str(item.part.amount), bool(item.problem)] for item in items
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

    def _are_under_way(self, items):
        return any(i.problem and i.problem.code in _UNDER_WAY for i in items)

    # === SENT === #

    def _read_ticks(self, ticked):
        """Return (what the customer wants to pay, code of what is wrong with it).

        :param ticked: ids as texts: anything at all
        """
        wish = Wish(moves=_ids(ticked))
        if len(wish.moves) < len(set(ticked)):
            return wish, "changed"
        problem = self._wish_problem(wish)
        return wish, problem.code if problem else None

    def _ticks_mistake_text(self, code, wish):
        """Return why what is ticked cannot be paid, in the customer's words."""
        least, most = self.company_id._kash_stripe_charge_limits()
        moves = self._chosen_invoices(wish)
        stuck = moves.filtered(
            lambda move: move.transaction_ids._kash_stripe_beyond_reach()
        )
        begun = moves.filtered(lambda move: move.transaction_ids._kash_stripe_waiting())
        written = self._currency().format
        return {
            "other_page": self._other_page_text(stuck),
            "waits": self.env._(
                "A payment was begun for %(invoices)s that can still be made: please"
                " tick that you will not make it, or untick what it is for.",
                invoices=", ".join(begun.mapped("name")),
            ),
            "nothing_ticked": self.env._("Please tick what you would like to pay."),
            "nothing_left": self.env._(
                "Your credits cover all that is ticked: there is nothing to pay. Please"
                " contact %(company)s, or tick more.",
                company=self.company_id.name,
            ),
            "two_companies": self.env._(
                "These invoices are of different branches: please pay those of one"
                " first, and then those of the other."
            ),
            "amount_unit": self.env._(
                "There is no such sum in %(currency)s: please tick less, or more.",
                currency=self._currency().name,
            ),
            "too_small": self.env._(
                "What is ticked comes to less than can be charged: at least %(least)s.",
                least=written(least),
            ),
            "too_large": self.env._(
                "What is ticked comes to more than can be charged at once: at most"
                " %(most)s.",
                most=written(most),
            ),
        }.get(code)

    def _several_title(self, code):
        """Return the title of the page: what it says."""
        return {
            "paying": self.env._("Payment begun"),
            "step": self.env._("Confirm your payment"),
            "declined": self.env._("Payment declined"),
            "not_paid": self.env._("Nothing was charged"),
            "other_tab": self.env._("Begun elsewhere"),
            "changed": self.env._("Please look at the sum"),
            "try_again": self.env._("Please try again"),
            "refused": self.env._("Not started"),
            "nothing_due": self.env._("Nothing due"),
            "paid": self.env._("Paid"),
        }.get(code) or self.env._("Open invoices")


def _sum_of(items):
    return Terms(tuple(item.part for item in items)).amount


def _ids(ticked):
    """Return the ids among what was sent, each once."""
    return tuple(dict.fromkeys(int(one) for one in ticked if _ID.fullmatch(one)))
