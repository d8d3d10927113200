# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The doorbell, over HTTP."""

import json
import time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.gateway.webhook import MAX_BODY_BYTES

from .common import KashStripeConnected, by_pytest_too

LOGGER = "odoo.addons.kash_stripe_connect.controllers.webhook"


@tagged("post_install", "-at_install")
class TestWebhook(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def delivery(self, kind="charge.succeeded"):
        """Return one signed delivery of Stripe's outbox."""
        self.pay(self.invoice(100.0))
        return next(d for d in self.stripe.outbox.take() if d.type == kind)

    def post(self, delivery, *, body=None, headers=None):
        path = delivery.url[delivery.url.index("/kash/") :]
        return self.url_open(
            path,
            data=delivery.body if body is None else body,
            headers={
                "Content-Type": "application/json",
                **(delivery.headers if headers is None else headers),
            },
        )

    def stored(self):
        return self.env["kash.stripe.event"].sudo().search([])

    @by_pytest_too
    def test_a_signed_event_is_stored_by_what_it_names(self):
        """Answered at once; of what it holds beside that nothing is kept."""
        delivery = self.delivery()
        told = json.loads(delivery.body)
        response = self.post(delivery)
        self.assertEqual(response.status_code, 200)
        event = self.stored()
        self.assertEqual((event.event_id, event.type), (told["id"], told["type"]))
        self.assertEqual(event.subject_id, told["data"]["object"]["id"])
        self.assertEqual(event.state, "new")

    def test_a_repeated_event_is_stored_once(self):
        """At least once means twice at times; the second is a success too."""
        delivery = self.delivery()
        self.assertEqual(
            [self.post(delivery).status_code for _time in range(2)], [200, 200]
        )
        self.assertEqual(len(self.stored()), 1)

    @mute_logger(LOGGER)
    def test_what_stripe_did_not_sign_is_refused_and_not_stored(self):
        """Unsigned, tampered, stale, from the future, of another secret."""
        delivery = self.delivery()
        sign = self.stripe.outbox.sign
        now = int(time.time())
        cases = {
            "unsigned": {"headers": {}},
            "tampered": {"body": delivery.body.replace(b"10000", b"99999")},
            "stale": {"headers": sign(delivery, at=now - 400)},
            "future": {"headers": sign(delivery, at=now + 400)},
            "secret": {"headers": sign(delivery, secret="whsec_other")},
            "garbage": {"headers": {"Stripe-Signature": "t=now,v1=nothing"}},
        }
        for name, case in cases.items():
            with self.subTest(name):
                self.assertEqual(self.post(delivery, **case).status_code, 400)
        self.assertFalse(self.stored())

    def test_what_is_larger_than_any_event_is_refused_and_not_stored(self):
        """Before it is read."""
        delivery = self.delivery()
        response = self.post(delivery, body=b"x" * (MAX_BODY_BYTES + 1))
        self.assertEqual(response.status_code, 413)
        self.assertFalse(self.stored())

    @mute_logger(LOGGER)
    def test_an_endpoint_we_do_not_know_is_refused(self):
        """Nobody's secret fits."""
        delivery = self.delivery()
        response = self.url_open(
            "/kash/webhook/key/unknown", data=delivery.body, headers=delivery.headers
        )
        self.assertEqual(response.status_code, 400)

    def test_an_unknown_type_is_stored_as_ignored(self):
        """Stripe may send what this version does not know."""
        self.env["kash.stripe.event"].sudo().search([]).unlink()
        self.stripe.outbox.take()
        endpoint = self.stripe.objects("webhook_endpoint")[0]
        self.stripe.tamper(endpoint["id"], enabled_events=["*"])
        self.stripe.emit_raw(
            account=self.acct.id, type="made.up", data={"id": "x_1", "object": "x"}
        )
        [delivery] = self.stripe.outbox.take()
        self.assertEqual(self.post(delivery).status_code, 200)
        self.assertEqual(self.stored().state, "ignored")

    def test_an_event_of_another_account_is_refused_at_an_accounts_own_bell(self):
        """Else one company could fill another's inbox."""
        delivery = self.delivery()
        body = delivery.body.replace(
            b'"object":"event"', b'"object":"event","account":"acct_strange"'
        )
        if body == delivery.body:
            body = delivery.body.replace(
                b'"object": "event"', b'"object": "event", "account": "acct_strange"'
            )
        self.assertNotEqual(body, delivery.body)
        headers = self.signed(body)
        with mute_logger(LOGGER):
            response = self.post(delivery, body=body, headers=headers)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.stored())

    def signed(self, body):
        """Sign a body with the endpoint's own secret, by the stripe package."""
        import stripe

        return {
            "Stripe-Signature": stripe.WebhookSignature.generate_signature_header(
                body.decode(), self.secret("webhook_secret")
            )
        }

    # === THE JOB === #

    def test_stripe_down_makes_the_job_try_again_later(self):
        """With back-off; nothing is lost and nothing half-written."""
        self.pay(self.invoice(100.0))
        self.ring()
        self.stripe.fail_next(method="GET", path="/v1/*", status=500, times=100)
        self.run_cron("ir_cron_events")
        failed = self.stored().filtered(lambda e: e.subject == "charge")
        self.assertEqual(set(failed.mapped("state")), {"new"})
        self.assertTrue(all(failed.mapped("next_try")))
        self.assertTrue(all(failed.mapped("note")))
