# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What needs a person reaches one who is there, whoever was chosen once."""

from odoo import Command
from odoo.tests import Form, tagged

from .common import KashStripeConnected

MANAGER = "account.group_account_manager"


@tagged("post_install", "-at_install", "-standard", "long")
class TestResponsible(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.gone = self.colleague("kash_gone", MANAGER)
        self.admin = self.colleague("kash_admin", "base.group_system")
        self.company.sudo().kash_stripe_responsible_id = self.gone

    def hold(self):
        """Let a payment come in a locked period: a person is asked."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.pay(self.invoice())
        self.settle()

    def fail_a_refund(self):
        """Let a person be asked once, on the invoice; return that."""
        paid = self.invoice()
        attempt = self.pay(paid)
        self.settle()
        refund = self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.read_until("2025-11-22")
        self.sync()
        return paid

    def archive(self):
        """Press *Archive* on the person, as an administrator does."""
        self.gone.with_user(self.admin).action_archive()

    def take_all_rights(self):
        """Leave the company without anybody who may do its accounting."""
        users = self.env["res.users"].sudo()
        groups = ("account.group_account_readonly", "account.group_account_invoice")
        ids = [self.env.ref(xmlid).id for xmlid in groups]
        for user in users.search([("all_group_ids", "in", ids)]):
            rest = user.all_group_ids.filtered(
                lambda group: not {group.id, *group.all_implied_ids.ids} & set(ids)
            )
            user.group_ids = [Command.set(rest.ids)]

    def settings(self, **values):
        """Return the settings page as who sets up the accounting sees it."""
        known = self.env["res.users"].search([("login", "=", "kash_set")])
        user = known or self.colleague("kash_set", f"base.group_system,{MANAGER}")
        page = self.env["res.config.settings"].with_user(user)
        form = Form(page.with_company(self.company).with_context(module="account"))
        for name, value in values.items():
            form[name] = value
        return form

    def assertThere(self, user):
        """Assert that somebody can act: active, of the company, an accountant."""
        self.assertTrue(user.active)
        self.assertNotEqual(user, self.gone)
        self.assertIn(self.company, user.company_ids)
        self.assertTrue(user.has_group(MANAGER))

    # === WHO IS ASKED === #

    def test_who_was_chosen_is_asked(self):
        """While they can act."""
        self.hold()
        self.assertEqual(self.activities("held").user_id, self.gone)

    def test_who_is_archived_is_not_asked(self):
        """An accounting manager of the company is, who is there."""
        self.archive()
        self.hold()
        self.assertThere(self.activities("held").user_id)

    def test_who_lost_the_company_or_the_right_is_not_asked(self):
        """They could not even read it."""
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        losses = {
            "company": {
                "company_ids": [Command.set(other.ids)],
                "company_id": other.id,
            },
            "right": {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]},
        }
        self.hold()
        for loss, vals in losses.items():
            with self.subTest(loss), self.env.cr.savepoint() as savepoint:
                self.gone.with_user(self.admin).sudo().write(vals)
                self.sync()
                self.assertThere(self.activities("held").user_id)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_who_is_deleted_is_not_asked(self):
        """What they were asked is somebody else's then."""
        self.hold()
        self.gone.with_user(self.admin).sudo().unlink()
        self.assertFalse(self.company.kash_stripe_responsible_id)
        self.assertThere(self.activities("held").user_id)

    def test_an_invoice_asks_who_is_there(self):
        """The refund that failed: the customer waits for their money."""
        self.archive()
        paid = self.fail_a_refund()
        self.assertThere(paid.activity_ids.user_id)

    def test_a_suspected_payment_asks_who_is_there(self):
        """A refund now costs no dispute fee."""
        self.archive()
        paid = self.invoice()
        attempt = self.pay(paid)
        self.settle()
        self.stripe.early_fraud_warning(attempt.kash_stripe_charge_id)
        self.work_off()
        self.assertThere(paid.activity_ids.user_id)

    def test_a_branch_asks_who_is_chosen_for_its_parent(self):
        """Its invoices are paid through the parent's account."""
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.company.id})
        )
        self.gone.sudo().company_ids += branch
        self.assertEqual(branch._kash_stripe_who_acts(), {branch: self.gone})
        self.archive()
        boss = self.colleague("kash_boss", MANAGER, branch)
        self.assertEqual(branch._kash_stripe_who_acts(), {branch: boss})

    # === WHAT IS OPEN ALREADY === #

    def test_what_is_open_goes_to_who_is_there(self):
        """Odoo deletes the activities of whom it archives: ours are asked but once."""
        paid = self.fail_a_refund()
        self.hold()
        asked = paid.activity_ids | self.activities("held")
        self.assertEqual(asked.user_id, self.gone)
        self.archive()
        self.assertEqual(asked.exists(), asked)
        for activity in asked:
            self.assertThere(activity.user_id)

    def test_what_a_person_wrote_themselves_is_deleted_as_in_odoo(self):
        """It is none of ours."""
        own = self.invoice().activity_schedule(
            "mail.mail_activity_data_todo", summary="Call", user_id=self.gone.id
        )
        self.archive()
        self.assertFalse(own.exists())

    def test_a_flag_written_by_rpc_is_seen_by_the_next_sync(self):
        """Without the button: Odoo leaves the activities then."""
        self.hold()
        self.gone.with_user(self.admin).write({"active": False})
        self.sync()
        self.assertThere(self.activities("held").user_id)

    def test_whom_a_colleague_gave_it_to_keeps_it(self):
        """As long as they can act."""
        self.hold()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        self.activities("held").user_id = clerk
        self.sync()
        self.assertEqual(self.activities("held").user_id, clerk)

    # === NOBODY IS LEFT === #

    def test_with_nobody_left_an_administrator_is_asked_and_a_banner_counts(self):
        """They can make somebody one."""
        self.archive()
        self.hold()
        activity = self.activities("held").sudo()
        clerk, boss = (self.colleague(f"kash_{n}", "base.group_user") for n in "cb")
        self.take_all_rights()
        self.sync()
        self.assertTrue(activity.user_id.has_group("base.group_system"))
        self.assertTrue(activity.user_id.active)
        self.give(clerk, "account.group_account_readonly")
        accounts = self.env["kash.stripe.account"].with_user(clerk)
        [banner] = accounts.get_banners()
        self.assertIn("Activities that wait: 1", banner["text"])
        self.give(boss, MANAGER)
        self.sync()
        self.assertEqual(activity.user_id, boss)
        self.assertFalse(accounts.get_banners())

    def test_the_banner_is_seen_by_who_can_mend_it(self):
        """An administrator without accounting rights sees it, and nothing else."""
        self.archive()
        self.hold()
        self.take_all_rights()
        self.sync()
        accounts = self.env["kash.stripe.account"].with_user(self.admin)
        self.account.sudo().revoked_at = "2025-11-22"
        [banner] = accounts.get_banners()
        self.assertIn("Activities that wait: 1", banner["text"])
        clerk = self.colleague("kash_clerk", "base.group_user")
        self.assertFalse(accounts.with_user(clerk).get_banners())

    def test_a_connection_that_ended_has_no_such_banner(self):
        """Nobody counts any more whether somebody is there."""
        self.archive()
        self.hold()
        self.take_all_rights()
        self.sync()
        clerk = self.colleague("kash_clerk", "account.group_account_readonly")
        accounts = self.env["kash.stripe.account"].with_user(clerk)
        self.assertEqual(len(accounts.get_banners()), 1)
        self.account.sudo()._push_disconnect()
        self.assertFalse(accounts.get_banners())

    def give(self, user, xmlid):
        user.sudo().group_ids += self.env.ref(xmlid)

    # === THE SETTING === #

    def test_the_settings_say_what_is_wrong_with_who_is_chosen(self):
        """And who is asked meanwhile."""
        self.assertFalse(self.settings().kash_stripe_responsible_note)
        self.archive()
        note = self.settings().kash_stripe_responsible_note
        self.assertIn("kash_gone", note)
        self.assertIn("is archived. Meanwhile the activities go to", note)
        form = self.settings(kash_stripe_responsible_id=self.env.user)
        self.assertFalse(form.kash_stripe_responsible_note)

    def test_the_settings_say_so_of_other_losses_too(self):
        """Nobody chosen, another company, no right to see."""
        company = self.company
        for person, words in (
            (self.env["res.users"], "Nobody is chosen."),
            (self.admin, "may not see the accounting"),
            (self.colleague("kash_other", MANAGER, self.other()), "may not work in"),
        ):
            with self.subTest(words):
                company.sudo().kash_stripe_responsible_id = person
                self.assertIn(words, self.settings().kash_stripe_responsible_note)

    def test_of_a_branch_they_name_who_is_really_asked(self):
        """The parent's person may not work there."""
        branch = self.other(parent_id=self.company.id)
        boss = self.colleague("kash_boss", MANAGER, branch)
        nobody = self.env["res.users"]
        self.assertEqual(branch._kash_stripe_who_acts(), {branch: boss})
        note = branch._kash_stripe_responsible_note(nobody)
        self.assertIn("Meanwhile the activities go to kash_boss", note)

    def other(self, **vals):
        return self.env["res.company"].sudo().create({"name": "Elsewhere", **vals})

    # === E-MAILS === #

    def readers(self):
        """Return whose addresses get the notices."""
        readers = self.company._kash_stripe_notice_readers()
        people = self.env["res.partner"]
        for mail in readers.values():
            for command in mail.get("recipient_ids", ()):
                people |= people.browse(command[2])
        return people

    def test_who_left_gets_no_notice_and_who_is_there_does(self):
        """Archiving a person leaves their contact, and so their address."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        chosen = self.gone.partner_id | clerk.partner_id | self.customer
        self.company.sudo().kash_stripe_notify_partner_ids = chosen
        self.assertEqual(self.readers(), chosen)
        self.archive()
        self.assertEqual(self.readers(), chosen - self.gone.partner_id)
        self.company.sudo().kash_stripe_notify_partner_ids = self.gone.partner_id
        [reader] = self.readers().user_ids
        self.assertThere(reader)
        self.company.sudo().kash_stripe_notify_partner_ids = False
        self.assertFalse(self.readers())

    def test_an_accountant_with_a_login_of_the_portal_gets_notices(self):
        """Whatever company that login is of: nobody who left."""
        outside = self.colleague("kash_outside", "base.group_portal", self.other())
        self.company.sudo().kash_stripe_notify_partner_ids = outside.partner_id
        self.assertEqual(self.readers(), outside.partner_id)

    def test_the_settings_say_who_gets_no_notice_any_more(self):
        """By name."""
        self.company.sudo().kash_stripe_notify_partner_ids = self.gone.partner_id
        self.assertFalse(self.settings().kash_stripe_notify_note)
        self.archive()
        self.assertIn("kash_gone", self.settings().kash_stripe_notify_note)

    def test_who_connected_and_left_is_not_told_that_it_is_ready(self):
        """Who acts by now is."""
        account = self.account.sudo()
        account.connected_by_id = self.gone
        self.archive()
        account.told_ready_epoch = 0
        account._tell_ready()
        told = self.told_ready(self.account)[:1].partner_ids.user_ids
        self.assertThere(told)
