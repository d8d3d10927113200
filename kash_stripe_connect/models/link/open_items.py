# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from .guard import PayProblem
from .terms import Part, Terms

# Too little for a charge of its own is none beside others.
_ALONE = "too_small"


@dataclass(frozen=True)
class Item:
    """An open document of a customer, as the page of all and the statement show it.

    :param part: what is asked for it if it is ticked; of a credit a negative amount
    :param day: the day on it
    :param age: days since the first of it was due, 0 before
    :param late: what of it is overdue: of one in instalments less than all
    :param problem: PayProblem: why it cannot be ticked, None if it can
    :param account: on which it is owed, or owed back: no others can be set off
    """

    part: Part
    day: object
    account: object
    age: int = 0
    problem: object = None
    late: float = 0.0

    @property
    def move(self):
        """The document."""
        return self.part.move

    @property
    def late_part(self):
        """What of it is overdue, as a part."""
        return replace(self.part, amount=self.late)

    @property
    def is_credit(self):
        """It is netted, not paid."""
        return self.part.line is not None


class KashStripeOpenItems(models.AbstractModel):
    """What of a customer is open when his page is opened, and what is asked for it."""

    _name = "kash.stripe.open.items"
    _description = "Open Items of a Customer's Page"

    # === LISTED === #

    def _listed_items(self):
        """Return the customer's open invoices and credits, the oldest first of each.

        A few queries, however many there are.
        """
        self.ensure_one()
        invoices = self._invoice_items()
        owed_on = {item.account for item in invoices if not item.problem}
        return [*invoices, *self._credit_items(owed_on)]

    def _invoice_items(self):
        moves = self._unpaid_invoices()
        taken = moves._kash_stripe_taken()
        due = moves._kash_stripe_due_online(taken)
        problems = self._item_problems(moves, taken)
        accounts = moves._kash_stripe_owed_on()
        return [
            self._invoice_item(
                move, due[move.id], accounts[move.id], problems.get(move.id)
            )
            for move in moves
        ]

    def _invoice_item(self, move, due, account, problem):
        """Return an invoice as it is listed: whole, and as old as its first term."""
        since, first = move._kash_stripe_first_due(due)
        part = replace(move._kash_stripe_whole_part(due), due_on=since)
        age = self._age(since)
        return Item(
            part=part,
            day=move.invoice_date,
            account=account,
            age=age,
            late=min(float(first), part.amount) if age else 0.0,
            problem=problem,
        )

    def _credit_items(self, owed_on):
        """Return what is open of the customer's credits.

        :param owed_on: the accounts on which something can be paid
        """
        lines = self._credit_lines()
        free = lines._kash_stripe_free_credit()
        text = self.env._("No open invoice is owed on its account.")
        problem = PayProblem("no_invoice", text)
        return [
            Item(
                part=Part(
                    move=line.move_id,
                    amount=-line.currency_id.round(free[line.id]),
                    line=line,
                    due_on=line.date_maturity or line.date,
                ),
                day=line.date,
                account=line.account_id,
                problem=None if line.account_id in owed_on else problem,
            )
            for line in lines
            if line.currency_id.compare_amounts(free.get(line.id, 0.0), 0.0) > 0
        ]

    def _unpaid_invoices(self):
        """Return the invoices that are open in the books, whatever is taken of them."""
        return self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
                ("commercial_partner_id", "=", self.partner_id.id),
                *self._family_domain(),
            ],
            order="invoice_date_due, id",
        )

    def _credit_lines(self):
        """Return the open receivable lines of credit notes and of what pays nothing."""
        return self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
                ("currency_id", "=", self._currency().id),
                *self._family_domain(),
            ],
            order="date_maturity, date, id",
        )

    def _family_domain(self):
        """The company of the link's account, and its branches that have no other."""
        family = self.env["res.company"].search(
            [("id", "child_of", self.company_id.id)]
        )
        account = self.account_id
        same = family.filtered(
            lambda company: company._kash_stripe_connected_account() == account
        )
        return Domain("company_id", "in", same.ids)

    def _age(self, due_on):
        """Return how many days something is overdue, where the seller is."""
        return max((self._today() - due_on).days, 0) if due_on else 0

    def _item_problems(self, moves, taken):
        """Return {move id: PayProblem} of what cannot be ticked.

        What a person voided is left alone; a link made now needs what sending one does.
        """
        problems = {
            move_id: problem
            for move_id, problem in moves._kash_stripe_pay_problems(taken).items()
            if problem.code != _ALONE
        }
        locked = moves._kash_stripe_lock_problems()
        for move in moves.filtered(lambda move: move.id not in problems):
            if move.currency_id != self._currency():
                # A sum of several currencies is none: its own link asks for it.
                problems[move.id] = move._kash_stripe_other_currency()
            elif move._kash_stripe_current_link().voided_at:
                text = self.env._("Its payment link was voided.")
                problems[move.id] = PayProblem("voided", text)
            elif move.id in locked and not move._kash_stripe_has_living_link():
                problems[move.id] = locked[move.id]
        return problems

    # === TICKED === #

    def _ticked_terms(self, wish):
        """Return what is asked for the ticked documents, credits netted."""
        return self._netted(self._listed_items(), wish)

    def _netted(self, items, wish):
        """Return what is asked for those of the items that are ticked and may be.

        The oldest credit is netted first, and never more than the invoices that are
        owed on its account.
        """
        chosen = [one for one in items if one.move.id in wish.moves and not one.problem]
        invoices = [item for item in chosen if not item.is_credit]
        parts, room = [item.part for item in invoices], defaultdict(Decimal)
        for item in invoices:
            room[item.account] += Decimal(str(item.part.amount))
        for item in chosen:
            used = min(room[item.account], -Decimal(str(item.part.amount)))
            if item.is_credit and used > 0:
                parts.append(replace(item.part, amount=-float(used)))
                room[item.account] -= used
        return Terms(tuple(parts))

    def _attempts_over(self, wish=None):
        """Return the attempts over what is ticked, or all that is open: credits, too.

        :param wish: what is ticked, None for all
        """
        if wish:
            parts = self._ticked_terms(wish).parts
            moves = self.env["account.move"].union(*(part.move for part in parts))
            lines = self.env["account.move.line"]
            lines = lines.union(*(part.line for part in parts if part.line))
        else:
            moves, lines = self._unpaid_invoices(), self._credit_lines()
        return moves.transaction_ids | lines._kash_stripe_attempts()

    def _chosen_invoices(self, wish):
        """Return the invoices that are ticked and may be."""
        parts = self._ticked_terms(wish).parts
        moves = self.env["account.move"]
        return moves.union(*(part.move for part in parts if not part.line))

    def _ticked_problem(self, wish):
        """Return why what is ticked cannot be paid together, None if it can."""
        items = self._listed_items()
        terms = self._netted(items, wish)
        invoices = [part.move for part in terms.parts if not part.line]
        if set(wish.moves) - {item.move.id for item in items if not item.problem}:
            return PayProblem("changed", self.env._("Something ticked is not open."))
        if not invoices:
            return PayProblem("nothing_ticked", self.env._("Nothing is ticked."))
        if len({part.move.company_id for part in terms.parts}) > 1:
            text = self.env._("Invoices of several companies are paid one by one.")
            return PayProblem("two_companies", text)
        if terms.amount <= 0:
            return PayProblem("nothing_left", self.env._("Credits cover all of it."))
        amount = Decimal(str(terms.amount))
        if self._amount_code(amount, Decimal(0), amount):
            text = self.env._("Stripe cannot charge this amount.")
            return PayProblem("amount_unit", text)
        limits = self.company_id._kash_stripe_charge_limits()
        return invoices[0]._kash_stripe_amount_problem(terms.amount, *limits)
