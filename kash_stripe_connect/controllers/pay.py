# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from dataclasses import replace
from urllib.parse import quote as url_quote

from odoo.http import Controller, content_disposition, request

from ..core import urls
from ..core.visitors import WINDOW_SECONDS
from ..gateway.errors import (
    GatewayError,
    StripeRefused,
    StripeUnauthorised,
    StripeUnreachable,
)
from .routing import PRIVATE_HEADERS, route, show
from .visit import hurried, is_admitted

_logger = logging.getLogger(__name__)

_FOR_A_YEAR = "private, max-age=31536000, immutable"
# Nothing is kept of the visitor: no session, so no cookie.
_PAGE = {"type": "http", "auth": "public", "save_session": False}


# Problems whose page shows the seller and a sentence, and nothing of the invoice.
_WITHOUT_INVOICE = {"not_invoice", "draft", "cancelled", "currency", "service_ended"}


class KashStripePay(Controller):
    """The customer's pages: everything they show derives from the token."""

    # === ROUTES === #

    @route("/kash/pay/<string:token>", methods=["GET"], **_PAGE)
    def pay(self, token="", of=""):
        """Show the invoice and the button; nothing begins, mail scanners come too.

        :param of: *overdue*: of several invoices, those are ticked at first
        """
        link = self._find_link(token)
        if not link:
            return self._unknown()
        if self._is_customer() and not link._is_dead():
            link._apply_opened()
        return self._render_link(link, overdue=of == "overdue")

    @route(
        "/kash/pay/<string:token>/start",
        methods=["POST"],
        csrf=False,
        **_PAGE,
    )
    def start(
        self, token="", shown="", whole="", how="", amount="", kind="hosted", instead=""
    ):
        """Send the customer to Stripe, after judging everything again.

        :param shown: what the page asked for, and ``whole``: all there was to pay
        :param how: which of the two is wanted, or the ``amount`` typed
        :param kind: *embedded* from a script of ours that can show Stripe's form; it
            gets what it needs for that as JSON, or the page that says why not
        :param instead: *yes* from who was warned that a voucher stays payable
        """
        link = self._find_link(token)
        if not link:
            return self._unknown()
        if self._is_foreign(link):
            return self._page("kash_stripe_connect.pay_foreign", link, status=403)
        if link._is_dead():
            return self._render_link(link)
        if not is_admitted("start", link):
            return self._too_many(link)
        chosen = {"how": how, "typed": amount, "ticked": _ticked()}
        wish, mistake = link._read_wish(how, amount, chosen["ticked"])
        wish = replace(wish, instead=instead == "yes")
        if mistake and not link._start_problem():
            return self._render_link(link, mistake=mistake, status=422, **chosen)
        earlier = link._earlier_shown(whole if wish.full else shown, wish)
        if earlier is not None:
            return self._render_link(
                link, notice="changed", status=409, earlier=earlier, **chosen
            )
        return self._press(link, kind, wish, chosen)

    @route("/kash/pay/<string:token>/start", methods=["GET"], **_PAGE)
    def started(self, token=""):
        """Refuse what only the button does, with the way back to it.

        A phone that opens its tabs again, or a bookmark, comes like this.
        """
        link = self._find_link(token)
        if not link:
            return self._unknown()
        answer = self._page("kash_stripe_connect.pay_by_button", link, status=405)
        answer.headers["Allow"] = "POST"
        return answer

    @route(
        ["/kash/pay", "/kash/pay/<string:token>/<path:rest>"], methods=["GET"], **_PAGE
    )
    def lost(self, token="", rest=""):
        """Say what to do with an address that a mail program cut or lengthened."""
        return self._unknown()

    @route("/kash/pay/<string:token>/done", methods=["GET"], **_PAGE)
    def done(self, token="", cs=""):
        """Show what became of the payment the customer comes back from.

        Stripe's own way back, for who has not paid, names no session.
        """
        link = self._find_link(token)
        if not link:
            return self._unknown()
        session = cs or link._open_attempt().kash_stripe_session_id or ""
        attempt, is_fresh = self._returned(link, session)
        if not attempt or not (is_fresh or cs):
            return self._render_link(link)
        known = is_fresh or attempt.kash_stripe_step
        if attempt.state in {"draft", "cancel"} and known:
            return self._render_link(link, notice=self._unpaid_notice(link, attempt))
        if attempt._kash_stripe_has_failed():
            return self._render_link(link)
        return self._payment_page(link, attempt)

    @route(
        "/kash/pay/<string:token>/receipt/<path:reference>", methods=["GET"], **_PAGE
    )
    def receipt(self, token="", reference=""):
        """Show the receipt of a payment once more, from a dead link too."""
        link = self._find_link(token)
        attempt = link and link._receipt(reference)
        return self._payment_page(link, attempt) if attempt else self._unknown()

    @route("/kash/pay/<string:token>/state", methods=["GET"], **_PAGE)
    def state(self, token="", cs=""):
        """Tell an open page what is true now, in a word; it has shown the same."""
        link = self._find_link(token)
        if not link:
            return self._unknown()
        attempt = link._attempt_of_session(cs) if cs else None
        text = attempt.state if attempt else self._state_of(link)
        return request.make_response(
            text, headers=[("Content-Type", "text/plain"), *PRIVATE_HEADERS]
        )

    @route("/kash/pay/<string:token>/invoice.pdf", methods=["GET"], **_PAGE)
    def invoice_pdf(self, token=""):
        """Hand out the invoice; by the token, never by the portal's."""
        link = self._find_link(token)
        move = link.move_id
        shown = link and not link._is_dead() and move.state == "posted"
        if not shown or not link._can_show_pdf():
            return self._unknown()
        if not is_admitted("pdf", link):
            return self._too_many(link)
        pdf = link._pdf()
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
                *PRIVATE_HEADERS,
            ],
        )

    @route(
        "/kash/pay/<string:token>/logo/<string:mark>",
        methods=["GET"],
        **_PAGE,
    )
    def logo(self, token="", mark=""):
        """Hand out the seller's logo; its address changes with it, so it is kept."""
        link = self._find_link(token)
        logo = link and link.company_id._kash_stripe_logo()
        if not logo:
            return self._unknown()
        response = request.make_response(
            logo.content, headers=[("Content-Type", logo.mimetype), *PRIVATE_HEADERS]
        )
        if mark == logo.mark:
            response.headers["Cache-Control"] = _FOR_A_YEAR
        return response

    # === HELPERS === #

    def _press(self, link, kind, wish, chosen):
        """Start a payment and lead to it, or say why there is none.

        :param chosen: what the page showed as chosen, to show it again
        """
        try:
            with hurried():
                started = self._start(link._for_business(), kind, wish)
        except StripeUnreachable as error:
            _logger.warning("No session for link %s: %s", link.ref, error)
            return self._render_link(link, notice="try_again", status=503, **chosen)
        except GatewayError as error:
            _logger.error("Stripe refused a session for link %s: %s", link.ref, error)
            link._apply_refused_start(str(error))
            return self._render_link(link, notice="refused", status=502, **chosen)
        if started.problem:
            return self._render_link(link, mistake=started.problem.code, **chosen)
        if kind == "embedded":
            return self._for_script(link, started)
        return self._onward(link, started.url)

    def _find_link(self, token):
        """Return the link of a token, in the language of the page; empty for none."""
        link = request.env["kash.stripe.pay.link"]._find(token)
        link._read_ahead()
        company = link.company_id or request.env.company.sudo()
        wanted = [code for code, _dear in request.httprequest.accept_languages]
        lang = company._kash_stripe_page_lang(link._payer(), wanted)
        request.update_context(lang=lang)
        return link.with_env(request.env(su=True)).with_company(company)

    def _start(self, link, kind, wish):
        """Start a payment of this kind; what Stripe refuses as a pop-up, on its page.

        A key may lack the right to it, and the customer wants to pay.
        """
        if kind != "embedded" or not link.account_id._popup():
            return link._start_payment(wish=wish)
        try:
            return link._start_payment("embedded", wish)
        except (StripeRefused, StripeUnauthorised) as error:
            _logger.warning("No pop-up for link %s: %s", link.ref, error)
            return link._start_payment(wish=wish)

    def _returned(self, link, session_id):
        """Return the attempt of a session, and whether Stripe said how it stands.

        Who comes back without end is shown what is known: each time would ask Stripe.
        """
        if is_admitted("return", link):
            try:
                with hurried():
                    pulled = link._for_business()._pull_return(session_id)
                return pulled.with_env(link.env), True
            except GatewayError as error:
                _logger.warning("Return to link %s: %s", link.ref, error)
        return link._attempt_of_session(session_id), False

    def _for_script(self, link, started):
        """Answer the page's own script: a secret to open the form with, or where to."""
        base = f"/kash/pay/{link.token}"
        session = url_quote(started.session_id)
        told = {
            "secret": started.secret,
            "url": started.url,
            "done": f"{base}/done?cs={session}",
            "closed": f"{base}/done",
            "follow": f"{base}/state?cs={session}",
            "state": link._attempt_of_session(started.session_id).state,
        }
        return request.make_json_response(told, headers=PRIVATE_HEADERS)

    def _onward(self, link, url):
        """Lead on to Stripe's page.

        A business may have its own domain there, which the form of the page that was
        pressed on may not lead to: that goes by a page between.
        """
        if urls.same_host(url, link.account_id._checkout_url()):
            return request.redirect(url, code=303, local=False)
        return self._page("kash_stripe_connect.pay_onward", link, onward=url)

    def _unpaid_notice(self, link, attempt):
        """Return what to say of a payment that came to nothing, if it does not say."""
        if attempt.state == "cancel" and link._open_attempt():
            return "other_tab"
        said = attempt.kash_stripe_unpaid_code and attempt.state == "draft"
        return None if said or attempt.kash_stripe_step else "not_paid"

    def _unknown(self):
        """Nothing tells a wrong token from a page that never was."""
        return self._render("kash_stripe_connect.pay_unknown", {}, status=404)

    def _state_of(self, link):
        return "dead" if link._is_dead() else link._page_state(link._start_problem())

    def _too_many(self, link):
        """Ask for patience: many came of this link, or of this address."""
        page = self._page("kash_stripe_connect.pay_too_many", link, status=429)
        page.headers["Retry-After"] = str(WINDOW_SECONDS)
        return page

    def _payment_page(self, link, attempt):
        """Show what became of a payment: done, it is the receipt."""
        here = f"/kash/pay/{link.token}"
        session = url_quote(attempt.kash_stripe_session_id or "")
        waits = attempt.state not in {"done", "error", "cancel"}
        return self._page(
            "kash_stripe_connect.pay_done",
            link,
            tx=attempt,
            follow=attempt.state if waits else None,
            state_address=f"{here}/state?cs={session}",
            here=f"{here}/done?cs={session}",
        )

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

    def _render_link(self, link, *, notice=None, status=200, mistake=None, **values):
        """Show the one page that fits the link's state now.

        :param notice: what an act just led to; it says more than the state it left
        :param mistake: the code of what is wrong with what was chosen
        """
        if link._is_dead():
            return self._page("kash_stripe_connect.pay_dead", link, status=status)
        if link.partner_id:
            values.update(notice=notice, status=status, mistake=mistake)
            return self._render_several(link, **values)
        # Asked for once: it is what such a page costs most.
        taken = link.move_id._kash_stripe_taken()
        problem = link._start_problem(taken)
        bare = problem and problem.code in _WITHOUT_INVOICE
        terms = None if bare else link._terms(taken)
        under_way = link._is_under_way(problem)
        follow = link._page_state(problem, terms) if under_way else None
        values.update(problem=problem, follow=follow, status=status)
        account = link.account_id
        if bare:
            return self._page("kash_stripe_connect.pay_impossible", link, **values)
        return self._page(
            "kash_stripe_connect.pay_invoice",
            link,
            move=link.move_id,
            taken=taken,
            terms=terms,
            choices=[] if problem else link._choices(terms, taken),
            sentence=mistake and not problem and link._mistake_text(mistake, taken),
            announced=link.move_id.transaction_ids._kash_stripe_announced(),
            code=link._page_code(problem) if problem or not notice else notice,
            popup=None if problem else account._popup(),
            leads_to=None if problem else account._checkout_url(),
            **values,
        )

    def _render_several(
        self, link, *, notice, mistake=None, ticked=None, overdue=False, **values
    ):
        """Show what is open of a customer, ticked as it was."""
        problem, items = link._start_problem(), link._listed_items()
        wish = link._ticks(ticked, overdue, items)
        offered = not problem and link._is_offered(items)
        code = link._several_code(problem, offered)
        account = link.account_id if offered else None
        follow = link._is_under_way(problem)
        return self._page(
            "kash_stripe_connect.pay_several",
            link,
            problem=problem,
            code="changed" if mistake == "changed" else notice or code,
            rows=link._rows(items, wish),
            sums=link._sums(items),
            offered=offered,
            terms=link._netted(items, wish),
            sentence=mistake and link._ticks_mistake_text(mistake, wish),
            popup=account and account._popup(),
            leads_to=account and account._checkout_url(),
            follow=link._page_state(problem) if follow else None,
            **values,
        )

    def _page(self, template, link, *, status=200, **values):
        base = f"/kash/pay/{link.token}"
        given = {
            "link": link,
            "company": link.company_id,
            "base": base,
            "here": base,
            "state_address": f"{base}/state",
            "receipts": link._receipts(),
        }
        return self._render(template, {**given, **values}, status=status)

    def _render(self, template, values, *, status):
        popup = values.get("popup")
        script, leads_to = popup and popup["script"], values.get("leads_to")
        return show(template, values, status=status, script=script, leads_to=leads_to)


def _ticked():
    """Return what was ticked, as texts: a form sends a name as often as it likes."""
    sent = request.httprequest.form.getlist("doc")
    return [one for one in sent if isinstance(one, str)]
