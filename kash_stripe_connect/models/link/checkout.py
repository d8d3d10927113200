# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.tools import email_normalize
from odoo.tools.urls import urljoin

from ...core import days, money
from ...gateway.errors import StripeRefused, StripeUnreachable
from .guard import PayProblem
from .terms import Wish

# https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale
_LOCALES = frozenset(
    """
    bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt
    nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW
    """.split()
)
_ADDRESS = "customer_email"
_SESSION_SECONDS = 25 * 60 * 60
_UI_MODES = {"hosted": "hosted_page", "embedded": "embedded_page"}


@dataclass(frozen=True)
class Started:
    """What a press on *Pay invoice* led to: a session, or the reason for none.

    A hosted one has an address, an embedded one a secret: whoever has it can pay. It is
    shown to the browser that pressed, and kept nowhere.
    """

    url: str | None = None
    secret: str | None = field(default=None, repr=False)
    session_id: str | None = None
    problem: object = None

    @classmethod
    def at(cls, session):
        """Read the facts of an open session."""
        return cls(session.url, session.client_secret, session.id)


class KashStripeCheckout(models.AbstractModel):
    """Starting a payment at Stripe Checkout, once for each wish to pay."""

    _name = "kash.stripe.checkout"
    _inherit = "kash.stripe.terms"
    _description = "Stripe Checkout"

    def _start_payment(self, kind="hosted", wish=None):
        """Return where to send the customer, or why there is nothing to pay.

        Everything is judged again here: minutes pass between page and button.

        :param kind: what the browser can show: hosted (Stripe's page) or embedded
        :param wish: what the customer wants to pay; None: what is asked for first
        :raises StripeUnreachable: nothing was half-made; the same press may go through
        :raises StripeRefused: Stripe's reason, for :meth:`_apply_refused_start`
        """
        self.ensure_one()
        wish = wish or Wish()
        self._lock(wish)
        # Nobody's page is ended for a press that starts nothing; nor is it started if
        # what was to be ended has been paid.
        problem = self._problem_with(wish)
        if not problem:
            problem = self._end_other_attempts(wish) or self._problem_with(wish)
        if problem:
            return Started(problem=problem)
        attempt = self._open_attempt()
        if attempt:
            session = self._resume(attempt, kind, wish)
            if session:
                return Started.at(session)
            problem = self._problem_with(wish)
            if problem:
                return Started(problem=problem)
        return Started.at(self._start_attempt(kind, wish))

    def _for_business(self):
        """Return the link in the company's language, for what its people will read.

        A customer's request speaks the customer's, or a browser's.
        """
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _start_problem(self, taken=None):
        """Return why nothing can be paid now, None if something can.

        :param taken: what is taken of the invoice, where it was asked for before
        """
        if self.partner_id:
            return self.company_id._kash_stripe_account_problem()
        return self.move_id._kash_stripe_pay_problems(taken).get(self.move_id.id)

    def _left_to_payer(self, wish=None):
        """Return the attempts that wait for the customer, by whichever link begun.

        :param wish: what is chosen of several invoices; None: whatever is open
        """
        if self.partner_id:
            attempts = self._attempts_over(wish)
        else:
            attempts = self.transaction_ids | self.move_id.transaction_ids
        # The invoice may have been another's: that one's payment is nobody else's.
        owing = self._payer().commercial_partner_id
        return attempts._kash_stripe_waiting().filtered(
            lambda tx: tx.partner_id.commercial_partner_id == owing
        )

    def _problem_with(self, wish):
        """Return why just this cannot be begun now, None if it can."""
        return (
            self._start_problem()
            or self._wish_problem(wish)
            or self._waiting_problem(wish)
        )

    def _waiting_problem(self, wish=None):
        """Return why another payment needs the customer's word first, or None.

        Stripe withdraws neither a complete session nor its intent: both would be paid.
        Who gave it once goes on with the payment that was begun then.
        """
        warned = bool(wish) and wish.instead
        if warned or self._open_attempt() or not self._left_to_payer(wish):
            return None
        return PayProblem("waits", self.env._("The customer has begun a payment."))

    def _end_other_attempts(self, wish):
        """Expire what else is open over the same invoices: one page can be paid.

        By other links, and by one that is gone: its attempt is not.

        :return: PayProblem where one of them cannot be ended, None else
        :raises GatewayError: Stripe would not; then nothing new is started either
        """
        moves = self.move_id or self._chosen_invoices(wish)
        attempts = moves.transaction_ids.filtered(
            lambda tx: tx.kash_stripe_account_id and tx.kash_stripe_link_id != self
        )
        if not attempts._kash_stripe_end_pages():
            return None
        text = self.env._("A page of an account that was disconnected is open.")
        return PayProblem("other_page", text)

    def _open_attempt(self):
        return self.transaction_ids.filtered(
            lambda tx: tx.state == "draft" and tx.kash_stripe_session_state == "open"
        )[:1]

    def _resume(self, attempt, kind, wish):
        """Return the session of an attempt that still fits; end one that does not.

        The session is asked again: it may have been paid in another tab, or run out.
        """
        account = self.account_id
        fits = attempt._kash_stripe_froze(self._terms(wish=wish))
        if not fits or attempt.kash_stripe_session_kind != kind:
            attempt._kash_stripe_push_expire(raise_errors=True)
            return None
        session = account._gateway(retries=1).session(
            session_id=attempt.kash_stripe_session_id
        )
        account._apply_attempts(sessions=[session])
        return session if session.status == "open" else None

    def _today(self):
        """Return today in the calendar that makes Stripe's moments days."""
        return self.company_id._kash_stripe_today()

    # === A NEW ATTEMPT === #

    def _start_attempt(self, kind, wish):
        """Make one attempt and its Checkout Session; return the session."""
        number = self.attempt_count + 1
        reference, terms = self._attempt_reference(number), self._terms(wish=wish)
        params = self._prepare_session_params(reference, terms, kind)
        gateway = self.account_id._gateway(retries=1)
        key = self._idempotency_key(params, number)
        session = self._adopt_lost_session(gateway, reference, params, kind)
        if session is None:
            try:
                session = gateway.create_session(params=params, idempotency_key=key)
            except StripeUnreachable:
                # Stripe repeats a stored 500 for a day: the next press looks first.
                self.lost_at = self.lost_at or fields.Datetime.now()
                self.lost_starts += 1
                self.lost_uuid = self._begun_in()
                raise
            except StripeRefused as error:
                if not self._apply_refused(number, params, error):
                    raise
                return self._start_attempt(kind, wish)
        self.env["payment.transaction"].create(
            self._prepare_attempt_vals(reference, session, terms)
        )
        self.attempt_count = number
        self.lost_starts, self.lost_at, self.lost_uuid = 0, False, False
        self._apply_started()
        return session

    def _apply_refused(self, number, params, error):
        """Go on without what Stripe refuses; False if it names nothing of that kind."""
        if error.param == _ADDRESS:
            self._apply_refused_address(number, params[_ADDRESS])
            return True
        return self._apply_refused_method(number, params["line_items"], error)

    def _apply_refused_address(self, number, address):
        """Go on without an e-mail address Stripe refuses, as the next attempt.

        The customer types one there. It is stored: a press to come, and a request that
        Odoo runs again, ask for the same.
        """
        self.write({"attempt_count": number, "refused_address": address})
        self._refresh_attention("kash.stripe.attention.address")

    def _begun_in(self):
        """Return the uuid the database had when this start was begun: it may move."""
        return self.lost_uuid or self.account_id._database_uuid()

    def _attempt_reference(self, number):
        """Return a reference no other link can make, the same for each re-run."""
        stem = self.move_id.name or "ALL"
        return f"{stem}-{self.ref[:8].upper()}-{number}"

    def _idempotency_key(self, params, number):
        """Return the key of one attempt: from facts only, so a re-run repeats it.

        It covers every parameter: Stripe refuses others under a key it has seen, and a
        customer's e-mail may change between two presses.
        """
        facts = [self.ref, number, self.lost_starts, params]
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return f"kash-cs-{digest}"

    def _adopt_lost_session(self, gateway, reference, params, kind):
        """Return the session of a try whose answer never came, if it still fits.

        One over another amount, or of another kind, is expired: it must not be payable
        beside the new one.
        """
        if not self.lost_starts:
            return None
        item = params["line_items"][0]["price_data"]
        documents = params["metadata"].get("kash_documents")
        adopted = None
        for session in self._lost_sessions(gateway, reference):
            of = session.metadata.get("kash_documents")
            asked = (session.amount_total, session.currency, session.kind, of)
            wanted = (item["unit_amount"], item["currency"], kind, documents)
            if asked == wanted and adopted is None:
                adopted = session
            else:
                gateway.expire_session(session_id=session.id)
        return adopted

    def _lost_sessions(self, gateway, reference):
        """Return the open sessions of a reference since the first lost try.

        A shop may make thousands a day at the same account: those that are over are not
        read, and no session lives longer than a day.
        https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
        """
        lost = days.epoch(self.lost_at) - 60
        lives = days.epoch(fields.Datetime.now()) - _SESSION_SECONDS
        found = self.account_id._items(
            gateway.sessions_page, since=max(lost, lives), status="open"
        )
        return [
            session
            for session in found
            if session.metadata.get("kash_attempt") == reference
        ]

    def _prepare_session_params(self, reference, terms, kind="hosted"):
        """Return the parameters of a Checkout Session: stored facts only.

        No clock, no randomness, no request header may enter: Stripe refuses other
        parameters under a key it has seen.
        https://docs.stripe.com/api/checkout/sessions/create
        """
        currency = self._currency().name.lower()
        metadata = {
            "kash_db": self._begun_in(),
            "kash_company": str(self.company_id.id),
            "kash_link": self.ref,
            "kash_attempt": reference,
            **self._prepare_documents(terms),
        }
        params = {
            "mode": "payment",
            "ui_mode": _UI_MODES[kind],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": self._minor(terms.amount),
                        "product_data": {"name": self._product_name(terms)},
                    },
                }
            ],
            "client_reference_id": self.ref,
            "metadata": metadata,
            "payment_intent_data": {
                "description": self._names(terms),
                "metadata": metadata,
            },
            "adaptive_pricing": {"enabled": False},
            "invoice_creation": {"enabled": False},
            "allow_promotion_codes": False,
            "submit_type": "pay",
            "locale": self._stripe_locale(),
            "billing_address_collection": self._address_collection(),
            **self._prepare_ways_back(kind),
        }
        address = self._address()
        if address and address != self.refused_address:
            params[_ADDRESS] = address
        return params | self._prepare_offer(params["line_items"])

    def _address_collection(self):
        """Return whether Stripe always asks for an address, or as far as it needs."""
        always = self.company_id.kash_stripe_billing_address
        return "required" if always else "auto"

    def _prepare_ways_back(self, kind):
        """Return where Stripe leads to when all is done, or was given up.

        An embedded page stays where it is, unless a bank wants a page of its own.
        """
        page = urljoin(self.get_base_url(), f"/kash/pay/{self.sudo().token}")
        done = f"{page}/done?cs={{CHECKOUT_SESSION_ID}}"
        if kind == "embedded":
            return {"return_url": done, "redirect_on_completion": "if_required"}
        # There it is asked why nothing was paid; without an id: none is filled in.
        return {"success_url": done, "cancel_url": f"{page}/done"}

    def _address(self):
        """Return the customer's e-mail address, False for one that is none."""
        return email_normalize(self._payer().email or "")

    def _stripe_locale(self):
        lang = (self._payer().lang or "").replace("_", "-")
        if lang in _LOCALES:
            return lang
        short = lang.split("-")[0]
        return short if short in _LOCALES else "auto"

    def _prepare_attempt_vals(self, reference, session, terms):
        """Return the attempt, with what it freezes for the booking."""
        account = self.account_id
        moves = [part.move.id for part in terms.parts if not part.line]
        return {
            "provider_id": account.provider_id.id,
            "payment_method_id": self.env.ref("payment.payment_method_card").id,
            "reference": reference,
            "amount": terms.amount,
            "currency_id": self._currency().id,
            "partner_id": self._payer().id,
            "operation": "online_redirect",
            "invoice_ids": [Command.set(moves)],
            "kash_stripe_account_id": account.id,
            "kash_stripe_database_uuid": self._begun_in(),
            "kash_stripe_link_id": self.id,
            "kash_stripe_session_id": session.id,
            "kash_stripe_session_state": "open",
            "kash_stripe_session_kind": session.kind,
            "kash_stripe_allocation_ids": [
                Command.create(vals) for vals in self._prepare_allocations(terms)
            ],
        }

    def _minor(self, amount):
        """Return an amount of the link's in Stripe's minor units."""
        currency = self._currency()
        return money.to_minor(Decimal(str(currency.round(amount))), currency.name)

    # === REFUSED === #

    def _apply_refused_start(self, reason):
        """Keep why Stripe starts no payment, and call a person to it.

        :param reason: in Stripe's words
        """
        self.ensure_one()
        self.refused_reason = reason
        self.refused_starts += 1
        self._refresh_attention("kash.stripe.attention.start")

    def _apply_started(self):
        """Nobody need do anything about the starts that were refused before."""
        if self.refused_reason:
            self.write({"refused_reason": False, "refused_starts": 0})
            self._refresh_attention("kash.stripe.attention.start")

    def _refresh_attention(self, rule):
        """Open, recount or close one activity of the account, in the business's words.

        The customer at the page is nobody to call, and may speak another language.
        """
        account = self.account_id.with_user(SUPERUSER_ID)
        account = account.with_context(lang=account.company_id.partner_id.lang)
        if account.journal_id:
            account.env[rule]._refresh(account)

    # === RETURN === #

    def _pull_return(self, session_id):
        """Fetch the session the customer came back from, if it is of this link.

        :return: its attempt, empty for a session of somebody else's
        :raises GatewayError: Stripe would not say; the job learns it anyway
        """
        attempt = self._attempt_of_session(session_id)
        if attempt.state == "draft":
            session = self.account_id._gateway(retries=1).session(session_id=session_id)
            self.account_id._apply_attempts(sessions=[session])
        return attempt

    def _attempt_of_session(self, session_id):
        """Return the link's own attempt of a session, empty for anybody else's."""
        self.ensure_one()
        return self.transaction_ids.filtered(
            lambda tx: tx.kash_stripe_session_id == session_id
        )[:1]
