# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import BadRequest

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount

from .routing import route

_EXPIRED = "Session expired (invalid CSRF token)"  # as Odoo's own check says


class KashStripePortal(PortalAccount):
    """From Odoo's portal to our pay page."""

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Override of `account`: tell the page whether ours can be paid on."""
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        problem = invoice.sudo()._kash_stripe_pay_problems().get(invoice.id)
        payable = problem is None and self._kash_stripe_may_pay(invoice.sudo())
        if payable and not values.get("providers_sudo"):
            # "Pay Now" of the list would open a form without any way to pay.
            values["payment"] = False
        return {
            **values,
            "kash_stripe_payable": payable,
            "kash_stripe_taken": bool(problem)
            and problem.code in {"processing", "to_record", "review", "elsewhere"},
        }

    def _kash_stripe_may_pay(self, invoice):
        """Paying in the portal is switched on, and nobody voided the link.

        A link that lives is paid at any time; a new one needs what sending one needs.
        """
        link = invoice._kash_stripe_current_link()
        if not invoice._has_to_be_paid() or link.voided_at:
            return False
        alive = invoice._kash_stripe_has_living_link()
        return alive or not invoice._kash_stripe_send_problems()

    @route(
        "/my/invoices/<string:invoice_id>/kash_pay",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # checked here: Odoo's own check knows ASCII only
        website=True,
    )
    def portal_kash_pay(self, invoice_id: int, access_token="", csrf_token=""):
        """Lead to the invoice's payment link, made on this press if there is none."""
        if not csrf_token.isascii() or not request.validate_csrf(csrf_token):
            raise BadRequest(_EXPIRED)
        if not access_token.isascii():
            return request.redirect("/my")
        try:
            move = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        try:
            if not self._kash_stripe_may_pay(move.sudo()):
                return request.redirect(move.get_portal_url())
            link = move.sudo()._kash_stripe_ensure_link()
        except UserError:
            return request.redirect(move.get_portal_url())
        return request.redirect(f"/kash/pay/{link.token}", code=303)
