"""The payment page inside the seller's own: what the stub of the script frames.

It has the fields of the hosted page, by the same ids, and a wallet where the domain
of the seller's page is registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from .. import customer
from ..errors import ApiError
from ..forms import CardForm
from ..resources import account, payment_method_domain
from ..store import Tenant
from . import checkout, kit
from .typed import Mistyped, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request, Response

    from ..store import Row
    from ..world import World

WALLET = "google_pay"
BUTTON = Markup(
    '<form method="post"><button class="Wallet" id="wallet" name="wallet" value="{}">'
    "Pay with Google Pay</button></form>"
)
PAID = Markup(
    '<section class="Notice" data-complete="{}"><h1>Payment successful</h1></section>'
)


def serve(world: World, request: Request, session_id: str) -> Response:
    """Show the page, or do what was pressed on it."""
    row = _session(world, request.args, session_id)
    if row is None:
        text = "The link might be expired, or there is a problem with the network."
        return kit.notice("Something went wrong", text, 404, inside=True)
    if row.data["status"] == "complete":
        return _complete(row)
    if row.data["status"] != "open":
        text = "Go back to the seller to start again."
        return kit.notice("This checkout session has expired", text, inside=True)
    if request.method == "POST":
        return _pressed(world, row, request)
    return _form(world, row, request, request.args)


def _session(world: World, said: Mapping[str, str], session_id: str) -> Row | None:
    """Return the session if key, account and secret belong to it."""
    key = world.keys.by_value.get(said.get("key", ""))
    if key is None or key.revoked or not key.value.startswith("pk_"):
        return None
    whose = said.get("account") or key.account
    try:
        account.access(world, key, whose)
    except ApiError:
        return None
    tenant = Tenant(whose, key.livemode)
    row = world.store.get(tenant, "checkout.session", session_id)
    if row is None or row.data["ui_mode"] != "embedded_page":
        return None
    # Once it is complete the API shows its secret no more.
    secret = row.data["client_secret"]
    return row if secret in (None, said.get("secret")) else None


def _pressed(world: World, row: Row, request: Request) -> Response:
    typed = request.form
    if choice := typed.get("authentication"):
        outcome = customer.authenticate(world, row, passed=choice == "complete")
        return _after(world, row, outcome, request)
    try:
        form = _by_wallet(row, typed) or read(typed, row.data, world.clock.now)
    except Mistyped as mistake:
        return _form(world, row, request, typed, str(mistake))
    return _after(world, row, customer.submit(world, row, form), request)


def _by_wallet(row: Row, typed: Mapping[str, str]) -> CardForm | None:
    """Return the card that a wallet holds, with what the wallet knows."""
    if typed.get("wallet") != WALLET:
        return None
    return CardForm(
        number="4242424242424242",
        email=row.data["customer_email"] or "ada@example.com",
        name="Ada Lovelace",
        wallet=WALLET,
    )


def _after(
    world: World, row: Row, outcome: customer.Outcome, request: Request
) -> Response:
    world.dirty.set()
    if outcome.kind == "declined":
        return _form(world, row, request, request.form, outcome.message)
    if outcome.kind == "authenticate":
        return kit.page(*checkout.question(world, row), inside=True)
    if outcome.kind == "closed":
        return _form(world, row, request, {})
    return _complete(row)


def _complete(row: Row) -> Response:
    """Say that it is paid, here and to the page around; or lead away from both."""
    away = row.private.get("led_away", False)
    leads = away or row.data["redirect_on_completion"] == "always"
    back = row.data["return_url"] if leads else ""
    where = back.replace("{CHECKOUT_SESSION_ID}", row.id)
    return kit.page("Payment successful", PAID.format(where), inside=True)


def _form(
    world: World,
    row: Row,
    request: Request,
    typed: Mapping[str, str],
    error: str = "",
) -> Response:
    said = {k: v for k, v in request.args.items() if k != "paymentMethod"}
    title, body = checkout.form(
        world,
        row,
        typed,
        error,
        here=f"?{urlencode(said)}&",
        first=_wallet(world, row, request.args.get("host", "")),
    )
    return kit.page(title, body, inside=True)


def _wallet(world: World, row: Row, host: str) -> Markup:
    if not payment_method_domain.is_registered(world, row.tenant, host):
        return Markup("")
    return BUTTON.format(WALLET)
