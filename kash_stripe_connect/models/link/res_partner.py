# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..base.records import check_one


class LinkPartner(models.Model):
    """The customer's one link to all that is open."""

    _inherit = "res.partner"

    def action_kash_stripe_payer_link(self):
        """Open the customer's payment link, made if there is none that works."""
        check_one(self)
        self.env["account.move"].check_access("write")
        company = self.env.company
        owner = company._kash_stripe_connected_account().company_id
        if owner - self.env.companies:
            raise UserError(
                self.env._(
                    "%(branch)s is paid through the Stripe account of %(company)s, and"
                    " so is this link: please choose that company above as well. You"
                    " can send the customer a statement without.",
                    branch=company.name,
                    company=owner.name,
                )
            )
        link = self._kash_stripe_ensure_payer_link(company, anew=True)
        return link.sudo(False)._get_records_action()

    def _kash_stripe_ensure_payer_link(self, company, *, anew=False):
        """Return (sudo) the living link of all that is open, made if there is none.

        :param company: the company, or branch, through whose account it is paid
        :param anew: a clerk asks for it: in place of one that a person voided, too
        :raises UserError: nothing can be paid online there, and why
        """
        self.ensure_one()
        problem = company._kash_stripe_account_problem()
        if problem:
            raise UserError(problem.text)
        owing = self.commercial_partner_id
        link = owing._kash_stripe_ensure_payer_links(company, anew=anew)
        if not link:
            raise UserError(self.env._("The customer's payment link was voided."))
        return link

    def _kash_stripe_ensure_payer_links(self, company, *, anew=False):
        """Return (sudo) the living links of these commercial partners, in one batch.

        What a person voided, nothing but a person makes anew.

        :param company: one that can be paid online now
        :param anew: a person wants it
        """
        account = company._kash_stripe_connected_account()
        known = self._kash_stripe_payer_link(account)
        alive = known.filtered(lambda link: not link._is_dead())
        without = self - alive.partner_id.sudo(False)
        if not anew:
            void = known.filtered(lambda link: link._is_void_by_hand())
            without -= void.partner_id.sudo(False)
        if not without:
            return alive
        without._kash_stripe_lock_payer()
        (known - alive)._void_expired()
        vals = {
            "company_id": account.company_id.id,
            "account_id": account.id,
            "epoch": account.epoch,
            "expires_at": account.company_id._kash_stripe_link_expiry(),
        }
        return alive | self.env["kash.stripe.pay.link"].sudo().create(
            [{**vals, "partner_id": partner.id} for partner in without]
        )

    def _kash_stripe_payer_link(self, account):
        """Return each customer's (sudo) link at an account: living, else the newest."""
        links = self.env["kash.stripe.pay.link"].sudo()
        found = links.search(
            [("partner_id", "in", self.ids), ("account_id", "=", account.id)]
        ).sorted(lambda link: (link._is_dead(), -link.id))
        return links.union(*(some[:1] for some in found.grouped("partner_id").values()))

    def _kash_stripe_void_second_links(self, stays):
        """Void the links of contacts that become one, but for one at each account.

        :param stays: the contact they become: its own link is the one that works on
        """
        links = self.env["kash.stripe.pay.link"].sudo()
        alive = links.search(
            [("partner_id", "in", self.ids), ("voided_at", "=", False)]
        ).sorted(lambda link: (link.partner_id != stays, -link.id))
        for same in alive.grouped(lambda one: (one.account_id, one.epoch)).values():
            same[1:]._void(self.env._("The contact was merged into another one."))

    def _kash_stripe_lock_payer(self):
        """Let one request at a time make the customer's link.

        The row is written as it is: a request that waited is run again by Odoo, this
        time seeing the other's link.
        """
        self.env.cr.execute(
            SQL("UPDATE res_partner SET id = id WHERE id IN %s", tuple(self.ids))
        )
