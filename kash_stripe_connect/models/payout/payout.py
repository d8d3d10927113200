# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, timezone
from datetime import time as clock_time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...core import days, double_entry, money
from ...core.status import PAYOUT_OPEN, PAYOUT_RANKS, moves_up
from ..base.currencies import currencies_by_code
from ..base.minor_units import MinorUnits
from ..base.records import check_one, check_some

_lt = LazyTranslate(__name__)

# https://docs.stripe.com/api/payouts/failures
FAILURES = {
    "account_closed": _lt("The bank account has been closed."),
    "account_frozen": _lt("The bank account has been frozen."),
    "bank_account_restricted": _lt("The bank account does not take this payment."),
    "bank_ownership_changed": _lt("The bank account has another owner now."),
    "could_not_process": _lt("The bank could not process it."),
    "debit_not_authorized": _lt("The bank does not allow Stripe to debit it."),
    "declined": _lt("The bank declined it."),
    "incorrect_account_holder_address": _lt("The bank has another address."),
    "incorrect_account_holder_name": _lt("The bank has another name."),
    "incorrect_account_holder_tax_id": _lt("The bank has another tax number."),
    "incorrect_account_type": _lt("The bank account is of another type."),
    "insufficient_funds": _lt("There was not enough money in the bank account."),
    "invalid_account_number": _lt("The account number is wrong."),
    "invalid_account_number_length": _lt("The account number has a wrong length."),
    "invalid_currency": _lt("The bank account does not take this currency."),
    "no_account": _lt("The bank account could not be found."),
    "unsupported_card": _lt("The card does not take payouts."),
}
BOOKS_STATES = [
    ("none", "No row here"),
    ("new", "To record"),
    ("by_hand", "To record by hand"),
    ("held", "Held"),
    ("stopped", "Stopped"),
    ("booked", "Recorded"),
    ("reversed", "Reversed"),
]
# What a person must see first, of a payout and of what took it back.
_WORST_FIRST = ("stopped", "held", "by_hand", "waiting", "new", "booked", "reversed")

_logger = logging.getLogger(__name__)


class KashStripePayout(models.Model):
    """Money on its way from Stripe to the bank: what it is made of, what became of it.

    It is booked by its rows, like everything at Stripe; this record moves nothing.
    """

    _name = "kash.stripe.payout"
    _description = "Stripe Payout"
    _inherit = [
        "kash.stripe.of.account",
        "kash.stripe.noticed",
        "kash.stripe.payout.match",
        "kash.stripe.payout.lists",
    ]
    _order = "created_at desc, id desc"
    _rec_name = "payout_id"
    _check_company_auto = True

    payout_id = fields.Char(required=True, readonly=True)
    currency_code = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = MinorUnits("Amount (minor units)", required=True, readonly=True)
    total = fields.Monetary(
        "Amount", readonly=True, help="Negative: Stripe takes it from the bank."
    )
    status = fields.Selection(
        [
            ("pending", "Pending"),
            ("in_transit", "On its way"),
            ("paid", "Paid"),
            ("failed", "Failed"),
            ("canceled", "Cancelled"),
        ],
        "At Stripe",
        required=True,
        readonly=True,
        index=True,
    )
    created_at = fields.Datetime("Created", required=True, readonly=True)
    arrival_date = fields.Date("Expected Arrival", required=True, readonly=True)
    automatic = fields.Boolean(
        readonly=True, help="By the schedule at Stripe; else somebody asked for it."
    )
    method = fields.Selection(
        [("standard", "Standard"), ("instant", "Instant")], readonly=True
    )
    description = fields.Char(readonly=True)
    destination = fields.Char("To", readonly=True)
    statement_descriptor = fields.Char("On The Statement", readonly=True)
    trace = fields.Char(
        "Bank Reference", readonly=True, help="Told up to ten days after the arrival."
    )
    failure_code = fields.Char(readonly=True)
    failure_message = fields.Char(readonly=True)
    failure_text = fields.Char("Why It Failed", compute="_compute_failure_text")

    # What it is made of
    row_ids = fields.One2many(
        "kash.stripe.balance.transaction", "payout_id", "Rows In It", readonly=True
    )
    listed = fields.Selection(
        [
            ("never", "No list at Stripe"),
            ("later", "Stripe is preparing the list"),
            ("ready", "Ready to fetch"),
            ("fetched", "Fetched"),
        ],
        "List Of Rows",
        required=True,
        readonly=True,
        help="Stripe lists the rows of automatic payouts only, some hours later.",
    )
    listed_count = fields.Integer("Rows At Stripe", readonly=True)
    earlier_count = fields.Integer("Rows Before Our Time", readonly=True)
    earlier_net = MinorUnits(readonly=True)
    differs = fields.Boolean(
        "Does Not Agree", readonly=True, help="Its rows do not make its amount."
    )
    check_sum = fields.Monetary(
        "Sum Of Its Rows", compute="_compute_check", help="Net of fees."
    )
    check_state = fields.Selection(
        [
            ("agrees", "Agrees"),
            ("differs", "Does not agree"),
            ("later", "Not yet"),
            ("never", "No list at Stripe"),
        ],
        "Check Sum",
        compute="_compute_check",
    )
    check_text = fields.Char(compute="_compute_check")

    # What became of it in the books
    own_row_ids = fields.Many2many(
        "kash.stripe.balance.transaction", compute="_compute_books", string="Own Rows"
    )
    books_state = fields.Selection(
        BOOKS_STATES, "In The Books", compute="_compute_books"
    )
    transit_line_ids = fields.Many2many(
        "account.move.line", compute="_compute_books", string="Lines In Transit"
    )
    in_transit = fields.Boolean(compute="_compute_books", search="_search_in_transit")

    _payout_unique = models.UniqueIndex("(account_id, payout_id)")

    # === COMPUTE METHODS === #

    @api.depends("payout_id", "total", "currency_id")
    def _compute_display_name(self):
        for payout in self:
            day = fields.Date.to_string(payout.arrival_date)
            amount = payout.currency_id.format(payout.total)
            payout.display_name = f"{amount} ({day})"

    @api.depends("failure_code", "failure_message")
    def _compute_failure_text(self):
        for payout in self:
            words = FAILURES.get(payout.failure_code)
            payout.failure_text = str(words) if words else payout.failure_message

    @api.depends("row_ids.net", "listed", "differs", "earlier_net")
    def _compute_check(self):
        for payout in self:
            net = sum(payout.row_ids.mapped("net")) + payout.earlier_net
            payout.check_sum = payout._major(net)
            payout.check_state, payout.check_text = payout._judge()

    def _judge(self):
        """Return (state, sentence) of the check sum."""
        if self.listed == "never":
            return "never", self.env._(
                "Stripe does not say what payouts are made of that somebody asked for."
            )
        if self.listed != "fetched":
            return "later", self.env._(
                "Stripe says some hours later what a payout is made of."
            )
        if self.differs:
            return "differs", self.env._(
                "Its rows make %(net)s, Stripe paid out %(amount)s.",
                net=self.currency_id.format(self.check_sum),
                amount=self.currency_id.format(self.total),
            )
        if self.earlier_count:
            return "agrees", self.env._(
                "Of its rows, from before your books with Stripe began: %(count)s.",
                count=self.earlier_count,
            )
        return "agrees", False

    def _compute_books(self):
        own = self._own_rows()
        for payout in self:
            rows = own.get(payout._key(), own[None])
            states = set(rows.mapped("state"))
            worst = next((state for state in _WORST_FIRST if state in states), "none")
            lines = rows._posted_lines()
            payout.own_row_ids = rows
            payout.books_state = "new" if worst == "waiting" else worst
            payout.transit_line_ids = lines
            payout.in_transit = payout.status in PAYOUT_OPEN or not all(
                lines.mapped("reconciled")
            )

    def _own_rows(self):
        """Return {key of payout: its row and what took it back}, in one query.

        Under None stands an empty set.
        """
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("source_id", "in", self.mapped("payout_id")),
                ("type", "in", list(double_entry.PAYOUT_TYPES)),
            ]
        )
        grouped = rows.grouped(lambda row: (row.account_id.id, row.source_id))
        return {None: rows.browse(), **grouped}

    def _key(self):
        """Return what a payout and its own rows have in common."""
        self.ensure_one()
        return self.account_id.id, self.payout_id

    @api.model
    def _search_in_transit(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["kash.stripe.balance.transaction"].flush_model(["entry_line_id"])
        self.env["account.move.line"].flush_model(["parent_state", "reconciled"])
        still = SQL(
            """
            SELECT payout.id
              FROM kash_stripe_payout payout
         LEFT JOIN kash_stripe_balance_transaction own
                ON own.account_id = payout.account_id
               AND own.source_id = payout.payout_id
         LEFT JOIN account_move_line line
                ON line.id = own.entry_line_id
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
             WHERE payout.status IN %s OR line.id IS NOT NULL
            """,
            PAYOUT_OPEN,
        )
        return [("id", "in" if True in value else "not in", still)]

    def _major(self, minor):
        """Return an amount to show from minor units."""
        return float(money.to_major(minor, self.currency_code))

    # === NOTICE === #

    def _notice_reason(self):
        """Override: why the bank sent it back."""
        return self.failure_text

    # === ACTION METHODS === #

    def action_view_rows(self):
        """Open the rows it is made of."""
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.kash_stripe_balance_transaction_action"
        )
        return {**action, "domain": [("payout_id", "=", self.id)]}

    def action_view_entries(self):
        """Open the entries it stands in, to the bank too."""
        check_one(self)
        return self._entries()._get_records_action(name=self.env._("Entries"))

    def action_record_by_hand(self):
        """Open the deposit dialog on these payouts."""
        check_some(self)
        self.account_id._check_may_manage()
        rows = self.own_row_ids.filtered(lambda row: row.state == "by_hand")
        if not rows:
            raise UserError(self.env._("Nothing of this waits to be recorded by hand."))
        return rows.action_deposit()

    def _entries(self):
        """Return the entries of the payout itself, and of its way to the bank."""
        moved = self.env["kash.stripe.movement"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("object_ref", "in", self.mapped("payout_id")),
            ]
        )
        return self.own_row_ids.entry_id | self.own_row_ids.fee_move_id | moved.entry_id

    @api.model
    def _apply_payouts(self, account, payouts):
        """Write what Stripe says of payouts.

        :param payouts: PayoutFacts; late and repeated ones change nothing
        """
        told = {facts.id: facts for facts in payouts}
        known = self.search(
            [("account_id", "=", account.id), ("payout_id", "in", list(told))]
        )
        for payout in known:
            payout._apply_news(told[payout.payout_id])
        fresh = [told[name] for name in told if name not in known.mapped("payout_id")]
        currencies = currencies_by_code(self.env, [facts.currency for facts in fresh])
        made = self.create(
            [self._prepare_vals(account, facts, currencies) for facts in fresh]
        )
        failed = (known | made).filtered(
            lambda payout: told[payout.payout_id].status == "failed"
        )
        if failed:
            failed._notify_failed(account)

    @api.model
    def _prepare_vals(self, account, facts, currencies):
        """Return a new record of what Stripe says."""
        return {
            "payout_id": facts.id,
            "account_id": account.id,
            "company_id": account.company_id.id,
            "amount": facts.amount,
            "currency_code": facts.currency,
            "currency_id": currencies.get(facts.currency, self.currency_id).id,
            "total": float(money.to_major(facts.amount, facts.currency)),
            "status": facts.status,
            "created_at": days.utc(facts.created),
            "automatic": facts.automatic,
            "method": "instant" if facts.method == "instant" else "standard",
            "listed": self._listed(facts),
            **self._prepare_news(facts),
        }

    @api.model
    def _listed(self, facts):
        if facts.lists_rows:
            return "ready"
        return "later" if facts.reconciliation_status == "in_progress" else "never"

    @api.model
    def _prepare_news(self, facts):
        """Return what may change while a payout is on its way; never takes any back."""
        name = " ".join(filter(None, [facts.destination_name, facts.destination_last4]))
        news = {
            # Midnight in UTC, whatever the account's zone: a day, and no moment.
            "arrival_date": datetime.fromtimestamp(
                facts.arrival_date, tz=timezone.utc
            ).date(),
            "description": facts.description,
            "destination": name or facts.destination_id,
            "statement_descriptor": facts.statement_descriptor,
            "trace": facts.trace_id,
            "failure_code": facts.failure_code,
            "failure_message": facts.failure_message,
        }
        return {name: value for name, value in news.items() if value}

    def _apply_news(self, facts):
        """Move on to what Stripe says; what it said before is no news any more."""
        self.ensure_one()
        if not self._advance(facts.status):
            return
        news = self._prepare_news(facts)
        if self.listed == "later" and facts.lists_rows:
            news["listed"] = "ready"
        changed = {name: value for name, value in news.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _advance(self, status):
        """Write the status, the only writer of it; tell whether it is not from before.

        :param status: Stripe's word, by core.status.PAYOUT_RANKS
        """
        if self.status == status:
            return True
        if not moves_up(PAYOUT_RANKS, self.status, status):
            _logger.info("%s is %s, not %s", self.payout_id, self.status, status)
            return False
        self.status = status
        return True

    def _notify_failed(self, account):
        """Give notice of payouts that did not arrive."""
        ended = self._failed_at(account)
        self.env["kash.stripe.notice"]._apply_news(
            account,
            [
                {
                    "kind": "payout_failed",
                    "key": payout.payout_id,
                    "happened_at": ended[payout],
                    "record": payout,
                    "amount": abs(payout.total),
                    "currency": payout.currency_id,
                    "reason": payout.failure_text,
                }
                for payout in self
            ],
        )

    def _failed_at(self, account):
        """Return {payout: when it failed}: by the row that took it back, or the bell.

        Without both, the day it was to arrive; at the latest now.
        """
        own, now, ended = self._own_rows(), fields.Datetime.now(), {}
        rung = dict(
            self.env["kash.stripe.event"]._read_group(
                [
                    ("account_id", "=", account.id),
                    ("subject_id", "in", self.mapped("payout_id")),
                ],
                ["subject_id"],
                ["stripe_created:max"],
            )
        )
        for payout in self:
            rows = own.get(payout._key(), own[None])
            failures = rows.filtered(lambda row: row.type == "payout_failure")
            expected = datetime.combine(payout.arrival_date, clock_time.min)
            moment = failures[:1].created_at or rung.get(payout.payout_id) or expected
            ended[payout] = min(moment, now)
        return ended
