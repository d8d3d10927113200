# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount

from .routing import route

_TAKEN = {
    "processing": "on its way",
    "elsewhere": "on its way",
    "to_record": "received",
    "review": "received",
}
_EXPIRED = "Session expired (invalid CSRF token)"  # as Odoo's own check says


class KashStripePortal(PortalAccount):
    """From Odoo's portal to our pay page."""

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Override of `account`: tell the page whether ours can be paid on."""
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        [payable], [taken] = self._kash_stripe_ways(invoice)
        if payable and not values.get("providers_sudo"):
            # "Pay Now" of the list would open a form without any way to pay.
            values["payment"] = False
        return {
            **values,
            "kash_stripe_payable": payable,
            "kash_stripe_taken": taken,
        }

    def _prepare_my_invoices_values(self, *args, **kwargs):
        """Override of `account`: tell the list which invoices are paid on our page."""
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        listed = values["invoices"]
        return {
            **values,
            "invoices": lambda offset: self._kash_stripe_listed(listed(offset)),
            "kash_stripe_together": self._kash_stripe_together(),
        }

    def _kash_stripe_listed(self, listed):
        """Add to what Odoo lists whether ours is the way to pay it, and the only one.

        :param listed: dicts with an ``invoice`` each
        """
        moves = request.env["account.move"].concat(*(one["invoice"] for one in listed))
        payable, _taken = self._kash_stripe_ways(moves)
        alone = {
            key: not self._kash_stripe_others(*key)
            for key in {(move.company_id, move.currency_id) for move in moves}
        }
        return [
            {
                **one,
                "kash_stripe_payable": ours
                and alone[move.company_id, move.currency_id],
            }
            for one, move, ours in zip(listed, moves, payable, strict=True)
        ]

    @http.route()
    def portal_my_overdue_invoices(self, access_token=None, **kw):
        """Override of `account_payment`: a single one is paid on its own page."""
        alone = self._kash_stripe_only_overdue()
        if alone:
            with suppress(UserError):  # Odoo's page says what keeps it
                return self._kash_stripe_to_page(alone)
        return super().portal_my_overdue_invoices(access_token=access_token, **kw)

    def _kash_stripe_only_overdue(self):
        """Return the visitor's overdue invoice, if it is one and ours the only way."""
        moves = request.env["account.move"]
        if not moves.has_access("read"):
            return moves
        overdue = moves.search(self._get_overdue_invoices_domain(), limit=2)
        if len(overdue) != 1:
            return moves
        [told] = self._kash_stripe_listed([{"invoice": overdue}])
        return overdue if told["kash_stripe_payable"] else moves

    def _kash_stripe_to_page(self, move):
        """Lead to an invoice's payment link, made now if there is none.

        :raises UserError: none can be made
        """
        link = move.sudo()._kash_stripe_ensure_link()
        return request.redirect(f"/kash/pay/{link.token}", code=303)

    def _overdue_invoices_get_page_view_values(self, overdue_invoices, **kwargs):
        """Override of `account_payment`: each is paid on our page, by its own button.

        Where another provider is there, Odoo's form takes them together beside it.
        """
        payable, taken = self._kash_stripe_ways(overdue_invoices)
        if not any(payable) and not any(taken):
            return super()._overdue_invoices_get_page_view_values(
                overdue_invoices, **kwargs
            )
        try:
            values = super()._overdue_invoices_get_page_view_values(
                overdue_invoices, **kwargs
            )
        except UserError:  # of several currencies, companies: only one by one
            values = {"page_name": "overdue_invoices", "payment": {"reference": ""}}
        return {
            **values,
            "kash_stripe_overdue": list(
                zip(overdue_invoices, payable, taken, strict=True)
            ),
            # Odoo's form would ask again for what is on its way.
            "kash_stripe_alone": any(taken) or not values.get("providers_sudo"),
            "kash_stripe_together": self._kash_stripe_together(overdue=True),
        }

    def _kash_stripe_together(self, overdue=False):
        """Return the companies of which several invoices may be paid at once.

        Of the visitor's own commercial partner, with a login; one for each account.

        :param overdue: only what is overdue counts
        """
        user = request.env.user
        if user._is_public():
            return request.env["res.company"]
        moves = request.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
                ("commercial_partner_id", "=", user.commercial_partner_id.id),
            ]
        )
        if overdue:
            moves = moves.filtered(lambda move: move.sudo()._kash_stripe_is_overdue())
        payable, _taken = self._kash_stripe_ways(moves)
        ours = [m.id for m, takes in zip(moves, payable, strict=True) if takes]
        several = (
            moves.sudo()
            .browse(ours)
            .grouped(lambda move: move.company_id._kash_stripe_connected_account())
        )
        accounts = [account for account, few in several.items() if len(few) > 1]
        return request.env["res.company"].union(*(one.company_id for one in accounts))

    def _kash_stripe_others(self, company, currency):
        """Return the other providers that a visitor may pay with."""
        return (
            request.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                company.id,
                request.env.user.partner_id.id,
                0.0,
                currency_id=currency.id,
            )
        )

    def _kash_stripe_ways(self, moves):
        """Return ([whether our page takes it], [whether it is paid]) of invoices.

        Of the second: *received*, *on its way* or nothing.
        """
        moves = moves.sudo()
        problems = moves._kash_stripe_pay_problems()
        locked = moves._kash_stripe_lock_problems()
        payable = [self._kash_stripe_may_pay(m, problems, locked) for m in moves]
        codes = [(problem := problems.get(m.id)) and problem.code for m in moves]
        taken = [_TAKEN.get(code, "") for code in codes]
        return payable, taken

    def _kash_stripe_may_pay(self, move, problems, locked):
        """Paying in the portal is switched on, and nobody voided the link.

        A link that lives is paid at any time; a new one needs what sending one needs.

        :param problems: {move id: why it cannot be paid}
        :param locked: {move id: why no link can be sent today}
        """
        link = move._kash_stripe_current_link()
        if move.id in problems or link.voided_at or not move._has_to_be_paid():
            return False
        return move._kash_stripe_has_living_link() or move.id not in locked

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
            [payable], _taken = self._kash_stripe_ways(move)
            if not payable:
                return request.redirect(move.get_portal_url())
            return self._kash_stripe_to_page(move)
        except UserError:
            return request.redirect(move.get_portal_url())

    @route(
        "/my/invoices/kash_together",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,  # checked here: Odoo's own check knows ASCII only
        website=True,
    )
    def portal_kash_pay_together(self, company: int = 0, of="", csrf_token=""):
        """Lead to the page of all that is open of the visitor's, made on this press.

        :param of: *overdue*: those are ticked at first
        """
        if not csrf_token.isascii() or not request.validate_csrf(csrf_token):
            raise BadRequest(_EXPIRED)
        overdue = of == "overdue"
        offered = self._kash_stripe_together(overdue=overdue)
        chosen = offered.filtered(lambda one: one.id == company)
        if not chosen:
            return request.redirect("/my/invoices")
        partner = request.env.user.commercial_partner_id.sudo()
        try:
            link = partner._kash_stripe_ensure_payer_link(chosen)
        except UserError:
            return request.redirect("/my/invoices")
        path = f"/kash/pay/{link.token}"
        return request.redirect(f"{path}?of=overdue" if overdue else path, code=303)


class KashStripePayment(PaymentPortal):
    """Paying in Odoo's portal by another provider."""

    def _process_transaction(
        self, partner_id, currency_id, invoice_ids, payment_reference, **kwargs
    ):
        """Override of `account_payment`: what was paid here is not asked for again.

        *Pay overdue* takes all that the books say is open, whatever is on its way.
        """
        moves = request.env["account.move"].sudo().browse(invoice_ids)
        taken = moves._kash_stripe_taken()
        again = moves.filtered(lambda move: move.id in taken)
        if again:
            raise ValidationError(
                request.env._(
                    "Of %(invoices)s something is paid already and on its way. Please"
                    " open that invoice to see what is left to pay.",
                    invoices=", ".join(again.mapped("name")),
                )
            )
        return super()._process_transaction(
            partner_id, currency_id, invoice_ids, payment_reference, **kwargs
        )
