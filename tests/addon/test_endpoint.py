# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Key rotation, and an endpoint that somebody broke."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestEndpoint(KashStripeConnected):
    def endpoints(self):
        return self.stripe.objects("webhook_endpoint")

    def a_day_passes(self):
        """Let the daily look at the endpoint be due, and sync."""
        self.account.sudo().endpoint_checked_at = "2000-01-01"
        self.sync()

    def rotate(self):
        """Connect again with another key of the same account."""
        return self.connect(secret_key=self.acct.restricted_key(self.everything()))

    def everything(self):
        from odoo.addons.kash_stripe_connect.core import permissions

        wanted = (*permissions.NEEDED, permissions.WEBHOOK)
        return [asked.slug for asked in wanted] + ["rak_connected_account_read"]

    # === KEYS === #

    def test_a_new_key_takes_over_and_links_live_on(self):
        """The same connection: no customer notices."""
        link = self.invoice()._kash_stripe_ensure_link()
        before = self.account.epoch
        self.rotate()
        self.assertEqual(self.account.epoch, before)
        self.assertTrue(self.secret("secret_key").startswith("rk_"))
        self.assertEqual(link.state, "live")

    def test_a_new_key_that_fails_its_checks_leaves_the_old_one(self):
        """Checked before the old one goes."""
        old = self.secret("secret_key")
        with self.assertRaisesRegex(UserError, "lacks permissions"):
            self.connect(
                secret_key=self.acct.restricted_key(["rak_connected_account_read"])
            )
        self.assertEqual(self.secret("secret_key"), old)
        self.assertEqual(self.account.webhook_state, "webhook")

    def test_during_rotation_both_webhook_secrets_are_valid(self):
        """What Stripe signed with the old one may still be on its way."""
        self.pay(self.invoice(100.0))
        under_way = self.stripe.outbox.take()
        self.rotate()
        self.ring(under_way)
        self.assertEqual(len(self.account.sudo()._webhook_secrets()), 2)
        self.assertEqual(len(self.endpoints()), 1)

    def test_the_old_webhook_secret_is_good_for_a_day(self):
        """Then only the new one is."""
        self.rotate()
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            self.assertEqual(
                self.account._webhook_secrets(), [self.secret("webhook_secret")]
            )
            self.env["kash.stripe.secret"]._gc_secrets()
        self.assertFalse(self.secret("webhook_secret_old"))

    def test_when_stripe_refuses_a_new_endpoint_the_old_one_goes_on(self):
        """Rotation never makes a connection deaf."""
        old = self.account.webhook_endpoint
        self.stripe.fail_next(
            method="POST", path="/v1/webhook_endpoints", status=400, times=1
        )
        self.rotate()
        self.assertEqual(self.account.webhook_endpoint, old)
        self.assertEqual(self.account.webhook_state, "webhook")

    # === MENDING === #

    def test_a_missing_endpoint_is_registered_anew(self):
        """Somebody tidied up in Stripe's dashboard."""
        client = self.stripe_client(self.acct.secret_key)
        client.v1.webhook_endpoints.delete(self.account.webhook_endpoint)
        self.a_day_passes()
        [endpoint] = self.endpoints()
        self.assertEqual(self.account.webhook_endpoint, endpoint["id"])
        self.pay(self.invoice(100.0))
        self.settle()
        self.assertClearingIsStripes()

    def test_a_disabled_endpoint_is_enabled_again(self):
        """As Stripe does with one that failed for days."""
        self.stripe.disable_endpoint(self.account.webhook_endpoint)
        self.a_day_passes()
        self.assertEqual(self.endpoints()[0]["status"], "enabled")

    def test_an_endpoint_that_lacks_events_learns_them(self):
        """After an update of the addon."""
        client = self.stripe_client(self.acct.secret_key)
        client.v1.webhook_endpoints.update(
            self.account.webhook_endpoint, {"enabled_events": ["charge.succeeded"]}
        )
        self.a_day_passes()
        self.assertIn("account.updated", self.endpoints()[0]["enabled_events"])

    def test_another_address_leaves_the_endpoint_where_it_is(self):
        """An administrator's login may have changed it: a person says what to do."""
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "http://127.0.0.1:9999"
        )
        self.a_day_passes()
        self.assertIn(":8069/", self.endpoints()[0]["url"])

    def test_a_path_that_somebody_changed_is_mended(self):
        """The address is ours, and nothing of ours answers there."""
        client = self.stripe_client(self.acct.secret_key)
        client.v1.webhook_endpoints.update(
            self.account.webhook_endpoint, {"url": "http://127.0.0.1:8069/stripe"}
        )
        self.a_day_passes()
        self.assertEqual(self.endpoints()[0]["url"], self.account.endpoint_url)
        self.assertIn("/kash/webhook/key/", self.account.endpoint_url)

    def test_it_is_looked_after_once_a_day_only(self):
        """Not a request more each hour."""
        self.a_day_passes()
        before = len(self.stripe.requests)
        self.sync()
        asked = self.stripe.requests[before:]
        self.assertFalse([r for r in asked if "webhook_endpoints" in r.path])
