# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class KashStripeAccount(models.Model):
    """From test to live: what was only practice leaves the books."""

    _inherit = "kash.stripe.account"

    has_test_entries = fields.Boolean(compute="_compute_has_test_entries")
    can_go_live = fields.Boolean(compute="_compute_has_test_entries")

    def _compute_has_test_entries(self):
        self.has_test_entries = self.can_go_live = False
        platform_is_live = self.env["kash.stripe.platform"].sudo()._livemode()
        for account in self.filtered(lambda account: not account.livemode):
            standing = self.env["kash.stripe.reversal"]._standing(account)
            account.has_test_entries = bool(standing)
            # While the operator's platform is in test mode there is nowhere to go.
            account.can_go_live = (account.connected or standing) and (
                account.connection == "keys" or platform_is_live
            )

    def action_go_live(self):
        """Show what leaving test mode will reverse."""
        self.ensure_one()
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go Live"),
            "res_model": "kash.stripe.go.live.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def _push_leave_test(self):
        """Reverse every entry a test account made, then disconnect it.

        The books first: they may refuse, and what was done at Stripe stays done.

        :raises UserError: a period is locked, or Stripe does not answer
        """
        self.ensure_one()
        if self.livemode:
            raise UserError(self.env._("This account is live already."))
        if self.connected:
            self._push_last_sync()
        self._book_leave_test()
        if self.connected:
            self._push_leave()
            self._apply_disconnected()

    def _book_leave_test(self):
        reversal = self.env["kash.stripe.reversal"]
        moves = reversal._standing(self)
        if moves:
            reversal._book_reversal(self, moves)
        reversal._cancel_drafts(self)
        self.row_ids._reverse()
        self.env["kash.stripe.movement"].search(
            [("account_id", "=", self.id)]
        )._reverse()
        self.env["payment.transaction"].search(
            [("kash_stripe_account_id", "=", self.id)]
        ).kash_stripe_reversed = True
        self._refresh_activities()

    def _check_test_is_reversed(self, company):
        """Refuse live money beside test entries that still stand.

        :raises UserError: press *Go live* on the test account first
        """
        tests = self.search(
            [("company_id", "child_of", company.root_id.id), ("livemode", "=", False)]
        )
        for account in tests:
            standing = self.env["kash.stripe.reversal"]._standing(account)
            if standing:
                raise UserError(
                    self.env._(
                        "%(count)s test entries of %(stripe)s stand in the books of"
                        " %(company)s. Press Go Live on it first: that reverses them.",
                        count=len(standing),
                        stripe=account.display_name,
                        company=company.name,
                    )
                )
