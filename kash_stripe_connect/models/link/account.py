# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..base.records import check_one


class LinkAccount(models.Model):
    """The links of the account: how many die with it, which to send again."""

    _inherit = "kash.stripe.account"
    link_count = fields.Integer(compute="_compute_link_count", string="Payment Links")

    dead_link_count = fields.Integer(
        "Links to Send Again", compute="_compute_dead_link_count"
    )

    def _compute_link_count(self):
        links = self._count_of("kash.stripe.pay.link")
        for account in self:
            account.link_count = links.get(account.id, 0)

    def action_view_links(self):
        return self._action_view("kash_stripe_pay_link_action")

    def _compute_dead_link_count(self):
        for account in self:
            account.dead_link_count = len(account._invoices_to_send_again())

    def _invoices_to_send_again(self):
        """Return the unpaid invoices whose newest link ended with a connection."""
        self.ensure_one()
        if not self.connected:
            return self.env["account.move"]
        # Also those of another account that the company had before this one.
        family = [("company_id", "child_of", self.company_id.id)]
        return self._invoices_of_links(family, "ended")

    def _invoices_of_living_links(self):
        """Return the invoices whose links would die with the connection."""
        self.ensure_one()
        mine = [("kash_stripe_link_ids.account_id", "in", self.ids)]
        return self._invoices_of_links(mine, "live", "waiting")

    def _invoices_of_links(self, whose, *states):
        return self.env["account.move"].search(
            [
                *whose,
                ("kash_stripe_link_state", "in", states),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
            ]
        )

    def _links_to_pay(self, domain):
        """Return the living links of invoices that are not paid, the newest first."""
        self.ensure_one()
        found = self.env["kash.stripe.pay.link"].search(
            [
                *domain,
                ("account_id", "=", self.id),
                ("epoch", "=", self.epoch),
                ("voided_at", "=", False),
                "|",
                ("partner_id", "!=", False),
                "&",
                ("move_id.state", "=", "posted"),
                ("move_id.payment_state", "in", ["not_paid", "partial"]),
            ],
            order="id desc",
        )
        owing = found._customers_owing()
        return found.filtered(lambda link: link.move_id or link.partner_id in owing)

    def _debits_under_way(self):
        """Return the payments Stripe has accepted and not finished yet."""
        return self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "in", self.ids),
                ("state", "=", "pending"),
            ]
        )

    def action_view_dead_links(self):
        """List the unpaid invoices whose link died, to send them a new one."""
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.account_move_action_send_again"
        )
        action["domain"] = [("id", "in", self._invoices_to_send_again().ids)]
        return action

    def action_send_again(self):
        """Send every unpaid invoice whose link died a new one."""
        check_one(self)
        self._check_may_manage()
        invoices = self._invoices_to_send_again()
        if not invoices:
            return self._notification(
                self.env._("No unpaid invoice has lost its payment link."), "info"
            )
        return invoices.action_kash_stripe_send_again()
