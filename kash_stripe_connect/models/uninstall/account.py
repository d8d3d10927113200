# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...core import handover
from ..base.records import check_one


class UninstallAccount(models.Model):
    """What an account hands over before the addon may go."""

    _inherit = "kash.stripe.account"

    handover_hash = fields.Char(
        "Hash Of The File",
        readonly=True,
        copy=False,
        help="SHA-256 of the file that was made last to uninstall.",
    )
    handover_at = fields.Datetime("File Made On", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_prepare_uninstall(self):
        """Show what uninstalling needs, and ask for the company's name."""
        check_one(self)
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepare to Uninstall"),
            "res_model": "kash.stripe.uninstall.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === STATE === #

    def _keep_handover(self):
        """Return the file of what is recorded, and remember its hash.

        :raises UserError: connected; more would be recorded behind its back
        """
        self.ensure_one()
        if self.connected:
            raise UserError(self._reason_to_disconnect())
        data = self.env["kash.stripe.handover"]._file(self)
        self.write(
            {
                "handover_hash": handover.digest(data),
                "handover_at": fields.Datetime.now(),
            }
        )
        self.message_post(
            body=self.env._(
                "Prepared to uninstall. SHA-256 of the file: %(hash)s",
                hash=self.handover_hash,
            )
        )
        return data

    def _reason_to_stay(self):
        """Return why the addon may not be uninstalled yet, None where it may."""
        self.ensure_one()
        if self.connected:
            return self._reason_to_disconnect()
        taken = self._taken_by_links()
        if taken:
            return self.env._(
                "%(stripe)s, %(company)s: payments taken through links: %(count)s."
                " Odoo keeps an addon whose payments are in the books.",
                **self._named_with_company(),
                count=taken,
            )
        return self._reason_to_prepare() if self._entries_left() else None

    def _reason_to_prepare(self):
        """Return why a file is needed, None where the one that was made is right."""
        if not self.handover_hash:
            return self.env._(
                "%(stripe)s, %(company)s: entries of Stripe's in the books: %(count)s."
                " Press Prepare to Uninstall on the Stripe account and keep the"
                " file: without it they would be recorded again.",
                **self._named_with_company(),
                count=len(self._entries_left()),
            )
        data = self.env["kash.stripe.handover"]._file(self)
        if handover.digest(data) == self.handover_hash:
            return None
        return self.env._(
            "%(stripe)s, %(company)s: what is in the file changed since it was made."
            " Press Prepare to Uninstall again.",
            **self._named_with_company(),
        )

    def _reason_to_disconnect(self):
        return self.env._(
            "%(stripe)s, %(company)s: Stripe is connected. Disconnect it first.",
            **self._named_with_company(),
        )

    def _named_with_company(self):
        return {"stripe": self.display_name, "company": self.company_id.name}

    def _entries_left(self):
        """Return the entries of ours that count, or would when they are posted."""
        drafts = self.env["account.move"].search(
            [("kash_stripe_account_id", "=", self.id), ("state", "=", "draft")]
        )
        return self.env["kash.stripe.reversal"]._standing(self) | drafts

    def _taken_by_links(self):
        """Return how many payments of invoices were taken and still count."""
        return self.env["payment.transaction"].search_count(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("state", "in", ["pending", "authorized", "done"]),
                ("kash_stripe_reversed", "=", False),
            ]
        )
