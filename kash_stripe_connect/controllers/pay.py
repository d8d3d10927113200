# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.http import Controller, content_disposition, request

from ..core import urls
from ..gateway.errors import GatewayError, StripeUnreachable
from .routing import route

_logger = logging.getLogger(__name__)

_PAGE = {
    "type": "http",
    "auth": "public",
    "website": True,
    "multilang": False,
    "sitemap": False,
}


# Problems whose page shows the seller and a sentence, and nothing of the invoice.
_WITHOUT_INVOICE = {"not_invoice", "draft", "cancelled", "currency", "service_ended"}
_PRIVATE_HEADERS = [
    ("Cache-Control", "no-store"),
    # Nothing to other sites. With no-referrer browsers would send our own form's POST
    # with "Origin: null", which cannot be told from a sandboxed frame elsewhere.
    ("Referrer-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex, nofollow"),
]


class KashStripePay(Controller):
    """The customer's pages: everything they show derives from the token."""

    # === ROUTES === #

    @route("/kash/pay/<string:token>", methods=["GET"], **_PAGE)
    def pay(self, token):
        """Show the invoice and the button; nothing begins, mail scanners come too."""
        link = self._find_link(token)
        if self._is_customer() and not link._is_dead():
            link._apply_opened()
        return self._render_link(link)

    @route(
        "/kash/pay/<string:token>/start",
        methods=["POST"],
        csrf=False,
        save_session=False,
        **_PAGE,
    )
    def start(self, token):
        """Send the customer to Stripe, after judging everything again."""
        link = self._find_link(token)
        if self._is_foreign(link):
            return self._page("kash_stripe_connect.pay_foreign", link, status=403)
        if link._is_dead():
            return self._render_link(link)
        try:
            started = link._start_payment()
        except StripeUnreachable as error:
            _logger.warning("No session for link %s: %s", link.ref, error)
            return self._render_link(link, notice="try_again", status=503)
        except GatewayError as error:
            _logger.error("Stripe refused a session for link %s: %s", link.ref, error)
            link._apply_refused_start(str(error))
            return self._render_link(link, notice="refused", status=502)
        if started.problem:
            return self._render_link(link)
        return request.redirect(started.url, code=303, local=False)

    @route("/kash/pay/<string:token>/done", methods=["GET"], **_PAGE)
    def done(self, token, cs=""):
        """Show what became of the payment the customer comes back from."""
        link = self._find_link(token)
        unreachable = False
        try:
            attempt = link._pull_return(cs)
        except GatewayError as error:
            _logger.warning("Return to link %s: %s", link.ref, error)
            attempt = link._attempt_of_session(cs)
            unreachable = True
        if not attempt:
            return self._render_link(link)
        if attempt.state in {"draft", "cancel"} and not unreachable:
            return self._render_link(link, notice="not_paid")
        return self._page(
            "kash_stripe_connect.pay_done",
            link,
            tx=attempt,
            paid_day=attempt._kash_stripe_paid_day(),
        )

    @route("/kash/pay/<string:token>/invoice.pdf", methods=["GET"], **_PAGE)
    def invoice_pdf(self, token):
        """Hand out the invoice; by the token, never by the portal's."""
        link = self._find_link(token)
        move = link.move_id
        if link._is_dead() or move.state != "posted" or not link._can_show_pdf():
            raise request.not_found()
        pdf, _kind = (
            request.env["ir.actions.report"]
            .sudo()
            .with_company(move.company_id)
            ._render_qweb_pdf("account.account_invoices", move.ids)
        )
        return request.make_response(
            pdf,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(pdf))),
                (
                    "Content-Disposition",
                    content_disposition(
                        f"{move._get_report_base_filename()}.pdf",
                        disposition_type="inline",
                    ),
                ),
                *_PRIVATE_HEADERS,
            ],
        )

    # === HELPERS === #

    def _find_link(self, token):
        link = request.env["kash.stripe.pay.link"]._find(token)
        if not link:
            raise request.not_found()
        lang = link.move_id.partner_id.lang
        if lang:
            request.update_context(lang=lang)
        return link.with_env(request.env(su=True)).with_company(link.company_id)

    def _is_customer(self):
        """Tell a customer's look from a colleague's, a prefetch and a probe."""
        asked = request.httprequest
        purpose = asked.headers.get("Sec-Purpose") or asked.headers.get("Purpose") or ""
        return (
            asked.method == "GET"
            and "prefetch" not in purpose
            and not request.env.user._is_internal()
        )

    def _is_foreign(self, link):
        """A form on somebody else's site may not start payments here."""
        headers = request.httprequest.headers
        site = headers.get("Sec-Fetch-Site")
        if site:
            return site not in {"same-origin", "none"}
        origin = headers.get("Origin")
        ours = (request.httprequest.host_url, link.get_base_url())
        return bool(origin) and not any(urls.same_host(origin, own) for own in ours)

    def _render_link(self, link, *, notice=None, status=200):
        """Show the one page that fits the link's state now."""
        if link._is_dead():
            return self._page("kash_stripe_connect.pay_dead", link, status=status)
        move = link.move_id
        problem = link._start_problem()
        if problem and problem.code in _WITHOUT_INVOICE:
            return self._page(
                "kash_stripe_connect.pay_impossible",
                link,
                problem=problem,
                status=status,
            )
        return self._page(
            "kash_stripe_connect.pay_invoice",
            link,
            status=status,
            move=move,
            terms=link._terms(),
            announced=move.transaction_ids._kash_stripe_announced(),
            problem=problem,
            notice=notice,
        )

    def _page(self, template, link, *, status=200, **values):
        response = request.render(
            template,
            {
                "link": link,
                "company": link.company_id,
                "res_company": link.company_id,
                "base": f"/kash/pay/{link.token}",
                "html_data": {"lang": request.env.lang.replace("_", "-")},
                "no_header": True,
                "no_footer": True,
                **values,
            },
            status=status,
        )
        response.headers.extend(_PRIVATE_HEADERS)
        return response
