# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.mail import append_content_to_html

from ...const import PROVIDER_CODE
from ...core import days, money, status
from ..base.records import refuse_changed, refuse_filled, without_defaults
from ..base.taking import take
from .words import unpaid_text

_MONEY_FIELDS = {
    "state",
    "amount",
    "currency_id",
    "payment_id",
    "reference",
    "provider_id",
    "partner_id",
    "invoice_ids",
}


# Codes of providers whose customers only announce that they will pay: Odoo's own
# ``_has_to_be_paid`` does not count them either.
ANNOUNCING = ("none", "custom")
# What other providers have taken Odoo records within minutes; it tries for so long.
_RECORDED_WITHIN = timedelta(days=4)


class PaymentTransaction(models.Model):
    """An attempt to pay, and what Stripe said of it."""

    _name = "payment.transaction"
    _inherit = [
        "payment.transaction",
        "kash.stripe.payer.step",
    ]

    kash_stripe_account_id = fields.Many2one(
        "kash.stripe.account", "Stripe Account", readonly=True, index="btree_not_null"
    )
    kash_stripe_database_uuid = fields.Char(
        "Begun In Database",
        readonly=True,
        copy=False,
        help="It is named so towards Stripe for good, wherever the database moves.",
    )
    kash_stripe_session_id = fields.Char(
        "Checkout Session", readonly=True, index="btree_not_null", copy=False
    )
    kash_stripe_session_state = fields.Selection(
        [("open", "Open"), ("complete", "Complete"), ("expired", "Expired")],
        "Session State",
        readonly=True,
        copy=False,
    )
    kash_stripe_intent_id = fields.Char(
        "Payment Intent", readonly=True, index="btree_not_null", copy=False
    )
    kash_stripe_charge_id = fields.Char(
        "Charge", readonly=True, index="btree_not_null", copy=False
    )
    kash_stripe_paid_at = fields.Datetime("Paid At Stripe", readonly=True, copy=False)
    kash_stripe_method = fields.Char("Paid With", readonly=True, copy=False)
    kash_stripe_known_by = fields.Date(
        "Known By",
        readonly=True,
        copy=False,
        help="By then it is known whether a bank debit went through.",
    )
    kash_stripe_unpaid_code = fields.Char(
        "Stripe's Code",
        readonly=True,
        copy=False,
        help="Stripe's code: why it was declined, or the payer's step that is left.",
    )
    kash_stripe_unpaid_text = fields.Char(
        "Not Paid Because", compute="_compute_kash_stripe_unpaid_text"
    )
    kash_stripe_to_expire = fields.Boolean(
        readonly=True, copy=False, help="Its open session must not be paid any more."
    )
    kash_stripe_reversed = fields.Boolean(
        readonly=True, copy=False, help="A test payment that going live took back."
    )
    kash_stripe_returned = fields.Boolean(
        "Taken Back By The Bank", readonly=True, copy=False
    )
    _kash_stripe_expiring = models.Index("(id) WHERE (kash_stripe_to_expire IS TRUE)")
    _kash_stripe_open_pages = models.Index(
        "(id) WHERE (kash_stripe_session_state = 'open')"
    )
    kash_stripe_allocation_ids = fields.One2many(
        "kash.stripe.allocation", "transaction_id", "Allocations", readonly=True
    )

    @api.depends("kash_stripe_unpaid_code")
    @api.depends_context("lang")
    def _compute_kash_stripe_unpaid_text(self):
        for tx in self:
            tx.kash_stripe_unpaid_text = unpaid_text(
                self.env, tx.kash_stripe_unpaid_code
            )

    # === APPLY === #

    @api.model
    def _kash_stripe_apply_sessions(self, account, sessions):
        """Move attempts to what their Checkout Sessions say; repeats change nothing.

        :param sessions: SessionFacts, of any account's attempts; foreign ones fall out
        """
        told = {session.id: session for session in sessions}
        attempts = self.sudo().search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("kash_stripe_session_id", "in", list(told)),
            ]
        )
        take(attempts)
        expired, processing, paid = self.browse(), self.browse(), []
        for tx in attempts:
            session = told[tx.kash_stripe_session_id]
            tx._kash_stripe_advance_session(session)
            if session.status == "expired":
                expired |= tx
            elif session.is_processing:
                processing |= tx
            elif session.is_paid:
                paid.append((tx, session.amount_total, session.currency))
        expired.filtered(lambda tx: tx.state == "draft")._set_canceled()
        attempts._kash_stripe_apply_waiting(told)
        processing.filtered(lambda tx: tx.state == "draft")._set_pending()
        self._kash_stripe_settle(paid)

    def _kash_stripe_advance_session(self, session):
        """Write the session's state if it is news, by rank."""
        self.ensure_one()
        if session.payment_intent_id and not self.kash_stripe_intent_id:
            self.kash_stripe_intent_id = session.payment_intent_id
        if session.status and status.moves_up(
            status.SESSION_RANKS, self.kash_stripe_session_state or None, session.status
        ):
            self.kash_stripe_session_state = session.status

    @api.model
    def _kash_stripe_apply_charges(self, account, charges):
        """Move attempts to what their charges say; charges made elsewhere fall out."""
        attempts = self._kash_stripe_attempts_of(account, charges)
        take(self.concat(*attempts.values()))
        told = [charge for charge in charges if charge.id in attempts]
        methods = self.env["payment.method"]._kash_stripe_of_news(attempts, told)
        paid, processing = [], self.browse()
        for charge in told:
            tx = attempts[charge.id]
            if charge.status == "failed":
                tx._kash_stripe_apply_failed_charge(charge)
                continue
            if charge.status == "pending" and not charge.is_processing:
                continue  # a voucher that nobody has paid
            tx._kash_stripe_apply_charge(charge, methods.get(charge.paid_with))
            if charge.status == "pending":
                processing |= tx
            else:
                paid.append((tx, charge.amount, charge.currency))
        processing.filtered(lambda tx: tx.state == "draft")._set_pending()
        self._kash_stripe_settle(paid)

    @api.model
    def _kash_stripe_attempts_of(self, account, charges):
        """Return {charge id: attempt}: by ids known here, whatever the metadata say."""
        named = {charge.id: (charge.payment_intent_id, charge.id) for charge in charges}
        return self._kash_stripe_named(account, named)

    @api.model
    def _kash_stripe_named(self, account, named):
        """Return {key: attempt} of what names one by its intent or charge.

        Within the account only.

        :param named: {key: ids of intents and charges, None among them}
        """
        ids = {name for names in named.values() for name in names if name}
        if not ids:
            return {}
        attempts = self.sudo().search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("operation", "!=", "refund"),
                "|",
                ("kash_stripe_intent_id", "in", list(ids)),
                ("kash_stripe_charge_id", "in", list(ids)),
            ]
        )
        known = {tx.kash_stripe_charge_id: tx for tx in attempts}
        known.update({tx.kash_stripe_intent_id: tx for tx in attempts})
        found = {
            key: next((known[name] for name in names if name in known), None)
            for key, names in named.items()
        }
        return {key: tx for key, tx in found.items() if tx}

    @api.model
    def _kash_stripe_by_charge(self, accounts, charge_ids):
        """Return {charge id: attempt} of these accounts; made elsewhere: none."""
        charges = [charge_id for charge_id in charge_ids if charge_id]
        if not charges:
            return {}
        attempts = self.search_fetch(
            [
                ("kash_stripe_account_id", "in", accounts.ids),
                ("kash_stripe_charge_id", "in", charges),
                ("operation", "!=", "refund"),
            ],
            ["kash_stripe_charge_id"],
        )
        return {tx.kash_stripe_charge_id: tx for tx in attempts}

    def _kash_stripe_payment_failed_charge(self, charge):
        """A declined card may be followed by another; a failed debit is the end."""
        self.ensure_one()
        if self.state == "draft":
            self.state_message = charge.failure_message
            self.kash_stripe_unpaid_code = charge.decline_code
        elif self.state == "pending" and charge.id == self.kash_stripe_charge_id:
            self.kash_stripe_paid_at = False
            self.kash_stripe_unpaid_code = charge.decline_code
            self._set_error(charge.failure_message or self.env._("The payment failed."))

    def _kash_stripe_has_failed(self):
        """Tell a debit that never came from money that came and does not fit."""
        self.ensure_one()
        known = self.kash_stripe_charge_id and not self.kash_stripe_paid_at
        return self.state == "error" and bool(known)

    def _kash_stripe_apply_charge(self, charge, method):
        """Keep what a charge says that was paid, or is on its way.

        :param method: Odoo's record of what was paid with, None where nothing is said
        """
        self.ensure_one()
        vals = {
            "provider_reference": charge.payment_intent_id or charge.id,
            "kash_stripe_intent_id": charge.payment_intent_id,
            "kash_stripe_charge_id": charge.id,
            "kash_stripe_paid_at": days.utc(charge.created),
            **self._kash_stripe_no_step(),
        }
        if self.kash_stripe_charge_id != charge.id:
            # Learned once: read again it may have been forgotten meanwhile.
            day = self.kash_stripe_account_id._day_of(vals["kash_stripe_paid_at"])
            vals["kash_stripe_method"] = charge.paid_with.receipt
            vals["kash_stripe_known_by"] = charge.paid_with.known_by(day)
            vals["kash_stripe_unpaid_code"] = False
            if method:
                vals["payment_method_id"] = method.id
        self.write(vals)

    @api.model
    def _kash_stripe_apply_unpaid(self, account, sessions):
        """Keep why open sessions are not paid yet, as their intents say last.

        A debit that failed later is told by its charge, with the bank's reason.

        :param sessions: SessionFacts, of any account's attempts; foreign ones fall out
        """
        said = {s.id: s.intent.unpaid_code for s in sessions if s.intent}
        open_attempts = self.sudo().search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("kash_stripe_session_id", "in", list(said)),
                ("kash_stripe_session_state", "=", "open"),
                ("state", "=", "draft"),
            ]
        )
        for tx in open_attempts:
            code = said[tx.kash_stripe_session_id] or False
            if tx.kash_stripe_unpaid_code != code:
                tx.kash_stripe_unpaid_code = code

    @api.model
    def _kash_stripe_payment_settle(self, paid):
        """Set attempts *done* whose amount and currency are what was asked; err others.

        Compared each time we are told, not only at a change of state: the core's own
        check lets a wrong amount pass when it is told twice.

        :param paid: [(attempt, minor units, lower-case currency)]
        """
        right, wrong = self.browse(), self.browse()
        for tx, amount, currency in paid:
            if tx._kash_stripe_asked() == (amount, currency):
                right |= tx
            else:
                wrong |= tx
        right._set_done(extra_allowed_states=("cancel",))
        wrong.filtered(lambda tx: tx.state != "error")._set_error(
            self.env._("Stripe reports another amount or currency than was asked for.")
        )

    def _kash_stripe_asked(self):
        """Return (minor units, lower-case currency) of what the customer was asked."""
        self.ensure_one()
        currency = self.currency_id.name.lower()
        asked = Decimal(str(self.currency_id.round(abs(self.amount))))
        return money.to_minor(asked, currency), currency

    def _kash_stripe_paid_day(self):
        """Return the day the customer paid, by the books' calendar; False if unpaid."""
        self.ensure_one()
        if not self.kash_stripe_paid_at:
            return False
        zone = self.kash_stripe_account_id._zone()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.kash_stripe_paid_at
        ).date()

    # === ELSEWHERE === #

    def _kash_stripe_elsewhere(self):
        """Return the payments that other providers are taking, as Odoo counts.

        And those they have taken, which Odoo has not recorded yet.
        """
        others = self.filtered(
            lambda tx: tx.provider_code not in {*ANNOUNCING, PROVIDER_CODE}
        )
        return others._kash_stripe_under_way() | others.filtered(
            lambda tx: (
                tx.state == "done"
                and tx.operation != "refund"
                and not tx.payment_id
                and not tx.is_post_processed
                and tx.last_state_change
                and tx.last_state_change >= self._kash_stripe_unrecorded_since()
            )
        )

    @api.model
    def _kash_stripe_unrecorded_since(self):
        """Return since when Odoo may still record what another provider has taken."""
        return fields.Datetime.now() - _RECORDED_WITHIN

    def _kash_stripe_announced(self):
        """Return the transfers that customers say are on their way."""
        return self._kash_stripe_under_way().filtered(
            lambda tx: tx.provider_code in ANNOUNCING
        )

    def _kash_stripe_under_way(self):
        return self.filtered(
            lambda tx: (
                tx.state in {"pending", "authorized"} and tx.operation != "refund"
            )
        )

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Only our own verbs write what decides money."""
        refuse_filled(self, vals_list, self._kash_stripe_guarded())
        plain = without_defaults(self)
        return super(PaymentTransaction, plain).create(vals_list)

    def write(self, vals):
        """Only our own verbs write what decides money."""
        if not self.env.su:
            ours = self.filtered(lambda tx: tx.provider_code == PROVIDER_CODE)
            refuse_changed(self, vals, self._kash_stripe_guarded())
            refuse_changed(ours, vals, _MONEY_FIELDS)
        return super().write(vals)

    @api.model
    def _kash_stripe_guarded(self):
        return {name for name in self._fields if name.startswith("kash_stripe_")}

    # === OVERRIDES === #

    def _post_process(self):
        """Override of `account_payment`: mark ours, and do nothing else.

        The core calls this from its cron, its public poll and a button; it would post
        drafts and create payments dated today. Our ledger follows Stripe's rows.
        """
        ours = self.filtered(lambda tx: tx.provider_code == PROVIDER_CODE)
        ours.is_post_processed = True
        return super(PaymentTransaction, self - ours)._post_process()

    def _log_received_message(self):
        """Override of `payment`: a batch is told in one batch of notes."""
        ours = self.filtered(lambda tx: tx.provider_code == PROVIDER_CODE)
        for author, group in ours.grouped(_author).items():
            for model, bodies in group._kash_stripe_notes().items():
                documents = self.env[model].browse(bodies)
                documents._message_log_batch(bodies=bodies, author_id=author.id)
        return super(PaymentTransaction, self - ours)._log_received_message()

    def _kash_stripe_notes(self):
        """Return {model: {document's id: what is told there}}; one note a document."""
        notes = {}
        for tx in self:
            message = tx._get_received_message()
            for document in tx._kash_stripe_told_documents():
                told = notes.setdefault(document._name, {})
                told[document.id] = (
                    append_content_to_html(told[document.id], message, plaintext=False)
                    if document.id in told
                    else message
                )
        return notes

    def _kash_stripe_told_documents(self):
        """Return where a transaction is told: its invoices; a refund's payment, too."""
        self.ensure_one()
        if self.operation != "refund":
            return self._get_invoices_to_notify()
        source = self.source_transaction_id
        return [*source.payment_id, *source._kash_stripe_invoices()]

    def _kash_stripe_invoices(self):
        """Return the invoices that attempts were to pay, without what was netted."""
        return self.kash_stripe_allocation_ids._of_invoices().move_id

    def _kash_stripe_payment_tx(self):
        """Return the payment: of a refund the one it gives back, else itself."""
        refunds = self.filtered(lambda tx: tx.operation == "refund")
        if refunds == self:
            return self.source_transaction_id  # keeps what is read in one go together
        return (self - refunds) | refunds.source_transaction_id if refunds else self


def _author(tx):
    """Return who speaks: whoever is at work, or a customer who has just come back."""
    user = tx.env.user
    return tx.partner_id if user._is_public() else user.partner_id
