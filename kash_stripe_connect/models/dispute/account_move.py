# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..base.records import check_one

_GROUPS = "account.group_account_invoice,account.group_account_readonly"
# What stays of a dispute when several are of one invoice: the worst.
_WORST = ["open", "inquiry", "lost"]


class DisputeMove(models.Model):
    """An invoice whose payment is disputed says so."""

    _inherit = "account.move"

    kash_stripe_dispute_state = fields.Selection(
        [
            ("open", "Disputed"),
            ("inquiry", "Bank asks about the payment"),
            ("lost", "Dispute lost"),
        ],
        "Stripe Dispute",
        compute="_compute_kash_stripe_dispute",
        compute_sudo=True,
        search="_search_kash_stripe_dispute_state",
        groups=_GROUPS,
    )
    kash_stripe_dispute_text = fields.Char(
        compute="_compute_kash_stripe_dispute", compute_sudo=True, groups=_GROUPS
    )
    kash_stripe_dispute_count = fields.Integer(
        "Disputes",
        compute="_compute_kash_stripe_dispute",
        compute_sudo=True,
        groups=_GROUPS,
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_kash_stripe_dispute(self):
        found = self._kash_stripe_disputes_by_move()
        for move in self:
            disputes = found.get(move, self.env["kash.stripe.dispute"])
            worst = disputes.filtered(lambda d: d.phase in _WORST).sorted(
                lambda d: (_WORST.index(d.phase), d.due_by or d.opened_at)
            )[:1]
            move.kash_stripe_dispute_state = worst.phase
            move.kash_stripe_dispute_text = worst._sentence() if worst else False
            move.kash_stripe_dispute_count = len(disputes)

    def _search_kash_stripe_dispute_state(self, operator, value):
        """Find invoices by what became of the disputes of their payments."""
        if operator != "in":
            return NotImplemented
        disputes = self.env["kash.stripe.dispute"].sudo()
        phases = [phase for phase in value if phase]
        paid = disputes.search([("phase", "in", phases)]).transaction_id
        domain = Domain("id", "in", paid._kash_stripe_invoices().ids)
        if False in value:
            marked = disputes.search([("phase", "in", _WORST)]).transaction_id
            moves = marked._kash_stripe_invoices()
            domain |= Domain("id", "not in", moves.ids)
        return domain

    # === ACTION METHODS === #

    def action_kash_stripe_disputes(self):
        """Open the disputes of the invoice's payments."""
        check_one(self)
        disputes = self._kash_stripe_disputes_by_move().get(self)
        found = self.env["kash.stripe.dispute"].browse(disputes.ids if disputes else ())
        return found._get_records_action(name=self.env._("Disputes"))

    # === BUSINESS METHODS === #

    def _kash_stripe_disputes_by_move(self):
        """Return {move: its disputes, whatever became of them}, in two queries."""
        parts = (
            self.env["kash.stripe.allocation"]
            .sudo()
            .search([("move_id", "in", self.ids), ("amount", ">", 0)])
        )
        if not parts:
            return {}
        disputes = (
            self.env["kash.stripe.dispute"]
            .sudo()
            .search([("transaction_id", "in", parts.transaction_id.ids)])
            .grouped("transaction_id")
        )
        none = self.env["kash.stripe.dispute"].sudo()
        mine = parts.grouped(lambda part: part.move_id.id)
        return {
            move: none.concat(
                *(disputes.get(tx, none) for tx in mine[move._origin.id].transaction_id)
            )
            for move in self
            if move._origin.id in mine
        }
