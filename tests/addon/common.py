# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The stage: a company, its books, its Stripe account at the emulator."""

from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import stripe

from odoo import Command
from odoo.modules import module
from odoo.modules.module import load_script
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.models import ir_cron
from odoo.addons.kash_stripe_connect.core import events as core_events
from odoo.addons.product.tests.common import ProductCommon

from dev.lab.seed import NEIGHBOUR, STAGE
from dev.stripe_emulator import API_VERSION, StripeEmulator

# Stripe's clock of the tests: noon in New York and in UTC is the same day.
NOON = 1763830800  # 2025-11-22 17:00 UTC


def by_pytest_too(test):
    """Mark a test that `dev test` runs through pytest's door too: one of each kind."""
    test.by_pytest_too = True
    return test


@tagged("post_install", "-at_install")
class KashStripeCommon(AccountTestInvoicingCommon):
    """A company with a chart, an emulated Stripe, and builders with defaults."""

    @classmethod
    def setUpClass(cls):
        # Past Odoo's furniture: products, pricelists, second taxes and roundings are
        # seven hundred queries for each class, and no test here touches them.
        super(ProductCommon, cls).setUpClass()
        cls.maxDiff = None
        cls.company_data = cls.collect_company_accounting_data(cls.env.company)
        cls.company = cls.company_data["company"]
        cls.customer = cls.env["res.partner"].create(
            {"name": "Ada Reader", "email": "ada@example.com", "lang": "en_US"}
        )
        cls.stripe = StripeEmulator(seed=1, now=NOON).start()
        cls.addClassCleanup(cls.stripe.stop)
        cls._set_stage_once()

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Take the company that the lab has prepared; without one, make it."""
        prepared = cls.env["res.company"].sudo().search([("name", "=", STAGE)])
        if not prepared or kwargs:
            return super().setup_independent_company(**kwargs)
        cls.env.user.company_ids += prepared
        return prepared.sudo(False)

    @classmethod
    def setup_other_company(cls, **kwargs):
        """Take the second company that the lab has prepared; else make one.

        :return: as Odoo's: its accounts, journals and taxes by what they are for
        """
        prepared = cls.env["res.company"].sudo().search([("name", "=", NEIGHBOUR)])
        taken = prepared in cls.env.user.company_ids
        if not prepared or taken or kwargs.keys() - {"name"}:
            company = cls._create_company(**{"name": "company_2"} | kwargs)
        else:
            company = prepared.sudo(False)
            cls.env.user.company_ids += company
            company.write(kwargs)
        return cls.collect_company_accounting_data(company)

    @classmethod
    def _set_stage_once(cls):
        """Set the stage as a test would, and give all tests of the class what it made.

        Whoever opens a cursor, as scheduled actions do, must be a test.
        """
        stage = cls("set_stage")
        stage.addCleanup = cls.addClassCleanup
        own = set(vars(stage))
        with patch.object(module, "current_test", stage):
            stage.set_stage()
        cls.env.cr.flush()
        for name in vars(stage).keys() - own:
            setattr(cls, name, vars(stage)[name])

    def set_stage(self):
        """Make what every test of the class begins with; each one rolls back to it."""
        self.acct = self.stripe.create_account(
            country="US",
            currency="usd",
            business_name="Hill Street Books",
            timezone="America/New_York",
        )
        self.tell_addresses()

    def tell_addresses(self):
        """Say where Stripe is, and what Odoo is called by: an operator's parameters."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("kash_stripe_connect.api_base", self.stripe.url)
        params.set_param("kash_stripe_connect.connect_base", self.stripe.url)
        params.set_param("web.base.url", self.odoo_url())

    def setUp(self):
        super().setUp()
        self.addCleanup(self.stripe.savepoint().rollback)

    def odoo_url(self):
        """Return the address Odoo believes to have; a server only in HttpCase."""
        return "http://127.0.0.1:8069"

    # === BUILDERS === #

    def connect(self, acct=None, company=None, **keys):
        """Connect a company to an emulated account by its keys."""
        acct = acct or self.acct
        accounts = self.env["kash.stripe.account"].sudo()
        account = accounts._push_connect_keys(
            company or self.company,
            **{
                "secret_key": acct.secret_key,
                "publishable_key": acct.publishable_key,
                **keys,
            },
        )
        # Stripe's clock of the tests is not ours: fetch from before its beginning.
        account.mirror_start = "2025-11-01"
        return account.sudo(False)

    def set_up_platform(self, **values):
        """Let an operator's platform exist, with its endpoint for linked accounts."""
        self.platform = self.stripe.create_platform(
            redirect_uris=[f"{self.odoo_url()}/kash/connect/oauth"], **values
        )
        endpoint = self.stripe_client(
            self.platform.secret_key
        ).v1.webhook_endpoints.create(
            {
                "url": f"{self.odoo_url()}/kash/webhook/connect",
                "enabled_events": list(core_events.SUBSCRIBED_CONNECT),
                "api_version": API_VERSION,
                "connect": True,
            }
        )
        params = self.env["ir.config_parameter"].sudo()
        for name in ("publishable_key", "client_id"):
            value = getattr(self.platform, name)
            params.set_param(f"kash_stripe_connect.platform_{name}", value)
        self.keep_platform(
            secret_key=self.platform.secret_key, webhook_secret=endpoint.secret
        )

    def keep_platform(self, **secrets):
        """Let the operator's secrets be these; False takes one away."""
        platform = self.env["kash.stripe.platform"]
        self.env["kash.stripe.secret"]._put(platform, secrets)

    def secret(self, name, owner=None):
        """Return what is kept of an account, or of the platform; nobody reads it."""
        owner = self.account if owner is None else owner
        return self.env["kash.stripe.secret"]._reveal(owner, name)

    def stripe_client(self, key):
        """Return the stripe package's client, as an operator's script would use it."""
        bases = {"api": self.stripe.url, "connect": self.stripe.url}
        return stripe.StripeClient(
            key, base_addresses=bases, stripe_version=API_VERSION
        )

    def create_account(self, company=None, **details):
        """Create a Stripe account through the platform, up to its set-up page."""
        self.account = (
            self.env["kash.stripe.account"]
            .sudo()
            ._push_create(
                company or self.company,
                **{
                    "name": "Hill Street Books",
                    "email": "owner@example.com",
                    "website": "https://hillstreetbooks.example",
                    **details,
                },
            )
            .sudo(False)
        )
        return self.account

    def wizard(self, user=None, **values):
        """Fill the dialog to connect as an accounting manager would."""
        return (
            self.env["kash.stripe.connect.wizard"]
            .with_user(user or self.env.user)
            .with_company(self.company)
            .create(values)
        )

    @classmethod
    def colleague(cls, login, groups, company=None):
        """Hire somebody for one company, with just these rights."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups,
            email=f"{login}@example.com",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def invoice(cls, amount=100.0, *, post=True, company=None, **vals):
        """Make a customer invoice over ``amount``, without taxes."""
        moves = cls.env["account.move"]
        move = (moves.with_company(company) if company else moves).create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2025-11-01",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Books", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    def discounted_invoice(self, **vals):
        """Make an invoice over 100.00 of November 20 with 2 % off within a week."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "2/7 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        return self.invoice(
            100.0, invoice_date="2025-11-20", invoice_payment_term_id=terms.id, **vals
        )

    def quote(self, code, rates):
        """Let Odoo have a currency, and know these rates of it: {first day: rate}."""
        currency = self.env.ref(f"base.{code.upper()}")
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
                for day, rate in rates.items()
            ]
        )
        return currency

    def other_account(self, **vals):
        """Make a current asset account of the company."""
        return self.env["account.account"].create(
            {
                "name": "Other",
                "code": "101777",
                "account_type": "asset_current",
                **vals,
            }
        )

    # === ACTS === #

    def press_pay(self, move):
        """Do what a press on *Pay invoice* does; return the attempt."""
        link = move._kash_stripe_ensure_link()
        link.sudo()._start_payment()
        return link.transaction_ids.sorted("id")[-1]

    def pay(self, move, **customer):
        """Press, and pay at Stripe by card; nothing is told to Odoo yet."""
        attempt = self.press_pay(move)
        self.stripe.pay(attempt.kash_stripe_session_id, **customer)
        return attempt

    def ring(self, deliveries=None):
        """Put deliveries into the inbox as the webhook does."""
        events = self.env["kash.stripe.event"].sudo()
        for delivery in self.stripe.outbox.take() if deliveries is None else deliveries:
            facts = self.verified(delivery)
            events._store(
                facts, self.account, self.account.stripe_id, self.account.company_id
            )

    def verified(self, delivery):
        """Verify a delivery with the account's secret, as the route does."""
        from odoo.addons.kash_stripe_connect.gateway.webhook import read_event

        platform = self.env["kash.stripe.platform"]
        return read_event(
            delivery.body,
            delivery.headers["Stripe-Signature"],
            [*self.account.sudo()._webhook_secrets(), *platform._webhook_secrets()],
        )

    def run_cron(self, name):
        """Run one of our scheduled actions to its end."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"kash_stripe_connect.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def work_off(self):
        """Deliver what waits in Stripe's outbox and let the job do its work."""
        self.ring()
        self.run_cron("ir_cron_events")

    def give_debits(self):
        """Let the shop take every bank debit."""
        names = ("us_bank_account_ach", "bacs_debit", "sepa_debit")
        known = self.stripe.object(self.acct.id)["capabilities"]
        active = {f"{name}_payments": "active" for name in names}
        self.stripe.update_account(self.acct.id, capabilities={**known, **active})

    def settle(self):
        """Let Stripe attach balance transactions, tell of it, and work it off."""
        self.stripe.settle()
        self.work_off()

    def sync(self):
        """Let the scheduled sync run now."""
        self.account.sudo().next_sync_at = "2000-01-01"
        self.run_cron("ir_cron_sync")

    @contextmanager
    def no_time(self):
        """Let the job's time be over as soon as it has done anything."""
        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            patch.object(ir_cron, "MIN_RUNS_PER_JOB", 1),
        ):
            yield

    def read_until(self, moment, *kinds):
        """Let lists, if none is named those of rows, be read up to a moment."""
        for kind in kinds or ("rows",):
            self.account.sudo()._stream(kind).until = moment

    def run_migration(self, script, before):
        """Run a script of an update as Odoo does.

        :param script: its path below our ``migrations/``
        :param before: the version that was installed
        """
        self.env.flush_all()
        path = file_path(f"kash_stripe_connect/migrations/{script}")
        load_script(path, Path(path).stem).migrate(self.env.cr, before)
        self.env.flush_all()
        self.env.invalidate_all()

    def told_ready(self, account):
        """Return the notices that the account is ready."""
        return self.env["mail.message"].search(
            [
                ("model", "=", account._name),
                ("res_id", "=", account.id),
                ("subject", "=", "Your Stripe account is ready to use."),
            ]
        )

    # === ASSERTIONS === #

    def ledger(self, until="9999-12-31"):
        """Return {name: balance} of the accounts this addon moves, posted.

        :param until: the last day that counts
        """
        account = self.account
        roles = {
            "clearing": account.clearing_account_id,
            "fees": account.fee_account_id,
            "receivable": self.company_data["default_account_receivable"],
            "unallocated": account.unallocated_account_id,
            "in_transit": account.transit_account_id,
            "disputed": account.disputed_account_id,
            "suspense": account.suspense_account_id,
            "in_process": account.in_process_account_id,
            "fee_tax": account.fee_tax_account_id,
            "loss": account.loss_account_id,
        }
        found = {}
        for role, ledger_account in roles.items():
            [[total]] = self.env["account.move.line"]._read_group(
                [
                    ("account_id", "=", ledger_account.id),
                    ("parent_state", "=", "posted"),
                    ("move_id.kash_stripe_account_id", "=", self.account.id),
                    ("date", "<=", until),
                ],
                aggregates=["balance:sum"],
            )
            found[role] = round(total or 0.0, 2)
        return found

    def assertLedger(self, expected, until="9999-12-31"):
        """Assert what Stripe's entries did, debit positive; roles left out are 0."""
        ledger = self.ledger(until)
        self.assertEqual(
            {role: amount for role, amount in ledger.items() if amount}, expected
        )

    def assertClearingIsStripes(self, currency="usd"):
        """Assert that clearing holds what Stripe holds, to the cent."""
        balance = self.stripe.balance(self.account.stripe_id, currency)
        held = balance["available"] + balance["pending"]
        self.assertEqual(round(self.ledger()["clearing"] * 100), held)
        self.stripe.check_invariant()


class KashStripeConnected(KashStripeCommon):
    """The same company, already connected by test keys."""

    def set_stage(self):
        super().set_stage()
        self.account = self.connect()

    def rows(self):
        """Return the account's mirrored rows."""
        return self.account.row_ids

    def activities(self, kind):
        """Return the open activities of one reason on the Stripe journal."""
        return self.account.journal_id.activity_search(
            [f"kash_stripe_connect.mail_activity_type_{kind}"]
        )
