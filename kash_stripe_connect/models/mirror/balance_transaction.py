# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import days, double_entry
from ...core.facts import BalanceTransactionFacts
from ...gateway.errors import GatewayError
from ...guard import alone, reason_of
from ..base.currencies import currencies_by_code
from ..base.minor_units import MinorUnits, minor_text
from ..base.records import check_some
from ..base.rules import rules_of

_logger = logging.getLogger(__name__)


class KashStripeBalanceTransaction(models.Model):
    """The mirror: Stripe's rows as they are, and what became of each in the books."""

    _name = "kash.stripe.balance.transaction"
    _inherit = "kash.stripe.bookable"
    _description = "Stripe Balance Transaction"
    _order = "created_at desc, id desc"
    _rec_name = "txn_id"

    txn_id = fields.Char("Balance Transaction", required=True, readonly=True)
    type = fields.Char(required=True, readonly=True)
    reporting_category = fields.Char(readonly=True)
    currency_code = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = MinorUnits("Amount (minor units)", required=True, readonly=True)
    fee = MinorUnits("Fee (minor units)", required=True, readonly=True)
    net = MinorUnits("Net (minor units)", required=True, readonly=True)
    amount_text = fields.Char("Amount", compute="_compute_texts")
    fee_text = fields.Char("Fee", compute="_compute_texts")
    net_text = fields.Char("Net", compute="_compute_texts")
    exchange_rate = fields.Char(readonly=True)
    created_at = fields.Datetime("At Stripe", required=True, readonly=True)
    available_on = fields.Datetime(readonly=True)
    source_id = fields.Char(readonly=True, index=True)
    source_seen = fields.Boolean(
        readonly=True, help="The row came with its source, which tells whose it is."
    )
    document_ref = fields.Char(
        "Belongs To",
        readonly=True,
        index=True,
        help="The charge, payout or dispute at Stripe.",
    )
    description = fields.Char(readonly=True)
    method = fields.Char(
        "Paid With", readonly=True, help="Card brand, or the kind of bank debit."
    )
    card_country = fields.Char(readonly=True, help="Where the card was issued.")
    # What booking needs; the description, which may name a payer, stands above alone.
    # Read when asked for: it is longer than all the rest.
    raw = fields.Text(required=True, readonly=True, prefetch=False)
    raw_text = fields.Text("As Stripe Sent It", compute="_compute_raw_text")

    changed = fields.Boolean(
        "Changed At Stripe", readonly=True, help="Stripe says otherwise than it did."
    )
    payment_id = fields.Many2one("account.payment", readonly=True, copy=False)
    fee_move_id = fields.Many2one(
        "account.move", "Fee Entry", readonly=True, index="btree_not_null", copy=False
    )
    entry_line_id = fields.Many2one(
        "account.move.line", "Counterpart", readonly=True, copy=False
    )
    rest_move_id = fields.Many2one(
        "account.move",
        "Conversion Closed By",
        readonly=True,
        index="btree_not_null",
        copy=False,
        help="With it a payment was given back in full, at another rate than it came.",
    )
    in_process = fields.Boolean(
        readonly=True, help="Recorded while the bank debit was still pending."
    )

    _txn_unique = models.UniqueIndex("(account_id, txn_id)")
    _payment_unique = models.UniqueIndex(
        "(payment_id) WHERE (payment_id IS NOT NULL)",
        "A payment belongs to one balance transaction.",
    )
    _told = models.Index("(company_id, created_at) WHERE (description IS NOT NULL)")
    _to_record = models.Index("(account_id) WHERE (state = 'new')")

    failed_refund_id = fields.Many2one(
        "payment.transaction",
        compute="_compute_failed_refund_id",
        compute_sudo=True,
        help="The refund whose money the row brings back.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "fee", "net", "currency_code")
    def _compute_texts(self):
        for row in self:
            row.amount_text = row._text_of(row.amount)
            row.fee_text = row._text_of(row.fee)
            row.net_text = row._text_of(row.net)

    def _text_of(self, minor):
        return minor_text(minor, self.currency_code, self.currency_id)

    @api.depends("raw", "description")
    def _compute_raw_text(self):
        for row in self:
            row.raw_text = json.dumps(row._as_sent(), indent=2, sort_keys=True)

    def _as_sent(self):
        """Return what is kept of the row as Stripe would say it."""
        self.ensure_one()
        described = {"description": self.description or None}
        return {**json.loads(self.raw or "{}"), **described}

    # === CHANGED AT STRIPE === #

    def _pull_again(self):
        """Take over what Stripe says of changed rows now; none of them is booked.

        One of which Stripe says nothing that fits stays stopped, with the reason.

        :return: the rows that say now what Stripe does
        :raises UserError: it is about a single one, and it is that
        """
        mended = self.browse()
        for row in self:
            with alone(self.env) as trouble:
                row._apply_final(row._pull_final())
                mended |= row
            if trouble.error:
                what = f"Stripe's row {row.txn_id}"
                reason = reason_of(self.env, trouble.error, what, _logger)
                if len(self) == 1:
                    raise UserError(reason)
                row._stop(reason)
        return mended

    def _pull_final(self):
        """Return {row: what Stripe says of it now}.

        :raises UserError: Stripe would not say
        """
        try:
            return {
                row: row.account_id._gateway(retries=1).balance_transaction(
                    txn_id=row.txn_id
                )
                for row in self
            }
        except GatewayError as error:
            raise UserError(
                self.env._("Stripe says: %(reason)s", reason=error)
            ) from error

    @api.model
    def _apply_final(self, told):
        """Take over what Stripe says of rows now.

        :param told: {row: BalanceTransactionFacts}
        """
        currencies = self._currency_ids(told.values())
        for row, facts in told.items():
            currency = currencies.get(facts.currency)
            row.write({**_stored(facts), "currency_id": currency, "changed": False})

    # === ACTION METHODS === #

    def action_open_payment(self):
        check_some(self)
        return self.payment_id._get_records_action()

    def action_open_entry(self):
        check_some(self)
        return self.entry_id._get_records_action()

    def action_open_fee_move(self):
        check_some(self)
        return self.fee_move_id._get_records_action()

    # === APPLY === #

    @api.model
    def _apply_rows(self, account, rows):
        """Mirror rows not yet known; link those of our attempts.

        :param rows: BalanceTransactionFacts; known ones change nothing, except a row
            Stripe changed after the fact, which stops
        """
        rows = [row for row in rows if row.balance_type == "payments"]
        known = {
            row.txn_id: row
            for row in self.search(
                [
                    ("account_id", "=", account.id),
                    ("txn_id", "in", [row.id for row in rows]),
                ]
            )
        }
        fresh = {row.id: row for row in rows if row.id not in known}
        self._create_rows(account, list(fresh.values()))
        for row in rows:
            if row.id in known:
                known[row.id]._apply_repeat(row)
        self._link_late(account, self.browse().concat(*known.values()))

    @api.model
    def _link_late(self, account, rows):
        """Link rows that came before their attempt, or their refund, was known."""
        for source in rules_of(self.env["kash.stripe.source"]):
            source._link_late(account, rows)

    @api.model
    def _create_rows(self, account, rows):
        """Mirror rows that are not known; their sources do what follows from it."""
        if not rows:
            return
        if account.balance_agreed:
            # Stripe's balance as last read does not count these.
            account.balance_agreed = False
        sources = rules_of(self.env["kash.stripe.source"])
        attempts = self._attempts_of(account, rows, sources)
        currencies = self._currency_ids(rows)
        zone = account._zone()
        self.create(
            [
                {
                    **_stored(row),
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "currency_id": currencies.get(row.currency),
                    "booking_day": days.day_of(row.created, zone),
                    **_as_broken(row),
                    "transaction_id": attempts.get((row.type, row.source_id)),
                }
                for row in rows
            ]
        )
        for source in sources:
            source._after_created(account, rows)

    @api.model
    def _attempts_of(self, account, rows, sources):
        """Return {(type, source id): attempt id} of rows that are of one of ours."""
        found = {}
        for source in sources:
            mine = [row for row in rows if row.type in source._row_types]
            known = source._attempts_of(account, [row.source_id for row in mine])
            for row in mine:
                found[row.type, row.source_id] = known.get(row.source_id)
        return found

    @api.model
    def _currency_ids(self, rows):
        """Return {code as Stripe says it: currency id} of BalanceTransactionFacts."""
        found = currencies_by_code(self.env, [row.currency for row in rows])
        return {code: currency.id for code, currency in found.items()}

    def _apply_repeat(self, row):
        """A row is final but for its availability: anything else stops, loudly."""
        self.ensure_one()
        if self.changed:
            return
        if row.source is not None and not self.source_seen:
            if self.state == "stopped":
                self.write({"state": "new", "reason": False})
            self.write(
                {
                    "source_seen": True,
                    "document_ref": row.document_id,
                    **_paid_with(row),
                }
            )
        told = (row.amount, row.fee, row.net, row.currency, row.type)
        if told != (self.amount, self.fee, self.net, self.currency_code, self.type):
            self.changed = True
            self._stop(
                self.env._(
                    "Stripe changed this row after it was final: amount %(amount)s, fee"
                    " %(fee)s, net %(net)s now.",
                    amount=self._text_of(row.amount),
                    fee=self._text_of(row.fee),
                    net=self._text_of(row.net),
                )
            )

    def _undoes(self):
        """Tell whether the row takes another one of its document back."""
        return double_entry.undoes(self.type, self.reporting_category)

    def _undo_rank(self):
        """Return the order of rows of one second: a thing, its refund, its failure."""
        if not self._undoes():
            return 0
        return 1 if self.type in double_entry.REFUND_TYPES else 2

    def _waits_with(self, before, ready):
        """Keep back a row while what it takes back is not in the books; tell so.

        :param ready: the ids of what is recorded before it in this batch
        """
        if not before:
            return False
        held = before.filtered(lambda row: row.state == "held")
        if held:
            self._hold(held[:1].reason)
            return True
        missing = before.filtered(
            lambda row: row.state != "booked" and row.id not in ready
        )
        if missing:
            self.reason = self.env._(
                "What it takes back is not recorded yet: %(row)s.",
                row=missing[:1].txn_id,
            )
        return bool(missing)

    def _is_in_process(self):
        """Tell whether a payment of ours is a bank debit that has not arrived."""
        tx = self.transaction_id
        ended = tx.state == "error" and not tx.kash_stripe_paid_at
        return self.type in double_entry.CHARGE_TYPES and (
            tx.state == "pending" or ended
        )

    def _paid_back_tx(self):
        """Return the payments (attempts) that rows of their charges took back."""
        attempts, charges = self.env["payment.transaction"], self.mapped("document_ref")
        found = attempts._kash_stripe_by_charge(self.account_id, charges)
        return attempts.concat(*found.values())

    def _has_fee(self):
        return bool(self.fee) or self._counterpart() == "fees"

    def _by_hand(self, reason):
        """A person records it, by the company's setting."""
        self.write({"state": "by_hand", "reason": reason})

    def _is_known(self):
        """Tell whether we know whose payment a charge is: its source came with it."""
        return self.source_seen or self.type not in double_entry.CHARGE_TYPES

    def _is_orphan(self):
        """Tell whether Stripe had a day to say whose a charge is, or never will."""
        day_ago = fields.Datetime.now() - timedelta(days=1)
        waited = not self.source_id or self.create_date <= day_ago
        return waited and not self._is_known()

    def _counterpart(self):
        """Return the role of the account that the row's amount belongs to."""
        return double_entry.counterpart(self.type, self.reporting_category)

    def _facts(self):
        """Return the row as facts again."""
        self.ensure_one()
        return BalanceTransactionFacts.from_stripe(self._as_sent())

    @api.model
    def _apply_broken(self, account, row):
        """Mirror a row with a problem, stopped; of a known one say why.

        :param row: BalanceTransactionFacts
        """
        known = self.search([("account_id", "=", account.id), ("txn_id", "=", row.id)])
        if known:
            known.changed = True
            known._stop(row.problem)
        else:
            self._create_rows(account, [row])

    # === BOOK === #

    def _book_these(self, account):
        """Record these rows of one account."""
        self.env["kash.stripe.balance.transaction"]._book_rows(account, self)

    def _entries(self):
        """Return every entry the rows stand in."""
        moves = self.payment_id.move_id | self.fee_move_id
        return moves | self.entry_id | self.rest_move_id

    @api.depends("account_id", "source_id")
    def _compute_failed_refund_id(self):
        """Find the refunds of all rows in one query."""
        refunds = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "in", self.account_id.ids),
                ("kash_stripe_refund_id", "in", self.mapped("source_id")),
                ("kash_stripe_refund_id", "!=", False),
            ]
        )
        found = {
            (tx.kash_stripe_account_id, tx.kash_stripe_refund_id): tx for tx in refunds
        }
        for row in self:
            row.failed_refund_id = found.get((row.account_id, row.source_id))

    def _can_be_taken_back(self):
        """Tell whether the refund is known, and not of a branch: that is by hand."""
        refund = self.failed_refund_id
        branch = refund.payment_id.company_id - self.account_id.company_id
        return bool(refund) and not branch


def _as_broken(row):
    """Return how a row begins that Stripe sent incomplete: asked again by a person."""
    if not row.problem:
        return {}
    return {"state": "stopped", "reason": row.problem, "changed": True}


def _stored(row):
    """Return the columns that repeat a row's facts."""
    return {
        "txn_id": row.id,
        "type": row.type,
        "reporting_category": row.reporting_category,
        "currency_code": row.currency,
        "amount": row.amount,
        "fee": row.fee,
        "net": row.net,
        "exchange_rate": row.exchange_rate,
        "created_at": days.utc(row.created),
        "available_on": days.utc(row.available_on) if row.available_on else False,
        "source_id": row.source_id,
        "document_ref": row.document_id,
        "source_seen": row.source is not None,
        "description": row.description,
        "raw": row.raw,
        **_paid_with(row),
    }


def _paid_with(row):
    """Return how much the customer paid and how, as far as the row came with it."""
    own = {"own_amount": row.own_amount, "own_currency": row.own_currency}
    if not row.is_of_charge:
        return own if row.is_of_refund else {}
    paid_with = row.charge.paid_with
    how = {"method": paid_with.name, "card_country": paid_with.country}
    return {**own, **how}
