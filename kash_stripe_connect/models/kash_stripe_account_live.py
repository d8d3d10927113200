# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class KashStripeAccount(models.Model):
    """From test to live: what was only practice leaves the books."""

    _inherit = "kash.stripe.account"

    has_test_entries = fields.Boolean(compute="_compute_has_test_entries")

    def _compute_has_test_entries(self):
        for account in self:
            standing = self.env["kash.stripe.reversal"]._standing(account)
            account.has_test_entries = not account.livemode and bool(standing)

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
        """Disconnect a test account and reverse every entry it made.

        :raises UserError: a period is locked, or Stripe does not answer
        """
        self.ensure_one()
        if self.livemode:
            raise UserError(self.env._("This account is live already."))
        self._push_disconnect()
        self._book_leave_test()

    def _book_leave_test(self):
        reversal = self.env["kash.stripe.reversal"]
        moves = reversal._standing(self)
        if moves:
            reversal._book_reversal(self, moves)
        self.row_ids.filtered(lambda row: row.state == "booked")._reverse()
        self._refresh_activities()

    def _check_dates(self, moves, reversals):
        """Odoo dates an entry later rather than refuse it: that must not pass."""
        if moves.mapped("date") != reversals.mapped("date"):
            raise UserError(
                self.env._("Odoo would date a reversal otherwise: nothing was changed.")
            )

    def _check_test_is_reversed(self, company):
        """Refuse live money beside test entries that still stand.

        :raises UserError: press *Go live* on the test account first
        """
        tests = self.search([("company_id", "=", company.id), ("livemode", "=", False)])
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
