# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...core import days, disputes, money
from ...core.dispute_facts import DisputeFacts
from ..base.currencies import currencies_by_code
from ..base.minor_units import MinorUnits, minor_text
from ..base.records import check_one, check_some
from .words import PHASES, STATUSES, reason_text

_logger = logging.getLogger(__name__)

# An inquiry that becomes a dispute: its money goes long after it was opened.
_LATER = timedelta(hours=1)


class KashStripeDispute(models.Model):
    """A customer's bank asks for a payment back; until when it can be answered."""

    _name = "kash.stripe.dispute"
    _description = "Stripe Dispute"
    _inherit = [
        "kash.stripe.of.account",
        "kash.stripe.noticed",
        "kash.stripe.dispute.evidence",
        "kash.stripe.dispute.ending",
    ]
    _order = "opened_at desc, id desc"
    _rec_name = "dispute_id"

    dispute_id = fields.Char(required=True, readonly=True)
    charge_id = fields.Char(readonly=True, index=True)
    transaction_id = fields.Many2one(
        "payment.transaction", "Payment Attempt", readonly=True, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    move_ids = fields.Many2many(
        "account.move", string="Invoices", compute="_compute_move_ids"
    )

    status = fields.Selection(STATUSES, required=True, readonly=True, index=True)
    phase = fields.Selection(PHASES, required=True, readonly=True, index=True)
    reason = fields.Char("Reason at Stripe", readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_texts")
    network_code = fields.Char("Card Network's Code", readonly=True)
    currency_code = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = MinorUnits("Amount (minor units)", required=True, readonly=True)
    amount_text = fields.Char("Disputed", compute="_compute_texts")
    fee_text = fields.Char(
        "Fees", compute="_compute_money", help="What Stripe charged for the dispute."
    )
    left_text = fields.Char(
        "In Disputed Funds",
        compute="_compute_money",
        help="What the dispute left on that account; nothing once it has ended.",
    )
    row_ids = fields.Many2many(
        "kash.stripe.balance.transaction", string="Rows", compute="_compute_money"
    )

    due_by = fields.Datetime("Answer Until", readonly=True, index="btree_not_null")
    can_respond = fields.Boolean("Answer Wanted", readonly=True)
    past_due = fields.Boolean("Too Late To Answer", readonly=True)
    has_evidence = fields.Boolean("Evidence At Stripe", readonly=True)
    submissions = fields.Integer("Times Answered", readonly=True)
    refundable = fields.Boolean(
        "Can Be Refunded", readonly=True, help="The money is not with the bank yet."
    )

    opened_at = fields.Datetime("Opened", required=True, readonly=True)
    raw = fields.Text("From Stripe", required=True, readonly=True)

    _dispute_unique = models.UniqueIndex("(account_id, dispute_id)")

    # === COMPUTE METHODS === #

    @api.depends("transaction_id")
    def _compute_move_ids(self):
        for dispute in self:
            dispute.move_ids = dispute.transaction_id.sudo()._kash_stripe_invoices()

    @api.depends("amount", "currency_code", "reason")
    @api.depends_context("lang")
    def _compute_texts(self):
        for dispute in self:
            dispute.amount_text = dispute._text_of(dispute.amount)
            dispute.reason_text = reason_text(self.env, dispute.reason)

    @api.depends("dispute_id", "status")
    def _compute_money(self):
        rows, left = self._rows(), self._left()
        for dispute in self:
            dispute.row_ids = mine = rows[dispute]
            fee = sum(row.fee for row in mine) - sum(
                row.amount for row in mine if row._counterpart() == "fees"
            )
            ledger_code = dispute.company_id.currency_id.name.lower()
            dispute.fee_text = dispute._text_of(fee, mine[:1].currency_code)
            dispute.left_text = dispute._text_of(left[dispute], ledger_code)

    def _text_of(self, minor, code=None):
        """Return an amount for people; Stripe's currency unless another is named."""
        code = code or self.currency_code
        currency = self.currency_id
        if code != self.currency_code:
            currency = self.company_id.currency_id
        named = bool(currency.name) and currency.name.lower() == code
        return minor_text(minor, code, currency if named else None)

    # === ACTION METHODS === #

    def action_stripe(self):
        """Open the dispute in Stripe's dashboard: it is answered there."""
        check_one(self)
        url = self.account_id.sudo()._dashboard_url(f"disputes/{self.dispute_id}")
        return self.account_id._go_to(url, target="new")

    def action_open_invoices(self):
        check_some(self)
        return self.move_ids._get_records_action()

    def action_open_payment(self):
        check_some(self)
        return self.transaction_id.payment_id._get_records_action()

    def action_open_movements(self):
        """Open the entries that moved the disputed money."""
        check_one(self)
        entries = self.row_ids.entry_id | self._movements().entry_id
        return entries._get_records_action(name=self.env._("Entries"))

    # === NOTICE === #

    def _notice_reason(self):
        """Override: the reason the customer gave their bank."""
        return self.reason_text

    def _notice_is_question(self):
        """Override: a bank that only asks has moved no money."""
        return self.phase == "inquiry"

    # === APPLY === #

    @api.model
    def _apply_disputes(self, account, told):
        """Write what Stripe says; repeated and late news never move a dispute back.

        :param told: DisputeFacts of one account
        """
        told = {facts.id: facts for facts in told}
        if not told:
            return
        known = self._known(account, told)
        attempts = self._attempts(account, told.values())
        codes = [facts.currency for facts in told.values()]
        currencies = currencies_by_code(self.env, codes)
        fresh, no_currency = [], self.env["res.currency"]
        for facts in told.values():
            vals = {
                **_stored(facts),
                **attempts.get(facts.charge_id, {}),
                "currency_id": currencies.get(facts.currency, no_currency).id,
            }
            if facts.id in known:
                known[facts.id]._apply_dispute(facts, vals)
            else:
                fresh.append(
                    {
                        **vals,
                        "account_id": account.id,
                        "company_id": account.company_id.id,
                    }
                )
        applied = self.concat(*known.values(), self.create(fresh))
        applied._apply_endings(account)
        applied._notify(account)

    @api.model
    def _known(self, account, dispute_ids):
        """Return {dispute id: its record}."""
        found = self.search(
            [
                ("account_id", "=", account.id),
                ("dispute_id", "in", list(dispute_ids)),
            ]
        )
        return {dispute.dispute_id: dispute for dispute in found}

    @api.model
    def _attempts(self, account, told):
        """Return {charge id: whose payment it is (vals)}; made elsewhere: nobody's."""
        charges = [facts.charge_id for facts in told if facts.charge_id]
        attempts = self.env["payment.transaction"]
        return {
            charge_id: {"transaction_id": tx.id, "partner_id": tx.partner_id.id}
            for charge_id, tx in attempts._kash_stripe_by_charge(
                account, charges
            ).items()
        }

    @api.model
    def _undecided(self, attempts):
        """Return the disputes of payments that may still go back, or have just gone.

        A loss that is in the books is over: what it took is open no more.
        """
        found = self.search(
            [
                ("transaction_id", "in", attempts.ids),
                ("phase", "in", ["inquiry", "open", "lost"]),
            ]
        )
        waiting = found._movements().filtered(
            lambda move: move.kind == "dispute_lost" and move.state != "booked"
        )
        refs = set(waiting.mapped("object_ref"))
        return found.filtered(lambda d: d.phase != "lost" or d.dispute_id in refs)

    def _apply_dispute(self, facts, vals):
        self.ensure_one()
        if not disputes.moves_on(self._facts().status, facts.status):
            _logger.info(
                "Dispute %s is %s: %s came late", facts.id, self.status, facts.status
            )
            return
        if self.raw != facts.raw or not self.transaction_id:
            self.write(vals)

    def _facts(self):
        """Return the dispute as facts again."""
        self.ensure_one()
        return DisputeFacts.from_stripe(json.loads(self.raw))

    # === MONEY === #

    def _rows(self):
        """Return {dispute: its mirrored rows}, in one query."""
        found = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("document_ref", "in", self.mapped("dispute_id")),
            ]
        )
        groups = found.grouped(lambda row: (row.account_id, row.document_ref))
        return {
            dispute: groups.get(
                (dispute.account_id, dispute.dispute_id), found.browse()
            )
            for dispute in self
        }

    # === FOR PEOPLE === #

    def _sentence(self):
        """Return what the invoice says about the dispute."""
        self.ensure_one()
        values = {"amount": self.amount_text, "reason": self.reason_text}
        if self.phase == "lost":
            return self.env._(
                "%(amount)s of the payment went back to the customer: %(reason)s.",
                **values,
            )
        values["day"] = format_date(self.env, self._due_day())
        if self.can_respond and self.phase == "inquiry":
            return self.env._(
                "The customer's bank asks about %(amount)s: %(reason)s. Answer at"
                " Stripe until %(day)s.",
                **values,
            )
        if self.can_respond:
            return self.env._(
                "%(amount)s of the payment is disputed: %(reason)s. Answer at Stripe"
                " until %(day)s.",
                **values,
            )
        return self.env._(
            "%(amount)s of the payment is disputed: %(reason)s. The bank decides.",
            **values,
        )

    def _due_day(self):
        """Return the last day to answer in the company's calendar; False for none."""
        if not self.due_by:
            return False
        return days.day_in(self.due_by, self.account_id._zone())

    @api.model
    def _waiting_for_answer(self):
        """Return the domain of disputes somebody has to answer."""
        return Domain("can_respond", "=", True) & Domain("past_due", "=", False)

    def _notify(self, account):
        """Give notice of each: when it opens, and when an inquiry takes the money."""
        news = [news for dispute in self for news in dispute._prepare_news()]
        self.env["kash.stripe.notice"]._apply_news(account, news)

    def _prepare_news(self):
        """Return the facts of one dispute for ``kash.stripe.notice._apply_news``."""
        self.ensure_one()
        amount = money.to_major(self.amount, self.currency_code)
        fact = {
            "kind": "debit_returned" if self._is_return() else "dispute_opened",
            "key": self.dispute_id,
            "happened_at": self.opened_at,
            "record": self,
            "transaction": self.transaction_id,
            "amount": float(amount),
            "currency": self.currency_id,
            "reason": self.reason_text,
            "due_on": self._due_day(),
        }
        rows = self._expected()
        withdrawn = days.utc(min(row.created for row in rows)) if rows else None
        if not withdrawn or withdrawn < self.opened_at + _LATER:
            return [fact]
        taken = {"key": f"{self.dispute_id}/withdrawn", "happened_at": withdrawn}
        return [fact, {**fact, **taken}]


def _stored(facts):
    """Return the columns that repeat a dispute's facts."""
    known = facts.status in disputes.STATUSES
    return {
        "dispute_id": facts.id,
        "charge_id": facts.charge_id,
        "status": facts.status if known else "unknown",
        "phase": disputes.phase(facts.status),
        "reason": facts.reason,
        "network_code": facts.network_code,
        "currency_code": facts.currency,
        "amount": facts.amount,
        "due_by": days.utc(facts.due_by) if facts.due_by else False,
        "can_respond": facts.can_respond,
        "past_due": facts.past_due,
        "has_evidence": facts.has_evidence,
        "submissions": facts.submissions,
        "refundable": facts.refundable,
        "opened_at": days.utc(facts.created),
        "raw": facts.raw,
    }
