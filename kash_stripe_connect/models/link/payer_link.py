# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..base.records import check_one
from ..base.taking import take
from .guard import PayProblem


class KashStripePayerLink(models.AbstractModel):
    """The link of a customer's open invoices: made, renewed, and taken with theirs."""

    _name = "kash.stripe.payer.link"
    _description = "Payment Link of a Customer"

    @api.constrains("move_id", "partner_id", "company_id")
    def _check_document(self):
        """A link is made for something."""
        if any(not (link.move_id or link.partner_id) for link in self):
            raise ValidationError(
                self.env._("A payment link is of one invoice, or of one customer.")
            )

    # === ACTION METHODS === #

    def action_renew(self):
        """Replace the link of a customer: the old address dies at once."""
        check_one(self)
        self.env["account.move"].check_access("write")
        partner = self.partner_id
        if not partner:
            raise UserError(self.env._("Its own form replaces an invoice's link."))
        if not self.voided_at:
            self.action_void()
        link = partner._kash_stripe_ensure_payer_link(self.company_id, anew=True)
        return link.sudo(False)._get_records_action()

    # === STATE === #

    def _customers_problems(self):
        """Return {link id: PayProblem} of the links of customers, in one query each."""
        found = {}
        for company, links in self.filtered("partner_id").grouped("company_id").items():
            problem = company._kash_stripe_account_problem()
            owing = links._customers_owing()
            for link in links:
                if problem or link.partner_id not in owing:
                    found[link.id] = problem or PayProblem(
                        "nothing_due", self.env._("There is no amount due.")
                    )
        return found

    def _customers_owing(self):
        """Return those of the links' customers with an open invoice, whatever it is."""
        groups = self.env["account.move"]._read_group(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "child_of", self.company_id.ids),
            ],
            ["commercial_partner_id"],
        )
        return self.env["res.partner"].union(*(partner for [partner] in groups))

    # === TAKEN === #

    def _take_chosen(self, wish):
        """Be the only one to start payments of the link and of what is chosen.

        Each invoice has its one living link first. The rows are taken in order of their
        ids, and touched: whoever waited for one begins anew, and sees what was begun.
        """
        moves = self._chosen_invoices(wish)
        bare = moves.filtered(lambda move: not move._kash_stripe_has_living_link())
        bare._kash_stripe_ensure_links()
        links = self.browse(move._kash_stripe_current_link().id for move in moves)
        take(self | links)
        if links:
            self.env.cr.execute(
                SQL(
                    "UPDATE kash_stripe_pay_link SET epoch = epoch WHERE id IN %s",
                    tuple(links.ids),
                )
            )
