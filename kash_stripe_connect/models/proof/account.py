# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...gateway.errors import GatewayError
from ..base.records import check_one
from .proof import COLOURS

# Days with an unexplained difference are proved again until they have none, and so are
# those without an opening balance.
_RED_DAYS = 31
_COLOUR_RANKS = {"red": 0, "unknown": 1, "amber": 2, "green": 3}


class ProofAccount(models.Model):
    """The proof of a Stripe account: what it needs, when it is made, where it shows."""

    _inherit = "kash.stripe.account"

    proof_ids = fields.One2many("kash.stripe.proof", "account_id", "Proofs")
    proof_id = fields.Many2one(
        "kash.stripe.proof", "Latest Proof", compute="_compute_proof_id"
    )
    proof_colour = fields.Selection(
        COLOURS, "Latest Result", compute="_compute_proof_id"
    )

    # === COMPUTE METHODS === #

    @api.depends("proof_ids.colour")
    def _compute_proof_id(self):
        """The latest day's; of several currencies the one that is worst."""
        groups = self.env["kash.stripe.proof"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["day:max"]
        )
        last = {account.id: day for account, day in groups}
        proofs = self.env["kash.stripe.proof"].search(
            [("account_id", "in", self.ids), ("day", "in", list(last.values()))]
        )
        for account in self:
            mine = proofs.filtered(
                lambda proof, a=account: (
                    proof.account_id == a and proof.day == last[a.id]
                )
            )
            account.proof_id = mine.sorted(lambda p: _COLOUR_RANKS[p.colour])[:1]
            account.proof_colour = account.proof_id.colour

    # === ACTION METHODS === #

    def action_view_proofs(self):
        return self._action_view("kash_stripe_proof_action")

    def action_prove_day(self):
        """Ask for which day."""
        check_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prove a Day"),
            "res_model": "kash.stripe.prove.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === PULL === #

    def _pull_balance_for_proof(self):
        """Ask Stripe once more before a day is proved.

        :return: why it did not work; then what was known before is compared
        :raises UserError: the job is at work on this account
        """
        self.ensure_one()
        if not self.connected:
            return None
        if not self._try_serialise():
            raise UserError(
                self.env._("Stripe is being synced right now. Try again in a minute.")
            )
        try:
            self._pull_balance()
        except GatewayError as error:
            return self._explain(error)
        return None

    # === PROVE === #

    def _proof_days(self):
        """Return the days to prove: up to when Stripe was asked, and what waits.

        What was red, or lacked the opening balance.
        """
        self.ensure_one()
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=self._zone()), self.stripe_balance_at
        ).date()
        waits = Domain("colour", "=", "red") | Domain(
            "line_ids.kind", "=", "no_opening"
        )
        again = self.env["kash.stripe.proof"].search(
            Domain("account_id", "=", self.id) & waits, limit=_RED_DAYS
        )
        return sorted({today, today - timedelta(days=1), *again.mapped("day")})

    def _prove_again(self):
        """Prove the days that what just changed may have changed."""
        self.ensure_one()
        if self.balance_agreed and self.clearing_account_id:
            self.env["kash.stripe.proof"]._prove(self, self._proof_days())

    def _prepare_proof_card(self):
        """Return how the journal's card shows the latest proof."""
        self.ensure_one()
        proof = self.proof_id
        labels = dict(proof._fields["colour"]._description_selection(self.env))
        return {"colour": proof.colour, "label": labels[proof.colour]}
