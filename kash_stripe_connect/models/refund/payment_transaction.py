# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...const import PROVIDER_CODE
from ...core import money
from ...gateway.errors import GatewayError, StripeUnreachable, unclear_answer
from ...guard import alone, reason_of
from ..base.taking import write_or_begin_anew

_logger = logging.getLogger(__name__)

# A refund took place, or may.
_LIVING = {"draft", "pending", "done"}
_TRY_AGAIN = timedelta(minutes=5)
_lt = LazyTranslate(__name__)

# https://docs.stripe.com/error-codes
_REFUSALS = {
    "charge_already_refunded": _lt(
        "This payment was given back in full already, perhaps in Stripe's dashboard:"
        " then it appears here by itself."
    ),
    "charge_disputed": _lt(
        "The customer disputes this payment with the bank, so Stripe gives nothing"
        " back. Answer the dispute instead."
    ),
}


class RefundTransaction(models.Model):
    """Refunds: asked for here or made at Stripe, one child transaction each."""

    _name = "payment.transaction"
    _inherit = [
        "payment.transaction",
        "kash.stripe.credited",
        "kash.stripe.refund.way",
    ]

    kash_stripe_refund_id = fields.Char("Refund", readonly=True, copy=False)
    kash_stripe_refund_key = fields.Char(
        readonly=True, copy=False, help="Names the refund towards Stripe, for good."
    )
    kash_stripe_refund_tries = fields.Integer(readonly=True, copy=False)

    _kash_stripe_refund_unique = models.UniqueIndex(
        "(kash_stripe_account_id, kash_stripe_refund_id)"
        " WHERE (kash_stripe_refund_id IS NOT NULL)",
        "A refund of Stripe's is one transaction here.",
    )

    kash_stripe_note_ids = fields.One2many(
        "account.move", "kash_stripe_refund_tx_id", "Credit Notes", readonly=True
    )

    # === PUSH === #

    def _send_refund_request(self):
        """Override of `payment`: ask Stripe; what it says stands on the transaction.

        Never raises: a refusal is the refund's error; without an answer it stays
        pending and is asked again under the same key.
        """
        if self.provider_code != PROVIDER_CODE:
            return super()._send_refund_request()
        refund, source = self.sudo(), self.sudo().source_transaction_id
        source._kash_stripe_lock()
        account = source.kash_stripe_account_id
        refund.write(
            {
                "kash_stripe_account_id": account.id,
                "kash_stripe_database_uuid": account._database_uuid(),
            }
        )
        refund.kash_stripe_refund_key = refund._kash_stripe_make_refund_key()
        problem = source._kash_stripe_refund_problem(abs(refund.amount), refund)
        if problem:
            refund._set_error(problem)
            return None
        refund._set_pending()
        refund._kash_stripe_push_refund()
        return None

    def _kash_stripe_lock(self):
        """Let one transaction at a time give money of these payments back.

        The rows are written as they are: who waited begins anew, this time seeing what
        the other did.
        """
        if self:
            again = "UPDATE payment_transaction SET id = id WHERE id IN %s"
            write_or_begin_anew(self.env, SQL(again, tuple(self.ids)))

    def _kash_stripe_push_refund(self):
        """Ask for the refund, or ask again; tell whether Stripe answered."""
        self.ensure_one()
        account = self.source_transaction_id.kash_stripe_account_id
        try:
            gateway = account._gateway(retries=1)
            facts = self._kash_stripe_find_refund(gateway) or (
                self._kash_stripe_create_refund(gateway)
            )
        except StripeUnreachable as error:
            self._kash_stripe_ask_later(str(error))
            return False
        except GatewayError as error:
            self._kash_stripe_apply_refusal(error)
        else:
            self._kash_stripe_apply_refund(facts)
        return True

    def _kash_stripe_apply_refusal(self, error):
        """Nothing was given back; or something may have been, and is looked for."""
        if error.unclear:
            self._kash_stripe_ask_later(str(error))
            return
        self._set_error(self._kash_stripe_refusal(error))
        self._kash_stripe_drop_notes()

    def _kash_stripe_find_refund(self, gateway):
        """Return the refund if an earlier try made it, whose answer was lost.

        Stripe forgets keys after a day and repeats a stored 500 until then: so before
        asking again it is looked for, and then a new key is safe.
        """
        if not self.kash_stripe_refund_tries:
            return None
        charge_id = self.source_transaction_id.kash_stripe_charge_id
        page = gateway.refunds_of(charge_id=charge_id)
        for refund in page.items:
            if refund.metadata.get("kash_refund") == self.kash_stripe_refund_key:
                return refund
        if page.unread:
            # It may be this one, and would be given back twice.
            raise unclear_answer(page.unread[0].reason)
        return None

    def _kash_stripe_create_refund(self, gateway):
        return gateway.create_refund(
            charge_id=self.source_transaction_id.kash_stripe_charge_id,
            amount=self._kash_stripe_asked()[0],
            metadata={
                "kash_db": self.kash_stripe_database_uuid,
                "kash_refund": self.kash_stripe_refund_key,
            },
            idempotency_key=(
                f"{self.kash_stripe_refund_key}-{self.kash_stripe_refund_tries}"
            ),
        )

    def _kash_stripe_make_refund_key(self):
        """Return the name of this refund: the same when Odoo runs the request again.

        Its place among the refunds of its payment is part of it: a second refund of
        the same amount is a second one.
        """
        place = self.source_transaction_id.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx != self
        )
        facts = [
            self.kash_stripe_database_uuid,
            self.source_transaction_id.reference,
            self._kash_stripe_asked(),
            len(place),
        ]
        digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        return f"kash-re-{digest}"

    @api.model
    def _kash_stripe_push_due_refunds(self):
        """Ask again for refunds that Stripe has not answered for.

        Whether a database that moved may ask is for a person to say: until then they
        wait, for they may have been made.
        """
        accounts = self.env["kash.stripe.account"]
        waiting = self.search(
            [
                ("provider_code", "=", PROVIDER_CODE),
                ("operation", "=", "refund"),
                ("state", "=", "pending"),
                ("kash_stripe_refund_id", "=", False),
                ("kash_stripe_account_id", "any", accounts._sure_domain()),
            ]
        )
        for refunds in waiting.grouped("kash_stripe_account_id").values():
            refunds._kash_stripe_push_refunds_again()

    def _kash_stripe_push_refunds_again(self):
        """Ask again for refunds of one account, until Stripe does not answer."""
        for refund in self:
            with alone(self.env) as trouble:
                if not refund._kash_stripe_push_refund():
                    return
            if trouble.error:
                what = f"Refund {refund.reference} was not asked for"
                reason = reason_of(self.env, trouble.error, what, _logger)
                refund._kash_stripe_ask_later(reason)

    def _kash_stripe_ask_later(self, reason):
        """Store why Stripe has not said yes or no: the job asks once more."""
        self.state_message = reason
        self.kash_stripe_refund_tries += 1
        self.env["kash.stripe.event"]._wake(_TRY_AGAIN)

    # === APPLY === #

    @api.model
    def _kash_stripe_apply_refunds(self, account, refunds):
        """Make and move the child transactions of refunds; others' fall out.

        :param refunds: list of RefundFacts, as Stripe's rows brought them
        """
        refunds = list({refund.id: refund for refund in refunds}.values())
        known = self._kash_stripe_known_refunds(account, refunds)
        sources = self._kash_stripe_refunded(account, refunds)
        self.concat(*sources.values())._kash_stripe_lock()
        fresh = [r for r in refunds if r.id not in known and r.id in sources]
        made = self.sudo().create(
            [
                self._kash_stripe_prepare_refund_vals(account, sources[r.id], r)
                for r in fresh
            ]
        )
        known |= {r.id: tx for r, tx in zip(fresh, made, strict=True)}
        self._kash_stripe_move_refunds(
            [(known[r.id], r) for r in refunds if r.id in known]
        )
        self.env["kash.stripe.balance.transaction"].invalidate_model(
            ["failed_refund_id"]
        )

    @api.model
    def _kash_stripe_refunded(self, account, refunds):
        """Return {refund id: attempt paid}; Stripe may name its intent only."""
        named = {r.id: (r.charge_id, r.payment_intent_id) for r in refunds}
        found = self._kash_stripe_named(account, named)
        return {name: tx for name, tx in found.items() if tx.kash_stripe_charge_id}

    @api.model
    def _kash_stripe_known_refunds(self, account, refunds):
        """Return {refund id: its transaction}: by id, or by the name we sent.

        The name was made of the database's uuid of then, so that no other has it.
        """
        names = {
            refund.metadata["kash_refund"]: refund.id
            for refund in refunds
            if "kash_refund" in refund.metadata
        }
        found = self.sudo().search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("operation", "=", "refund"),
                "|",
                ("kash_stripe_refund_id", "in", [refund.id for refund in refunds]),
                "&",
                ("kash_stripe_refund_id", "=", False),
                ("kash_stripe_refund_key", "in", list(names)),
            ]
        )
        return {
            tx.kash_stripe_refund_id or names[tx.kash_stripe_refund_key]: tx
            for tx in found
        }

    @api.model
    def _kash_stripe_prepare_refund_vals(self, account, source, refund):
        """Return the child transaction of a refund made in Stripe's dashboard."""
        amount = money.to_major(refund.amount, refund.currency)
        return {
            "provider_id": source.provider_id.id,
            "payment_method_id": source.payment_method_id.id,
            "reference": f"R-{source.reference}-{refund.id[-8:]}",
            "amount": -float(amount),
            "currency_id": source.currency_id.id,
            "operation": "refund",
            "source_transaction_id": source.id,
            "partner_id": source.partner_id.id,
            "kash_stripe_account_id": account.id,
            "kash_stripe_refund_id": refund.id,
        }

    def _kash_stripe_apply_refund(self, facts):
        """Move one refund to what Stripe says of it."""
        self.ensure_one()
        self._kash_stripe_move_refunds([(self, facts)])

    @api.model
    def _kash_stripe_move_refunds(self, told):
        """Move refunds to what Stripe says of each; repeats change nothing.

        https://docs.stripe.com/api/refunds/object#refund_object-status

        :param told: list of (transaction, RefundFacts)
        """
        succeeded, waiting, failed = self.browse(), self.browse(), {}
        for tx, facts in told:
            if tx.state == "error" and tx.kash_stripe_refund_id == facts.id:
                continue  # it failed at Stripe, which is the end of a refund
            if tx.kash_stripe_refund_id != facts.id:
                tx.write(
                    {"kash_stripe_refund_id": facts.id, "provider_reference": facts.id}
                )
            if facts.status in {"failed", "canceled"}:
                reason = facts.failure_reason or facts.status
                failed[reason] = failed.get(reason, self.browse()) | tx
            elif facts.status == "succeeded":
                succeeded |= tx
            else:
                waiting |= tx
            tx._kash_stripe_apply_asked(facts.step)
        succeeded.filtered(lambda tx: tx.state != "done")._set_done()
        waiting.filtered(lambda tx: tx.state == "draft")._set_pending()
        for reason, group in failed.items():
            group._kash_stripe_fail_refund(reason)

    def _kash_stripe_fail_refund(self, reason):
        """The customer got nothing, for one reason: *done* before or not."""
        self.filtered(lambda tx: tx.state != "error")._set_error(
            self.env._("The refund failed at Stripe: %(reason)s", reason=reason),
            extra_allowed_states=("done",),
        )
        # Some end without ever moving money: no row will ask about them.
        rowless = self.filtered(lambda tx: not tx.kash_stripe_row_ids)
        failed = self.env["kash.stripe.booking.refund.failed"]
        failed._ask_about_failed_refunds(rowless)

    # === WHY NOT === #

    def _kash_stripe_refund_problem(self, amount, refund=None):
        """Return why ``amount`` of this payment cannot be given back, or None.

        What can be known without asking Stripe.

        :param refund: the refund that is about to be asked for
        """
        self.ensure_one()
        if self.kash_stripe_returned:
            return self.env._("The customer's bank took this payment back already.")
        if no_way := self._kash_stripe_way_problem():
            return no_way
        account = self.kash_stripe_account_id
        if account.connected and account._is_in_doubt():
            return account._doubt_sentence()
        left = self._kash_stripe_refundable(refund)
        if self.currency_id.compare_amounts(left, 0.0) <= 0:
            return self.env._(_REFUSALS["charge_already_refunded"])
        if self.currency_id.compare_amounts(amount, left) > 0:
            return self.env._(
                "Only %(left)s of this payment is left to give back.",
                left=self.currency_id.format(left),
            )
        return None

    def _kash_stripe_refundable(self, refund=None):
        """Return what is left of a payment: all but refunds that have not failed."""
        self.ensure_one()
        if self.kash_stripe_returned:
            return 0.0
        others = self._kash_stripe_living_refunds() - (refund or self.browse())
        return self.currency_id.round(
            self.amount - sum(map(abs, others.mapped("amount")))
        )

    def _kash_stripe_living_refunds(self):
        """Return the refunds of these payments that took place, or may."""
        return self.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state in _LIVING
        )

    def _kash_stripe_unmatched(self):
        """Return the refunds that took place, or may, and are matched with nothing."""
        return self.filtered(
            lambda refund: (
                refund.state in _LIVING
                and not (
                    refund.payment_id.state in {"in_process", "paid"}
                    and refund.payment_id.is_reconciled
                )
            )
        )

    def _kash_stripe_refusal(self, error):
        """Return the sentence for what Stripe answered, in its words if need be."""
        if error.code in _REFUSALS:
            return self.env._(_REFUSALS[error.code])
        return self.env._("Stripe says: %(reason)s", reason=error)

    def _kash_stripe_refused_refund(self, amount, reason):
        """Record a refund that was not made, and why; return it."""
        self.ensure_one()
        refund = self._create_child_transaction(
            amount,
            is_refund=True,
            kash_stripe_account_id=self.kash_stripe_account_id.id,
        )
        refund._set_error(reason)
        return refund

    def _build_action_feedback_notification(self):
        """Override of `payment`: say why, not only that."""
        action = super()._build_action_feedback_notification()
        ours = self.filtered(
            lambda tx: tx.provider_code == PROVIDER_CODE and tx.operation == "refund"
        )
        failed = ours.filtered(lambda tx: tx.state == "error")
        asked = ours.filtered(lambda tx: tx.kash_stripe_step == "details")
        unanswered = ours.filtered(
            lambda tx: tx.state == "pending" and not tx.kash_stripe_refund_id
        )
        if failed:
            reasons = "\n".join(dict.fromkeys(failed.mapped("state_message")))
            message = self.env._("Nothing was refunded. %(why)s", why=reasons)
            action["params"].update(type="danger", sticky=True, message=message)
        elif asked:
            action["params"].update(
                type="warning",
                sticky=True,
                message=self.env._(
                    "Stripe has asked the customer by e-mail for bank details. The"
                    " refund waits for them, and is not done before."
                ),
            )
        elif unanswered:
            action["params"].update(
                type="warning",
                message=self.env._(
                    "Stripe does not answer at present. The refund is asked for again"
                    " by itself: please do not refund twice."
                ),
            )
        return action
