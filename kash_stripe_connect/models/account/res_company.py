# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _tz_get

from ...const import OPERATOR_GROUP, PAYOUT_STATUSES, STATUSES
from ..base.records import changes, fills

_OPERATORS = {"kash_stripe_service_until"}


class AccountCompany(models.Model):
    _inherit = "res.company"

    kash_stripe_account_ids = fields.One2many(
        "kash.stripe.account", "company_id", string="Stripe Accounts"
    )
    kash_stripe_account_id = fields.Many2one(
        "kash.stripe.account",
        string="Connected Stripe Account",
        compute="_compute_kash_stripe_account_id",
    )
    kash_stripe_status = fields.Selection(
        STATUSES, string="Stripe", compute="_compute_kash_stripe_account_id"
    )
    kash_stripe_payouts_status = fields.Selection(
        PAYOUT_STATUSES,
        string="Stripe Payouts",
        compute="_compute_kash_stripe_account_id",
    )
    kash_stripe_tz = fields.Selection(
        _tz_get,
        string="Stripe Time Zone",
        help="The calendar by which a moment at Stripe becomes a day in the books. A"
        " change counts for what Stripe reports from then on.",
    )
    kash_stripe_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Stripe",
        check_company=True,
        help="Gets the activities about Stripe money that needs a person.",
    )
    kash_stripe_service_until = fields.Date(
        string="Stripe Service Until",
        copy=False,
        help="The last day on which this company's payment links work, by its"
        " subscription. Empty: no limit. Set by the operator of this Odoo.",
    )
    kash_stripe_record_when_open = fields.Boolean(
        string="Record Held Rows When Their Day Is Open Again",
        help="Off: recording what came in a locked period is a person's decision.",
    )
    kash_stripe_notify_partner_ids = fields.Many2many(
        "res.partner",
        "kash_stripe_company_notify_partner_rel",
        string="Stripe Notices To",
        check_company=True,
        help="Get e-mails about what happens at Stripe, of each kind that is ticked.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """The operator's fields are the operator's."""
        defaults = {
            name.removeprefix("default_"): value
            for name, value in self.env.context.items()
            if name.startswith("default_")
        }
        if any(fills(vals, _OPERATORS) for vals in (defaults, *vals_list)):
            self._kash_stripe_check_operator()
        companies = super().create(vals_list)
        companies._kash_stripe_check_named(self._fields)
        return companies

    def _kash_stripe_service_write(self, vals):
        """The operator's fields are the operator's."""
        if changes(self, vals, _OPERATORS):
            self._kash_stripe_check_operator()

    def _kash_stripe_check_named(self, names):
        """Refuse accounts, taxes, journals and people of another company.

        Odoo checks none of a company's own fields. What connecting fills in names who
        connects, wherever their contact belongs.

        :param names: what was written; of fields that are not ours Odoo decides
        :raises UserError: a person chose one of another company
        """
        if not self.env.su:
            ours = [name for name in names if name.startswith("kash_stripe_")]
            self._check_company(ours)

    @api.model
    def _kash_stripe_check_operator(self):
        if not self.env.su and not self.env.user.has_group(OPERATOR_GROUP):
            raise AccessError(
                self.env._(
                    "Only the operator of this Odoo changes until when Stripe serves a"
                    " company."
                )
            )

    # === WHO ACTS === #

    def _kash_stripe_who_acts(self):
        """Return {company: whose the activities about its Stripe money are}.

        The one who was chosen, while able to act; else whoever stands in.
        """
        chosen = {company: company._kash_stripe_chosen() for company in self}
        left = self.filtered(lambda company: not chosen[company])
        return {**chosen, **left._kash_stripe_stand_ins()}

    def _kash_stripe_stand_ins(self):
        """Return {company: one of its accounting managers}, in one query for all.

        Where there is none, an administrator, who can make somebody one.
        """
        if not self:
            return {}
        managers = self._kash_stripe_members("account.group_account_manager")
        found = {company: company._kash_stripe_own(managers) for company in self}
        left = self.filtered(lambda company: not found[company])
        admins = left._kash_stripe_members("base.group_system", anywhere=True)
        for company in left:
            found[company] = company._kash_stripe_own(admins) or admins[:1]
        return found

    def _kash_stripe_members(self, xmlid, *, anywhere=False):
        """Return the active people of a group who may work in one of the companies.

        :param anywhere: those of other companies, too
        """
        users = self.env["res.users"].sudo()
        if not self:
            return users
        domain = [("all_group_ids", "in", self.env.ref(xmlid).ids)]
        if not anywhere:
            domain.append(("company_ids", "in", self.ids))
        return users.search(domain, order="id")

    def _kash_stripe_own(self, users):
        """Return the first of ``users`` who may work in the company, if any.

        Best one whose main company it is.
        """
        mine = users.filtered(lambda user: self in user.company_ids)
        return mine.sorted(lambda user: user.company_id != self)[:1]

    def _kash_stripe_chosen(self):
        """Return who was chosen for the company or a parent, if they can act."""
        lineage = reversed(self.sudo().parent_ids)
        people = [company.kash_stripe_responsible_id for company in lineage]
        person = next(filter(None, people), self.env["res.users"]).sudo()
        return person.filtered(lambda user: not user._kash_stripe_unable(self))

    def _kash_stripe_responsible_note(self, chosen):
        """Return what is wrong with who is chosen, and who is asked meanwhile.

        :return: a sentence, or False: they can act
        """
        self.ensure_one()
        why = chosen._kash_stripe_unable(self)
        if not why:
            return False
        # A parent's person, too, has to be one who may work here.
        parents = not chosen and self.sudo().parent_id._kash_stripe_chosen()
        other = parents and parents.filtered(
            lambda user: not user._kash_stripe_unable(self)
        )
        other = other or self._kash_stripe_stand_ins()[self]
        names = {"person": chosen.name, "company": self.name, "other": other.name or ""}
        said = {
            "nobody": self.env._("Nobody is chosen."),
            "archived": self.env._("%(person)s is archived.", **names),
            "company": self.env._(
                "%(person)s may not work in %(company)s any more.", **names
            ),
            "right": self.env._(
                "%(person)s may not see the accounting any more.", **names
            ),
        }[why]
        if other._kash_stripe_unable(self):
            meanwhile = self.env._(
                "Nor is there an accounting administrator of %(company)s: the"
                " activities go to %(other)s, who can make somebody one.",
                **names,
            )
        else:
            meanwhile = self.env._("Meanwhile the activities go to %(other)s.", **names)
        return f"{said} {meanwhile}"

    # === COMPUTE METHODS === #

    @api.depends(
        "kash_stripe_account_ids.connected",
        "kash_stripe_account_ids.status",
        "kash_stripe_account_ids.payouts_status",
        "kash_stripe_account_ids.database_uuid",
        "kash_stripe_account_ids.claimed_uuid",
    )
    def _compute_kash_stripe_account_id(self):
        for company in self:
            account = company._kash_stripe_connected_account()
            company.kash_stripe_account_id = account
            doubted = account and account._is_in_doubt()
            company.kash_stripe_status = (
                "not_connected" if doubted or not account else account.status
            )
            company.kash_stripe_payouts_status = account.payouts_status

    def _kash_stripe_connected_account(self):
        """Return the account this company is paid through: its own or a parent's."""
        self.ensure_one()
        accounts = self.sudo().parent_ids.kash_stripe_account_ids.filtered("connected")
        by_depth = accounts.sorted(lambda a: len(a.company_id.parent_ids), reverse=True)
        return by_depth[:1]

    def _kash_stripe_is_served(self):
        """Tell whether the subscriptions of the company and its parents are valid."""
        self.ensure_one()
        until = self._kash_stripe_served_until()
        return not until or self._kash_stripe_today() <= until

    def _kash_stripe_served_until(self):
        """Return the earliest last day of the company's family, False for no limit."""
        days = self.sudo().parent_ids.mapped("kash_stripe_service_until")
        return min((day for day in days if day), default=False)

    @api.model
    def _kash_stripe_unserved(self):
        """Return all companies whose subscription, or a parent's, has ended."""
        dated = self.sudo().search([("kash_stripe_service_until", "!=", False)])
        family = self.sudo().search([("id", "child_of", dated.ids)])
        return family.filtered(lambda company: not company._kash_stripe_is_served())

    def _kash_stripe_today(self):
        """Return today in the calendar that makes Stripe's moments days."""
        zone = self._kash_stripe_zone()
        return fields.Date.context_today(self.with_context(tz=zone))

    def _kash_stripe_zone(self):
        """Return the (IANA) zone that makes Stripe's moments days."""
        account = self._kash_stripe_connected_account()
        return (account._zone() if account else self.sudo().kash_stripe_tz) or "UTC"

    def _kash_stripe_check_service(self):
        """Refuse to open an account for a company that is not served.

        :raises UserError: its subscription ended
        """
        if not self._kash_stripe_is_served():
            raise UserError(
                self.env._(
                    "The Stripe service of %(company)s ended on %(day)s. Please renew"
                    " it with the operator of this Odoo.",
                    company=self.name,
                    day=format_date(self.env, self._kash_stripe_served_until()),
                )
            )

    def _kash_stripe_locks(self, day, journal, *, has_tax=False, cash_basis=True):
        """Return Odoo's lock dates that forbid the job to post on ``day``, sorted.

        Judged as OdooBot, whoever asks: exceptions made for a person do not count for
        a job, only when that person records by hand (``kash_stripe_person``).
        Cash-basis taxes post a tax entry with the matching: the tax lock counts.

        :param has_tax: the entries themselves carry taxes
        :param cash_basis: whether matching may post a tax entry on that day
        :return: [(date, lock field)], empty when the day is open
        """
        self.ensure_one()
        by_hand = self.env.context.get("kash_stripe_person")
        company = self.with_user(self.env.uid if by_hand else SUPERUSER_ID).sudo()
        taxed = has_tax or (cash_basis and bool(company.tax_exigibility))
        return company._get_violated_lock_dates(day, has_tax=taxed, journal=journal)
