# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .kash_stripe_booking import BookingError


class KashStripeBooking(models.AbstractModel):
    """Fees that a person records: payments stand in full until then."""

    _inherit = "kash.stripe.booking"

    # === LEAVE OUT === #

    @api.model
    def _post_fees(self, account, company, rows):
        """Override: by hand, nothing is posted and the fees wait."""
        if company.sudo().kash_stripe_record_fees == "hand":
            rows.filtered("fee").fee_by_hand = True
            return {}
        return super()._post_fees(account, company, rows)

    @api.model
    def _record_days(self, account, company, rows):
        """Override: by hand, entries leave the fees out, and they wait."""
        if company.sudo().kash_stripe_record_fees == "hand":
            rows.filtered("fee").fee_by_hand = True
        return super()._record_days(account, company, rows)

    # === RECORD === #

    @api.model
    def _book_waiting_fees(self, account, rows, day):
        """Record the fees of ``rows`` on ``day``: an entry a company and currency.

        :raises UserError: the day is locked
        """
        groups = rows.grouped(lambda r: (self._posting_company(r), r.currency_code))
        for (company, _code), group in groups.items():
            self._check_open(account, company, group, day)
            vals = self._prepare_fee_vals(account, company, group, day)
            move = self._post_entries(group.with_company(company), [vals])
            group.write({"fee_move_id": move.id, "fee_by_hand": False})
            if move.date != day:
                raise BookingError(
                    self.env._("Odoo would date the fees otherwise: nothing is kept.")
                )

    @api.model
    def _check_open(self, account, company, rows, day):
        locks = company._kash_stripe_locks(
            day,
            account.journal_id,
            has_tax=bool(self._taxed(account, company, rows)),
        )
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s is locked: %(locks)s.",
                    day=format_date(self.env, day),
                    locks=company._format_lock_dates(locks),
                )
            )
