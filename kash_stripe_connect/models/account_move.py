# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .facts_guard import refuse_changed, refuse_filled
from .kash_stripe_pay_link import STATES

# What became of a link, as its invoice shows it.
_STAMPS = (
    "sent_at",
    "sent_to",
    "sent_problem",
    "opened_at",
    "opened_last_at",
    "expires_at",
)
_OURS = {"kash_stripe_account_id"}
_READERS = "account.group_account_invoice,account.group_account_readonly"


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
        groups=_READERS,
    )
    kash_stripe_link_reason = fields.Char(
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_url = fields.Char(
        "Payment Address",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups="account.group_account_invoice",
    )
    kash_stripe_link_sent_at = fields.Datetime(
        "Link Sent On",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_sent_to = fields.Char(
        "Link Sent To",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_sent_problem = fields.Char(
        "Link Not Delivered",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_opened_at = fields.Datetime(
        "Link First Opened",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_opened_last_at = fields.Datetime(
        "Link Last Opened",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
    )
    kash_stripe_link_expires_at = fields.Datetime(
        "Link Works Until",
        compute="_compute_kash_stripe_link",
        compute_sudo=True,
        groups=_READERS,
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

    @api.depends(
        "state",
        "amount_residual",
        "kash_stripe_link_ids.voided_at",
        "kash_stripe_link_ids.sent_at",
        "kash_stripe_link_ids.opened_last_at",
    )
    def _compute_kash_stripe_link(self):
        problems = self._kash_stripe_send_problems()
        for move in self:
            link = move._kash_stripe_current_link()
            alive = link and not link._is_dead()
            problem = problems.get(move.id)
            move.kash_stripe_link_state = link.state
            move.kash_stripe_link_reason = (
                link.reason or (not link and problem and problem.text) or False
            )
            move.kash_stripe_link_url = link.url if alive else False
            for name in _STAMPS:
                move[f"kash_stripe_link_{name}"] = link[name]

    @api.depends("amount_residual", "currency_id", "transaction_ids.state")
    def _compute_kash_stripe_due_online(self):
        due = self._kash_stripe_due_online()
        taken = self._kash_stripe_taken()
        for move in self:
            move.kash_stripe_due_online = due.get(move.id, 0.0)
            move.kash_stripe_taken_text = move._kash_stripe_taken_sentence(
                taken.get(move.id)
            )

    # === GUARDS === #

    @api.model
    def _kash_stripe_entry_create(self, vals_list):
        """The Stripe account of an entry is what the proof sums by: ours to write."""
        refuse_filled(self, vals_list, _OURS)

    def _kash_stripe_entry_write(self, vals):
        """The Stripe account of an entry is what the proof sums by: ours to write."""
        refuse_changed(self, vals, _OURS)

    # === OVERRIDES === #

    def _post(self, soft=True):
        """Override of `account`: a credit note finds the refund that waited for it."""
        posted = super()._post(soft)
        notes = posted.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )
        self.env["kash.stripe.booking.refund"].sudo()._match_late(notes.sudo())
        return posted
