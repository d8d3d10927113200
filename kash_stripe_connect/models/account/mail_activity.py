# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# What our activities are about, the operator's apart, which are about no record.
_DOCUMENTS = ("account.journal", "account.move")


class AccountActivity(models.Model):
    """Activities of ours: each is somebody's who can act."""

    _inherit = "mail.activity"

    @api.model
    def _kash_stripe_types(self):
        """Return the ids of the types by which our code asks people for something."""
        types = self.env["ir.model.data"].search(
            [
                ("module", "=", "kash_stripe_connect"),
                ("model", "=", "mail.activity.type"),
            ]
        )
        return types.mapped("res_id")

    @api.model
    def _kash_stripe_of(self, users):
        """Return what of ours is open for some people."""
        return self.search(
            [
                ("activity_type_id", "in", self._kash_stripe_types()),
                ("res_model", "in", _DOCUMENTS),
                ("user_id", "in", users.ids),
            ]
        )

    @api.model
    def _kash_stripe_in(self, companies):
        """Return {company: what of ours is open in it}, where anything is."""
        found, types = self.browse(), self._kash_stripe_types()
        for name in _DOCUMENTS:
            documents = self.env[name].with_context(active_test=False)
            found |= documents.search(
                [
                    ("company_id", "in", companies.ids),
                    ("activity_ids.activity_type_id", "in", types),
                ]
            ).activity_ids
        ours = found.filtered(
            lambda one: one.active and one.activity_type_id.id in types
        )
        return ours._kash_stripe_by_company()

    def _kash_stripe_by_company(self):
        """Return {company: activities}, by what they are about."""
        companies = {}
        for name, group in self.grouped("res_model").items():
            for document in self.env[name].browse(set(group.mapped("res_id"))).exists():
                companies[name, document.id] = document.company_id
        known = self.filtered(lambda one: (one.res_model, one.res_id) in companies)
        return known.grouped(lambda one: companies[one.res_model, one.res_id])

    @api.model
    def _kash_stripe_hand_over(self, waiting):
        """Give what a person cannot act on to one who can.

        :param waiting: {company: activities}
        :return: how many are nobody's who can act
        """
        companies = self.env["res.company"].concat(*waiting)
        who, nobodys = companies._kash_stripe_who_acts(), 0
        for company, activities in waiting.items():
            lost = activities.filtered(
                lambda one, company=company: one.user_id._kash_stripe_unable(company)
            )
            moved = lost.filtered(lambda one, to=who[company]: one.user_id != to)
            if moved:
                moved.user_id = who[company]
            if who[company]._kash_stripe_unable(company):
                nobodys += len(lost)
        return nobodys
