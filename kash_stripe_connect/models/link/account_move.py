# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..base.records import check_one, refuse_changed, refuse_filled
from .pay_link import STATES

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
# Whoever presses *Pay invoice* has Stripe's page by then, or none.
_STARTED_WITHIN = timedelta(minutes=1)
_READERS = "account.group_account_invoice,account.group_account_readonly"


class LinkMove(models.Model):
    """The invoice's payment link: shown, made, replaced, voided, dead by itself."""

    _name = "account.move"
    _inherit = [
        "account.move",
        "kash.stripe.guard",
        "kash.stripe.asked",
    ]

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
        " paid, here or through another provider, and is not yet in the books.",
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
        """As root: of what is saved, for a form may name any company or link."""
        problems = self._origin._kash_stripe_send_problems()
        for move in self:
            link = move._kash_stripe_current_link()
            alive = link and not link._is_dead()
            problem = problems.get(move._origin.id)
            move.kash_stripe_link_state = link.state
            move.kash_stripe_link_reason = (
                link.reason or (not link and problem and problem.text) or False
            )
            move.kash_stripe_link_url = link.url if alive else False
            for name in _STAMPS:
                move[f"kash_stripe_link_{name}"] = link[name]

    @api.depends(
        "amount_residual",
        "currency_id",
        "transaction_ids.state",
        "transaction_ids.is_post_processed",
    )
    def _compute_kash_stripe_due_online(self):
        taken = self._kash_stripe_taken()
        due = self._kash_stripe_due_online(taken)
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

    def _kash_stripe_link_write(self, vals):
        """The right to pay is a customer's: another one gets a link of his own."""
        if "partner_id" not in vals:
            return
        partner = self.env["res.partner"].browse(vals["partner_id"])
        given = self.sudo().filtered(
            lambda move: (
                move.kash_stripe_link_ids
                and move.commercial_partner_id != partner.commercial_partner_id
            )
        )
        given.kash_stripe_link_ids._void(
            self.env._("The invoice was given to another customer.")
        )

    # === ACTION METHODS === #

    def action_kash_stripe_create_link(self):
        """Make a payment link for the invoice, unless it has a living one."""
        check_one(self, "write")
        self._kash_stripe_ensure_link()
        return True

    def action_kash_stripe_void_link(self):
        """Make the invoice's link worthless at once."""
        check_one(self, "write")
        self._kash_stripe_void_current()
        return True

    def action_kash_stripe_new_link(self):
        """Replace the link: the old address dies, if there may be a new one."""
        check_one(self, "write")
        self._kash_stripe_check_may_send()
        self._kash_stripe_void_current()
        return self.action_kash_stripe_create_link()

    # === BUSINESS METHODS === #

    def _kash_stripe_current_link(self):
        """Return the newest link of the invoice as it is saved, dead or alive.

        What a form names in the list is not the invoice's: it may be a stranger's.
        """
        self.ensure_one()
        return self._origin.kash_stripe_link_ids.sorted("id", reverse=True)[:1]

    def _kash_stripe_void_current(self):
        """Void the newest link, if there is one."""
        link = self._kash_stripe_current_link()
        if link:
            link.action_void()

    def _kash_stripe_check_may_send(self):
        """Refuse what the guard refuses.

        :raises UserError: no link may be sent for the invoice, and why
        """
        problem = self._kash_stripe_send_problems().get(self.id)
        if problem:
            raise UserError(problem.text)

    def _kash_stripe_ensure_link(self):
        """Return the living link of the invoice, made if there is none.

        One that lives was sent under the guard: it stays payable in a locked period.

        :raises UserError: the invoice cannot be paid by link, and why
        """
        self.ensure_one()
        if self._kash_stripe_has_living_link():
            problem = self._kash_stripe_pay_problems().get(self.id)
            if problem:
                raise UserError(problem.text)
        else:
            self._kash_stripe_check_may_send()
            self._kash_stripe_ensure_links()
        return self._kash_stripe_current_link()

    def _kash_stripe_ensure_links(self):
        """Give each of the (guarded) invoices a living link, in one batch."""
        self._kash_stripe_lock_links()
        without = self.filtered(lambda move: not move._kash_stripe_has_living_link())
        without.kash_stripe_link_ids.sudo()._void_expired()
        self.env["kash.stripe.pay.link"].sudo().create(
            [move._kash_stripe_prepare_link_vals() for move in without]
        )
        text = self.env._("Stripe payment link made.")
        without._message_log_batch(dict.fromkeys(without.ids, text))

    def _kash_stripe_takes_links(self):
        """Tell whether links are sent with documents like this one at all."""
        self.ensure_one()
        return self.move_type == "out_invoice" and bool(
            self.company_id._kash_stripe_connected_account()
        )

    def _kash_stripe_shows_box(self):
        """Tell whether the Send dialog speaks of links: Stripe is, or was, used."""
        self.ensure_one()
        accounts = self.company_id.sudo().parent_ids.kash_stripe_account_ids
        return self.move_type == "out_invoice" and bool(accounts)

    def _kash_stripe_note_sent(self, partners_by_move):
        """Note that the invoices' links were mailed just now; return the links.

        :param partners_by_move: {move id: res.partner ids}
        """
        groups = self.env["mail.message"]._read_group(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("notification_ids.notification_type", "=", "email"),
            ],
            ["res_id"],
            ["id:max"],
        )
        links = self.env["kash.stripe.pay.link"].sudo()
        for move in self:
            links |= move._kash_stripe_current_link()
        links._apply_sent(partners_by_move, dict(groups))
        return links

    def _kash_stripe_log_without(self, reasons):
        """Say in the chatter why invoices are sent without a link.

        :param reasons: {move id: sentence}
        """
        self.browse(reasons)._message_log_batch(
            {
                move_id: self.env._(
                    "Sent without a Stripe payment link: %(why)s", why=why
                )
                for move_id, why in reasons.items()
            }
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
            "expires_at": self.company_id._kash_stripe_link_expiry(),
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

    def _kash_stripe_end_attempts(self):
        """Let the job close the open Checkout pages that ask for what is not due now.

        It writes nothing: in whose transaction it is called, another provider's or a
        bank's, must wait for nobody who is at an attempt. Who is starting a payment at
        this very moment is not seen yet, so the job looks again when it is made.
        """
        links = self.sudo().kash_stripe_link_ids.filtered(
            lambda link: not link.voided_at
        )
        attempts = links.transaction_ids | self.sudo().transaction_ids
        if "open" in attempts.mapped("kash_stripe_session_state"):
            self.env["kash.stripe.event"].sudo()._wake()
        if links:
            self.env["kash.stripe.event"].sudo()._wake(_STARTED_WITHIN)
