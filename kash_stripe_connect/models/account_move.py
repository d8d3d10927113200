# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..core import money
from .kash_stripe_pay_link import STATES


@dataclass(frozen=True)
class PayProblem:
    """Why an invoice cannot be paid by link: a code for pages, a text for the clerk."""

    code: str
    text: str

    @property
    def is_nothing_due(self):
        """There is nothing left to ask the customer for."""
        return self.code in {"nothing_due", "processing", "to_record", "review"}


class AccountMove(models.Model):
    _inherit = "account.move"

    kash_stripe_account_id = fields.Many2one(
        "kash.stripe.account",
        "Stripe Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The Stripe account whose money this entry moves.",
    )
    kash_stripe_link_ids = fields.One2many(
        "kash.stripe.pay.link", "move_id", "Stripe Payment Links"
    )
    kash_stripe_link_state = fields.Selection(
        STATES,
        "Stripe Payment Link",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        search="_search_kash_stripe_link_state",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    kash_stripe_link_reason = fields.Char(
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    kash_stripe_link_url = fields.Char(
        "Payment Address",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups="account.group_account_invoice",
    )
    kash_stripe_due_online = fields.Monetary(
        "Due Online",
        compute="_compute_kash_stripe_due_online",
        compute_sudo=True,
        help="What a customer can still be asked for: the open amount less what was"
        " paid at Stripe and is not yet in the books.",
    )
    kash_stripe_taken_text = fields.Char(
        compute="_compute_kash_stripe_due_online", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "amount_residual", "kash_stripe_link_ids.voided_at")
    def _compute_kash_stripe_link(self):
        problems = self._kash_stripe_pay_problems()
        for move in self:
            link = move._kash_stripe_current_link()
            problem = problems.get(move.id)
            move.kash_stripe_link_state = link.state
            move.kash_stripe_link_reason = (
                link.reason or (not link and problem and problem.text) or False
            )
            alive = link and not link.sudo()._is_dead()
            move.kash_stripe_link_url = link.sudo().url if alive else False

    def _search_kash_stripe_link_state(self, operator, value):
        """Find invoices by the state of their newest link, in one query."""
        if operator != "in":
            return NotImplemented
        self._kash_stripe_flush_link_state()
        states = tuple(state for state in value if state)
        unserved_ids = self.env.companies._kash_stripe_unserved().ids
        domain = (
            Domain("id", "in", _moves_by_link_state(states, unserved_ids))
            if states
            else None
        )
        if False in value:
            unlinked = Domain("kash_stripe_link_ids", "=", False)
            domain = domain | unlinked if domain else unlinked
        return domain if domain is not None else Domain.FALSE

    def _kash_stripe_flush_link_state(self):
        for model in (
            "kash.stripe.account",
            "kash.stripe.allocation",
            "kash.stripe.pay.link",
            "payment.transaction",
            "account.move",
        ):
            self.env[model].flush_model()

    @api.depends("amount_residual", "transaction_ids.state")
    def _compute_kash_stripe_due_online(self):
        due = self._kash_stripe_due_online()
        taken = self._kash_stripe_taken()
        for move in self:
            move.kash_stripe_due_online = due.get(move.id, 0.0)
            move.kash_stripe_taken_text = move._kash_stripe_taken_sentence(
                taken.get(move.id)
            )

    # === ACTION METHODS === #

    def action_kash_stripe_create_link(self):
        """Make a payment link for the invoice, unless it has a living one."""
        self.ensure_one()
        self.check_access("write")
        self._kash_stripe_ensure_link()
        return True

    def action_kash_stripe_void_link(self):
        """Make the invoice's link worthless at once."""
        self.ensure_one()
        self.check_access("write")
        self._kash_stripe_current_link().action_void()
        return True

    def action_kash_stripe_new_link(self):
        """Replace the link: the old address dies."""
        self.ensure_one()
        self.action_kash_stripe_void_link()
        return self.action_kash_stripe_create_link()

    # === BUSINESS METHODS === #

    def _kash_stripe_current_link(self):
        """Return the newest link of the invoice, dead or alive."""
        self.ensure_one()
        return self.kash_stripe_link_ids.sorted("id", reverse=True)[:1]

    def _kash_stripe_ensure_link(self):
        """Return the living link of the invoice, made if there is none.

        :raises UserError: the invoice cannot be paid by link, and why
        """
        self.ensure_one()
        problem = self._kash_stripe_pay_problems().get(self.id)
        if problem:
            raise UserError(problem.text)
        self._kash_stripe_ensure_links()
        return self._kash_stripe_current_link()

    def _kash_stripe_ensure_links(self):
        """Give each of the (payable) invoices a living link, in one batch."""
        self._kash_stripe_lock_links()
        without = self.filtered(lambda move: not move._kash_stripe_has_living_link())
        self.env["kash.stripe.pay.link"].sudo().create(
            [move._kash_stripe_prepare_link_vals() for move in without]
        )

    def _kash_stripe_has_living_link(self):
        link = self._kash_stripe_current_link()
        return bool(link) and not link.sudo()._is_dead()

    def _kash_stripe_prepare_link_vals(self):
        account = self.company_id._kash_stripe_connected_account()
        return {
            "move_id": self.id,
            "company_id": self.company_id.id,
            "account_id": account.id,
            "epoch": account.epoch,
        }

    def _kash_stripe_lock_links(self):
        """Let one request at a time make the invoices' links.

        The rows are written as they are: a request that waited fails its serialisation
        and is run again by Odoo, this time seeing the other's link.
        """
        if not self:
            return
        self.env.cr.execute(
            SQL("UPDATE account_move SET id = id WHERE id IN %s", tuple(self.ids))
        )
        self.kash_stripe_link_ids.invalidate_recordset()
        self.invalidate_recordset(["kash_stripe_link_ids"])

    def _kash_stripe_taken(self):
        """Return {move id: {state: amount}} of what Stripe has and the books have not.

        One query for all invoices; amounts in the invoice's currency, the discounts
        granted with them included, for they settle the invoice too. Money that came in
        another amount than asked (*error*, but paid) counts: nobody is asked again.
        """
        groups = (
            self.env["kash.stripe.allocation"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "in", self.ids),
                    ("transaction_id.kash_stripe_reversed", "=", False),
                    "|",
                    ("transaction_id.state", "in", ["pending", "done"]),
                    "&",
                    ("transaction_id.state", "=", "error"),
                    ("transaction_id.kash_stripe_paid_at", "!=", False),
                    ("transaction_id.operation", "!=", "refund"),
                    ("transaction_id.payment_id", "=", False),
                ],
                ["move_id", "transaction_id.state"],
                ["amount:sum", "discount:sum"],
            )
        )
        taken = {}
        for move, tx_state, amount, discount in groups:
            taken.setdefault(move.id, {})[tx_state] = amount + discount
        return taken

    def _kash_stripe_due_online(self):
        """Return {move id: amount} a customer can still be asked for online."""
        taken = self._kash_stripe_taken()
        return {
            move.id: move.currency_id.round(
                move.amount_residual - sum(taken.get(move.id, {}).values())
            )
            for move in self
        }

    def _kash_stripe_early_discount(self, due, day):
        """Return (discount, its last day) for paying ``due`` online on ``day``.

        As Odoo grants it: on the whole invoice only, nothing paid or taken before.
        """
        self.ensure_one()
        whole = not self.currency_id.compare_amounts(due, self.amount_total)
        if not whole or not self._is_eligible_for_early_payment_discount(
            self.currency_id, day
        ):
            return 0.0, False
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        discount = due - sum(terms.mapped("discount_amount_currency"))
        return self.currency_id.round(discount), terms[:1].discount_date

    def _kash_stripe_taken_sentence(self, taken):
        """Return the clerk's sentence about money that is at Stripe only."""
        self.ensure_one()
        if not taken:
            return False
        transactions = self.sudo().transaction_ids.filtered(
            lambda tx: tx.kash_stripe_account_id and not tx.payment_id
        )
        paid = transactions.filtered(lambda tx: tx.state == "done")[:1]
        amount = self.currency_id.format(sum(taken.values()))
        if paid:
            return self.env._(
                "%(amount)s paid at Stripe on %(day)s, waiting to be recorded.",
                amount=amount,
                day=format_date(self.env, paid._kash_stripe_paid_day()),
            )
        if "error" in taken:
            return self.env._(
                "A payment of another amount than was asked for is at Stripe: see the"
                " payment transactions."
            )
        return self.env._("%(amount)s is being processed by Stripe.", amount=amount)

    # === WHY NOT === #

    def _kash_stripe_pay_problems(self):
        """Return {move id: PayProblem} for each invoice that cannot be paid by link."""
        invoices = self.filtered(lambda move: move.state == "posted")
        due, taken = invoices._kash_stripe_due_online(), invoices._kash_stripe_taken()
        found = {}
        for move in self:
            problem = move._kash_stripe_document_problem() or (
                move._kash_stripe_due_problem(due[move.id], taken.get(move.id, {}))
                or move._kash_stripe_account_problem()
            )
            if problem:
                found[move.id] = problem
        return found

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
        if self.currency_id != self.company_id.currency_id:
            return PayProblem(
                "currency",
                self.env._(
                    "The invoice is in %(currency)s; a payment link needs %(company)s.",
                    currency=self.currency_id.name,
                    company=self.company_id.currency_id.name,
                ),
            )
        return None

    def _kash_stripe_is_chargeable(self):
        """Tell whether the open amount can be said in Stripe's units."""
        self.ensure_one()
        try:
            money.to_minor(
                Decimal(str(self.currency_id.round(self.amount_residual))),
                self.currency_id.name,
            )
        except ValueError:
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
        return PayProblem("nothing_due", self.env._("There is no amount due."))

    def _kash_stripe_account_problem(self):
        self.ensure_one()
        if not self.company_id._kash_stripe_is_served():
            return PayProblem(
                "service_ended",
                self.env._(
                    "The Stripe service of %(company)s has ended. Please renew it with"
                    " the operator of this Odoo.",
                    company=self.company_id.name,
                ),
            )
        account = self.company_id._kash_stripe_connected_account()
        if not account:
            return PayProblem("not_connected", self.env._("Stripe is not connected."))
        if not account._can_charge():
            return PayProblem(
                "cannot_charge",
                self.env._("The Stripe account cannot take payments at present."),
            )
        return None

    def _kash_stripe_changes(self):
        """Return [{account, before, change, after}] of these posted entries.

        Accounts by name, amounts in company currency.

        Matching made entries of its own where taxes are due on payment: they count.
        """
        partials = self.line_ids.matched_debit_ids | self.line_ids.matched_credit_ids
        moves = self | self.search([("tax_cash_basis_rec_id", "in", partials.ids)])
        changes = {
            ledger: sum(lines.mapped("balance"))
            for ledger, lines in moves.line_ids.grouped("account_id").items()
        }
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", [ledger.id for ledger in changes]),
                ("company_id", "in", moves.company_id.ids),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        after = {ledger.id: balance for ledger, balance in groups}
        return [
            {
                "account": ledger.display_name,
                "before": after[ledger.id] - change,
                "change": change,
                "after": after[ledger.id],
            }
            for ledger, change in changes.items()
        ]

    def _kash_stripe_end_attempts(self):
        """Nothing may be paid on these any more: open Checkout pages are expired."""
        self.sudo().transaction_ids._kash_stripe_expire_soon()

    # === OVERRIDES === #

    @api.model_create_multi
    def create(self, vals_list):
        """The Stripe account of an entry is what the proof sums by: ours to write."""
        if not self.env.su and any(
            "kash_stripe_account_id" in vals for vals in vals_list
        ):
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        return super().create(vals_list)

    def write(self, vals):
        """The Stripe account of an entry is what the proof sums by: ours to write."""
        if not self.env.su and "kash_stripe_account_id" in vals:
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        return super().write(vals)

    def button_draft(self):
        """Override of `account`: an invoice being changed is not paid meanwhile."""
        self._kash_stripe_end_attempts()
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: a cancelled invoice is not paid any more."""
        self._kash_stripe_end_attempts()
        return super().button_cancel()

    def _invoice_paid_hook(self):
        """Override of `account`: what was paid by other means is not paid again."""
        self._kash_stripe_end_attempts()
        return super()._invoice_paid_hook()

    def _post(self, soft=True):
        """Override of `account`: a credit note finds the refund that waited for it."""
        posted = super()._post(soft)
        notes = posted.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )
        self.env["kash.stripe.booking"].sudo()._match_late(notes.sudo())
        return posted

    def _has_to_be_paid(self):
        """Override of `account_payment`: what Stripe has is not asked for again."""
        return super()._has_to_be_paid() and (
            self.currency_id.compare_amounts(
                self._kash_stripe_due_online()[self.id], 0.0
            )
            > 0
        )

    def _get_online_payment_error(self):
        """Override of `account_payment`: say that the money is at Stripe already."""
        message = super()._get_online_payment_error()
        sentence = self._kash_stripe_taken_sentence(
            self._kash_stripe_taken().get(self.id)
        )
        return "\n".join(filter(None, [message, sentence]))


def _moves_by_link_state(states, unserved_ids):
    """Return the query for the invoices whose newest link is in one of ``states``.

    The same rules, in the same order, as ``kash.stripe.pay.link._state_and_reason``.
    """
    return SQL(
        """(
        SELECT newest.move_id FROM (
            SELECT DISTINCT ON (link.move_id) link.move_id,
                CASE
                    WHEN link.voided_at IS NOT NULL THEN 'void'
                    WHEN account.connected IS NOT TRUE
                        OR account.epoch != link.epoch THEN 'ended'
                    WHEN move.move_type != 'out_invoice' OR move.state != 'posted'
                        OR move.currency_id != company.currency_id THEN 'waiting'
                    WHEN move.amount_residual <= COALESCE(taken.amount, 0) THEN 'paid'
                    WHEN account.charges_enabled IS NOT TRUE
                        OR move.kash_stripe_collecting_paused
                        OR move.company_id = ANY(%s) THEN 'waiting'
                    ELSE 'live'
                END AS state
            FROM kash_stripe_pay_link link
            JOIN kash_stripe_account account ON account.id = link.account_id
            JOIN account_move move ON move.id = link.move_id
            JOIN res_company company ON company.id = move.company_id
            LEFT JOIN (
                SELECT part.move_id,
                    SUM(part.amount + COALESCE(part.discount, 0)) AS amount
                FROM kash_stripe_allocation part
                JOIN payment_transaction tx ON tx.id = part.transaction_id
                WHERE (tx.state IN ('pending', 'done') OR (
                        tx.state = 'error' AND tx.kash_stripe_paid_at IS NOT NULL))
                    AND tx.operation != 'refund' AND tx.payment_id IS NULL
                    AND tx.kash_stripe_reversed IS NOT TRUE
                GROUP BY part.move_id
            ) taken ON taken.move_id = link.move_id
            ORDER BY link.move_id, link.id DESC
        ) newest WHERE newest.state IN %s)""",
        unserved_ids,
        states,
    )
