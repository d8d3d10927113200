# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries

from ...const import OPERATOR_GROUP
from ..base.records import check_one


class KashStripeMoving(models.AbstractModel):
    """What a person says of a database with another uuid: moved here, or a copy."""

    _name = "kash.stripe.moving"
    _description = "Moving of a Database"

    def action_moved(self):
        """Ask whether this database was moved, or is a copy."""
        check_one(self)
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Moved, or a Copy?"),
            "res_model": "kash.stripe.moved.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.id,
                # A banner is shown whichever of the user's companies are on.
                "allowed_company_ids": (self.env.companies | self.company_id).ids,
            },
        }

    def _push_adopt(self):
        """Be the original, moved here: known under both names from now on.

        Links, attempts and refunds under way go on as they were begun.

        :raises UserError: Stripe does not answer; nothing was changed
        """
        self.ensure_one()
        self.write(
            {
                **self._prepare_home(),
                "sync_error": False,
                "sync_failures": 0,
                "next_sync_at": fields.Datetime.now(),
            }
        )
        if self.connected:
            self._push_endpoint_along()
        self.message_post(
            body=self.env._(
                "%(user)s said that this database is the original, moved here.",
                user=self.env.user.name,
            )
        )
        # Refunds and pages to be closed have waited for the answer.
        self.env["kash.stripe.event"]._wake()

    def _apply_copy(self):
        """Be a copy: forget every key, as Odoo does with a database for tests.

        :raises UserError: an account was connected in this very database, or belongs
            to a company that is not this person's
        """
        connected = self.search([("connected", "=", True)])
        self._check_all_are_copied(connected)
        connected._apply_disconnected()
        self.env.flush_all()
        for query in get_neutralization_queries(["kash_stripe_connect"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        for account in connected | self:
            account.message_post(
                body=self.env._(
                    "%(user)s said that this database is a copy: every Stripe key was"
                    " forgotten here. At Stripe nothing was changed.",
                    user=self.env.user.name,
                )
            )

    def _check_all_are_copied(self, connected):
        own = connected.filtered(lambda account: not account._is_in_doubt())
        if own:
            raise UserError(
                self.env._(
                    "%(stripe)s was connected in this very database: disconnect it"
                    " first, if this is a copy.",
                    stripe=own[0].display_name,
                )
            )
        platform = self.env["kash.stripe.platform"]
        kept = self.env["kash.stripe.secret"]._kept_of(platform, "secret_key")
        claimed = connected.filtered(
            lambda account: account.database_uuid == account._database_uuid()
        )
        if claimed and kept and not self.env.user.has_group(OPERATOR_GROUP):
            raise UserError(
                self.env._(
                    "The operator's Stripe platform is set up in this database, and a"
                    " copy forgets it: the operator has to say that this is one."
                )
            )
        if connected.company_id - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "Other companies of this database have Stripe accounts, too: a"
                    " person who may see them all has to say that it is a copy."
                )
            )
