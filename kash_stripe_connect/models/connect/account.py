# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateway.errors import GatewayError, StripeGone, StripeUnreachable
from ..account.platform import NO_PLATFORM
from ..base.currencies import coarse_reason, currency_by_code
from ..base.records import check_one, check_some
from ..secret.secret import LOCKED


class ConnectAccount(models.Model):
    """What every way to connect ends in, and how a connection ends."""

    _name = "kash.stripe.account"
    _inherit = [
        "kash.stripe.account",
        "kash.stripe.endpoint",
        "kash.stripe.keys",
        "kash.stripe.moving",
        "kash.stripe.onboarding",
        "kash.stripe.oauth",
        "kash.stripe.wallets",
    ]

    # What a connection by own keys leaves behind, to be forgotten.
    _OWN_KEYS = (
        "publishable_key",
        "key_hint",
        "webhook_ref",
        "webhook_endpoint",
        "endpoint_url",
        "endpoint_uuid",
        "kept_base_url",
    )

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the current company's Stripe form; the dialog to connect without one."""
        self.browse().check_access("read")
        company = self.env.company
        account = company._kash_stripe_connected_account() or self.search(
            [("company_id", "=", company.id)], limit=1
        )
        if account:
            return account.sudo(False)._get_records_action()
        return self._connect_action()

    @api.model
    def _connect_action(self):
        """Return the dialog to connect, for the account's company if there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.kash_stripe_connect_wizard_action"
        )
        company = self.company_id[:1] or self.env.company
        return {**action, "context": {"default_company_id": company.id}}

    def action_continue_setup(self):
        """Go on at Stripe where the set-up was left, with the same account."""
        check_one(self)
        self._check_may_manage()
        return self._go_to(self.sudo()._push_onboarding_url())

    def action_manage(self):
        """Open the page where the owner gives Stripe what it wants."""
        check_one(self)
        self._check_may_manage()
        return self._go_to(self.sudo()._push_manage_url(), target="new")

    def action_dashboard(self):
        """Open the account in Stripe's dashboard."""
        check_one(self)
        return self._go_to(self._dashboard_url(), target="new")

    def action_forget_revoked(self):
        """Take note that Stripe ended the connection: the banner goes."""
        check_some(self)
        self._check_may_manage()
        self.sudo().revoked_at = False
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === ACCESS LOST === #

    def _apply_lost_access(self, error):
        """Stripe no longer lets us in: say so, and take no payment with it.

        A key that expired is mended by a new one, and a platform's by its operator:
        the connection stays. Access that was revoked ends it.
        """
        if error.revoked and self.connection != "keys":
            self._apply_revoked()
            return
        self.write(
            {
                "status": "not_connected",
                "charges_enabled": False,
                "lost_reason": self._lost_sentence(error),
            }
        )

    def _lost_sentence(self, error):
        if error.code in {NO_PLATFORM, LOCKED}:
            return str(error)
        if self.connection == "keys":
            return self.env._(
                "Stripe does not accept the key %(key)s any more: %(reason)s",
                key=self.key_hint,
                reason=error,
            )
        return self.env._(
            "Stripe does not accept the operator's platform key. The operator of this"
            " Odoo has to mend it; nothing is lost meanwhile."
        )

    def _apply_revoked(self):
        """Our access was taken away at Stripe: the end of a disconnect, and said."""
        self._apply_disconnected()
        self.revoked_at = fields.Datetime.now()
        self.message_post(
            body=self.env._(
                "Access to the account was revoked at Stripe. Payment links sent do not"
                " work any more."
            )
        )

    # === CONNECT === #

    @api.model
    def _find_or_create(self, stripe_id, company, *, livemode):
        """Return our record of a Stripe account, if this company may use it."""
        known = self.search(
            [("stripe_id", "=", stripe_id), ("livemode", "=", livemode)], limit=1
        )
        if known and known.company_id != company:
            raise UserError(
                self.env._(
                    "The Stripe account %(stripe)s belongs to another company of this"
                    " database. One Stripe account serves one company.",
                    stripe=stripe_id,
                )
            )
        if known.connected and known._is_in_doubt():
            raise UserError(known._doubt_sentence())
        self._check_company_is_free(company, known, livemode=livemode)
        self.env["kash.stripe.handover"]._check_not_left(
            company, stripe_id, livemode=livemode
        )
        return known or self.create(
            {"company_id": company.id, "stripe_id": stripe_id, "livemode": livemode}
        )

    @api.model
    def _check_company_is_free(self, company, known, *, livemode):
        """Refuse a second connection, coarse books, test money beside live money."""
        self._check_not_coarse(company.currency_id)
        other = self.search(
            [
                ("company_id", "=", company.id),
                ("connected", "=", True),
                ("id", "!=", known.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(company)s is connected to %(stripe)s. Disconnect it first.",
                    company=company.name,
                    stripe=other.display_name,
                )
            )
        self._check_one_mode(company, livemode=livemode)
        if livemode:
            self._check_test_is_reversed(company)
        else:
            self._check_no_live_rows(company)

    @api.model
    def _check_not_coarse(self, currency):
        """Refuse a currency that Odoo rounds more than Stripe does.

        :raises UserError: every row in it would stop later
        """
        reason = currency and coarse_reason(currency)
        if reason:
            raise UserError(reason)

    @api.model
    def _check_one_mode(self, company, *, livemode):
        """A branch uses its parent's books: test and live money do not share them."""
        other = self.search(
            [
                ("company_id", "child_of", company.root_id.id),
                ("connected", "=", True),
                ("livemode", "!=", livemode),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s of the same group of companies is connected in the other"
                    " mode (test or live). One group keeps one mode.",
                    other=other.company_id.name,
                )
            )

    @api.model
    def _check_no_live_rows(self, company):
        if (
            self.env["kash.stripe.balance.transaction"]
            .sudo()
            .search_count(
                [
                    ("account_id.company_id", "child_of", company.root_id.id),
                    ("account_id.livemode", "=", True),
                ],
                limit=1,
            )
        ):
            raise UserError(
                self.env._(
                    "%(company)s has live Stripe money in its books: test keys are"
                    " refused here.",
                    company=company.name,
                )
            )

    def _apply_connected(self, connection, **vals):
        """Become connected: a new epoch begins, unless it is connected already."""
        self.ensure_one()
        begins = not self.connected
        # Who connects knows: the banner about an earlier account has done its work.
        self.search(
            [("company_id", "=", self.company_id.id), ("revoked_at", "!=", False)]
        ).revoked_at = False
        if begins:
            vals.update(
                epoch=self.epoch + 1,
                connected_at=fields.Datetime.now(),
                connected_by_id=self.env.uid,
            )
        if connection != "keys":
            vals.update(self._forget_own_keys())
        self.write(
            {
                "connection": connection,
                "connected": True,
                **self._prepare_home(),
                "sync_error": False,
                "sync_failures": 0,
                "next_sync_at": fields.Datetime.now(),
                **vals,
            }
        )

    def _forget_own_keys(self):
        """Forget the secrets; return the values that forget what is no secret."""
        self.env["kash.stripe.secret"]._forget(self)
        return dict.fromkeys(self._OWN_KEYS, False)

    def _start(self, facts):
        """Make what a connected account needs: its books, its status, its mirror.

        :raises UserError: what Stripe settles in cannot be recorded
        """
        self._check_not_coarse(currency_by_code(self.env, facts.default_currency or ""))
        self._ensure_books()
        self._apply_account(facts)
        self._start_mirror(facts)
        if self.connection != "keys":
            self._apply_platform_webhook()

    def _start_mirror(self, facts):
        """Ask the company's calendar once, and fetch rows from that day's midnight."""
        self.ensure_one()
        company = self.company_id.sudo()
        if not company.kash_stripe_tz:
            company.kash_stripe_tz = (
                self._known_zone(facts.timezone) or company.partner_id.tz or "UTC"
            )
        if not company.kash_stripe_responsible_id:
            company.kash_stripe_responsible_id = self.env.user
        if not company.kash_stripe_notify_partner_ids:
            company.kash_stripe_notify_partner_ids = self.env.user.partner_id
        if not self.mirror_start:
            self.mirror_start = self._start_of(self._mirror_today())
        self.env["kash.stripe.stream"]._create_missing(self)

    # === LEAVE === #

    def _push_leave(self):
        """Give back what the way of connecting gave us."""
        if self.connection == "keys":
            self._push_forget_endpoint()
        elif self.connection == "oauth":
            self._push_deauthorise()
        else:
            self.message_post(
                body=self.env._(
                    "Stripe is no longer used here. The Stripe account itself goes on:"
                    " please contact the operator of this Odoo to close it."
                )
            )

    def _push_deauthorise(self):
        try:
            self._platform().deauthorise(stripe_id=self.stripe_id)
        except StripeUnreachable as error:
            raise UserError(
                self.env._("Stripe does not answer. Please try again in a minute.")
            ) from error
        except StripeGone:
            self.message_post(
                body=self.env._("Access had been revoked at Stripe already.")
            )
        except GatewayError as error:
            self.message_post(
                body=self.env._(
                    "Stripe would not end the access: %(reason)s Remove it in Stripe's"
                    " dashboard, under installed apps.",
                    reason=error,
                )
            )

    def _apply_disconnected(self):
        """End the connection's epoch: its links are void because of that."""
        self.write(
            {
                "connected": False,
                "status": "not_connected",
                "charges_enabled": False,
                "payouts_status": False,
                "disabled_reason": False,
                "deadline": False,
                "lost_reason": False,
                "webhook_state": False,
                **self._forget_own_keys(),
            }
        )
        self.requirement_ids.unlink()
        self.capability_ids.unlink()
        self.provider_id._kash_stripe_set_state("disabled")

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
                        "Test entries of %(stripe)s in the books of %(company)s:"
                        " %(count)s. Press Go Live on it first: that reverses them.",
                        count=len(standing),
                        stripe=account.display_name,
                        company=company.name,
                    )
                )
