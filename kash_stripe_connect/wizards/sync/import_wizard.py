# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date


class KashStripeImportWizard(models.TransientModel):
    """Choose the day the books begin with Stripe, or days to read once more."""

    _name = "kash.stripe.import.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Import from Stripe"

    way = fields.Selection(
        [
            ("import", "Import from an earlier day on"),
            ("again", "Read days again that are here already"),
        ],
        "What To Do",
        required=True,
        default="import",
        help="Reading again changes nothing recorded; it finds what was missed.",
    )
    first_day = fields.Date("From", required=True)
    last_day = fields.Date("To")
    known_since = fields.Date("Here Already From", readonly=True)
    note = fields.Char("Please Note", compute="_compute_note")

    @api.model
    def _defaults_of(self, account):
        """Begin with the day the rows here begin with."""
        known, today = account._day_of(account.mirror_start), account._mirror_today()
        return {"known_since": known, "first_day": known, "last_day": today}

    @api.depends("account_id", "way", "first_day")
    def _compute_note(self):
        for wizard in self:
            company, journal = (
                wizard.account_id.company_id,
                wizard.account_id.journal_id,
            )
            day = wizard.first_day
            locks = day and company._kash_stripe_locks(day, journal)
            wizard.note = bool(locks) and self.env._(
                "What falls into a locked period is held: it waits for you. Locked:"
                " %(locks)s.",
                locks=company._format_lock_dates(locks),
            )

    def action_apply(self):
        """Let the job begin; the connection shows how far it is."""
        self._check_one()
        self.account_id._check_may_manage()
        account = self.account_id.sudo()
        if self.way == "import":
            account._open_import(self.first_day)
            message = self.env._(
                "Importing from %(day)s on, in the background.",
                day=format_date(self.env, self.first_day),
            )
        else:
            account._open_again(
                self.first_day, self.last_day or self.first_day + timedelta(days=1)
            )
            message = self.env._("Reading again, in the background.")
        return account._notification(message, "info")
