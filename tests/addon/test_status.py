# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Honest status: what Stripe says reaches the form, the settings and the banner."""

import re
import sys
import time
from datetime import timedelta

from stripe.params import AccountPersonUpdateParams, AccountUpdateParams

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.kash_stripe_connect.core.requirements import split_code

from .common import KashStripeConnected
from .test_platform import KashStripePlatform

DAY = 86_400
# https://docs.stripe.com/connect/handling-api-verification#risk-requirements
REVIEWS = """
    address_verification bank_account_verification business_model_verification
    capability_disable_appeal credit_review customer_service_contact
    domain_verification fulfillment_policy identity_verification
    intellectual_property_usage other_business_inquiry other_compliance_inquiry
    other_supportability_inquiry platform_concern product_description
    rejection_appeal reserve_appeal restricted_or_prohibited_industry_diligence
    statement_descriptor supportability_rejection_appeal url_inquiry
""".split()
# What an account may be given, and is never asked for.
NEVER_ASKED = """
    account_token capabilities expand groups metadata person_token
    settings.branding settings.card_payments.decline_on settings.invoices
    settings.payouts
""".split()


def _leaves(params, path=()):
    """Yield the name of each thing that a request may carry, as Stripe asks for it."""
    known = vars(sys.modules[params.__module__])
    for name, kind in params.__annotations__.items():
        here = (*path, name)
        if name in NEVER_ASKED or ".".join(here) in NEVER_ASKED:
            continue
        inner = [known[n] for n in re.findall(r"\w+Params\w*", str(kind)) if n in known]
        yield from (leaf for one in inner for leaf in _leaves(one, here))
        if not inner:
            yield ".".join(here)


def _codes():
    """Return the codes of requirements that the SDK and the documentation know."""
    return [
        *_leaves(AccountUpdateParams),
        *(f"person_1.{name}" for name in _leaves(AccountPersonUpdateParams)),
        *(f"interv_1.{review}.form" for review in REVIEWS),
    ]


@tagged("post_install", "-at_install")
class TestStatus(KashStripeConnected):
    def says(self, state, **details):
        """Let Stripe put the account in a state, tell us, and return our record."""
        self.stripe.account_state(self.acct.id, state, **details)
        self.work_off()
        return self.account

    def test_each_state_of_stripes_has_its_word_and_sentence(self):
        """By the bell, without a person pressing anything."""
        soon = int(time.time()) + 5 * DAY
        for state, details, word, sentence in (
            ("incomplete", {}, "incomplete", "not finished"),
            ("unfinished", {}, "active", "Takes payments. The set-up is not finished"),
            (
                "unfinished",
                {"deadline": soon},
                "restricted_soon",
                "Takes payments. Stripe asks for more by",
            ),
            ("under_review", {}, "under_review", "nothing to do"),
            ("pending_verification", {}, "under_review", "nothing to do"),
            ("past_due", {}, "restricted", "Payments still work"),
            ("past_due_disabled", {}, "restricted", "until it gets"),
            ("currently_due_disabled", {}, "restricted", "until it gets"),
            ("restricted_soon", {"deadline": soon}, "restricted_soon", "more by"),
            ("future_due", {"deadline": soon}, "restricted_soon", "more by"),
            ("rejected", {"reason": "fraud"}, "restricted", "rejected"),
            ("listed", {}, "restricted", "prohibited"),
            ("platform_paused", {}, "restricted", "operator"),
            ("other", {}, "restricted", "support"),
            ("action_required", {}, "restricted", "Continue the set-up"),
        ):
            with self.subTest(state, **details):
                account = self.says(state, **details)
                self.assertEqual(account.status, word)
                self.assertIn(sentence, account.status_text)
        self.assertEqual(self.says("active").status, "active")
        self.assertFalse(self.account.status_text)

    def test_payouts_have_a_word_of_their_own(self):
        """Customers can pay while Stripe keeps the money."""
        account = self.says("payouts_paused")
        self.assertEqual((account.status, account.payouts_status), ("active", "paused"))
        self.assertEqual(self.company.kash_stripe_payouts_status, "paused")

    def test_what_stripe_asks_for_stands_there_in_words_with_its_deadline(self):
        """No peer in Odoo shows it."""
        deadline = int(time.time()) + 5 * DAY
        account = self.says(
            "restricted_soon",
            deadline=deadline,
            requirements=["external_account", "company.tax_id"],
        )
        first = account.requirement_ids[0]
        self.assertEqual(
            sorted(account.requirement_ids.mapped("name")),
            ["Bank account for payouts", "The company: tax number"],
        )
        self.assertEqual(first.kind, "currently_due")
        self.assertEqual(
            first.deadline,
            fields.Datetime.from_string("1970-01-01") + timedelta(seconds=deadline),
        )

    def test_stripes_own_error_text_stands_beside_the_requirement(self):
        """The person who can fix it reads what was wrong."""
        account = self.account
        self.stripe.update_account(
            self.acct.id,
            requirements={
                **self.stripe.object(self.acct.id)["requirements"],
                "currently_due": ["person_1.verification.document.front"],
                "errors": [
                    {
                        "code": "verification_document_too_blurry",
                        "reason": "The document is too blurry.",
                        "requirement": "person_1.verification.document.front",
                    }
                ],
            },
        )
        self.work_off()
        self.assertEqual(
            account.requirement_ids.name, "A person of the company: proof of identity"
        )
        self.assertEqual(account.requirement_ids.error, "The document is too blurry.")

    def test_codes_of_real_accounts_are_said_in_words(self):
        """As they were seen on accounts of several countries."""
        account = self.says(
            "past_due",
            requirements=[
                "company.business_vat_id_number",
                "company.ownership_declaration.date",
                "company.ownership_declaration.ip",
                "documents.proof_of_registration.files",
                "interv_1RWtze.other_business_inquiry.form",
                "person_1AbC.documents.passport.files",
                "person_1AbC.verification.proof_of_liveness",
            ],
        )
        self.assertEqual(
            sorted(account.requirement_ids.mapped("name")),
            [
                "A person of the company: passport",
                "A person of the company: picture of the person's face",
                "More about the business",
                "Proof of registration",
                "The company: VAT number",
                "The company: declaration of ownership",
            ],
        )

    def test_whatever_stripe_can_ask_for_has_words(self):
        """What it asks for are the names of its parameters: a new one fails here."""
        words = self.env["kash.stripe.requirement"]._words
        wordless = {
            code: what
            for code in _codes()
            for who, what in [split_code(code)]
            if "something new" in words(who, what).lower()
        }
        self.assertFalse(
            wordless, "Add words to _WHAT in models/account/requirement.py."
        )

    def test_a_requirement_nobody_has_words_for_is_a_sentence_still(self):
        """Stripe invents new ones every year."""
        account = self.says(
            "past_due", requirements=["company.moon_license", "interv_1.moon_base.form"]
        )
        new = "omething new that Stripe calls “%s” and explains on its own pages"
        self.assertEqual(
            sorted(account.requirement_ids.mapped("name")),
            ["S" + new % "moon base", "The company: s" + new % "moon license"],
        )

    def test_requirements_that_are_met_disappear(self):
        """The list is Stripe's of now."""
        self.says("past_due")
        self.says("active")
        self.assertFalse(
            self.account.requirement_ids.filtered(lambda r: r.kind == "past_due")
        )

    def test_a_capability_that_is_off_says_why(self):
        """On the form, by way of being paid."""
        self.stripe.update_account(
            self.acct.id, capabilities={"card_payments": "inactive"}
        )
        self.work_off()
        cards = self.account.capability_ids[0]
        self.assertEqual((cards.method, cards.state), ("card", "inactive"))
        self.assertTrue(cards.reason)

    def test_a_restricted_account_that_may_still_charge_keeps_its_links(self):
        """Stripe decides, not the word."""
        link = self.invoice()._kash_stripe_ensure_link()
        self.says("past_due")
        self.assertEqual(link.state, "live")
        self.says("past_due_disabled")
        self.assertEqual(link.state, "waiting")

    def test_the_daily_pull_finds_what_no_bell_told(self):
        """Each sync asks for the account too."""
        self.stripe.account_state(self.acct.id, "past_due")
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(self.account.status, "restricted")

    def test_the_person_who_connected_is_told_once_that_it_is_ready(self):
        """In the words of the products this one replaces."""
        told = self.told_ready(self.account)
        self.assertEqual(told.notified_partner_ids, self.env.user.partner_id)
        self.says("past_due")
        self.says("active")
        self.assertEqual(self.told_ready(self.account), told)

    def test_a_key_that_stripe_refuses_is_said_and_mended_by_a_new_one(self):
        """The connection stays: the same epoch, the same links."""
        link = self.invoice()._kash_stripe_ensure_link()
        self.stripe.revoke_key(self.acct.secret_key)
        self.sync()
        self.assertEqual(self.account.status, "not_connected")
        self.assertIn("does not accept the key", self.account.status_text)
        self.assertTrue(self.account.connected)
        other = self.acct.restricted_key(
            [
                "rak_connected_account_read",
                "rak_balance_read",
                "rak_balance_transaction_source_read",
                "rak_charge_read",
                "rak_dispute_read",
                "rak_payment_intent_read",
                "rak_checkout_session_write",
                "rak_webhook_write",
            ]
        )
        self.connect(secret_key=other)
        self.assertEqual(self.account.status, "active")
        self.assertEqual(link.state, "live")

    def test_links_lead_to_the_account_in_stripes_dashboard(self):
        """Of its mode."""
        self.assertEqual(
            self.account.action_dashboard()["url"],
            f"https://dashboard.stripe.com/{self.acct.id}/test/dashboard",
        )
        self.assertIn("account/status", self.account.action_manage()["url"])


@tagged("post_install", "-at_install")
class TestExpress(KashStripePlatform):
    def test_an_express_account_is_managed_by_a_login_link(self):
        """Its owners have no other way in."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id)
        self.stripe.tamper(
            account.stripe_id,
            controller={
                **self.stripe.object(account.stripe_id)["controller"],
                "stripe_dashboard": {"type": "express"},
            },
        )
        self.sync()
        self.assertIn(self.stripe.url, account.action_manage()["url"])

    def test_set_up_pages_are_for_accounts_of_ours(self):
        """Others are answered in Stripe's dashboard."""
        account = self.connect()
        with self.assertRaisesRegex(UserError, "dashboard"):
            account.action_continue_setup()

    def test_a_rejected_account_has_no_set_up_to_continue(self):
        """Only Stripe's support can change that."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "reject")
        self.sync()
        self.assertEqual(account.status, "restricted")
        self.assertFalse(account.can_continue)
        with self.assertRaises(UserError):
            account.action_continue_setup()


@tagged("post_install", "-at_install")
class TestBanner(KashStripeConnected, HttpCase):
    def banners(self, user):
        return self.env["kash.stripe.account"].with_user(user).get_banners()

    def restrict(self):
        self.stripe.account_state(self.acct.id, "past_due_disabled")
        self.sync()

    def test_trouble_is_shown_to_every_accounting_user_of_the_company(self):
        """One sentence and the way to the fix."""
        self.restrict()
        for group in (
            "account.group_account_invoice",
            "account.group_account_readonly",
        ):
            with self.subTest(group):
                [banner] = self.banners(self.colleague(group[-8:], group))
                self.assertEqual(
                    (banner["id"], banner["level"]), (self.account.id, "danger")
                )
                self.assertIn("Hill Street Books", banner["text"])

    def test_no_trouble_no_banner(self):
        """Incomplete and under review are no trouble either: nothing broke."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        for state in ("active", "incomplete", "under_review"):
            with self.subTest(state):
                self.stripe.account_state(self.acct.id, state)
                self.sync()
                self.assertEqual(self.banners(clerk), [])

    def test_a_deadline_is_a_warning(self):
        """There is still time."""
        self.stripe.account_state(
            self.acct.id, "restricted_soon", deadline=int(time.time()) + DAY
        )
        self.sync()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        self.assertEqual(self.banners(clerk)[0]["level"], "warning")

    def test_another_companys_trouble_is_nobodys_business(self):
        """By RPC either."""
        self.restrict()
        other = self.setup_other_company()["company"]
        clerk = self.colleague("kash_o", "account.group_account_invoice", other)
        self.assertEqual(self.banners(clerk), [])

    def test_a_branchs_people_see_the_trouble_of_the_parents_connection(self):
        """They are paid through it."""
        self.restrict()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        clerk = self.colleague("kash_b", "account.group_account_invoice", branch)
        self.assertEqual(len(self.banners(clerk)), 1)

    def test_it_costs_users_without_the_right_no_query(self):
        """Nor a word in their session."""
        self.restrict()
        user = self.colleague("kash_seller", "base.group_user")
        accounts = self.env["kash.stripe.account"].with_user(user)
        accounts.get_banners()
        with self.assertQueryCount(0):
            self.assertEqual(accounts.get_banners(), [])

    def test_the_bus_carries_no_word_of_any_company(self):
        """Everybody of the accounting groups hears it: they ask for what is theirs."""
        self.restrict()
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([]).mapped("message")
        ours = [text for text in messages if "kash_stripe.banner" in text]
        self.assertTrue(ours)
        self.assertFalse([text for text in ours if "Hill" in text])

    def test_a_page_of_the_backend_is_opened_with_it(self):
        """No request more when a page is opened."""
        self.restrict()
        self.colleague("kash_web", "account.group_account_invoice")
        self.authenticate("kash_web", "kash_web")
        info = self.url_open("/web/session/get_session_info", json={"params": {}})
        self.assertEqual(
            info.json()["result"]["kash_stripe_banners"][0]["id"], self.account.id
        )
        self.colleague("kash_seller", "base.group_user")
        self.authenticate("kash_seller", "kash_seller")
        info = self.url_open("/web/session/get_session_info", json={"params": {}})
        self.assertNotIn("kash_stripe_banners", info.json()["result"])

    def test_a_clerk_cannot_sync_nor_disconnect(self):
        """Seeing is not managing."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        account = self.account.with_user(clerk)
        for act in (
            "action_sync_now",
            "action_disconnect",
            "action_go_live",
            "action_continue_setup",
            "action_manage",
            "action_send_again",
        ):
            with self.subTest(act), self.assertRaises(AccessError):
                getattr(account, act)()
