# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.date_utils import subtract
from odoo.tools.sql import escape_psql

from ...core.payer import names
from ..base.rules import rules_of

_logger = logging.getLogger(__name__)

_CHUNK = 1000


@dataclass(frozen=True)
class _Payer:
    """Who is to be forgotten: contacts (ids), an e-mail address, or both."""

    partner_ids: tuple[int, ...]
    address: str | None


class KashStripePayerData(models.AbstractModel):
    """Family: what is kept of payers in one kind of records, and emptying it.

    A rule has its own name and its place, names the records and the fields that are
    emptied, and completes the verbs that it needs.
    """

    _name = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers"

    _rule_order = None
    # The records, and what is emptied of them: texts, records, no amounts, no ids.
    _payer_model = None
    _payer_fields = ()
    # Texts that may name an e-mail address, and when the time runs from.
    _address_fields = ()
    _settled_field = None

    # === WHAT THE HEIRS SAY === #

    @api.model
    def _payer_scope(self):
        """Return the domain of the records that are about payers at all."""
        return Domain.TRUE

    @api.model
    def _payer_settled(self):
        """Return the domain of the records nobody needs for work under way."""
        return Domain.TRUE

    @api.model
    def _of_partners(self, partner_ids):
        """Return the domain of the records of contacts."""
        return Domain.FALSE

    @api.model
    def _attempts_in_need(self):
        """Return ids of attempts whose payers must still be known."""
        return []

    @api.model
    def _payer_text(self, count):
        """Return what emptying does to so many records."""
        raise NotImplementedError

    # === A PERSON'S ACT === #

    @api.model
    def _forget_payer(self, partners, address=None):
        """Empty what is kept of a payer, in the companies switched on.

        What is needed for work under way stays. Amounts, ids, entries, and the contact
        itself are not touched.

        :param partners: contacts; those within them are meant, too
        :param address: an e-mail address (normalised), wherever it is named
        :return: what was done, and what stays, as :meth:`_preview_payer`
        """
        emptied, left = self._kept_of(partners, address)
        told = self._told(emptied, left)
        for rule, records in emptied.items():
            rule._empty_payer(records)
        if emptied:
            self._note_forgotten(partners, address, [*told[0], *told[1]])
        return told

    @api.model
    def _note_forgotten(self, partners, address, texts):
        """Note what was emptied: on the contacts, and in Odoo's privacy log if any.

        The log keeps names and addresses with all but their first letters starred.
        """
        _logger.info("User %s forgot contacts %s", self.env.uid, partners.ids)
        body = self.env._(
            "What Stripe said of this payer was emptied by %(user)s.",
            user=self.env.user.name,
        )
        if partners:
            partners.sudo()._message_log_batch(dict.fromkeys(partners.ids, body))
        if "privacy.log" not in self.env:
            return
        address = address or partners[:1].email_normalized
        if address:
            self.env["privacy.log"].sudo().create(
                {
                    "anonymized_name": partners[:1].name or address,
                    "anonymized_email": address,
                    "user_id": self.env.uid,
                    "execution_details": "\n".join(texts),
                }
            )

    @api.model
    def _preview_payer(self, partners, address=None):
        """Return (what forgetting a payer empties, what it leaves), sentences each."""
        return self._told(*self._kept_of(partners, address))

    @api.model
    def _told(self, emptied, left):
        texts = [r._payer_text(len(records)) for r, records in emptied.items()]
        count = sum(map(len, left.values()))
        if not count:
            return texts, []
        stays = self.env._(
            "Records that stay for now: %(count)s. They are not settled yet, or a"
            " dispute is open.",
            count=count,
        )
        return texts, [stays]

    @api.model
    def _kept_of(self, partners, address):
        """Return ({rule: records to empty}, {rule: records that are still needed})."""
        self.env["kash.stripe.account"]._check_manager()
        partners.check_access("read")
        within = partners.with_context(active_test=False).search(
            [("id", "child_of", partners.ids)]
        )
        payer = _Payer(tuple(within.ids), address or None)
        emptied, left = {}, {}
        rules = rules_of(self.env["kash.stripe.payer.data"])
        for rule in (rule for rule in rules if rule._payer_fields):
            found = rule._records_of(payer)
            these = Domain("id", "in", found.ids)
            emptied[rule] = found.search(these & rule._payer_settled())
            left[rule] = found - emptied[rule]
        return _filled(emptied), _filled(left)

    # === RECORDS === #

    @api.model
    def _records_of(self, payer):
        """Return the (sudo) records that hold something of a payer."""
        mine = Domain("company_id", "in", self.env.companies.ids) & self._holding()
        records = self.env[self._payer_model].sudo()
        found = records.search(mine & self._of_partners(payer.partner_ids))
        return found | self._naming(records, mine, payer.address)

    @api.model
    def _naming(self, records, mine, address):
        """Return the records with a text that names an e-mail address."""
        if not address or not self._address_fields:
            return records
        pattern = escape_psql(address)
        like = Domain.OR(
            Domain(name, "ilike", pattern) for name in self._address_fields
        )
        return records.search(mine & like).filtered(
            lambda one: any(names(one[name], address) for name in self._address_fields)
        )

    @api.model
    def _holding(self):
        """Return the domain of records that hold anything to empty."""
        return self._payer_scope() & Domain.OR(
            Domain(name, "!=", False) for name in self._payer_fields
        )

    @api.model
    def _all_in_need(self):
        """Return ids of the attempts whose payers any rule still needs."""
        rules = rules_of(self.env["kash.stripe.payer.data"])
        return [tx_id for rule in rules for tx_id in rule._attempts_in_need()]

    @api.model
    def _empty_payer(self, records):
        records.write(dict.fromkeys(self._payer_fields, False))

    # === AFTER A TIME === #

    @api.autovacuum
    def _gc_payer_data(self):
        """Empty what a company has kept for long enough; each rule is called.

        :return: (how many, whether there may be more), as Odoo's vacuum wants it
        """
        if not self._payer_fields:
            return None
        records = self.env[self._payer_model].sudo()
        domain = self._holding() & self._payer_settled()
        companies = self.env["res.company"].sudo()
        companies = companies.search([("kash_stripe_keep_payers", ">", 0)])
        outlived = Domain.OR(map(self._outlived, companies))
        by_age = f"{self._settled_field}, id"
        old = records.search(domain & outlived, order=by_age, limit=_CHUNK)
        self._empty_payer(old)
        return len(old), len(old) == _CHUNK

    @api.model
    def _outlived(self, company):
        moment = subtract(fields.Datetime.now(), months=company.kash_stripe_keep_payers)
        field = self.env[self._payer_model]._fields[self._settled_field]
        until = moment.date() if field.type == "date" else moment
        return Domain("company_id", "=", company.id) & Domain(field.name, "<", until)


def _filled(found):
    return {rule: records for rule, records in found.items() if records}
