# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ...core import days

_STEPS = [
    ("voucher", "To pay a voucher"),
    ("verify", "To verify a bank account"),
    ("details", "To give bank details"),
]


class KashStripePayerStep(models.AbstractModel):
    """What is left to the payer of an attempt, or to who gets a refund.

    Until it is done no money was taken, and none given back.
    """

    _name = "kash.stripe.payer.step"
    _description = "What Stripe Waits For"

    kash_stripe_step = fields.Selection(
        _STEPS,
        "Left To The Customer",
        readonly=True,
        copy=False,
        help="Stripe waits for it. One that ended unpaid says what it had waited for.",
    )
    kash_stripe_step_how = fields.Char(
        "By Which Means",
        readonly=True,
        copy=False,
        help="The voucher's name, or how the bank account is verified.",
    )
    kash_stripe_step_url = fields.Char(
        "Stripe's Page For It",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    kash_stripe_step_from = fields.Date("From", readonly=True, copy=False)
    kash_stripe_step_until = fields.Date("Last Day", readonly=True, copy=False)

    # === APPLY === #

    def _kash_stripe_apply_waiting(self, told):
        """Note what open attempts wait for, and those whose payer did not do it.

        :param told: {session id: SessionFacts}
        """
        drafts = self.filtered(lambda tx: tx.state == "draft")
        waiting = drafts.filtered(
            lambda tx: told[tx.kash_stripe_session_id].awaits_payer
        )
        fresh = waiting.filtered(lambda tx: not tx.kash_stripe_step)
        for tx in waiting:
            step = told[tx.kash_stripe_session_id].intent.step
            tx._kash_stripe_apply_step(step)
        fresh._kash_stripe_log_steps()
        lapsed = drafts.filtered(lambda tx: told[tx.kash_stripe_session_id].has_lapsed)
        for tx in lapsed:
            tx._kash_stripe_apply_lapsed(told[tx.kash_stripe_session_id].intent.step)
        lapsed._set_canceled()

    def _kash_stripe_apply_step(self, step):
        """Write what is left to the customer, if that is news."""
        self.ensure_one()
        zone = self.kash_stripe_account_id._zone()
        ends = step.ends and step.ends - 1  # the moment itself is too late
        vals = {
            "kash_stripe_step": step.kind,
            "kash_stripe_step_how": step.how,
            "kash_stripe_step_url": step.url,
            "kash_stripe_step_from": _day(step.begins, zone),
            "kash_stripe_step_until": _day(ends, step.zone or zone),
            "kash_stripe_unpaid_code": False,
        }
        if any(
            (self[name] or False) != (value or False) for name, value in vals.items()
        ):
            self.write(vals)

    def _kash_stripe_apply_lapsed(self, step):
        """Keep what it had waited for, which its page says; it leads nowhere now."""
        self.ensure_one()
        known = self.kash_stripe_step or step.kind
        self.write({"kash_stripe_step": known, "kash_stripe_step_url": False})

    @api.model
    def _kash_stripe_no_step(self):
        """Return the values of what waits for nobody."""
        names = ("step", "step_how", "step_url", "step_from", "step_until")
        return {f"kash_stripe_{name}": False for name in names}

    def _kash_stripe_log_steps(self):
        """Say on the invoices that their customers have begun what takes days."""
        bodies = {
            move.id: tx.with_context(
                lang=tx.company_id.partner_id.lang
            )._kash_stripe_step_sentence()
            for tx in self
            for move in tx.kash_stripe_allocation_ids.move_id
        }
        self.env["account.move"].browse(bodies)._message_log_batch(
            bodies, author_id=self.env.ref("base.partner_root").id
        )

    # === WHAT WAITS === #

    def _kash_stripe_waiting(self):
        """Return the attempts whose payers have something left to do.

        Nothing of it is taken: the invoice is open, and can be paid otherwise.
        """
        return self.filtered(
            lambda tx: (
                tx.state == "draft"
                and tx.operation != "refund"
                and tx.kash_stripe_step
                and tx.kash_stripe_session_state == "complete"
            )
        )

    @api.model
    def _kash_stripe_waiting_until(self, moves):
        """Return {invoice's id: the last day of what its customer has left to do}."""
        parts = (
            self.env["kash.stripe.allocation"]
            .sudo()
            .search(
                [
                    ("move_id", "in", moves.ids),
                    ("transaction_id.state", "=", "draft"),
                    ("transaction_id.kash_stripe_step", "!=", False),
                    ("transaction_id.kash_stripe_step_until", "!=", False),
                ]
            )
        )
        return {
            move.id: max(of_move.transaction_id.mapped("kash_stripe_step_until"))
            for move, of_move in parts.grouped("move_id").items()
        }

    def _kash_stripe_step_sentence(self):
        """Return what the customer has left to do, for the people of the business."""
        self.ensure_one()
        day = self.kash_stripe_step_until
        until = day and format_date(self.env, day)
        if self.kash_stripe_step == "verify":
            return self.env._(
                "The customer chose a bank debit, and has to verify the bank account at"
                " Stripe first. Nothing was taken yet."
            )
        if not until:
            return self.env._(
                "The customer took a %(voucher)s voucher. Nothing was taken yet.",
                voucher=self.kash_stripe_step_how or self.env._("payment"),
            )
        return self.env._(
            "The customer took a %(voucher)s voucher, which can be paid until %(day)s."
            " Nothing was taken yet.",
            voucher=self.kash_stripe_step_how or self.env._("payment"),
            day=until,
        )


def _day(moment, zone):
    """Return the day of epoch seconds in a zone, False for none."""
    return days.day_of(moment, zone) if moment else False
